"""What a list of transfers is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.errors import NotFoundError
from ledger_api.paging import cut, decode_cursor, encode_cursor
from ledger_api.standing import Page
from ledger_api.transfers import repository
from ledger_api.transfers.schemas import Transfer

if TYPE_CHECKING:
    from ledger_api.mirror import Reading
    from ledger_api.transfers.repository import TransferFilter


async def page_of(mirror: Reading, wanted: TransferFilter, cursor: str | None, limit: int) -> Page[Transfer]:
    """One page of transfers, newest first."""
    query = repository.transfers(wanted).limit(limit + 1)
    if cursor is not None:
        query = query.where(repository.transferred.c.sequence < decode_cursor(cursor, int)[0])
    found = await mirror.records(Transfer, query)
    items, following = cut(found, limit, lambda one: encode_cursor(one.sequence))
    return Page(items=items, next_cursor=following, **mirror.head.stands())


async def transfer(mirror: Reading, sequence: int) -> Transfer:
    """One transfer.

    Raises:
        NotFoundError: The ledger has no transfer of this number.
    """
    query = repository.transfers(repository.TransferFilter()).where(
        repository.transferred.c.sequence == sequence
    )
    found = await mirror.records(Transfer, query)
    if not found:
        raise NotFoundError("transfer", sequence)
    return found[0]
