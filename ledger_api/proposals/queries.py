"""Queries for proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, false, func, or_, select, tuple_

from contracts.enums import ProposalState
from indexer.projections.committee import committees, tiers
from indexer.projections.request import requests
from kit.prepared import prepared
from ledger_api.members.rules import SUPERVISOR
from ledger_api.mirror import open_rows, placed_rows
from ledger_api.paging import decode_cursor, encode_cursor

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Select

    from indexer.projections.request import Request


@prepared
def newest_first(*, fund: int | None = None, state: ProposalState | None = None) -> Select[Any]:
    """Proposals, newest first.

    Args:
        fund: Only those that this fund is to pay.
        state: Only those in this state.
    """
    columns = requests.table.c
    query = placed_rows(requests).order_by(columns.block_number.desc(), columns.log_index.desc())
    query = query if fund is None else query.where(columns.fund == fund)
    return query if state is None else query.where(columns.state == state)


@prepared
def asked_for_by(member: bytes, before: tuple[int, int] | None, limit: int) -> Select[tuple[bytes, int, int]]:
    """Ids and places of the proposals that a member asked for, newest first.

    Args:
        member: 16 bytes.
        before: Only those before this place on the chain; None takes all.
        limit: How many.
    """
    columns = requests.table.c
    place = columns.block_number, columns.log_index
    query = select(columns.proposal_id, *place).where(columns.to_block.is_(None), columns.requester == member)
    query = query if before is None else query.where(tuple_(*place) < tuple_(*before))
    return query.order_by(*(column.desc() for column in place)).limit(limit)


@prepared
def by_ids(proposal_ids: Collection[bytes]) -> Select[Any]:
    """The proposals of some ids, 32 bytes each."""
    return placed_rows(requests).where(requests.table.c.proposal_id.in_(proposal_ids))


def in_voting(seats: Mapping[int, int], now: int, cursor: str | None, limit: int) -> Select[Any]:
    """A page of the proposals in a round of voting that is not over; those that wait for a seat first, then the first to end.

    Args:
        seats: Number of a seat by the committee that it is of; committees that decide, one seat of each.
        now: Seconds since 1970.
        cursor: A `ballot_cursor`; None begins with the first.
        limit: How many.
    """
    columns = requests.table.c
    is_answered = (
        columns.approvals.bitwise_or(columns.rejections)
        .bitwise_or(columns.retracted)
        .bitwise_or(columns.recusals)
    )
    is_missing = or_(
        *(
            and_(columns.deciding_committee == committee, is_answered.bitwise_and(1 << seat) == 0)
            for committee, seat in seats.items()
            if seat != SUPERVISOR
        ),
        false(),
    )
    place = case((is_missing, 0), else_=1), columns.vote_ends_at, columns.block_number, columns.log_index
    query = placed_rows(requests).where(
        columns.state == ProposalState.SUBMITTED,
        columns.deciding_committee.in_(list(seats)),
        columns.vote_ends_at >= now,
    )
    if cursor is not None:
        query = query.where(tuple_(*place) > tuple_(*decode_cursor(cursor, int, int, int, int)))
    return query.order_by(*place).limit(limit)


def ballot_cursor(request: Request, *, is_missing: bool) -> str:
    """The cursor of a row of `in_voting`, by whether a seat's vote is missing."""
    return encode_cursor(
        0 if is_missing else 1, request.vote_ends_at, request.block_number, request.log_index
    )


@prepared
def by_id(proposal_id: bytes) -> Select[Any]:
    """One proposal."""
    return placed_rows(requests).where(requests.table.c.proposal_id == proposal_id)


@prepared
def numbered(number: int, limit: int) -> Select[Any]:
    """Proposals with a number that people use, the earliest first."""
    columns = requests.table.c
    return (
        placed_rows(requests)
        .where(columns.number == number)
        .order_by(columns.block_number, columns.log_index)
        .limit(limit)
    )


@prepared
def recent_sums(fund: int, since: int, budget_line: int, requester: bytes, payee: bytes) -> Select[Any]:
    """What a budget line, a requester and a payee got of a fund by approval since a time, in fen."""
    columns = requests.table.c
    ways = {
        "line": columns.budget_line == budget_line,
        "requester": columns.requester == requester,
        "payee": columns.payee == payee,
    }
    sums = (func.sum(case((way, columns.amount_fen), else_=0)).label(name) for name, way in ways.items())
    lately = columns.fund == fund, columns.approved_at >= since
    return open_rows(requests).with_only_columns(*sums).where(*lately)


@prepared
def rules_in_force(committee: int) -> Select[Any]:
    """The tiers of a committee's rules that judge what is submitted now, the lowest first."""
    of, tier = committees.table.c, tiers.table.c
    version = open_rows(committees).with_only_columns(of.rules_version).where(of.committee == committee)
    return (
        open_rows(tiers)
        .where(tier.committee == committee, tier.rules_version == version.scalar_subquery())
        .order_by(tier.tier)
    )


@prepared
def rules(keys: Collection[tuple[int, int, int]]) -> Select[Any]:
    """Tiers by committee, version of the rules and tier."""
    columns = tiers.table.c
    return open_rows(tiers).where(tuple_(columns.committee, columns.rules_version, columns.tier).in_(keys))
