"""The end of the founding, from which on changes wait, which keys of offices signed what is scheduled, and what no noun keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from contracts.events import ActedForOffice, ChallengeSet, FoundingEnded
from indexer.history import EVENT_TABLES
from kit.prepared import prepared
from ledger_api.history import recorded

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select

    from indexer.projections.change import Change

COLUMNS = EVENT_TABLES[ActedForOffice].c


@prepared
def founding_ended() -> Select[Any]:
    """The record that the founding ended; no row while it has not."""
    return recorded(FoundingEnded)


def latest_challenge() -> Select[Any]:
    """How long claims may be disputed, as it was set last; no row before it was set."""
    columns = EVENT_TABLES[ChallengeSet].c
    return select(*columns).order_by(columns.block_number.desc(), columns.log_index.desc()).limit(1)


def signed_for_offices(blocks: Collection[int]) -> Select[Any]:
    """What keys signed for offices in some blocks, in the order of the chain."""
    query = recorded(ActedForOffice).where(COLUMNS.block_number.in_(blocks))
    return query.order_by(COLUMNS.block_number, COLUMNS.log_index)


def signed_for(change: Change, rows: Collection[Any]) -> Any | None:
    """The record of which key had a change scheduled, and for which office; None if no office scheduled it.

    Args:
        change: The change.
        rows: Of `signed_for_offices` for its block.
    """
    before = [
        row for row in rows if row.block_number == change.block_number and row.log_index < change.log_index
    ]
    # It is emitted as the account of the office is called, and nothing of another call stands between.
    last = max(before, key=lambda row: row.log_index, default=None)
    is_its = last is not None and (last.target, last.selector) == (change.target, change.data[:4])
    return last if is_its else None
