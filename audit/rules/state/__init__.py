"""What things are after the last block: the auditor's own fold of the proven events, with which the mirror's is compared.

A module for each part of the town. It names the columns of its tables, and says what each event does to them. A table
stands after those by which the mirror makes it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from audit.decode.abi import flat
from audit.rules.state import (
    bank_lines,
    campaigns,
    changes,
    committees,
    delegations,
    devices,
    funds,
    membership,
    minutes,
    receipts,
    redemptions,
    requests,
    tasks,
    work,
)
from audit.rules.state.tables import Rule, StateTable, Town

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.chain.history import History

__all__ = ["VERSIONED", "StateTable", "fold_state"]

# Tables of which pages show what things were before, and not only what they are: each of their versions is proven.
VERSIONED = frozenset({"town_hours"})

_MODULES = (
    membership, committees, requests, tasks, redemptions, minutes, devices, funds, bank_lines, campaigns, work, changes, receipts,
    delegations,
)  # fmt: skip


def fold_state(history: History, last_block: int) -> Mapping[str, StateTable]:
    """Takes the events in order, each once.

    Args:
        history: The verified history.
        last_block: Number of the last block that counts.

    Returns:
        What exists after that block, and of `VERSIONED` what was, by the name of the mirror's table.

    Raises:
        StateError: An event is about a thing that cannot be.
    """
    rules: dict[str, list[Rule]] = defaultdict(list)
    for name, rule in (item for module in _MODULES for item in module.RULES.items()):
        rules[name].append(rule)
    town = Town({name: key for module in _MODULES for name, key in module.KEYS.items()}, VERSIONED)
    for log in history.logs():
        if log.block.number > last_block:
            break
        for rule in rules.get(log.name, ()):
            rule(town, log, flat(log.values))
    return town.tables
