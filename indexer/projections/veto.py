"""Votes of committees against changes that wait in public."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import VetoCast
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Veto(Version):
    """What a seat of a committee says to a change."""

    operation_id: bytes = column("Hash of caller, contract and calldata, 32 bytes.")
    operation_nonce: int = column("How often the operation was scheduled, from 1.")
    committee: int = column("Id of the committee.")
    seat: int = column("Number of the seat, from 0.")
    member: bytes = column("Who voted last for the seat, 16 bytes.")
    against: bool = column(
        "Whether that member is against the change, which counts while they hold the seat; false if the vote was taken back."
    )
    cast_at: int = column("When, seconds since 1970.")


vetoes = Noun("vetoes", Veto, key=("operation_id", "operation_nonce", "committee", "seat"))


@vetoes.sets(VetoCast)
def _cast(veto: Veto | None, event: VetoCast, block: Block) -> Veto:
    is_own = veto is not None and veto.against and veto.member == event.member
    require(event.against != is_own, event, "a vote that changes", event.against)
    veto = veto or Veto(
        operation_id=event.operation_id,
        operation_nonce=event.operation_nonce,
        committee=event.committee,
        seat=event.seat,
        member=event.member,
        against=event.against,
        cast_at=block.time,
    )
    veto.member, veto.against, veto.cast_at = event.member, event.against, block.time
    return veto
