"""Who holds which office, and what was scheduled, folded from the authority's events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from audit.report.governance import ChangeSeen, Governance
from audit.rules.changes import GUARDIAN, PUBLIC, WAITING_BIT, change_of, is_of_guardian
from audit.rules.deciders import committees_of, powers_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.chain.history import History, Log

OPEN_SECONDS = 7 * 24 * 3600
# Roles that may stop what waits (contract `Authority`): ADMIN, the guardian, and the contract that stops for committees.
STOPPING = (0, GUARDIAN, 7)


def governance_of(history: History, names: Mapping[bytes, str], since: int | None = None) -> Governance:
    """Who governs at the end of a history.

    Args:
        history: The verified history.
        names: Pinned contracts by address.
        since: Number of the block after which a change must have been scheduled, or ended, to be told; None for all.
    """
    fold, begin = _Fold(names), -1 if since is None else since
    for log in history.logs():
        if log.contract == "Authority":
            fold.take(log)
    held = {office: tuple(sorted(addresses)) for office, addresses in fold.holders.items() if addresses}
    changes = (
        _at_head(change, history.head.time) for key, change in fold.changes.items() if fold.last[key] > begin
    )
    return Governance(
        founded_at=fold.founded_at, holders=held, changes=tuple(changes), powers=tuple(powers_of(history, names)),
        committees=tuple(committees_of(history)),
    )  # fmt: skip


class _Fold:
    def __init__(self, names: Mapping[bytes, str]) -> None:
        self._names = names
        self.founded_at: int | None = None
        self.holders: dict[int, set[bytes]] = defaultdict(set)
        self.changes: dict[tuple[bytes, int], ChangeSeen] = {}
        self.last: dict[tuple[bytes, int], int] = {}
        self._stopping: set[tuple[int, bytes]] = set()
        # Who is the guardian is not the guardian's to stop.
        self._of_guardian: set[tuple[bytes, int]] = set()

    def take(self, log: Log) -> None:
        """Takes the next event of the authority."""
        v = log.values
        match log.event:
            case "RoleGranted":
                self.holders[_office(v["role_id"])].add(v["account"])
                self._may_cancel(v["role_id"], v["account"])
            case "RoleRevoked":
                self.holders[_office(v["role_id"])].discard(v["account"])
                self._stopping.discard((v["role_id"], v["account"]))
            case "FoundingEnded":
                self.founded_at = log.block.time
            case "OperationScheduled":
                key = v["operation_id"], v["nonce"]
                self.changes[key], self.last[key] = self._seen(log), log.block.number
            case "ChangeExecuted" | "ChangeCancelled":
                key = v["operation_id"], v["nonce"]
                if key in self.changes:
                    state = "executed" if log.event == "ChangeExecuted" else "cancelled"
                    self.changes[key] = replace(self.changes[key], state=state)
                    self.last[key] = log.block.number

    def _may_cancel(self, role: int, account: bytes) -> None:
        """Who gets such an office may stop what waits already."""
        if role in STOPPING:
            self._stopping.add((role, account))
            for key, change in self.changes.items():
                is_own = role == GUARDIAN and key in self._of_guardian
                if change.state == "waiting" and change.caller != account and not is_own:
                    self.changes[key] = replace(change, stoppers=change.stoppers | {account})

    def _seen(self, log: Log) -> ChangeSeen:
        """A change that neither was carried out nor cancelled yet."""
        change = change_of(log, self._names)
        is_guardians = is_of_guardian(change)
        if is_guardians:
            self._of_guardian.add((log.values["operation_id"], log.values["nonce"]))
        able = {account for role, account in self._stopping if role != GUARDIAN or not is_guardians}
        return ChangeSeen(
            name=change.call.name if change.call else "unknown",
            caller=change.caller,
            scheduled_at=change.scheduled_at,
            delay_seconds=change.due_at - change.scheduled_at,
            state="waiting",
            stoppers=frozenset(able) - {change.caller},
        )


def _office(role: int) -> int:
    """The office of a role: that of its changes is the same."""
    return role & ~WAITING_BIT if role != PUBLIC else role


def _at_head(change: ChangeSeen, now: int) -> ChangeSeen:
    """A change that nobody carried out in time is over."""
    ends = change.scheduled_at + change.delay_seconds + OPEN_SECONDS
    return replace(change, state="over") if change.state == "waiting" and now >= ends else change
