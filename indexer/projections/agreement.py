"""Votes of committees for handing a fund over to another committee."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import HandoverVoteCast
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Agreement(Version):
    """What a seat of a committee says to a handover, and to the successor as it was then."""

    operation_id: bytes = column("Hash of caller, contract and calldata, 32 bytes.")
    operation_nonce: int = column("How often the operation was scheduled, from 1.")
    committee: int = column("Id of the committee that votes.")
    revision: int = column("How often seats and rules of the successor had been changed.")
    seat: int = column("Number of the seat, from 0.")
    member: bytes = column("Who voted last for the seat, 16 bytes.")
    agrees: bool = column(
        "Whether that member agrees, which counts while they hold the seat; false if that was taken back."
    )
    cast_at: int = column("When, seconds since 1970.")


agreements = Noun(
    "agreements", Agreement, key=("operation_id", "operation_nonce", "committee", "revision", "seat")
)


@agreements.sets(HandoverVoteCast)
def _cast(agreement: Agreement | None, event: HandoverVoteCast, block: Block) -> Agreement:
    is_own = agreement is not None and agreement.agrees and agreement.member == event.member
    require(event.agrees != is_own, event, "a vote that changes", event.agrees)
    agreement = agreement or Agreement(
        operation_id=event.operation_id,
        operation_nonce=event.operation_nonce,
        committee=event.committee,
        revision=event.revision,
        seat=event.seat,
        member=event.member,
        agrees=event.agrees,
        cast_at=block.time,
    )
    agreement.member, agreement.agrees, agreement.cast_at = event.member, event.agrees, block.time
    return agreement
