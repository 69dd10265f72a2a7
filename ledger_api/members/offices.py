"""What a member is to the town, in words: roles for a fund or an enterprise, and seats of committees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import Role
from ledger_api.members.rules import seat_name

if TYPE_CHECKING:
    from ledger_api.holdings import Holding
    from ledger_api.locale import Locale
    from ledger_api.members.person import Person


def office_names(locale: Locale, person: Person) -> list[str]:
    """The roles that a person holds now, each with all that it is for, then the seats; none of who holds none."""
    roles = {
        role: locale.listed(_scope(locale, held) for held in person.holdings if held.role is role)
        for role in dict.fromkeys(held.role for held in person.holdings)
    }
    seats = [
        locale.gettext(
            "{role}：{scope}",
            role=locale.name("committees", seat.committee),
            scope=seat_name(locale, seat.seat, seat.seat_class),
        )
        for seat in person.seats
    ]
    held = [
        locale.gettext("{role}：{scope}", role=locale.word("role", role.name), scope=scope)
        for role, scope in roles.items()
    ]
    return [*held, *seats]


def _scope(locale: Locale, held: Holding) -> str:
    """The fund or enterprise that a role is for."""
    return locale.name("enterprises" if held.role is Role.FOREMAN else "funds", held.scope)


def holds_office(person: Person) -> bool:
    """Whether a person has a part beyond that of a resident."""
    return bool(person.seats) or any(held.role is not Role.RESIDENT for held in person.holdings)
