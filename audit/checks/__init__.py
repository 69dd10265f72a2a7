"""The numbered checks over the verified history, in the order of their numbers.

Each is made with `audit.numbered.numbered`. All that stand in the modules below are run; none has to be listed.
"""

from __future__ import annotations

from audit.checks import (
    answers,
    asked,
    authority,
    bank,
    campaigns,
    causes,
    cooperative,
    decisions,
    ledger,
    members,
    mirror,
    mirror_state,
    service,
    state,
)
from audit.numbered import Check

_FAMILIES = (
    answers,
    asked,
    authority,
    bank,
    campaigns,
    causes,
    cooperative,
    decisions,
    ledger,
    members,
    mirror,
    mirror_state,
    service,
    state,
)


def _number(check: Check) -> list[int]:
    return [int(part) for part in check.check_id.removeprefix("C").split(".")]


CHECKS: tuple[Check, ...] = tuple(
    sorted((c for f in _FAMILIES for c in vars(f).values() if isinstance(c, Check)), key=_number)
)
