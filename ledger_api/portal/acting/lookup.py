"""The one query of sheets: what an act is about, by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed
from ledger_api.mirror import open_rows

if TYPE_CHECKING:
    from indexer.projections.noun import Noun
    from ledger_api.mirror import Reading


async def find_by_id(mirror: Reading, noun: Noun[Any], key: int | bytes) -> Any:
    """The row of a noun as it is now.

    Raises:
        NotFoundError: There is none of this id.
    """
    found = await mirror.versions(noun, open_rows(noun).where(noun.table.c[noun.key[0]] == key))
    if not found:
        raise NotFoundError(noun.key[0], hexed(key) if isinstance(key, bytes) else key)
    return found[0]
