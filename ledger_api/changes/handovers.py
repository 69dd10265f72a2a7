"""What is needed for a fund to be handed over to another committee, and who agreed so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.projections.agreement import agreements
from indexer.projections.committee import committees
from ledger_api.changes import queries
from ledger_api.changes.schemas import CommitteeAgreement, Handover

if TYPE_CHECKING:
    from collections.abc import Collection

    from ledger_api.changes.schemas import Change
    from ledger_api.mirror import Reading

HAND_OVER = ("Committees", "handOver")


async def handover_of(mirror: Reading, change: Change) -> Handover | None:
    """Who agrees to a handover; None of any other change.

    Args:
        mirror: A snapshot.
        change: The change.
    """
    if (change.contract, change.function) != HAND_OVER:
        return None
    successor = change.arguments["successor"]
    found = await mirror.versions(committees, queries.sizes_of([successor]))
    # One may be announced before its successor is set up.
    revision = found[0].revision if found else 0
    cast = await mirror.versions(
        agreements, queries.agreements_to(change.operation_id, change.nonce, revision, mirror.head.time)
    )
    needed = await majorities(mirror, {vote.committee for vote in cast})
    agreed = [
        CommitteeAgreement(
            committee=number, agreed=[vote.seat for vote in cast if vote.committee == number], needed=most
        )
        for number, most in needed.items()
    ]
    return Handover(successor=successor, revision=revision, agreements=agreed)


async def majorities(mirror: Reading, numbers: Collection[int]) -> dict[int, int]:
    """How many seats are more than half of some committees', by their number, lowest first."""
    found = await mirror.versions(committees, queries.sizes_of(sorted(numbers)))
    return dict(sorted((one.committee, one.seats // 2 + 1) for one in found))
