"""What acts for a fund name, and which its page offers. When they are open depends on no state."""

from __future__ import annotations

from indexer.projections.committee import committees
from indexer.projections.fund import funds, purposes
from ledger_api.portal.acting.declared import NounActs, NounReference, Origin

PAGE = "/funds/{fund}"
DECLARED = NounActs(
    on_page=(
        "OpenTask",
        "OpenCommittee",
        "HandOver",
        "FreezeFund",
        "UnfreezeFund",
        "CloseFund",
        "ReopenFund",
    ),
    references={
        "fund": NounReference(noun=funds, page=PAGE),
        "purpose": NounReference(noun=purposes, page=PAGE),
        "committee": NounReference(noun=committees, page=PAGE),
        "successor": NounReference(noun=committees, page=PAGE),
    },
    origins={
        "ReverseDonation": {"bankLine": Origin(page="/ledger?reason=DONATION", word="donation")},
        "ReverseFee": {"bankLine": Origin(page="/ledger?reason=FEE", word="fee")},
        "ReverseInterest": {"bankLine": Origin(page="/ledger?reason=INTEREST", word="interest")},
    },
)


def acts_on_page(*, has_committee: bool, is_frozen: bool, is_closed: bool) -> tuple[str, ...]:
    """Acts that the page of a fund offers: where a committee decides for it, another one may be opened to take over.

    A closed fund is opened again at most.

    Args:
        has_committee: Whether the fund has one.
        is_frozen: Whether its spending is stopped.
        is_closed: Whether it takes and spends nothing any more.
    """
    if is_closed:
        return ("ReopenFund",)
    needless = {
        "ReopenFund",
        "FreezeFund" if is_frozen else "UnfreezeFund",
        *(() if has_committee else ("HandOver",)),
    }
    return tuple(act for act in DECLARED.on_page if act not in needless)
