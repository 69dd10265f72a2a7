"""Queries for transfers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select, tuple_, union, union_all

from contracts.enums import Reason
from contracts.events import DonationReversed, GiftReversed, PayoutReversed, Transferred
from indexer.history import EVENT_TABLES
from indexer.tables import blocks
from kit.prepared import Prepared, prepared
from ledger_api.history import recorded
from ledger_api.mirror import open_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, CompoundSelect, ScalarSelect, Select

    from contracts.types import Event
    from indexer.projections.noun import Noun
    from ledger_api.transfers.filter import TransferFilter

transferred = EVENT_TABLES[Transferred]
other = transferred.alias("other")
LAST_BLOCK = 2**63 - 1


@prepared
def transfers(filters: TransferFilter, before: int | None, limit: int) -> Select[Any]:
    """Transfers that a filter lets through, newest first; its account and fund are for `sequences`.

    Args:
        filters: The filter.
        before: Only those below this number; None takes all.
        limit: How many.
    """
    chosen = recorded(Transferred).where(*_conditions(filters, before))
    return chosen.order_by(transferred.c.sequence.desc()).limit(limit)


@prepared
def numbered(sequences: Collection[int]) -> Select[Any]:
    """The transfers of some numbers, newest first."""
    chosen = transferred.c.sequence.in_(sequences)
    return recorded(Transferred).where(chosen).order_by(transferred.c.sequence.desc())


@prepared
def reversals(reason: Reason, bank_line: bytes, after: int) -> Select[Any]:
    """The reversal that took a transfer back: the first of its bank line after it, since a line may be used again.

    Args:
        reason: Reason of the reversal.
        bank_line: Key of the line that the transfer names, 32 bytes.
        after: Number of the transfer.
    """
    columns = transferred.c
    chosen = columns.reason == reason, columns.cause == bank_line, columns.sequence > after
    return recorded(Transferred).where(*chosen).order_by(columns.sequence).limit(1)


@prepared
def reversed_with(document: bytes) -> CompoundSelect[tuple[bytes, bytes]]:
    """Treasurer who took a donation or a gift back with a document as the reasons, and whose it was.

    Args:
        document: Its commitment, 32 bytes.
    """
    return union_all(
        _reversed(DonationReversed, Reason.DONATION, document),
        _reversed(GiftReversed, Reason.CAMPAIGN_GIFT, document),
    )


def _reversed(event: type[Event], reason: Reason, document: bytes) -> Select[tuple[bytes, bytes]]:
    reversal, donation = EVENT_TABLES[event].c, transferred.c
    # A line that was attested by mistake may be attested again, for somebody else: what counts stands before the reversal.
    is_before = tuple_(donation.block_number, donation.log_index) < tuple_(
        reversal.block_number, reversal.log_index
    )
    donor = (
        select(donation.document)
        .where(donation.cause == reversal.bank_line, donation.reason == reason, is_before)
        .order_by(donation.block_number.desc(), donation.log_index.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(reversal.treasurer, donor.label("donor")).where(reversal.document == document)


@prepared
def payouts_reversed_with(document: bytes) -> Select[tuple[bytes, bytes, int]]:
    """Treasurer who took a payment of wages back with a document as the reasons, to whom and by which enterprise it was.

    Args:
        document: Its commitment, 32 bytes.
    """
    reversal = EVENT_TABLES[PayoutReversed].c
    return select(reversal.treasurer, reversal.worker, reversal.enterprise).where(
        reversal.document == document
    )


@prepared
def sequences(
    account: bytes,
    filters: TransferFilter,
    lowest: bytes | None,
    highest: bytes | None,
    before: int | None,
    limit: int,
) -> CompoundSelect[Any]:
    """Numbers of the latest transfers that an account paid, and of the latest that it got.

    Each side is a look into its index from the end, so it costs the same however long the ledger is. Together they would be
    sorted whole.

    Args:
        account: 32 bytes.
        filters: What else must be true.
        lowest: Only what went between it and an account from this on; None takes all.
        highest: The last such account.
        before: As of `transfers`.
        limit: How many of each side.
    """
    columns = transferred.c
    latest = (
        select(columns.sequence)
        .where(*_conditions(filters, before))
        .order_by(columns.block_number.desc(), columns.log_index.desc())
        .limit(limit)
    )
    if lowest is not None:
        latest = latest.where(or_(*(s.between(lowest, highest) for s in (columns.payer, columns.payee))))
    if before is not None:
        # Said of the index's own column, so that a page far back need not pass all pages before it. The transfer of an old
        # cursor may be gone after a rewind.
        block = select(other.c.block_number).where(other.c.sequence == before).scalar_subquery()
        latest = latest.where(columns.block_number <= func.coalesce(block, LAST_BLOCK))
    sides = (latest.where(side == account) for side in (columns.payer, columns.payee))
    return union(*(select(side.subquery()) for side in sides))


def open_rows_by_key(noun: Noun[Any], keys: Collection[bytes]) -> Prepared:
    """The open rows of a noun whose ids are some keys."""
    return Prepared(_open_rows_by_key(noun), {"keys": list(keys)})


@cache
def _open_rows_by_key(noun: Noun[Any]) -> Select[Any]:
    (name,) = noun.key
    return open_rows(noun).where(noun.table.c[name].in_(bindparam("keys", expanding=True)))


def _conditions(filters: TransferFilter, before: int | None) -> list[ColumnElement[bool]]:
    columns, conditions = transferred.c, []
    if before is not None:
        conditions.append(columns.sequence < before)
    if filters.reason is not None:
        conditions.append(columns.reason == filters.reason)
    if filters.since is not None:
        conditions.append(columns.sequence >= _first(filters.since))
    if filters.until is not None:
        conditions.append(columns.sequence <= _last(filters.until))
    if filters.cause is not None:
        conditions.append(columns.cause == filters.cause)
    return conditions


def _first(since: int) -> ScalarSelect[int]:
    """Number of the first transfer from a second on."""
    block = select(blocks.c.number).where(blocks.c.time >= since).order_by(blocks.c.time, blocks.c.number)
    query = select(other.c.sequence).where(other.c.block_number >= block.limit(1).scalar_subquery())
    return query.order_by(other.c.block_number, other.c.log_index).limit(1).scalar_subquery()


def _last(until: int) -> ScalarSelect[int]:
    """Number of the last transfer up to a second."""
    latest = blocks.c.time.desc(), blocks.c.number.desc()
    block = select(blocks.c.number).where(blocks.c.time <= until).order_by(*latest)
    query = select(other.c.sequence).where(other.c.block_number <= block.limit(1).scalar_subquery())
    return query.order_by(other.c.block_number.desc(), other.c.log_index.desc()).limit(1).scalar_subquery()
