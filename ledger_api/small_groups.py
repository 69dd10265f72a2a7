"""Counts of persons as the public sees them: never of a group of fewer than five.

Rows of public lists stay without names (`sessions/access.py`), and so does what adds up from them. What is hidden here is what
those rows do not tell: how many persons stand behind them.
"""

from __future__ import annotations

from kit.translation import N_

LEAST_GROUP = 5
# What a table says instead of a hidden count, by field.
HIDDEN_CELLS = {"households": N_("少于 5 户"), "matched_fen": N_("不公布"), "returned_fen": N_("不公布")}


def is_small(persons: int) -> bool:
    """Whether a group has somebody, and so few that what is said of it may be said of one."""
    return 0 < persons < LEAST_GROUP


def public_count(persons: int) -> int | None:
    """How many persons a group has; None if it is small."""
    return None if is_small(persons) else persons
