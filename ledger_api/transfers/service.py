"""What a list of transfers is."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

from contracts.accounts import AccountKind, account_id, account_owner
from indexer.projections.fund import purposes as purpose_noun
from ledger_api.errors import NotFoundError
from ledger_api.finality import Page
from ledger_api.funds.queries import purposes_of
from ledger_api.locale import Locale
from ledger_api.paging import cut, decode_cursor, encode_cursor
from ledger_api.sessions.access import DataClass
from ledger_api.transfers import queries
from ledger_api.transfers.causes import causes_of
from ledger_api.transfers.reversals import UNDOS
from ledger_api.transfers.schemas import LedgerLine, Transfer
from ledger_api.transfers.sentences import line_of, sentence, sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer
    from ledger_api.transfers.filter import TransferFilter
    from ledger_api.transfers.sentences import Line
    from register.names import Names


async def page_of(
    mirror: Reading, viewer: Viewer, filters: TransferFilter, cursor: str | None, limit: int
) -> Page[Transfer]:
    """One page of transfers, newest first.

    Raises:
        SessionMissingError: The filter names a personal account, and nobody is signed in.
        AccessForbiddenError: It is somebody else's.
    """
    owner = account_owner(filters.account) if filters.account else None
    if owner is not None:
        viewer.require(DataClass.ACCOUNT, owner)
    before = None if cursor is None else decode_cursor(cursor, int)[0]
    accounts = await _accounts(mirror, filters)
    if accounts is None:
        query = queries.transfers(filters, before, limit + 1)
    else:
        query = queries.numbered(await _latest(mirror, accounts, filters, before, limit + 1))
    found = await mirror.records(Transfer, query)
    shown = [_as_seen_by(viewer, one) for one in found]
    items, following = cut(shown, limit, lambda one: encode_cursor(one.sequence))
    return Page(items=items, next_cursor=following, **mirror.head.stands())


async def transfer(mirror: Reading, viewer: Viewer, sequence: int) -> Transfer:
    """One transfer.

    Raises:
        NotFoundError: The ledger has no transfer of this number.
    """
    found = await mirror.records(Transfer, queries.numbered([sequence]))
    if not found:
        raise NotFoundError("transfer", sequence)
    return _as_seen_by(viewer, found[0])


async def reversal_of(mirror: Reading, viewer: Viewer, entry: Transfer) -> Transfer | None:
    """The transfer that took another back; None if that stands, or is nothing that is taken back."""
    if entry.reason not in UNDOS:
        return None
    query = queries.reversals(UNDOS[entry.reason].reason, entry.cause, entry.sequence)
    found = await mirror.records(Transfer, query)
    return _as_seen_by(viewer, found[0]) if found else None


def _as_seen_by(viewer: Viewer, transfer: Transfer) -> Transfer:
    sides = {"payer": viewer.account(transfer.payer), "payee": viewer.account(transfer.payee)}
    return transfer.model_copy(update=sides)


async def lines_of(
    mirror: Reading, locale: Locale, transfers: Sequence[Transfer], looked_at: TransferFilter
) -> list[Line]:
    """Transfers as people read them; for arguments see `sentences.line_of`."""
    causes = await causes_of(mirror, transfers)
    return [line_of(locale, transfer, causes, looked_at) for transfer in transfers]


async def with_sentences(
    mirror: Reading, names: Names, transfers: Sequence[Transfer], looked_at: TransferFilter
) -> list[LedgerLine]:
    """Transfers with their sentences in both languages, and their sign; for `looked_at` see `sentences.line_of`."""
    causes = await causes_of(mirror, transfers)
    zh, en = (Locale(lang=lang, size="normal", names=names) for lang in ("zh", "en"))
    return [
        LedgerLine(
            **dict(one),
            text_zh=sentence(zh, one, causes),
            text_en=sentence(en, one, causes),
            sign=sign(one, looked_at),
        )
        for one in transfers
    ]


async def _accounts(mirror: Reading, filters: TransferFilter) -> list[bytes] | None:
    """The accounts of which a filter wants transfers; None if of all."""
    if filters.account is not None:
        return [filters.account]
    if filters.fund is None:
        return None
    purposes = await mirror.versions(purpose_noun, purposes_of([filters.fund]))
    return [account_id(AccountKind.PURPOSE, found.purpose) for found in purposes]


async def _latest(
    mirror: Reading, accounts: Sequence[bytes], filters: TransferFilter, before: int | None, limit: int
) -> list[int]:
    """Numbers of the latest transfers of some accounts."""
    found: set[int] = set()
    between = _between(filters)
    for account in accounts:
        query = queries.sequences(account, filters, *between, before, limit)
        found.update(row.sequence for row in await mirror.rows(query))
    return nlargest(limit, found)


def _between(filters: TransferFilter) -> tuple[bytes | None, bytes | None]:
    """First and last account of the fund, if the transfers of one account are wanted that went between it and a fund."""
    if filters.account is None or filters.fund is None:
        return None, None
    first, last = (account_id(AccountKind.PURPOSE, filters.fund << 16 | number) for number in (0, 0xFFFF))
    return first, last
