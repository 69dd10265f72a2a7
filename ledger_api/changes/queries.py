"""Queries for changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, false, func, not_, or_, select

from contracts.roles import CHANGE_OPEN_SECONDS
from indexer.projections.agreement import agreements
from indexer.projections.change import TO_COME, ChangePhase, changes
from indexer.projections.committee import committees
from indexer.projections.member import seats
from indexer.projections.veto import vetoes
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Select

    from indexer.projections.change import Place

C = changes.table.c
IS_OPEN = and_(C.executed_at.is_(None), C.cancelled_at.is_(None))


def all_changes() -> Select[Any]:
    """Changes, newest first."""
    return placed_rows(changes).order_by(C.block_number.desc(), C.log_index.desc())


def in_phase(phase: ChangePhase, time: int, founded: Place | None) -> ColumnElement[bool]:
    """Which changes are in a phase.

    Args:
        phase: The phase.
        time: Time of the block at which they are, seconds since 1970.
        founded: Block and place in it at which the founding ended; None while it has not.
    """
    is_void = false() if founded is None else _is_before(founded)
    is_past = or_(C.due_at <= time - CHANGE_OPEN_SECONDS, is_void)
    return {
        ChangePhase.WAITING: and_(IS_OPEN, not_(is_past), C.due_at > time),
        ChangePhase.DUE: and_(IS_OPEN, not_(is_past), C.due_at <= time),
        ChangePhase.EXPIRED: and_(IS_OPEN, is_past),
        ChangePhase.EXECUTED: C.executed_at.is_not(None),
        ChangePhase.CANCELLED: C.cancelled_at.is_not(None),
    }[phase]


def _is_before(place: Place) -> ColumnElement[bool]:
    block_number, log_index = place
    return or_(C.block_number < block_number, and_(C.block_number == block_number, C.log_index < log_index))


@prepared
def scheduled_as(operation_id: bytes) -> Select[Any]:
    """All times that an operation was scheduled, the latest first.

    Args:
        operation_id: 32 bytes.
    """
    return all_changes().where(C.operation_id == operation_id)


@prepared
def votes_against(operation_id: bytes, nonce: int, time: int) -> Select[Any]:
    """The seats that are against a change.

    Args:
        operation_id: 32 bytes.
        nonce: How often it was scheduled, from 1.
        time: Time of the block at which they are, seconds since 1970.
    """
    columns = vetoes.table.c
    counts = and_(_is_of_change(columns, operation_id, nonce), columns.against, _still_sits(columns, time))
    return open_rows(vetoes).where(counts).order_by(columns.committee, columns.seat)


@prepared
def agreements_to(operation_id: bytes, nonce: int, revision: int, time: int) -> Select[Any]:
    """The seats that agree to a handover.

    Args:
        operation_id: 32 bytes.
        nonce: How often it was scheduled, from 1.
        revision: How often seats and rules of the successor had been changed.
        time: Time of the block at which they are, seconds since 1970.
    """
    columns = agreements.table.c
    is_agreed = and_(
        _is_of_change(columns, operation_id, nonce), columns.revision == revision, columns.agrees
    )
    query = open_rows(agreements).where(is_agreed, _still_sits(columns, time))
    return query.order_by(columns.committee, columns.seat)


def _is_of_change(columns: Any, operation_id: bytes, nonce: int) -> ColumnElement[bool]:
    return and_(columns.operation_id == operation_id, columns.operation_nonce == nonce)


def _still_sits(columns: Any, time: int) -> ColumnElement[bool]:
    """Whether who voted holds the seat still: a vote counts no longer."""
    held = seats.table.c
    is_of_voter = and_(*(held[name] == columns[name] for name in ("committee", "member", "seat")))
    return exists().where(is_of_voter, held.to_block.is_(None), held.valid_until > time)


def sizes_of(numbers: Collection[int]) -> Select[Any]:
    """Some committees."""
    return open_rows(committees).where(committees.table.c.committee.in_(numbers))


@prepared
def count_to_come(time: int, founded: Place | None) -> Select[Any]:
    """How many changes may still come into force; for arguments see `in_phase`."""
    to_come = or_(*(in_phase(one, time, founded) for one in TO_COME))
    # By the index of dates: the rest of history is not read.
    rows = open_rows(changes).where(C.due_at > time - CHANGE_OPEN_SECONDS, to_come).subquery()
    return select(func.count().label("number")).select_from(rows)
