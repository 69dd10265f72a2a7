"""What a member is to the town, in words: roles for a fund or an enterprise, and seats of committees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import Role
from ledger_api.members.rules import seat_name

if TYPE_CHECKING:
    from ledger_api.holdings import Holding
    from ledger_api.locale import Locale
    from ledger_api.members.person import Person


def role_name(locale: Locale, held: Holding) -> str:
    """A role with what it is for."""
    group = "enterprises" if held.role is Role.FOREMAN else "funds"
    scope = locale.name(group, held.scope)
    return locale.gettext("{role}：{scope}", role=locale.word("role", held.role.name), scope=scope)


def office_names(locale: Locale, person: Person) -> list[str]:
    """The roles and seats that a person holds now, each in words; none of who holds none."""
    seats = [
        locale.gettext(
            "{role}：{scope}",
            role=locale.name("committees", seat.committee),
            scope=seat_name(locale, seat.seat, seat.seat_class),
        )
        for seat in person.seats
    ]
    return [*(role_name(locale, held) for held in person.holdings), *seats]


def holds_office(person: Person) -> bool:
    """Whether a person has a part beyond that of a resident."""
    return bool(person.seats) or any(held.role is not Role.RESIDENT for held in person.holdings)
