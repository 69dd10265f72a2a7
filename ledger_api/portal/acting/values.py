"""Reads what a person entered in a sheet, by the kind of the field."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from indexer.calendar import CHINA_SECONDS, china_day
from ledger_api.forms import SIGNATURE
from wallets.amounts import fen_of
from wallets.keystrokes import day as day_of
from wallets.keystrokes import number as digits_of
from wallets.keystrokes import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger_api.portal.acting.fields import Input

DAY = timedelta(days=1)
BPS_A_PERCENT = 100
MINUTES_AN_HOUR = 60
MEMBER_BYTES = 16
FUND_SHIFT = 16
MEMBER_HEX = len("0x") + 2 * MEMBER_BYTES
# r and s of P-256; the point stands beside it.
PHONE_PROOF = "^0x[0-9a-fA-F]{128}$"


class EntryError(ValueError):
    """What was entered is no value of its kind. Its text is a code of the group "entry" of `words.toml`."""


def read(one: Input, text: str) -> Any:
    """A value as a draft takes it.

    Args:
        one: What was asked for.
        text: What was entered.

    Raises:
        EntryError: It is no value of its kind.
    """
    text = plain(text)
    if one.field.kind == "donor" and len(text) == MEMBER_HEX:
        # A public donor stands at the left of what may also be a commitment.
        return _hex(text, MEMBER_BYTES) + "00" * (one.bytes_long - MEMBER_BYTES)
    if one.counts_choices:
        return _each(text)
    if one.field.kind == "possession":
        return _proof(text)
    if one.bytes_long:
        return _hex(text, one.bytes_long)
    if one.field.kind == "flag":
        return _flag(text)
    number = _day(one, text) if one.field.kind == "date" else _READERS.get(one.field.kind, _whole)(text)
    if not 0 <= number < 2 ** int(one.field.type.removeprefix("uint")):
        raise EntryError("range")
    return number


def _hex(text: str, length: int) -> str:
    if not re.fullmatch(rf"0x[0-9a-fA-F]{{{2 * length}}}", text):
        raise EntryError("id")
    return text.lower()


def _proof(text: str) -> str:
    """A signature of a key, of whatever kind, or r and s of a phone's."""
    if not re.fullmatch(f"{SIGNATURE}|{PHONE_PROOF}", text):
        raise EntryError("proof")
    return text.lower()


def _whole(text: str) -> int:
    digits = digits_of(text)
    if not re.fullmatch(r"[0-9]{1,78}", digits):
        raise EntryError("number")
    return int(digits)


def _minutes(text: str) -> int:
    """A length of time as hours and minutes, either of which may be empty, or as minutes alone."""
    found = re.fullmatch(r"(?:([0-9]{0,7}):)?([0-9]{0,7})", text)
    if not found or not any(found.groups()):
        raise EntryError("minutes")
    return int(found[1] or 0) * MINUTES_AN_HOUR + int(found[2] or 0)


def _money(text: str) -> int:
    amount_fen = fen_of(text)
    if amount_fen is None:
        raise EntryError("money")
    return amount_fen


def _share(text: str) -> int:
    digits = text.removesuffix("%").strip()
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", digits):
        raise EntryError("share")
    return int(Decimal(digits) * BPS_A_PERCENT)


def _flag(text: str) -> bool:
    if text not in ("yes", "no"):
        raise EntryError("flag")
    return text == "yes"


def _each(text: str) -> list[int]:
    """As many of each choice as is told, in order."""
    if not re.fullmatch(r"[0-9]{1,2}( [0-9]{1,2})*", text):
        raise EntryError("counts")
    found = [number for number, count in enumerate(text.split()) for _ in range(int(count))]
    if not found:
        raise EntryError("counts")
    return found


def _purpose(text: str) -> int:
    """A purpose as its number, or as those of its fund and of the purpose in it."""
    if not re.fullmatch(r"[0-9]{1,5}-[0-9]{1,5}", text):
        return _whole(text)
    fund, code = map(int, text.split("-"))
    if code >= 1 << FUND_SHIFT:
        raise EntryError("range")
    return (fund << FUND_SHIFT) + code


def _bank_day(text: str) -> int:
    """A day as a statement has it, from 1970."""
    return china_day(_date(text))


def _seconds(text: str) -> int:
    """A length of time in seconds, or in days, hours and minutes with their words."""
    if not re.fullmatch(rf"({_LENGTH} ?)+|[0-9]{{1,10}}", text):
        raise EntryError("seconds")
    parts = re.findall(_LENGTH, text)
    return sum(int(number) * _UNITS[unit] for number, unit in parts) if parts else int(text)


def _day(one: Input, text: str) -> int:
    """The last second of a day in China's time, or its first where something begins."""
    last = _date(text)
    return last + 1 - int(DAY.total_seconds()) if one.field.name.endswith("From") else last


def _date(text: str) -> int:
    """The last second of a day in China's time."""
    day = day_of(text)
    if day is None:
        raise EntryError("date")
    midnight = datetime.combine(day, time(), UTC)
    return int(midnight.timestamp()) + int(DAY.total_seconds()) - CHINA_SECONDS - 1


_UNITS = {"秒": 1, "s": 1, "分钟": 60, "m": 60, "小时": 3600, "h": 3600, "天": 86_400, "d": 86_400}
_LENGTH = rf"([0-9]{{1,10}}) ?({'|'.join(_UNITS)})"
_READERS: dict[str, Callable[[str], int]] = {
    "minutes": _minutes,
    "money": _money,
    "share": _share,
    "purpose": _purpose,
    "day": _bank_day,
    "seconds": _seconds,
}
