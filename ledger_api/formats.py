"""Amounts, moments and lists as people of a language write them, by Babel."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from indexer.calendar import CHINA_SECONDS
from kit.translation import SOURCE
from ledger_api.forms import LAST_MOMENT
from ledger_api.unbroken import Unbroken, filled

if TYPE_CHECKING:
    from collections.abc import Iterable

BABEL = {"zh": Locale("zh", "CN", "Hans"), "en": Locale("en", "GB")}
# From ten thousand yuan on.
COMPACT_FEN = 1_000_000
# What is formatted once is mostly formatted again: the days and amounts of a page stand on others, too.
FORMATTED = 10_000


@lru_cache(maxsize=FORMATTED)
def yuan(amount_fen: int) -> str:
    """An amount of money as people read it, in both languages.

    Args:
        amount_fen: In fen.

    >>> yuan(-123450)
    '-¥1,234.50'
    """
    return format_decimal(Decimal(amount_fen) / 100, "¥#,##0.00", BABEL[SOURCE])


@lru_cache(maxsize=FORMATTED)
def count(number: int) -> str:
    """How many there are, in both languages."""
    return format_decimal(number, "#,##0", BABEL[SOURCE])


@lru_cache(maxsize=FORMATTED)
def short_yuan(amount_fen: int, lang: str) -> str:
    """A round amount as the axis of a chart names it, such as ¥1.5万 or ¥15k.

    Args:
        amount_fen: In fen, zero or more.
        lang: Language of the reader.
    """
    if amount_fen < COMPACT_FEN:
        return yuan(amount_fen).removesuffix(".00")
    return "¥" + format_compact_decimal(amount_fen / 100, locale=BABEL[lang], fraction_digits=1)


def listed(texts: Iterable[str], lang: str, *, either: bool = False) -> str:
    """Several things within a sentence, each once: all of them, or any one.

    Args:
        texts: The things.
        lang: Language of the reader.
        either: Whether any one of them is meant.
    """
    return format_list(list(dict.fromkeys(texts)), "or" if either else "standard", BABEL[lang])


def order(text: str, lang: str) -> bytes:
    """What names are sorted by, so that a reader finds them: in Chinese by their sound.

    Args:
        text: A name.
        lang: Language of the reader.

    >>> sorted(["张三", "李四", "王五"], key=lambda name: order(name, "zh"))
    ['李四', '王五', '张三']
    """
    # The usual characters stand in GB 18030 in the order of their pinyin, the rarer ones after them.
    return text.encode("gb18030", "replace") if lang == "zh" else text.casefold().encode("utf-8", "replace")


@lru_cache(maxsize=FORMATTED)
def share(part: int, whole: int) -> str:
    """A share in percent, rounded down to a tenth."""
    return format_percent(Decimal(part * 1000 // whole) / 1000, "#,##0.#%", BABEL[SOURCE]) if whole else "—"


def in_fours(code: str) -> list[str]:
    """A long code in groups of four, which people can compare.

    >>> in_fours("0x12345678")
    ['0x', '1234', '5678']
    """
    digits = code.removeprefix("0x")
    fours = [digits[place : place + 4] for place in range(0, len(digits), 4)]
    return ["0x", *fours] if digits != code else fours


def _china(seconds: int) -> datetime:
    """A moment in China's time.

    Args:
        seconds: Seconds since 1970.
    """
    return datetime.fromtimestamp(min(seconds + CHINA_SECONDS, LAST_MOMENT), UTC)


@lru_cache(maxsize=FORMATTED)
def moment(seconds: int, lang: str) -> str:
    """Date and time in China's time; for arguments see `day`."""
    time = format_time(_china(seconds), "short", locale=BABEL[lang])
    return filled(str(get_datetime_format("medium", BABEL[lang])), Unbroken(time), day(seconds, lang))


@lru_cache(maxsize=FORMATTED)
def day(seconds: int, lang: str) -> str:
    """Date in China's time.

    Args:
        seconds: Seconds since 1970.
        lang: Language of the reader.
    """
    return Unbroken(format_date(_china(seconds), "medium", BABEL[lang]))


@lru_cache(maxsize=FORMATTED)
def calendar(text: str, lang: str, skeleton: str) -> str:
    """A day or a month of the calendar.

    Args:
        text: As data has it, such as 2026-03-01 or 2026-03.
        lang: Language of the reader.
        skeleton: What of it is told (Unicode TR 35), such as "yMMM" for month and year.

    >>> calendar("2026-03", "en", "yMMM")
    'Mar 2026'
    """
    first_day = date.fromisoformat(text if text.count("-") > 1 else f"{text}-01")
    return str(format_skeleton(skeleton, first_day, locale=BABEL[lang]))
