"""Queries for members and committees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from contracts.events import (
    CommitteeOpened,
    KeyAdded,
    KeyEnded,
    MemberRegistered,
    RoleGranted,
    SeatFilled,
    SeatVacated,
)
from indexer.history import EVENT_TABLES
from indexer.tables import blocks
from ledger_api.mirror import recorded

if TYPE_CHECKING:
    from sqlalchemy import Select

    from contracts.types import Event

registered = EVENT_TABLES[MemberRegistered]
committees_opened = EVENT_TABLES[CommitteeOpened]


def members() -> Select[Any]:
    """All members in the order in which they joined."""
    return recorded(MemberRegistered).order_by(registered.c.block_number, registered.c.log_index)


def keys(member: bytes) -> Select[Any]:
    """Keys of a member, with the block at which each ended."""
    added, ended = EVENT_TABLES[KeyAdded], EVENT_TABLES[KeyEnded]
    return (
        select(added.c.key, added.c.block_number, ended.c.block_number.label("ended_at_block"))
        .join_from(added, ended, ended.c.key == added.c.key, isouter=True)
        .where(added.c.member == member)
        .order_by(added.c.block_number, added.c.log_index)
    )


def roles(member: bytes) -> Select[Any]:
    """Grants of roles to a member, in the order of the chain."""
    granted = EVENT_TABLES[RoleGranted]
    return (
        select(granted)
        .where(granted.c.member == member)
        .order_by(granted.c.block_number, granted.c.log_index)
    )


def committees() -> Select[Any]:
    """All committees by number."""
    return recorded(CommitteeOpened, *seat_masks()).order_by(committees_opened.c.committee)


def seat_masks() -> list[Any]:
    """Columns that tell whom each seat speaks for, in the order of `SeatClass`."""
    opened = committees_opened.c
    return [opened.donor_seats, opened.resident_seats, opened.official_seats, opened.enterprise_seats]


def seat_changes(
    event: type[Event], committee: int | None = None, member: bytes | None = None
) -> Select[Any]:
    """Seats filled or vacated, each with the time of its block, in the order of the chain.

    Args:
        event: `SeatFilled` or `SeatVacated`.
        committee: Only of this committee.
        member: Only of this member.
    """
    if event not in (SeatFilled, SeatVacated):
        raise ValueError(f"expected SeatFilled or SeatVacated, got {event.__name__}")
    table = EVENT_TABLES[event]
    timed = select(table, blocks.c.time).join_from(table, blocks, blocks.c.number == table.c.block_number)
    query = timed.order_by(table.c.block_number, table.c.log_index)
    query = query if committee is None else query.where(table.c.committee == committee)
    return query if member is None else query.where(table.c.member == member)
