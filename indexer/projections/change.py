"""Changes that were scheduled at the authority, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.events import ChangeCancelled, ChangeExecuted, ChangeScheduled
from contracts.roles import CHANGE_OPEN_SECONDS
from indexer.projections.fold import require
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column

if TYPE_CHECKING:
    from indexer.projections.handler import Block


@dataclass(kw_only=True)
class Change(Version):
    """A call that waits, was carried out or was cancelled."""

    operation_id: bytes = column("Hash of caller, contract and calldata, 32 bytes.")
    nonce: int = column("How often this operation was scheduled, from 1.")
    caller: bytes = column("Who scheduled it and may carry it out, 20 bytes.")
    target: bytes = column("Contract that is called, 20 bytes.")
    data: bytes = column("Calldata.")
    scheduled_at: int = column("When it was scheduled, seconds since 1970.")
    due_at: int = column("First second at which it may be carried out, since 1970.")
    executed_at: int | None = column("When it was carried out, seconds since 1970; null if it was not.")
    cancelled_at: int | None = column("When it was cancelled, seconds since 1970; null if it was not.")
    cancelled_by: bytes | None = column("Who cancelled it, 20 bytes; null if nobody did.")


class ChangePhase(StrEnum):
    """Where a change stands in time."""

    WAITING = "waiting"
    DUE = "due"
    EXPIRED = "expired"
    EXECUTED = "executed"
    CANCELLED = "cancelled"


# What may still come into force, or be stopped.
TO_COME = (ChangePhase.WAITING, ChangePhase.DUE)
# A block and a place in it, in the order of the chain.
Place = tuple[int, int]


def phase(change: Change, block_time: int, founded: Place | None = None) -> ChangePhase:
    """Where a change stands at a moment, by the comparisons that `Authority` makes.

    Args:
        change: The change.
        block_time: Time of a block, seconds since 1970.
        founded: Where the founding ended: what was scheduled before and not carried out is void. None while it has not.
    """
    if change.executed_at is not None:
        return ChangePhase.EXECUTED
    if change.cancelled_at is not None:
        return ChangePhase.CANCELLED
    if founded is not None and (change.block_number, change.log_index) < founded:
        return ChangePhase.EXPIRED
    if block_time < change.due_at:
        return ChangePhase.WAITING
    return ChangePhase.DUE if block_time < change.due_at + CHANGE_OPEN_SECONDS else ChangePhase.EXPIRED


changes = Noun(
    "changes",
    Change,
    key=("operation_id", "nonce"),
    open_indexes=[("block_number", "log_index"), ("due_at",)],
)


@changes.begins(ChangeScheduled)
def _scheduled(event: ChangeScheduled, block: Block) -> Change:
    require(event.due_at >= block.time, event, f"due at {block.time} or later", event.due_at)
    return Change(
        operation_id=event.operation_id,
        nonce=event.nonce,
        caller=event.caller,
        target=event.target,
        data=event.data,
        scheduled_at=block.time,
        due_at=event.due_at,
        executed_at=None,
        cancelled_at=None,
        cancelled_by=None,
    )


@changes.changes(ChangeExecuted)
def _executed(change: Change, event: ChangeExecuted, block: Block) -> None:
    _require_phase(change, event, block, ChangePhase.DUE)
    change.executed_at = block.time


@changes.changes(ChangeCancelled)
def _cancelled(change: Change, event: ChangeCancelled, block: Block) -> None:
    _require_phase(change, event, block, ChangePhase.WAITING, ChangePhase.DUE, ChangePhase.EXPIRED)
    change.cancelled_at, change.cancelled_by = block.time, event.by


def _require_phase(change: Change, event: object, block: Block, *phases: ChangePhase) -> None:
    found = phase(change, block.time)
    require(found in phases, event, " or ".join(phases), found)
