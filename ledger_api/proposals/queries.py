"""Queries for proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, tuple_

from contracts.enums import ProposalState
from indexer.projections.committee import committees, tiers
from indexer.projections.request import requests
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows
from ledger_api.paging import older_than

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select


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
def latest(fund: int | None, limit: int) -> Select[Any]:
    """Proposals, newest first.

    Args:
        fund: Only those that this fund is to pay; None takes all.
        limit: How many.
    """
    return newest_first(fund=fund).limit(limit)


def page_before(cursor: str | None, limit: int) -> Select[Any]:
    """A page of all proposals, newest first; None as the cursor begins with the newest."""
    query = newest_first().limit(limit)
    return query if cursor is None else query.where(older_than(requests.table.c, cursor))


@prepared
def concerning(requester: bytes, others: Collection[bytes], limit: int) -> Select[Any]:
    """Proposals of a member and some others, newest first.

    Args:
        requester: Who asked, 16 bytes.
        others: Ids of the others, 32 bytes each.
        limit: How many.
    """
    columns = requests.table.c
    chosen = or_(columns.requester == requester, columns.proposal_id.in_(others))
    return newest_first().where(chosen).limit(limit)


@prepared
def in_voting(committees: Collection[int], now: int, limit: int) -> Select[Any]:
    """Proposals in a round of voting that is not over, the first to end first.

    Args:
        committees: Those that decide.
        now: Seconds since 1970.
        limit: How many.
    """
    columns = requests.table.c
    voting = placed_rows(requests).where(
        columns.state == ProposalState.SUBMITTED,
        columns.committee.in_(committees),
        columns.vote_ends_at >= now,
    )
    return voting.order_by(columns.vote_ends_at).limit(limit)


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
def rule_in_force(committee: int, amount_fen: int) -> Select[Any]:
    """The tier that would judge a proposal submitted now: the lowest of the committee's rules that reaches its amount."""
    of, tier = committees.table.c, tiers.table.c
    version = open_rows(committees).with_only_columns(of.rules_version).where(of.committee == committee)
    return (
        open_rows(tiers)
        .where(tier.committee == committee, tier.rules_version == version.scalar_subquery())
        .where((tier.up_to_fen < 0) | (tier.up_to_fen >= amount_fen))
        .order_by(tier.tier)
        .limit(1)
    )


@prepared
def rules(keys: Collection[tuple[int, int, int]]) -> Select[Any]:
    """Tiers by committee, version of the rules and tier."""
    columns = tiers.table.c
    return open_rows(tiers).where(tuple_(columns.committee, columns.rules_version, columns.tier).in_(keys))
