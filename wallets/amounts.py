"""Amounts as people sign them: text made from the integer, the same in Solidity (`AmountText.sol`) and here."""

from __future__ import annotations


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
