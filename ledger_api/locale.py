"""How one reader wants a page: language, size of text, and amounts and moments as people write them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from contracts.accounts import account_owner, account_parts
from indexer.calendar import CHINA_SECONDS
from ledger_api.forms import LAST_MOMENT

if TYPE_CHECKING:
    from starlette.requests import Request

    from contracts.acts import Act
    from register.names import Names
    from register.nouns import Name

LANGUAGES = ("zh", "en")
SIZES = ("normal", "large", "huge")
# What a reader chooses by an address and keeps as a cookie.
CHOICES = ("lang", "size")
TEN_THOUSAND_YUAN_FEN = 1_000_000


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """Words for codes, from `words.toml`."""
    return tomllib.loads((files("ledger_api.portal") / "words.toml").read_text("utf-8"))


@dataclass(frozen=True, kw_only=True)
class Locale:
    """How one reader wants a page.

    Attributes:
        lang: "zh" or "en".
        size: "normal", or "large" and "huge" for those who see less well.
        names: Names of the town.
    """

    lang: str
    size: str
    names: Names

    def t(self, zh: str, en: str) -> str:
        """A text in the reader's language, with the city's words."""
        word = self.names.word(zh)
        if word is not None:
            return self._in_language(word)
        return zh if self.lang == "zh" else en

    def name(self, group: str, key: int | bytes) -> str:
        """Name of a thing."""
        return self._in_language(self.names.of(group, key))

    def request(self, number: int, documents: bytes) -> str:
        """Title of a request: as its applicant wrote it and the chain commits to it, else as the town calls it.

        Args:
            number: Number that people use.
            documents: Commitment of its text, 32 bytes.
        """
        return self._in_language(self.names.title(documents) or self.names.of("proposals", number))

    def word(self, group: str, code: str) -> str:
        """Word for a code; the code itself if there is none."""
        zh, en = words()[group].get(code, [code, code])
        return self.t(zh, en)

    def account(self, account: bytes) -> str:
        """Name of a ledger account."""
        try:
            kind, owner = account_parts(account)
        except ValueError:
            return account.hex()[:8]
        named = {"BANK": "banks", "PURPOSE": "purposes", "CAMPAIGN": "campaigns", "ENTERPRISE": "enterprises"}
        if kind.name in named:
            return self.name(named[kind.name], owner)
        member = account_owner(account)
        if member is not None:
            return f"{self.word('account', kind.name)} {self.person(member)}"
        return self.word("account", kind.name) + (f" {owner}" if owner else "")

    def person(self, member: bytes) -> str:
        """Name of a public member, else the first digits of the id."""
        return self.name("members", member) if self.names.has("members", member) else member.hex()[:6]

    def donor(self, donor: bytes) -> str:
        """Who gave: a public donor's name, else that it is not told.

        Args:
            donor: Member id left-aligned, or a commitment, 32 bytes.
        """
        return self.t("不公开", "private") if any(donor[16:]) else self.person(donor[:16])

    def minutes(self, minutes: int) -> str:
        """Minutes as people say them, such as 1 小时 30 分."""
        hours, rest = divmod(abs(minutes), 60)
        parts = [self.t(f"{hours} 小时", f"{hours} h")] if hours else []
        parts += [self.t(f"{rest} 分钟", f"{rest} min")] if rest or not hours else []
        return ("-" if minutes < 0 else "") + " ".join(parts)

    def amount(self, amount: int, unit: str, sign: int = 0) -> str:
        """An amount of a transfer.

        Args:
            amount: In the smallest part of its unit.
            unit: "CNY", "MINUTE" or "POINT".
            sign: 1 or -1 if it is said what it brings or takes away.
        """
        before = {1: "+", 0: "", -1: "-"}[sign]
        if unit == "CNY":
            return before + yuan(amount)
        return before + (self.minutes(amount) if unit == "MINUTE" else f"{amount} {self.word('unit', unit)}")

    def short_yuan(self, amount_fen: int) -> str:
        """A round amount as the axis of a chart names it, such as ￥1.5万 or ￥15k.

        Args:
            amount_fen: In fen, zero or more.
        """
        if amount_fen < TEN_THOUSAND_YUAN_FEN:
            return yuan(amount_fen).removesuffix(".00")
        ten_thousands = amount_fen / TEN_THOUSAND_YUAN_FEN
        return self.t(f"￥{ten_thousands:g}万", f"￥{ten_thousands * 10:g}k")

    def moment(self, seconds: int) -> str:
        """Date and time in China's time."""
        return china(seconds).strftime("%Y年%-m月%-d日 %H:%M" if self.lang == "zh" else "%-d %b %Y, %H:%M")

    def day(self, seconds: int) -> str:
        """Date in China's time."""
        return china(seconds).strftime("%Y年%-m月%-d日" if self.lang == "zh" else "%-d %b %Y")

    def _in_language(self, name: Name) -> str:
        return name.zh if self.lang == "zh" else name.en


def title(reader: Locale, act: Act) -> str:
    """What an act is called."""
    return reader.t(*act.names)


def yuan(amount_fen: int) -> str:
    """An amount of money as people read it.

    Args:
        amount_fen: In fen.

    >>> yuan(-123450)
    '-￥1,234.50'
    """
    return f"{'-' if amount_fen < 0 else ''}￥{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02d}"


def share(part: int, whole: int) -> str:
    """A share in percent, rounded down to a tenth."""
    return f"{part * 1000 // whole / 10:g}%" if whole else "—"


def china(seconds: int) -> datetime:
    """A moment in China's time.

    Args:
        seconds: Seconds since 1970.
    """
    return datetime.fromtimestamp(min(seconds + CHINA_SECONDS, LAST_MOMENT), UTC)


def locale_of(request: Request, names: Names) -> Locale:
    """How the reader of a request wants a page: by the address, else as chosen before.

    Args:
        request: The request.
        names: Names of the town.
    """

    def chosen(name: str, allowed: tuple[str, ...]) -> str:
        choice = request.query_params.get(name) or request.cookies.get(name)
        return choice if choice in allowed else allowed[0]

    return Locale(lang=chosen("lang", LANGUAGES), size=chosen("size", SIZES), names=names)
