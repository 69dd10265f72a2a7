"""Who holds which office, and what was scheduled, folded from the authority's events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from audit.report.governance import ChangeSeen, Governance
from audit.rules.changes import PUBLIC, WAITING_BIT, Change, change_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.chain.history import History

OPEN_SECONDS = 7 * 24 * 3600


def governance_of(history: History, names: Mapping[bytes, str]) -> Governance:
    """Who governs at the end of a history.

    Args:
        history: The verified history.
        names: Pinned contracts by address.
    """
    holders: dict[int, set[bytes]] = defaultdict(set)
    changes: dict[tuple[bytes, int], ChangeSeen] = {}
    founded_at = None
    for log in history.logs():
        v = log.values
        match log.name:
            case "Authority.RoleGranted":
                holders[_office(v["role_id"])].add(v["account"])
            case "Authority.RoleRevoked":
                holders[_office(v["role_id"])].discard(v["account"])
            case "Authority.FoundingEnded":
                founded_at = log.block.time
            case "Authority.OperationScheduled":
                changes[v["operation_id"], v["nonce"]] = _seen(change_of(log, names), history.head.time)
            case "Authority.OperationExecuted" | "Authority.OperationCanceled":
                key = (v["operation_id"], v["nonce"])
                if key in changes:
                    state = "executed" if log.event == "OperationExecuted" else "cancelled"
                    changes[key] = replace(changes[key], state=state)
    held = {office: tuple(sorted(addresses)) for office, addresses in holders.items() if addresses}
    return Governance(founded_at=founded_at, holders=held, changes=tuple(changes.values()))


def _office(role: int) -> int:
    """The office of a role: that of its changes is the same."""
    return role & ~WAITING_BIT if role != PUBLIC else role


def _seen(change: Change, now: int) -> ChangeSeen:
    """A change that neither was carried out nor cancelled yet."""
    return ChangeSeen(
        name=change.call.name if change.call else "unknown",
        caller=change.caller,
        scheduled_at=change.scheduled_at,
        delay_seconds=change.due_at - change.scheduled_at,
        state="waiting" if now < change.due_at + OPEN_SECONDS else "over",
    )
