"""Who is signed in, with what they may act as now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_api.holdings import holdings_of
from ledger_api.members.service import seats_held

if TYPE_CHECKING:
    from contracts.enums import Role
    from ledger_api.holdings import Holding
    from ledger_api.members.schemas import Seat
    from ledger_api.mirror import Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A member with seats and roles in force.

    Attributes:
        member: 16 bytes.
        seats: Seats of committees.
        holdings: Roles.
    """

    member: bytes
    seats: list[Seat]
    holdings: list[Holding]

    def seats_in(self, committee: int) -> list[Seat]:
        """Seats in a committee."""
        return [seat for seat in self.seats if seat.committee == committee]

    def holds(self, role: Role, scope: int) -> bool:
        """Whether the person holds a role for a fund or enterprise."""
        return any((held.role, held.scope) == (role, scope) for held in self.holdings)


async def person_of(mirror: Reading, member: bytes, now: int) -> Person:
    """A member as of now.

    Args:
        mirror: A snapshot of the mirror.
        member: 16 bytes.
        now: Seconds since 1970.
    """
    seats = [seat for seat in await seats_held(mirror, member) if (seat.valid_until or 0) > now]
    return Person(member=member, seats=seats, holdings=await holdings_of(mirror, member, now))
