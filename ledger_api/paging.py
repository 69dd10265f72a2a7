"""Pages that stay what they are while the list grows: a cursor names the last row seen, not a count of rows."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import orjson
from fastapi import Query
from sqlalchemy import tuple_

from ledger_api.errors import CursorInvalidError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

T = TypeVar("T")
MAX_LIMIT = 1000
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows on a page, 1 to 1000.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")]


def encode_cursor(*key: int | str) -> str:
    """The cursor of a row.

    Args:
        key: What the list is ordered by; bytes as hex.
    """
    return urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type) -> list[Any]:
    """The key that a cursor holds.

    Args:
        cursor: As `encode_cursor` made it.
        kinds: Expected type of each part, int or str.

    Raises:
        CursorInvalidError: It was not made here.
    """
    try:
        key: Any = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, Base64Error):
        raise CursorInvalidError(f"expected a cursor of this server, got {cursor!r}") from None
    known = isinstance(key, list) and [type(part) for part in key] == list(kinds)
    if not known or any(isinstance(part, int) and not 0 <= part < 2**63 for part in key):
        raise CursorInvalidError(f"expected a cursor of this list, got {cursor!r}")
    return list(key)


def place_cursor(row: Any) -> str:
    """The cursor of a row of a list in the order of the chain."""
    return encode_cursor(row.block_number, row.log_index)


def older_than(columns: Any, cursor: str) -> ColumnElement[bool]:
    """What comes before the row of a cursor on the chain.

    Args:
        columns: Columns of an event's table.
        cursor: A `place_cursor`.
    """
    return tuple_(columns.block_number, columns.log_index) < tuple(decode_cursor(cursor, int, int))


def newer_than(columns: Any, cursor: str) -> ColumnElement[bool]:
    """What comes after the row of a cursor on the chain; as `older_than`."""
    return tuple_(columns.block_number, columns.log_index) > tuple(decode_cursor(cursor, int, int))


def cut(rows: Sequence[T], limit: int, key: Callable[[T], str]) -> tuple[list[T], str | None]:
    """A page and the cursor of the next.

    Args:
        rows: Up to `limit + 1` rows; the one too many tells that there is a next page.
        limit: Rows on a page.
        key: Cursor of a row.
    """
    page = list(rows[:limit])
    return page, key(page[-1]) if len(rows) > limit else None
