"""Queries for transfers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_

from contracts.accounts import AccountKind, account_id
from contracts.events import Transferred
from indexer.history import EVENT_TABLES
from indexer.tables import blocks
from ledger_api.history import recorded

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from contracts.enums import Reason

transferred = EVENT_TABLES[Transferred]


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferFilter:
    """Which transfers are wanted; None takes all.

    Attributes:
        account: Payer or payee, 32 bytes.
        fund: Fund of a purpose that is payer or payee.
        reason: Why it was made.
        since: First second, since 1970.
        until: Last second, since 1970.
        cause: Workflow object behind it, 32 bytes.
    """

    account: bytes | None = None
    fund: int | None = None
    reason: Reason | None = None
    since: int | None = None
    until: int | None = None
    cause: bytes | None = None


def transfers(wanted: TransferFilter) -> Select[Any]:
    """Transfers that a filter lets through, newest first."""
    return recorded(Transferred).where(*_conditions(wanted)).order_by(transferred.c.sequence.desc())


def purposes_of(fund: int) -> tuple[bytes, bytes]:
    """Lowest and highest account id that a purpose of a fund can have."""
    return account_id(AccountKind.PURPOSE, fund << 16), account_id(AccountKind.PURPOSE, (fund << 16) | 0xFFFF)


def _conditions(wanted: TransferFilter) -> list[ColumnElement[bool]]:
    columns, conditions = transferred.c, []
    if wanted.account is not None:
        conditions.append(or_(columns.payer == wanted.account, columns.payee == wanted.account))
    if wanted.fund is not None:
        span = purposes_of(wanted.fund)
        conditions.append(or_(columns.payer.between(*span), columns.payee.between(*span)))
    if wanted.reason is not None:
        conditions.append(columns.reason == wanted.reason)
    if wanted.since is not None:
        conditions.append(blocks.c.time >= wanted.since)
    if wanted.until is not None:
        conditions.append(blocks.c.time <= wanted.until)
    if wanted.cause is not None:
        conditions.append(columns.cause == wanted.cause)
    return conditions
