"""What desks did, act by act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_

from contracts.events import ActedForPerson
from indexer.history import EVENT_TABLES
from kit.prepared import prepared
from ledger_api.delegations.schemas import DeskAct
from ledger_api.history import recorded
from wallets.desk import desk_act

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select

    from ledger_api.mirror import Reading

COLUMNS = EVENT_TABLES[ActedForPerson].c


async def acts_for(
    mirror: Reading, persons: Collection[bytes], limit: int, delegations: Collection[bytes] = ()
) -> list[DeskAct]:
    """What desks did for some members, and by some delegations, newest first."""
    return await _acts(mirror, _for_persons(persons, delegations, limit))


async def acts_by(mirror: Reading, delegation: bytes, limit: int) -> list[DeskAct]:
    """What was done by a delegation, newest first."""
    return await _acts(mirror, _by_delegation(delegation, limit))


async def _acts(mirror: Reading, query: Any) -> list[DeskAct]:
    rows = await mirror.rows(query)
    named = ((row, desk_act(row.selector)) for row in rows)
    return [mirror.record(DeskAct, row, act=act.act if act else "") for row, act in named]


@prepared
def _for_persons(persons: Collection[bytes], delegations: Collection[bytes], limit: int) -> Select[Any]:
    concerned = or_(COLUMNS.person.in_(persons), COLUMNS.delegation.in_(delegations))
    return _newest().where(concerned).limit(limit)


@prepared
def _by_delegation(delegation: bytes, limit: int) -> Select[Any]:
    return _newest().where(COLUMNS.delegation == delegation).limit(limit)


def _newest() -> Select[Any]:
    return recorded(ActedForPerson).order_by(COLUMNS.block_number.desc(), COLUMNS.log_index.desc())
