"""Lists of things in the order of the chain, newest first: a page is one look into an index, however long the list is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ledger_api.paging import cut, older_than, place_cursor

if TYPE_CHECKING:
    from sqlalchemy import Select

    from indexer.projections.noun import Noun
    from indexer.projections.version import Version
    from ledger_api.mirror import Placed, Reading

    V = TypeVar("V", bound=Version)


async def newest_page(
    mirror: Reading, noun: Noun[V], query: Select[Any], cursor: str | None, limit: int
) -> tuple[list[Placed[V]], str | None]:
    """A page of things, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        noun: What they are.
        query: All of them over `placed_rows`, newest first.
        cursor: Where to begin; None with the newest.
        limit: Rows on a page.

    Raises:
        CursorInvalidError: The cursor is of no such list.
    """
    if cursor is not None:
        query = query.where(older_than(noun.table.c, cursor))
    found = await mirror.placed(noun, query.limit(limit + 1))
    return cut(found, limit, lambda one: place_cursor(one.version))
