"""How a value is written at the command line, by the kind of its field, else by its type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

from contracts.ids import NEW_IDS, new_id
from indexer.calendar import CHINA_SECONDS, china_day
from wallets.amounts import fen_of
from wallets.keystrokes import day as day_of
from wallets.keystrokes import number as digits_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import IntEnum

    from contracts.acts import ActField

CHINA_TIME = timezone(timedelta(seconds=CHINA_SECONDS))
# Written for the random id of what an act makes.
NEW = "new"
MEMBER_BYTES, DONOR_BYTES, ADDRESS_BYTES = 16, 32, 20
HOME_BYTES, PLACE_BYTES = 16, 32
EXAMPLES = {"minutes": "60", "seconds": "86400", "share": "1000"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """How a value is written.

    Attributes:
        metavar: What stands for it in help.
        expected: What it must be, such as "yes or no".
        example: One that can be written, ids shortened.
        read: Gives the value as a contract takes it; None for a text that is none.
        plain: Whether what stands for it in help says all.
    """

    metavar: str
    expected: str
    example: str
    read: Callable[[str], Any]
    plain: bool = False

    @property
    def hint(self) -> str:
        """A sentence for help; empty if it needs none."""
        return "" if self.plain else f"写 Write {self.expected}."


def _seconds(text: str) -> int | None:
    day = day_of(text)
    try:
        moment = datetime.combine(day, time()) if day else datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=CHINA_TIME)).timestamp())


def _day(text: str) -> int | None:
    day = day_of(text)
    return china_day(int(datetime.combine(day, time(), CHINA_TIME).timestamp())) if day else None


def _donor(text: str) -> bytes | None:
    member = _bytes_of(text, MEMBER_BYTES)
    return member.ljust(DONOR_BYTES, b"\0") if member else _bytes_of(text, DONOR_BYTES)


def _place(text: str) -> bytes | None:
    return bytes(PLACE_BYTES) if text == "0" else _bytes_of(text, HOME_BYTES) or _bytes_of(text, PLACE_BYTES)


def _proof(text: str) -> bytes | None:
    return bytes.fromhex(text[2:]) if re.fullmatch("0x(?:[0-9a-fA-F]{2})+", text) else None


def _bytes_of(text: str, size: int) -> bytes | None:
    return bytes.fromhex(text[2:]) if re.fullmatch(f"0x[0-9a-fA-F]{{{2 * size}}}", text) else None


FORMS = {
    "money": Form(metavar="YUAN", expected="金额（元） yuan, such as 12.50", example="12.50", read=fen_of),
    "date": Form(
        metavar="DATE",
        expected="日期或时刻 2027-01-31, which begins at midnight in China, or a moment such as 2027-01-31T08:00:00+08:00",
        example="2027-01-31",
        read=_seconds,
    ),
    "day": Form(
        metavar="DATE",
        expected="银行入账的日期 the day of the bank statement, such as 2027-01-31",
        example="2027-01-31",
        read=_day,
    ),
    "call": Form(
        metavar="0x…",
        expected="函数和参数 a function and its arguments, 0x and hex digits",
        example="0x…",
        read=_proof,
    ),
    "flag": Form(
        metavar="yes|no",
        expected="是或否 yes or no",
        example="yes",
        read={"yes": True, "no": False}.get,
        plain=True,
    ),
    "donor": Form(
        metavar="0x…",
        expected="成员编号或校验值 the id of a member, 0x and 32 hex digits, or a check value, 0x and 64",
        example="0x…",
        read=_donor,
    ),
    "place": Form(
        metavar="0x…",
        expected="住处编号或校验值 the id of a home in the register, 0x and 32 hex digits, or a check value, 0x and 64",
        example="0x…",
        read=_place,
    ),
}


def form_of(field: ActField, choices: type[IntEnum] | None) -> Form:
    """How one value of a field is written; of a list of values, each.

    Args:
        field: The field.
        choices: What can be chosen, for the kind "choice".
    """
    if choices is not None:
        return _choice(choices)
    if field.kind in FORMS:
        return FORMS[field.kind]
    abi = field.type.removesuffix("[]")
    if abi.startswith("uint"):
        return _number(1 << int(abi.removeprefix("uint")), EXAMPLES.get(field.kind, "1"))
    if abi == "bytes":
        return Form(
            metavar="0x…",
            expected="证明 a proof, 0x and hex digits, as `gongji sign possession` shows it",
            example="0x…",
            read=_proof,
        )
    size = ADDRESS_BYTES if abi == "address" else int(abi.removeprefix("bytes"))
    return _hex(size, new=field.kind if field.kind in NEW_IDS else "")


def _number(limit: int, example: str) -> Form:
    def read(text: str) -> int | None:
        digits = digits_of(text)
        return int(digits) if re.fullmatch("[0-9]{1,78}", digits) and int(digits) < limit else None

    return Form(
        metavar="NUMBER",
        expected=f"整数 a whole number below {limit:,}",
        example=example,
        read=read,
        plain=True,
    )


def _choice(choices: type[IntEnum]) -> Form:
    names = {choice.name.lower().replace("_", "-"): choice.value for choice in choices}

    def read(text: str) -> int | None:
        return names.get(text.lower().replace("_", "-"))

    return Form(
        metavar="|".join(names),
        expected=f"其中之一 one of {', '.join(names)}",
        example=list(names)[-1],
        read=read,
        plain=True,
    )


def _hex(size: int, *, new: str) -> Form:
    def read(text: str) -> bytes | None:
        if new and text == NEW:
            return new_id(new, size)
        # What a definition calls zero.
        return bytes(size) if text == "0" else _bytes_of(text, size)

    digits = f"0x 加 {2 * size} 位十六进制数字 0x and {2 * size} hex digits"
    return Form(
        metavar="0x…",
        expected=f"{NEW}（随机生成）或 {NEW} for a random one, or {digits}" if new else digits,
        example=NEW if new else "0x…",
        read=read,
    )
