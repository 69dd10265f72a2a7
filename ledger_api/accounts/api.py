"""Addresses for accounts."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from sqlalchemy import or_

from contracts.accounts import PERSONAL, AccountKind, account_id, account_owner
from contracts.enums import Unit
from indexer.projections.account import accounts
from ledger_api.accounts import queries
from ledger_api.accounts.schemas import Account
from ledger_api.balances import BalanceRow
from ledger_api.context import context_of
from ledger_api.errors import NotFoundError, QueryInvalidError
from ledger_api.etag import HeadRoute, form_of, head_tag, headers_of, is_known, not_modified, table
from ledger_api.finality import Page, finality_of
from ledger_api.forms import hexed, id_bytes
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor, Limit, cut, decode_cursor, encode_cursor
from ledger_api.sessions.access import DataClass, viewer_of

router = APIRouter(tags=["accounts"], route_class=HeadRoute)


@table(router, "/v1/accounts")
async def list_accounts(mirror: Mirror, cursor: Cursor = None, limit: Limit = 100) -> Page[Account]:
    """All accounts with their balances, in the order of their ids. Personal accounts are none of it."""
    key = accounts.table.c.account
    personal = or_(*(key.between(*_range(kind)) for kind in PERSONAL))
    query = queries.accounts_at(mirror.head.number).where(~personal).order_by(key).limit(limit + 1)
    if cursor is not None:
        query = query.where(key > id_bytes(decode_cursor(cursor, str)[0], 32))
    rows, following = cut(
        await mirror.rows(query), limit, lambda row: encode_cursor("0x" + row.account.hex())
    )
    items = [Account(**row._mapping, **mirror.head.stands()) for row in rows]  # noqa: SLF001
    return Page(items=items, next_cursor=following, **mirror.head.stands())


async def get_account(
    request: Request,
    account: str,
    at_block: Annotated[
        int | None, Query(ge=0, lt=2**63, description="Balance at this block; now if not given.")
    ] = None,
) -> Response:
    """The balance of an account, now or at a block; of a personal account for whose it is."""
    key = id_bytes(account, 32)
    owner = account_owner(key)
    if owner is not None:
        (await viewer_of(request)).require(DataClass.ACCOUNT, owner)
    row = await (await context_of(request)).balances.read(key, at_block)
    tag = head_tag(row.head_hash, row.final_number, form_of(request))
    if is_known(request, tag):
        return not_modified(tag)
    if row.hash is None:
        raise QueryInvalidError(f"expected a block up to {row.head_number}, got {at_block}")
    if row.unit is None:
        raise NotFoundError("account", account)
    return Response(
        _json(account, row, Unit(row.unit)), media_type="application/json", headers=headers_of(tag)
    )


# It answers by itself, for speed: no snapshot, no form to fill and check. A test compares it with the list.
router.add_api_route(
    "/v1/accounts/{account}",
    get_account,
    methods=["GET"],
    response_model=Account,
    route_class_override=APIRoute,
)


def _range(kind: AccountKind) -> tuple[bytes, bytes]:
    """First and last id of a kind."""
    return account_id(kind), account_id(kind, 2**248 - 1)


def _json(account: str, row: BalanceRow, unit: Unit) -> bytes:
    return orjson.dumps(
        {
            "block_number": row.number,
            "block_hash": hexed(row.hash or b""),
            "finality": finality_of(row.number, row.final_number),
            "account": account.lower(),
            "unit": unit.name,
            "world": row.world,
            "balance": row.balance,
        }
    )
