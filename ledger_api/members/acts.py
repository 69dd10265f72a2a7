"""The page of a member, and the acts of offices that it offers: another one of who has left."""

from __future__ import annotations

from indexer.projections.member import members
from ledger_api.portal.acting.declared import NounActs, NounReference
from ledger_api.sessions.access import DataClass

DECLARED = NounActs(
    on_page=(
        "GrantRole",
        "AddKey",
        "OpenDelegation",
        "FillSeat",
        "ChangeHousehold",
        "EndMembership",
        "RestoreMembership",
    ),
    references={"member": NounReference(noun=members, page="/members/{member}", data=DataClass.MEMBERSHIP)},
)


def acts_on_page(*, has_left: bool) -> tuple[str, ...]:
    """Acts that the page of a member offers.

    Args:
        has_left: Whether the membership has ended.
    """
    return ("RestoreMembership",) if has_left else DECLARED.on_page[:-1]
