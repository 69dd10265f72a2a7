"""How one reader wants a page: its language and words, the names of its things, and the size of its text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup, escape

from contracts.accounts import account_owner, account_parts, fund_of
from contracts.acts import acts
from kit.translation import LANGUAGES, script_messages, translations
from kit.visible import Isolated, isolated
from ledger_api import formats
from ledger_api.unbroken import Unbroken, filled, joined

if TYPE_CHECKING:
    from collections.abc import Iterable
    from gettext import NullTranslations

    from starlette.requests import Request

    from contracts.acts import Act
    from register.names import Names

SIZES = ("normal", "large", "huge")
# What a reader chooses by an address and keeps as a cookie.
CHOICES = ("lang", "size")
# Letters that always fit a line.
MOST_UNBROKEN = 12
MINUTE_SECONDS = 60
DAY_SECONDS = 24 * 60 * MINUTE_SECONDS


@cache
def words() -> dict[str, dict[str, str]]:
    """Words for codes in Chinese, from `words.toml`: by group and code."""
    return tomllib.loads((files("ledger_api.portal") / "words.toml").read_text("utf-8"))


class InBoth(Protocol):
    """What somebody wrote in both languages."""

    @property
    def zh(self) -> str:
        """In Chinese."""

    @property
    def en(self) -> str:
        """In English."""


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

    def gettext(self, message: str, **values: object) -> str:
        """A message in the reader's language, with the city's words.

        Args:
            message: In Chinese, as it stands in the source.
            values: What stands in its braces; with a link among them, it is HTML.
        """
        return self._filled(self._translations.gettext(message), values)

    def pgettext(self, context: str, message: str, **values: object) -> str:
        """A message that says several things in Chinese; see `gettext`.

        Args:
            context: Which of them is meant.
            message: In Chinese.
            values: What stands in its braces.
        """
        return self._filled(self._translations.pgettext(context, message), values)

    def ngettext(self, message: str, n: int, **values: object) -> str:
        """A message about several things; see `gettext`. Chinese has one form for all numbers.

        Args:
            message: In Chinese, with `{n}`.
            n: How many.
            values: What stands in its other braces.
        """
        text = self._filled(
            self._translations.ngettext(message, message, n), {"n": formats.count(n), **values}
        )
        # A number and its unit, which is one word.
        is_one = type(text) is str and len(text) <= MOST_UNBROKEN and text.count(" ") == 1
        return Unbroken(text) if is_one else text

    def script_messages(self) -> dict[str, str]:
        """What the scripts of a page say otherwise than their source: in English, or with the city's words."""
        texts = ((message, self.gettext(message)) for message in script_messages())
        return {message: text for message, text in texts if text != message}

    def text(self, both: InBoth) -> str:
        """A message of which both languages are at hand, in the reader's, with the city's words."""
        return self.names.overlay.apply(self.in_language(both), self.lang)

    def in_language(self, both: InBoth) -> str:
        """What somebody wrote in both languages, such as a name, in the reader's."""
        return both.zh if self.lang == "zh" else both.en

    def name(self, group: str, key: int | bytes) -> str:
        """Name of a thing."""
        return self.in_language(self.names.of(group, key))

    def request(self, number: int, documents: bytes) -> str:
        """Title of a request: as its applicant wrote it and the chain commits to it, else as the town calls it.

        Args:
            number: Number that people use.
            documents: Commitment of its text, 32 bytes.
        """
        return self.in_language(self.names.title(documents) or self.names.of("proposals", number))

    def word(self, group: str, code: str) -> str:
        """Word for a code; the code itself if there is none."""
        word = words()[group].get(code)
        return code if word is None else self.pgettext(group, word)

    def order(self, text: str) -> bytes:
        """What names are sorted by; see `formats.order`."""
        return formats.order(text, self.lang)

    def listed(self, texts: Iterable[str], *, either: bool = False) -> str:
        """Several things within a sentence; see `formats.listed`."""
        return formats.listed(texts, self.lang, either=either)

    def purpose(self, purpose: int) -> str:
        """Name of a purpose with its fund: most funds have one that is called "general purpose"."""
        fund = self.name("funds", fund_of(purpose))
        return self.gettext("{fund}（{purpose}）", fund=fund, purpose=self.name("purposes", purpose))

    def budget_line(self, budget_line: int, purpose: int) -> str:
        """Name of a budget line; empty where it says no more than that of its purpose."""
        name = self.name("budget_lines", budget_line)
        return "" if name == self.name("purposes", purpose) else name

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
        return self.gettext("不公开") if any(donor[16:]) else self.person(donor[:16])

    def minutes(self, minutes: int) -> str:
        """Minutes as people say them, such as 1 小时 30 分."""
        hours, rest = divmod(abs(minutes), 60)
        parts = [self.ngettext("{n} 小时", hours)] if hours else []
        parts += [self.ngettext("{n} 分钟", rest)] if rest or not hours else []
        if minutes < 0:
            parts[0] = Unbroken(f"-{parts[0]}")
        return joined(parts)

    def length(self, seconds: int) -> str:
        """A length of time in days, hours, minutes and seconds, such as 1 天 12 小时."""
        days, rest = divmod(seconds, DAY_SECONDS)
        minutes, rest = divmod(rest, MINUTE_SECONDS)
        parts = [self.ngettext("{n} 天", days)] if days else []
        parts += [self.minutes(minutes)] if minutes else []
        parts += [self.ngettext("{n} 秒", rest)] if rest or not parts else []
        return joined(parts)

    def amount(self, amount: int, unit: str, sign: int = 0) -> str:
        """An amount of a transfer.

        Args:
            amount: In the smallest part of its unit.
            unit: "CNY", "MINUTE" or "POINT".
            sign: 1 or -1 if it is said what it brings or takes away.
        """
        before = {1: "+", 0: "", -1: "-"}[sign]
        if unit == "CNY":
            return before + formats.yuan(amount)
        return before + (self.minutes(amount) if unit == "MINUTE" else f"{amount} {self.word('unit', unit)}")

    def short_yuan(self, amount_fen: int) -> str:
        """A round amount as the axis of a chart names it; see `formats.short_yuan`."""
        return formats.short_yuan(amount_fen, self.lang)

    def moment(self, seconds: int) -> str:
        """Date and time in China's time."""
        return formats.moment(seconds, self.lang)

    def day(self, seconds: int) -> str:
        """Date in China's time."""
        return formats.day(seconds, self.lang)

    def date(self, text: str) -> str:
        """A day that data has as 2026-03-01."""
        return Unbroken(formats.calendar(text, self.lang, "yMMMd"))

    def month(self, text: str) -> str:
        """A month that data has as 2026-03."""
        return Unbroken(formats.calendar(text, self.lang, "yMMM"))

    def short_date(self, text: str) -> str:
        """A day without its year, as the axis of a chart names it."""
        return formats.calendar(text, self.lang, "MMMd")

    def short_month(self, text: str) -> str:
        """A month in few letters, as the axis of a chart names it."""
        return formats.calendar(text, self.lang, "yM")

    @property
    def _translations(self) -> NullTranslations:
        return translations(self.lang)

    def _filled(self, translated: str, values: dict[str, object]) -> str:
        text = self.names.overlay.apply(translated, self.lang)
        if not values:
            return text
        values = {name: _shown(value) for name, value in values.items()}
        if any(isinstance(value, Markup) for value in values.values()):
            return Markup(escape(text)).format(**values)  # noqa: S704 - the text itself is escaped
        whole = filled(text, **values)
        if not isinstance(whole, Unbroken) and any(isinstance(value, Isolated) for value in values.values()):
            return Isolated(whole)
        return whole


def _shown(value: object) -> object:
    """A value within a sentence: what somebody wrote is isolated; what is HTML, or ours, was before."""
    if not isinstance(value, str) or isinstance(value, Markup | Isolated | Unbroken):
        return value
    return isolated(value)


def title(locale: Locale, act: Act) -> str:
    """What an act is called."""
    return locale.pgettext("act", act.names[0])


def title_of(locale: Locale, act: str) -> str:
    """What an act is called wherever it is named: on its button, its sheet, and in lists.

    Args:
        locale: Who reads.
        act: Its id, such as "TakeLot".
    """
    return title(locale, acts()[act])


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
