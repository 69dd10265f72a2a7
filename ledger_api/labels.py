"""Names that are not on chain: of funds, purposes, services, public members; and words that a city wants otherwise.

They are in `labels.toml` of the data directory, Chinese and English per id, and are read again when the file changes:

    [funds]
    3 = ["春晖社区基金", "Chunhui community fund"]

    [words]
    "时间银行" = ["互助时间", "Mutual hours"]
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Groups of `labels.toml`, with what stands before the id of a thing that has no name.
GROUPS = {
    "banks": ("银行账户", "Bank account"),
    "budget_lines": ("预算项", "Budget line"),
    "buildings": ("楼栋", "Building"),
    "campaigns": ("众筹", "Campaign"),
    "committees": ("委员会", "Committee"),
    "enterprises": ("微工厂", "Micro-factory"),
    "funds": ("基金", "Fund"),
    "members": ("成员", "Member"),
    "payees": ("收款方", "Payee"),
    "products": ("产品", "Product"),
    "proposals": ("申请", "Request"),
    "purposes": ("用途", "Purpose"),
    "services": ("服务", "Service"),
}
SHOWN_HEX = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """The names of a town at one time.

    Attributes:
        groups: What the file holds: Chinese and English by group and key.
        changed_at_ns: When the file was changed last, nanoseconds since 1970; 0 without a file.
    """

    groups: dict[str, dict[str, list[str]]]
    changed_at_ns: int

    def of(self, group: str, key: int | bytes) -> Label:
        """Name of a thing; "基金 3 Fund 3" if it has none.

        Args:
            group: One of `GROUPS`.
            key: Its number or id.
        """
        told = self.groups.get(group, {}).get(_key(key))
        if told:
            return Label(zh=told[0], en=told[1])
        zh, en = GROUPS[group]
        return Label(zh=f"{zh} {_short(group, key)}", en=f"{en} {_short(group, key)}")

    def has(self, group: str, key: int | bytes) -> bool:
        """Whether a thing has a name."""
        return _key(key) in self.groups.get(group, {})

    def named(self, group: str) -> dict[str, Label]:
        """All names of a group, by number or by 0x and hex of the id."""
        return {key: Label(zh=zh, en=en) for key, (zh, en) in self.groups.get(group, {}).items()}

    def word(self, zh: str, en: str) -> Label:
        """A word as the city wants it."""
        told = self.groups.get("words", {}).get(zh)
        return Label(zh=told[0], en=told[1]) if told else Label(zh=zh, en=en)


class LabelsFile:
    """The file with the names of a town.

    Args:
        path: `labels.toml`; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._labels = Labels(groups={}, changed_at_ns=0)

    def current(self) -> Labels:
        """The names as they stand now; the file is read again only when it changed."""
        changed_at_ns = self._path.stat().st_mtime_ns if self._path.exists() else 0
        if changed_at_ns != self._labels.changed_at_ns:
            groups = tomllib.loads(self._path.read_text("utf-8")) if changed_at_ns else {}
            self._labels = Labels(groups=groups, changed_at_ns=changed_at_ns)
        return self._labels


def _key(key: int | bytes) -> str:
    return "0x" + key.hex() if isinstance(key, bytes) else str(key)


def _short(group: str, key: int | bytes) -> str:
    if isinstance(key, bytes):
        return key.hex()[:SHOWN_HEX]
    # People count the purposes of a fund from 1.
    return f"{key >> 16}-{key & 0xFFFF}" if group == "purposes" else str(key)
