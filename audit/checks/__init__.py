"""The numbered checks over the verified history, in the order of their numbers.

Each is made with the decorator `audit.checks.check.check`. All modules below are run; one that is missing is an error, so that no
set of checks can be left out unseen.
"""

from __future__ import annotations

from audit.checks import (
    api_exhibit,
    authority,
    bank,
    bank_charges,
    call_effects,
    campaigns,
    causes,
    changes,
    closed_funds,
    cooperative,
    creation,
    decisions,
    delegations,
    households,
    keys,
    ledger,
    members,
    memberships,
    mirror,
    mirror_state,
    own_floors,
    payees,
    second_person,
    service,
    state,
    versions,
)
from audit.checks.check import Check

CHECK_MODULES = (
    api_exhibit,
    authority,
    bank,
    bank_charges,
    call_effects,
    campaigns,
    causes,
    changes,
    closed_funds,
    cooperative,
    creation,
    decisions,
    delegations,
    households,
    keys,
    ledger,
    members,
    memberships,
    mirror,
    mirror_state,
    own_floors,
    payees,
    second_person,
    service,
    state,
    versions,
)


def _number(check: Check) -> list[int]:
    return [int(part) for part in check.check_id.removeprefix("C").split(".")]


CHECKS: tuple[Check, ...] = tuple(
    sorted((c for f in CHECK_MODULES for c in vars(f).values() if isinstance(c, Check)), key=_number)
)
