"""The figures of a report: for each kind of account what there was, what moved and what is left; and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.report.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

# Kinds of accounts by the byte with which their ids begin.
KINDS = {
    0x01: ("银行账户", "bank accounts"), 0x02: ("基金用途", "purposes of funds"), 0x03: ("众筹", "campaigns"),
    0x04: ("配捐锁定", "locked matches"), 0x10: ("已发时长", "issued hours"), 0x11: ("成员时长", "hours of members"),
    0x12: ("兑换中时长", "hours in redemption"), 0x20: ("微工厂", "enterprises"), 0x21: ("公积金", "reserves"),
    0x22: ("余数", "remainders"), 0x23: ("工友应得", "owed to workers"),
}  # fmt: skip
UNITS = {1: ("分", "fen"), 2: ("分钟", "minutes"), 3: ("积分", "points")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Population:
    """All accounts of a kind and unit. Bank accounts and issued hours stand below zero: they are where it came from.

    Attributes:
        kind: Byte with which their ids begin.
        unit: 1 fen, 2 minutes, 3 points.
        accounts: How many there are.
        opening: Sum of what they held at the beginning.
        debits: Sum of what left them.
        credits: Sum of what came to them.
        closing: Sum of what they hold at the head.
    """

    kind: int
    unit: int
    accounts: int
    opening: int
    debits: int
    credits: int
    closing: int

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kind": self.kind, "name": self._names[1], "unit": UNITS.get(self.unit, ("", "unknown"))[1], "accounts": self.accounts,
            "opening": self.opening, "debits": self.debits, "credits": self.credits, "closing": self.closing,
        }  # fmt: skip

    def line(self) -> str:
        """For people."""
        zh, en = self._names
        unit = " ".join(UNITS.get(self.unit, ("单位未知", "of an unknown unit")))
        return (
            f"       {zh} {en} ({self.accounts}), {unit}: 期初 opening {self.opening:,} · 减 debits {self.debits:,}"
            f" · 增 credits {self.credits:,} · 期末 closing {self.closing:,}"
        )

    @property
    def _names(self) -> tuple[str, str]:
        return KINDS.get(self.kind, ("未知种类", f"kind 0x{self.kind:02x}"))


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenItem:
    """What has begun and not ended.

    Attributes:
        name_zh: What it is, in Chinese.
        name_en: The same in English.
        id: Of the thing, in hex.
        where: Place of its beginning.
        due_at: By when it must end, seconds since 1970; None where no date is set.
    """

    name_zh: str
    name_en: str
    id: str
    where: str
    due_at: int | None

    def is_overdue(self, now: int) -> bool:
        """Whether it should have ended by a time, seconds since 1970."""
        return self.due_at is not None and self.due_at < now


@dataclass(frozen=True, kw_only=True, slots=True)
class Proven:
    """How much of a kind of thing is compared with what is proven to stand in the state.

    Attributes:
        kind: Contract and state variable, such as "Members._grants".
        things: How many there are.
        compared: How many of them were compared.
    """

    kind: str
    things: int
    compared: int

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": self.kind, "things": self.things, "compared": self.compared}


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the verified chain comes to, from a block on.

    Attributes:
        since: Number of the block; None for the whole history.
        now: Time of the head, seconds since 1970.
        populations: By kind and unit.
        open_items: In the order in which they began.
        unusual: What was allowed and is unusual, each in Chinese and English, with its place.
        proven: How much of each kind of thing C17.4 compares with the state.
    """

    since: int | None
    now: int
    populations: tuple[Population, ...]
    open_items: tuple[OpenItem, ...]
    unusual: tuple[str, ...]
    proven: tuple[Proven, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON; times in seconds since 1970."""
        return {
            "since": self.since,
            "populations": [p.to_json() for p in self.populations],
            "open": [
                {"what": i.name_en, "id": i.id, "where": i.where, "due_at": i.due_at, "overdue": i.is_overdue(self.now)}
                for i in self.open_items
            ],
            "unusual": list(self.unusual),
            "proven": [p.to_json() for p in self.proven],
        }  # fmt: skip

    def lines(self) -> Iterator[str]:
        """For people."""
        since = (
            "全程 the whole history"
            if self.since is None
            else f"固定的区块 {self.since} 之后 after the pinned block {self.since}"
        )
        yield f"账目 figures: {since}"
        yield from (p.line() for p in self.populations)
        yield f"未了 open: {len(self.open_items)}"
        for item in self.open_items:
            due = "" if item.due_at is None else f" · 期限 due {moment(item.due_at)}"
            late = " · 逾期 overdue" if item.is_overdue(self.now) else ""
            yield f"       {item.name_zh} {item.name_en} {item.id}, {item.where}{due}{late}"
        yield f"虽允许但少见 unusual though allowed: {len(self.unusual)}"
        yield from (f"       {text}" for text in self.unusual)
        yield "与链上存储核对 compared with the state (C17.4)"
        yield from (f"       {p.kind}: {p.compared:,} / {p.things:,}" for p in self.proven)
