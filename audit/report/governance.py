"""Who governs a town, as its verified chain tells: who holds which office, and every change with how long it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.report.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.report.deciders import CommitteeSeen, Power

# Numbers of the offices in the authority; a role with the bit 0x80 is the part of an office whose acts wait.
OFFICES = {
    0: ("管理员", "administrator"), 1: ("登记处", "registrar"), 2: ("街道经办", "steward"), 3: ("资金守护", "guardian"),
    4: ("设备登记处", "device registrar"), 5: ("日志保管", "log keeper"), 6: ("核验", "verifier"), 7: ("管委会反对票", "votes of committees"), 8: ("服务台代办", "desks"),
}  # fmt: skip
STATES = {
    "waiting": "等待", "executed": "已生效", "cancelled": "已叫停", "over": "已过期"
}  # fmt: skip
DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeSeen:
    """A change that was scheduled.

    Attributes:
        name: Contract and function, such as "Committees.setRules"; "unknown" if it calls none that is pinned.
        words: What is called with, such as "committee=3 seat=0": whom it is about, and from now on what.
        caller: Who scheduled it, 20 bytes: the account of an office.
        key: The key that signed that, 20 bytes; empty if the caller acted itself.
        scheduled_at: When, seconds since 1970.
        delay_seconds: How long it had to wait.
        state: "waiting", "executed", "cancelled" or "over".
        stoppers: Who else could have stopped it while it waited: keys then of the guardian, and the contract that stops for
            committees, 20 bytes each.
    """

    name: str
    words: str
    caller: bytes
    key: bytes
    scheduled_at: int
    delay_seconds: int
    state: str
    stoppers: frozenset[bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class Governance:
    """Who governs.

    Attributes:
        founded_at: When the founding ended, seconds since 1970; None while it lasts.
        holders: Keys that hold each office, by its number, and whoever else has its role; sorted.
        changes: What was scheduled, in the order of the chain.
        powers: What each role may call.
        committees: Every committee.
        validators: Who might seal blocks, 20 bytes each, from which block on; empty where nobody seals.
    """

    founded_at: int | None
    holders: dict[int, tuple[bytes, ...]]
    changes: tuple[ChangeSeen, ...]
    powers: tuple[Power, ...]
    committees: tuple[CommitteeSeen, ...]
    validators: tuple[tuple[int, tuple[bytes, ...]], ...] = ()

    @property
    def shared(self) -> dict[bytes, tuple[int, ...]]:
        """Addresses that hold several offices, with the offices."""
        found: dict[bytes, list[int]] = {}
        for office, addresses in sorted(self.holders.items()):
            for address in addresses:
                found.setdefault(address, []).append(office)
        return {address: tuple(offices) for address, offices in found.items() if len(offices) > 1}

    def to_json(self) -> dict[str, Any]:
        """As JSON; times in seconds since 1970."""
        return {
            "founded_at": self.founded_at,
            "offices": [
                {"office": office, "name": OFFICES.get(office, ("", "unknown"))[1], "holders": list(map(_hexed, addresses))}
                for office, addresses in sorted(self.holders.items())
            ],
            "validators": [{"since_block": since, "addresses": list(map(_hexed, addresses))} for since, addresses in self.validators],
            "shared": {_hexed(address): list(offices) for address, offices in sorted(self.shared.items())},
            "changes": [
                {
                    "call": c.name, "words": c.words, "caller": _hexed(c.caller), "key": _hexed(c.key or c.caller), "scheduled_at": c.scheduled_at,
                    "delay_seconds": c.delay_seconds, "state": c.state, "may_be_stopped_by": _stoppers(c),
                }
                for c in self.changes
            ],
            "powers": [power.to_json() for power in self.powers],
            "committees": [committee.to_json() for committee in self.committees],
        }  # fmt: skip

    def lines(self) -> Iterator[str]:
        """For people."""
        founded = "尚未结束 lasts" if self.founded_at is None else f"结束于 ended {moment(self.founded_at)}"
        yield f"治理 governance: 筹建 founding {founded}"
        for since, addresses in self.validators:
            yield f"       验证人 validators from block {since} on: {' '.join(map(_hexed, addresses))}"
        for office, addresses in sorted(self.holders.items()):
            zh, en = OFFICES.get(office, ("未知职责", f"role {office}"))
            yield f"       {zh} {en}: {' '.join(map(_hexed, addresses))}"
        for address, offices in sorted(self.shared.items()):
            names = ", ".join(
                " ".join(OFFICES.get(office, ("未知职责", f"role {office}"))) for office in offices
            )
            yield f"       一人兼任 one holder of several offices: {_hexed(address)} ({names})"
        for power in self.powers:
            yield power.line(OFFICES.get(power.office, ("未知职责", f"role {power.office}")))
        for committee in self.committees:
            yield from committee.lines()
        for change in self.changes:
            yield (
                f"       改动 change {change.name} ({change.words}): {moment(change.scheduled_at)} 密钥 key {_hexed(change.key or change.caller)}"
                f" · 等待 waits {change.delay_seconds / DAY_SECONDS:g} 天 days · {STATES[change.state]} {change.state}"
                f" · 可叫停 may be stopped by {' '.join(_stoppers(change))}"
            )


def _stoppers(change: ChangeSeen) -> list[str]:
    return sorted(map(_hexed, change.stoppers)) or ["-"]


def _hexed(address: bytes) -> str:
    return "0x" + address.hex()
