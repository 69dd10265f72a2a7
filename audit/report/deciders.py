"""Who could decide what: each office with its acts, each committee with its seats and tiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.report.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Power:
    """What a role of the authority may call.

    Attributes:
        office: Number of its office.
        waits: Whether its acts wait in public.
        functions: Contract and function of each, sorted.
    """

    office: int
    waits: bool
    functions: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {"office": self.office, "waits": self.waits, "functions": list(self.functions)}

    def line(self, names: tuple[str, str]) -> str:
        """For people, with the office's names in Chinese and English."""
        how = "等待后 after waiting" if self.waits else "立即 at once"
        return f"       {names[0]}可办 {names[1]} may do {how}: {', '.join(self.functions)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatHolder:
    """A seat that is held.

    Attributes:
        number: From 0; 255 for a supervisor, who does not vote.
        member: 16 bytes.
        valid_until: First second at which it is over.
    """

    number: int
    member: bytes
    valid_until: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CommitteeSeen:
    """A committee at the end of a history.

    Attributes:
        number: Its number.
        fund: Fund that it decides on.
        seats: How many vote.
        since: Since when it decides, seconds since 1970; 0 if it does not yet.
        until: First second at which it decided no more; 0 if none.
        holders: Seats that are held.
        version: Version of its rules.
        tiers: Of these rules, lowest first: amount up to which it reaches in fen, votes needed, notice in seconds, objections that suspend.
    """

    number: int
    fund: int
    seats: int
    since: int
    until: int
    holders: tuple[SeatHolder, ...]
    version: int
    tiers: tuple[tuple[int, int, int, int], ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON; times in seconds since 1970."""
        names = ("up_to_fen", "votes", "notice_seconds", "objections_to_suspend")
        return {
            "committee": self.number, "fund": self.fund, "seats": self.seats, "decides_since": self.since, "decides_until": self.until,
            "rules_version": self.version,
            "holders": [{"seat": h.number, "member": "0x" + h.member.hex(), "valid_until": h.valid_until} for h in self.holders],
            "tiers": [dict(zip(names, tier, strict=True)) for tier in self.tiers],
        }  # fmt: skip

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"       管委会 committee {self.number}: 基金 fund {self.fund}, {self.seats} 席 seats, 规则第 {self.version} 版 version of the rules"
        yield f"         {self._tenure()}"
        for up_to_fen, votes, notice_seconds, objections in self.tiers:
            yield (
                f"         {up_to_fen:,} 分以内 fen at most: {votes} / {self.seats} 席同意 seats approve"
                f" · 公示 notice {notice_seconds / DAY_SECONDS:g} 天 days · {objections} 人异议即暂停 objections suspend"
            )
        for holder in self.holders:
            yield f"         席位 seat {holder.number}: {holder.member.hex()}, 至 until {moment(holder.valid_until)}"

    def _tenure(self) -> str:
        if not self.since:
            return "尚未接任 does not decide yet"
        until = f", 至 until {moment(self.until)}" if self.until else ""
        return f"决定自 decides since {moment(self.since)}{until}"
