"""Whose statement of wages a reader may read: it is the worker's, and for the treasurers who pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends

from contracts.accounts import fund_of
from indexer.projections.enterprise import enterprises
from ledger_api.enterprises import queries
from ledger_api.forms import id_bytes
from ledger_api.mirror import Mirror
from ledger_api.sessions.access import DataClass, Viewing

if TYPE_CHECKING:
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer


async def require_wages(mirror: Reading, viewer: Viewer, member: bytes) -> None:
    """Refuses who may not read a worker's statement.

    Raises:
        SessionMissingError: Nobody is signed in.
        AccessForbiddenError: Somebody else is.
    """
    if viewer.holdings and not viewer.may_read(DataClass.WAGES, member):
        numbers = [row.enterprise for row in await mirror.rows(queries.enterprises_of(member))]
        found = await mirror.versions(enterprises, queries.enterprises_numbered(numbers))
        if any(viewer.may_read(DataClass.WAGES, fund=fund_of(one.levy_purpose)) for one in found):
            return
    viewer.require(DataClass.WAGES, member)


async def readable_worker(mirror: Mirror, viewer: Viewing, member: str) -> bytes:
    """The worker of an address, 16 bytes.

    Raises:
        QueryInvalidError: It is no id.
        As `require_wages`.
    """
    worker = id_bytes(member, 16)
    await require_wages(mirror, viewer, worker)
    return worker


# What an endpoint asks for that shows a worker's statement or a part of it.
ReadableWorker = Annotated[bytes, Depends(readable_worker)]
