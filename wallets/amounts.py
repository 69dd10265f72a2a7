"""Amounts as people sign them: text made from the integer, the same in Solidity (`AmountText.sol`) and here; and as they type them."""

from __future__ import annotations

import re

from wallets.keystrokes import number


def cny_text(amount_fen: int) -> str:
    """Text of an amount of money.

    Args:
        amount_fen: In fen, zero or more.

    Returns:
        Such as "CNY 12,500.00".

    >>> cny_text(1250000)
    'CNY 12,500.00'
    """
    if amount_fen < 0:
        raise ValueError(f"expected an amount of zero or more fen, got {amount_fen}")
    return f"CNY {amount_fen // 100:,}.{amount_fen % 100:02d}"


def fen_of(text: str) -> int | None:
    """An amount in yuan that somebody typed, in fen; None if it is none.

    >>> fen_of("￥１,200.5元"), fen_of("12,50")
    (120050, None)
    """
    digits = number(number(text).removeprefix("¥").removesuffix("元"))
    found = re.fullmatch(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?", digits)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None
