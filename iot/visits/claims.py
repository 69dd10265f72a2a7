"""Turns an assembled visit into the claim that the time bank admits, with its proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iot.errors import VisitHeldError

if TYPE_CHECKING:
    from iot.log.log import LogReader
    from iot.ruleset import Ruleset
    from iot.visits.evidence import LoggedEvent
    from iot.visits.visits import Visit

LeafTuple = tuple[bytes, int, list[bytes]]
ClaimTuple = tuple[bytes, int, int, bytes, int, LeafTuple, LeafTuple]


def claim(visit: Visit, log: LogReader, *, size: int, ruleset: Ruleset) -> ClaimTuple:
    """The argument of `TimeBank.admitClaim`.

    Args:
        visit: Assembled from the first `size` leaves.
        log: The log, to prove the two leaves.
        size: Of the anchored head that the visit was judged under.
        ruleset: Rules that judged it.

    Returns:
        `(task, servedMinutes, level, ruleset, logSize, checkIn, checkOut)`; a leaf is `(leafHash, index, path)`.

    Raises:
        VisitHeldError: The visit is held.
    """
    if visit.holds or not (
        visit.check_in and visit.check_out and visit.served_minutes and visit.level is not None
    ):
        held = ", ".join(hold.code for hold in visit.holds)
        raise VisitHeldError(f"expected a visit that nothing holds, got {visit.task.hex()} held by {held}")
    return (
        visit.task,
        visit.served_minutes,
        int(visit.level),
        ruleset.hash(),
        size,
        _leaf(visit.check_in, log, size),
        _leaf(visit.check_out, log, size),
    )


def _leaf(logged: LoggedEvent, log: LogReader, size: int) -> LeafTuple:
    proof = log.inclusion(logged.leaf_hash, size)
    return proof.leaf_hash, proof.index, list(proof.path)
