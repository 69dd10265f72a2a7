"""Queries for funds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, func, select, true, type_coerce, union_all

from contracts.enums import ProposalState
from indexer.projections.budget_line import budget_lines
from indexer.projections.fund import funds, purposes
from indexer.projections.purpose_day import purpose_days
from indexer.projections.request import EXECUTION_SECONDS, requests
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows, total

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement


@prepared
def all_funds() -> Select[Any]:
    """All funds by number."""
    return placed_rows(funds).order_by(funds.table.c.fund)


@prepared
def fund_numbered(fund: int) -> Select[Any]:
    """The fund of a number."""
    return open_rows(funds).where(funds.table.c.fund == fund)


@prepared
def funds_by_number() -> Select[Any]:
    """All funds by number, without where on the chain they began."""
    return open_rows(funds).order_by(funds.table.c.fund)


@prepared
def funds_of(bank: int) -> Select[Any]:
    """The funds whose money a bank account holds, by number."""
    return open_rows(funds).where(funds.table.c.bank == bank).order_by(funds.table.c.fund)


@prepared
def purposes_of(fund_numbers: Collection[int]) -> Select[Any]:
    """The purposes of some funds, by number."""
    columns = purposes.table.c
    return open_rows(purposes).where(columns.fund.in_(fund_numbers)).order_by(columns.purpose)


@prepared
def totals(fund_numbers: Collection[int], days: tuple[int, ...]) -> Select[tuple[int, int, int, int, int]]:
    """What came into and went out of each purpose of some funds up to the end of some days, by purpose and day.

    Args:
        fund_numbers: The funds.
        days: Days in China's time, numbered from 1970.
    """
    purpose = purposes.table.c
    ends = union_all(*(select(type_coerce(day, BigInteger).label("day")) for day in days)).subquery()
    return (
        select(
            purpose.fund, purpose.purpose, ends.c.day,
            *(_up_to(purpose.purpose, ends.c.day, purpose_days.table.c[name]) for name in ("in_fen", "out_fen")),
        )
        .join_from(purposes.table, ends, true())
        .where(purpose.to_block.is_(None), purpose.fund.in_(fund_numbers))
        .order_by(purpose.purpose, ends.c.day)
    )  # fmt: skip


def _up_to(
    purpose: ColumnElement[int], day: ColumnElement[int], column: ColumnElement[int]
) -> ColumnElement[int]:
    table = purpose_days.table
    last = (
        select(column)
        .where(table.c.purpose == purpose, table.c.day <= day)
        .order_by(table.c.day.desc(), table.c.block_number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(last, 0).label(column.name)


@prepared
def first_days(fund: int) -> Select[tuple[int | None]]:
    """First day of each purpose of a fund that got anything, numbered from 1970; null where none did."""
    table, purpose = purpose_days.table, purposes.table.c
    first = (
        select(table.c.day)
        .where(table.c.purpose == purpose.purpose)
        .order_by(table.c.day)
        .limit(1)
        .scalar_subquery()
    )
    return select(first.label("day")).where(purpose.to_block.is_(None), purpose.fund == fund)


@prepared
def committed(now: int) -> Select[tuple[int, int, int]]:
    """What is approved and may still be paid, by purpose and budget line: those of `Phase` NOTICE, GRACE and PAYABLE.

    Args:
        now: Time of a block, seconds since 1970.
    """
    columns = requests.table.c
    sums = total(columns.amount_fen).label("amount_fen")
    return (
        select(columns.purpose, columns.budget_line, sums)
        .where(
            columns.to_block.is_(None),
            columns.state == ProposalState.APPROVED,
            columns.notice_ends_at > now - EXECUTION_SECONDS,
        )
        .group_by(columns.purpose, columns.budget_line)
    )


@prepared
def all_budget_lines() -> Select[Any]:
    """All budget lines by number."""
    return open_rows(budget_lines).order_by(budget_lines.table.c.budget_line)


@prepared
def unproven() -> Select[Any]:
    """Requests that were paid and whose proof is still to come, at most three of a budget line."""
    return open_rows(requests).where(requests.table.c.state == ProposalState.EXECUTED)
