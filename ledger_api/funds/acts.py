"""What acts for a fund name, and which its page offers. When they are open depends on no state."""

from __future__ import annotations

from indexer.projections.fund import funds
from ledger_api.portal.acting.declared import NounActs, NounReference

DECLARED = NounActs(
    on_page=("OpenTask", "OpenCommittee", "FreezeFund"), references={"fund": NounReference(noun=funds)}
)
