"""Lists of things in the order of the chain, newest first: a page is one look into an index, however long the list is."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from kit.prepared import Prepared
from ledger_api.paging import cut, older_than, place_cursor

if TYPE_CHECKING:
    from sqlalchemy import Select

    from indexer.projections.noun import Noun
    from indexer.projections.version import Version
    from ledger_api.mirror import Placed, Reading

    V = TypeVar("V", bound=Version)

# Queries times the numbers of rows that are asked for.
MOST_FIRST_PAGES = 256


async def newest_page(
    mirror: Reading, noun: Noun[V], query: Select[Any] | Prepared, cursor: str | None, limit: int
) -> tuple[list[Placed[V]], str | None]:
    """A page of things, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        noun: What they are.
        query: All of them over `placed_rows`, newest first; that of a page that many look at is prepared.
        cursor: Where to begin; None with the newest.
        limit: Rows on a page.

    Raises:
        CursorInvalidError: The cursor is of no such list.
    """
    statement: Any = query.statement if isinstance(query, Prepared) else query
    if cursor is not None:
        statement = statement.where(older_than(noun.table.c, cursor)).limit(limit + 1)
    elif isinstance(query, Prepared):
        statement = _first_page(statement, limit + 1)
    else:
        statement = statement.limit(limit + 1)
    values = query.values if isinstance(query, Prepared) else {}
    found = await mirror.placed(noun, Prepared(statement, values))
    return cut(found, limit, lambda one: place_cursor(one.version))


@lru_cache(MOST_FIRST_PAGES)
def _first_page(statement: Select[Any], rows: int) -> Select[Any]:
    """The page that nearly everybody asks for, made once."""
    return statement.limit(rows)
