"""What acts for a fund name, and which its page offers. When they are open depends on no state."""

from __future__ import annotations

from indexer.projections.committee import committees
from indexer.projections.fund import funds, purposes
from ledger_api.portal.acting.declared import NounActs, NounReference

PAGE = "/funds/{fund}"
DECLARED = NounActs(
    on_page=("OpenTask", "OpenCommittee", "FreezeFund"),
    references={
        "fund": NounReference(noun=funds, page=PAGE),
        "purpose": NounReference(noun=purposes, page=PAGE),
        "committee": NounReference(noun=committees, page=PAGE),
    },
)
