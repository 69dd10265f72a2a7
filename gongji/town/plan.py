"""The whole plan of the demo town's year, in the order in which it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town import (
    campaigns,
    changes,
    charges,
    decisions,
    delegations,
    devices,
    founding,
    giving,
    memberships,
    new_keys,
    piecework,
    redeeming,
    visits,
    wages,
)

if TYPE_CHECKING:
    from gongji.town.acts import Act, Calendar
    from gongji.town.bank import Bank


def acts(calendar: Calendar, bank: Bank) -> list[Act]:
    """All acts, earliest first.

    Args:
        calendar: When they happen.
        bank: Gathers what moves on the accounts.
    """
    found: list[Act] = [
        *founding.acts(calendar),
        *changes.acts(calendar),
        *devices.acts(calendar),
        *new_keys.acts(calendar),
        *memberships.acts(calendar),
    ]
    for part in (giving, charges, campaigns, decisions, piecework, wages):
        found += part.acts(calendar, bank)
    found += visits.acts(calendar)
    found += redeeming.acts(calendar)
    found += delegations.acts(calendar)
    found += campaigns.keeping(calendar)
    found += giving.imports(calendar, bank)
    return sorted(found, key=lambda act: act.at)
