"""The page of a member, and the acts of offices that it offers. When they are open depends on no state."""

from __future__ import annotations

from indexer.projections.member import members
from ledger_api.portal.acting.declared import NounActs, NounReference
from ledger_api.sessions.access import DataClass

DECLARED = NounActs(
    on_page=("GrantRole", "AddKey", "FillSeat"),
    references={"member": NounReference(noun=members, page="/members/{member}", data=DataClass.MEMBERSHIP)},
)
