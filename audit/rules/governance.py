"""Who holds which office, and what was scheduled, folded from the authority's events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from audit.chain.offices import LAST_OFFICE, office_account
from audit.decode.abi import flat
from audit.report.governance import ChangeSeen, Governance
from audit.rules.announcements import OPEN_SECONDS
from audit.rules.changes import GUARDIAN, HOLDER_BIT, PUBLIC, WAITING_BIT, change_of, is_of_guardian
from audit.rules.deciders import committees_of, powers_of
from audit.rules.membership import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.chain.history import History, Log

# Roles that may stop what others announced: keys of the guardian, and the contract that stops for committees.
MAX_WORDS = 600
GUARDIANS_KEY = HOLDER_BIT | GUARDIAN
STOPPING = (GUARDIANS_KEY, 7)


def governance_of(history: History, names: Mapping[bytes, str], since: int | None = None) -> Governance:
    """Who governs at the end of a history.

    Args:
        history: The verified history.
        names: Pinned contracts by address.
        since: Number of the block after which a change must have been scheduled, or ended, to be told; None for all.
    """
    fold, begin = _Fold(names), -1 if since is None else since
    for log in history.logs():
        if log.contract in ("Authority", "Offices"):
            fold.take(log)
    held = {office: tuple(sorted(addresses)) for office, addresses in fold.holders.items() if addresses}
    changes = (
        _at_head(change, history.head.time) for key, change in fold.changes.items() if fold.last[key] > begin
    )
    return Governance(
        founded_at=fold.founded_at, holders=held, changes=tuple(changes), powers=tuple(powers_of(history, names)),
        committees=tuple(committees_of(history)),
        validators=tuple((block.number, addresses) for block, addresses in history.validators),
    )  # fmt: skip


class _Fold:
    def __init__(self, names: Mapping[bytes, str]) -> None:
        self._names = names
        offices = next((address for address, name in names.items() if name == "Offices"), b"")
        self._accounts = {office_account(offices, office) for office in range(LAST_OFFICE + 1)}
        self._signed: tuple[tuple[int, int], bytes] | None = None
        self.founded_at: int | None = None
        self.holders: dict[int, set[bytes]] = defaultdict(set)
        self.changes: dict[tuple[bytes, int], ChangeSeen] = {}
        self.last: dict[tuple[bytes, int], int] = {}
        self._stopping: set[tuple[int, bytes]] = set()
        # Who is the guardian is not the guardian's to stop.
        self._of_guardian: set[tuple[bytes, int]] = set()

    def take(self, log: Log) -> None:
        """Takes the next event of the authority, or of who acts for an office."""
        v = log.values
        match log.event:
            case "ActedForOffice":
                self._signed = place_of(log), v["key"]
            case "RoleGranted":
                # The account is no one who could be asked; who acts for the office are its keys.
                if v["account"] not in self._accounts:
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
                is_own = role == GUARDIANS_KEY and key in self._of_guardian
                if change.state == "waiting" and account not in (change.caller, change.key) and not is_own:
                    self.changes[key] = replace(change, stoppers=change.stoppers | {account})

    def _seen(self, log: Log) -> ChangeSeen:
        """A change that neither was carried out nor cancelled yet."""
        change = change_of(log, self._names)
        is_guardians = is_of_guardian(change)
        if is_guardians:
            self._of_guardian.add((log.values["operation_id"], log.values["nonce"]))
        able = {account for role, account in self._stopping if role != GUARDIANS_KEY or not is_guardians}
        place, signer = self._signed or ((-1, -1), b"")
        key = signer if place == place_of(log) else b""
        return ChangeSeen(
            name=change.call.name if change.call else "unknown",
            words=_words(flat(change.call.args))
            if change.call
            else f"data=0x{log.values['data'].hex():.128}",
            caller=change.caller,
            key=key,
            scheduled_at=change.scheduled_at,
            delay_seconds=change.due_at - change.scheduled_at,
            state="waiting",
            stoppers=frozenset(able) - {change.caller, key},
        )


def _words(args: dict[str, Any]) -> str:
    """Arguments in one line, each with its name; of a long list the beginning."""
    return " ".join(f"{name}={_word(value)}" for name, value in args.items())[:MAX_WORDS]


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return f"({_words(value)})"
    if isinstance(value, list):
        return f"[{', '.join(map(_word, value))}]"
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)


def _office(role: int) -> int:
    """The office of a role: that of its changes and of its keys is the same."""
    return role & ~(WAITING_BIT | HOLDER_BIT) if role != PUBLIC else role


def _at_head(change: ChangeSeen, now: int) -> ChangeSeen:
    """A change that nobody carried out in time is over."""
    ends = change.scheduled_at + change.delay_seconds + OPEN_SECONDS
    return replace(change, state="over") if change.state == "waiting" and now >= ends else change
