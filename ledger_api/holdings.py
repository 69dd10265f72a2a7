"""Who a key belongs to and which roles that member holds, by the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.enums import Role
from indexer.projections.fund import funds
from indexer.projections.member import KeyPhase, is_in_force, key_phase, keys, roles, seats
from kit.prepared import prepared
from ledger_api.mirror import open_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select

    from indexer.projections.member import RoleHeld
    from ledger_api.mirror import Reading


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


async def member_of(reading: Reading, address: bytes, now: int) -> bytes | None:
    """The member whose key may act now, 16 bytes; None if there is none.

    Args:
        reading: A snapshot of the mirror.
        address: Address of the key, 20 bytes.
        now: Seconds since 1970.
    """
    # The clock of the chain may be ahead: a key that is in a block may act in the next one.
    moment = max(now, reading.head.time)
    found = await reading.versions(keys, _key(address))
    return next(
        (key.member for key in found if key_phase(key, moment) not in (KeyPhase.WAITING, KeyPhase.OVER)), None
    )


async def is_members(reading: Reading, address: bytes) -> bool:
    """Whether a key is or was a member's.

    Args:
        reading: A snapshot of the mirror.
        address: Address of the key, 20 bytes.
    """
    return bool(await reading.versions(keys, _key(address)))


async def holdings_of(reading: Reading, member: bytes, now: int) -> list[Holding]:
    """The roles that a member holds.

    Args:
        reading: A snapshot of the mirror.
        member: 16 bytes.
        now: Seconds since 1970.
    """
    held = await roles_granted(reading, member)
    return [
        Holding(role=h.role, scope=h.scope, valid_until=h.valid_until) for h in held if is_in_force(h, now)
    ]


async def roles_granted(reading: Reading, member: bytes) -> list[RoleHeld]:
    """The last grant of each role and scope to a member, in force or past its end."""
    return await reading.versions(roles, _roles(member))


async def committees_of(reading: Reading, member: bytes, now: int) -> list[int]:
    """Committees in which a member has a seat now; for arguments see `holdings_of`."""
    held = await reading.versions(seats, _seats(member))
    return [seat.committee for seat in held if seat.valid_until > now]


async def banks_of(reading: Reading, member: bytes, now: int) -> set[int]:
    """Bank accounts of the funds whose treasurer a member is now."""
    scopes = [h.scope for h in await holdings_of(reading, member, now) if h.role is Role.TREASURER]
    return {fund.bank for fund in await reading.versions(funds, _funds(scopes))}


@prepared
def _key(address: bytes) -> Select[Any]:
    return open_rows(keys).where(keys.table.c.key == address)


@prepared
def _roles(member: bytes) -> Select[Any]:
    return open_rows(roles).where(roles.table.c.member == member)


@prepared
def _seats(member: bytes) -> Select[Any]:
    return open_rows(seats).where(seats.table.c.member == member)


@prepared
def _funds(numbers: Collection[int]) -> Select[Any]:
    return open_rows(funds).where(funds.table.c.fund.in_(numbers))
