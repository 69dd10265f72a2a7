"""The one query of sheets: a thing by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger_api.mirror import open_rows

if TYPE_CHECKING:
    from indexer.projections.noun import Noun
    from ledger_api.mirror import Reading


async def thing_called(mirror: Reading, noun: Noun[Any], key: int | bytes) -> Any | None:
    """A thing as it is now; None if there is none of this id."""
    found = await mirror.versions(noun, open_rows(noun).where(noun.table.c[noun.key[0]] == key))
    return found[0] if found else None
