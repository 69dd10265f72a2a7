"""Addresses for transfers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from contracts.enums import Reason
from ledger_api.context import AppContext
from ledger_api.errors import QueryInvalidError
from ledger_api.etag import HeadRoute, table
from ledger_api.finality import Page
from ledger_api.forms import enum_member, id_bytes
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit
from ledger_api.sessions.access import Viewing
from ledger_api.transfers import service
from ledger_api.transfers.filter import TransferFilter
from ledger_api.transfers.schemas import LedgerLine

router = APIRouter(tags=["transfers"], route_class=HeadRoute)

Time = Annotated[datetime | None, Query(description="RFC 3339.")]


def filters_of(
    account: Annotated[str | None, Query(description="Payer or payee.")] = None,
    fund: Annotated[
        int | None, Query(ge=1, le=0xFFFF, description="Fund of the purpose that paid or was paid.")
    ] = None,
    reason: Annotated[str | None, Query(description="Why, such as DONATION.")] = None,
    since: Time = None,
    until: Time = None,
    cause: Annotated[
        str | None, Query(description="Workflow object behind it: bank line, proposal, task, lot.")
    ] = None,
) -> TransferFilter:
    """The filter that an address asks for."""
    return TransferFilter(
        account=id_bytes(account, 32) if account else None,
        fund=fund,
        reason=enum_member(Reason, reason) if reason else None,
        since=_seconds(since) if since else None,
        until=_seconds(until) if until else None,
        cause=id_bytes(cause, 32) if cause else None,
    )


Filters = Annotated[TransferFilter, Depends(filters_of)]


@table(router, "/v1/transfers")
async def list_transfers(
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    filters: Filters,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[LedgerLine]:
    """The ledger, newest first."""
    page = await service.page_of(mirror, viewer, filters, cursor, limit)
    items = await service.with_sentences(mirror, context.names.current(), page.items, filters)
    return Page(items=items, next_cursor=page.next_cursor, **mirror.head.stands())


@router.get("/v1/transfers/{sequence}")
async def get_transfer(
    context: AppContext, mirror: Mirror, viewer: Viewing, sequence: Annotated[int, Path(ge=1, lt=2**63)]
) -> LedgerLine:
    """One transfer by its number."""
    found = await service.transfer(mirror, viewer, sequence)
    (line,) = await service.with_sentences(mirror, context.names.current(), [found], TransferFilter())
    return line


def _seconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise QueryInvalidError(
            f"expected a time with its offset, such as 2026-03-01T00:00:00Z, got {moment}"
        )
    return int(moment.timestamp())
