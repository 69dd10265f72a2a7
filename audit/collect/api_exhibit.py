"""What the portal answers to anybody, as an exhibit: balances of all accounts but those of persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.collect.rpc import address_of
from audit.errors import CollectError
from audit.evidence.canonical import shown
from audit.evidence.formats import ACCOUNT_FIELDS, ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.collect.rpc import Http
    from audit.collect.writer import BundleWriter

PAGE = 1000
MAX_ACCOUNTS = 10_000_000


async def collect_accounts(
    http: Http, api_url: str, writer: BundleWriter, progress: Callable[[str, int, int], None]
) -> None:
    """Writes the answers of `GET /v1/accounts`, page by page.

    Args:
        http: Client.
        api_url: Base address of the portal.
        writer: The bundle.
        progress: Is called with how many are done; how many there are, nobody knows before, which is 0.

    Raises:
        CollectError: The portal does not answer so.
    """
    url = api_url.rstrip("/") + "/v1/accounts"
    where = address_of(url).url
    writer.add_lines(ACCOUNTS, [])
    done, cursor = 0, ""
    while True:
        page = await http.get(url, {"limit": PAGE} | ({"cursor": cursor} if cursor else {}))
        items = _field(where, page, "items")
        if not isinstance(items, list):
            raise CollectError(f"{where}: expected a list of items, got {shown(items)}")
        writer.add_lines(ACCOUNTS, [{k: _field(where, item, k) for k in ACCOUNT_FIELDS} for item in items])
        done += len(items)
        progress("账户余额 balances of accounts", done, 0)
        cursor = _field(where, page, "next_cursor")
        if cursor is None:
            return
        if not items or done > MAX_ACCOUNTS or not (isinstance(cursor, str) and cursor):
            raise CollectError(
                f"{where}: expected the cursor of a next page after items, and at most {MAX_ACCOUNTS} in all; "
                f"got {len(items)} items, {done} in all, cursor {shown(cursor)}"
            )


def _field(where: str, body: Any, name: str) -> Any:
    if not isinstance(body, dict) or name not in body:
        raise CollectError(f"{where}: expected an object with {name!r}, got {shown(body)}")
    return body[name]
