"""Whom a thing names, told to whom the table of access says: a sheet tells no more of a visit than the page of the visit does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indexer.projections.enterprise import enterprises
from indexer.projections.redemption import Redemption
from indexer.projections.task import Task
from indexer.projections.work import Lot
from ledger_api.mirror import open_rows
from ledger_api.portal.acting.offers import fund_of
from ledger_api.sessions.access import DataClass

if TYPE_CHECKING:
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer

# By the type of a thing: what it is, and which of its attributes name members.
PERSONS: dict[type, tuple[DataClass, tuple[str, ...]]] = {
    Task: (DataClass.VISIT, ("volunteer",)),
    Redemption: (DataClass.REDEMPTION, ("member", "provider")),
    Lot: (DataClass.LOT, ("worker",)),
}


async def as_seen_by(mirror: Reading, viewer: Viewer, thing: Any) -> Any:
    """A thing, without the members whom it names where that is not for its reader.

    Args:
        mirror: A snapshot.
        viewer: Who asks.
        thing: Such as a task.
    """
    if type(thing) not in PERSONS:
        return thing
    data, names = PERSONS[type(thing)]
    enterprise = getattr(thing, "enterprise", None)
    fund = fund_of(thing) if enterprise is None else await _fund_of_enterprise(mirror, enterprise)
    if viewer.may_read(data, *(getattr(thing, name) for name in names), fund=fund, enterprise=enterprise):
        return thing
    return replace(thing, **dict.fromkeys(names))


async def _fund_of_enterprise(mirror: Reading, enterprise: int) -> int | None:
    query = open_rows(enterprises).where(enterprises.table.c.enterprise == enterprise)
    found = await mirror.versions(enterprises, query)
    return next((fund_of(one) for one in found), None)
