"""Queries for delegations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from indexer.projections.delegation import delegations
from indexer.projections.member import keys
from kit.prepared import prepared
from ledger_api.mirror import open_rows, placed_rows, total

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select

COLUMNS = delegations.table.c


@prepared
def of_persons(persons: Collection[bytes]) -> Select[Any]:
    """Delegations of some members, newest first."""
    return _newest().where(COLUMNS.person.in_(persons))


@prepared
def ended_by(guardian: bytes) -> Select[Any]:
    """Delegations that name a member who may end them, newest first."""
    return _newest().where(COLUMNS.guardian == guardian)


@prepared
def of_funds(funds: Collection[int]) -> Select[Any]:
    """Delegations by which the clerks of some funds act, newest first."""
    return _newest().where(COLUMNS.fund.in_(funds))


@prepared
def acts_of_fund(fund: int) -> Select[Any]:
    """How many acts were done by the delegations of a fund."""
    return select(total(COLUMNS.acts).label("acts")).where(COLUMNS.to_block.is_(None), COLUMNS.fund == fund)


@prepared
def called(delegation: bytes) -> Select[Any]:
    """The delegation of an id."""
    return placed_rows(delegations).where(COLUMNS.delegation == delegation)


@prepared
def keys_called(accounts: Collection[bytes]) -> Select[Any]:
    """The keys that some delegations hold."""
    return open_rows(keys).where(keys.table.c.key.in_(accounts))


def _newest() -> Select[Any]:
    return placed_rows(delegations).order_by(COLUMNS.block_number.desc(), COLUMNS.log_index.desc())
