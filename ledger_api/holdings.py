"""Who a key belongs to and which roles that member holds, by the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from contracts.enums import Role
from contracts.events import KeyAdded, KeyEnded, RoleGranted
from indexer.history import EVENT_TABLES
from indexer.projections.fund import funds
from ledger_api.mirror import open_rows

if TYPE_CHECKING:
    from ledger_api.mirror import Reading

KEYS, ENDS, GRANTS = EVENT_TABLES[KeyAdded], EVENT_TABLES[KeyEnded], EVENT_TABLES[RoleGranted]


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """A role in force.

    Attributes:
        role: Which role.
        scope: Fund or enterprise it is for.
        valid_until: First second at which it is over, seconds since 1970.
    """

    role: Role
    scope: int
    valid_until: int


async def member_of(reading: Reading, address: bytes) -> bytes | None:
    """The member whose key may act now, 16 bytes; None if there is none.

    Args:
        reading: A snapshot of the mirror.
        address: Address of the key, 20 bytes.
    """
    ended = select(ENDS.c.key).where(ENDS.c.key == address).exists()
    row = await reading.first(select(KEYS.c.member).where(KEYS.c.key == address, ~ended))
    return None if row is None else bytes(row.member)


async def holdings_of(reading: Reading, member: bytes, now: int) -> list[Holding]:
    """The roles that a member holds. A later grant replaces an earlier one.

    Args:
        reading: A snapshot of the mirror.
        member: 16 bytes.
        now: Seconds since 1970.
    """
    query = (
        select(GRANTS).where(GRANTS.c.member == member).order_by(GRANTS.c.block_number, GRANTS.c.log_index)
    )
    last = {(row.role, row.scope): row.valid_until for row in await reading.rows(query)}
    return [
        Holding(role=Role(role), scope=scope, valid_until=until)
        for (role, scope), until in last.items()
        if until > now
    ]


async def banks_of(reading: Reading, member: bytes, now: int) -> set[int]:
    """Bank accounts of the funds whose treasurer a member is now."""
    scopes = [h.scope for h in await holdings_of(reading, member, now) if h.role is Role.TREASURER]
    query = open_rows(funds).where(funds.table.c.fund.in_(scopes))
    return {fund.bank for fund in await reading.versions(funds, query)}
