"""A bank statement, whatever file it came in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger_api.errors import StatementMalformedError, StatementUnbalancedError
from ledger_api.statements.keys import normalised

MAX_LINES = 100_000
MAX_TEXT = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedLine:
    """One booked line.

    Attributes:
        source_line: Line of the file that it stands in, from 1.
        reference: The bank's own reference.
        amount_fen: In fen; below zero if it went out.
        booked_on: YYYY-MM-DD.
        counterparty: Name of the other side; personal.
        text: What the line says; personal.
    """

    source_line: int
    reference: str
    amount_fen: int
    booked_on: str
    counterparty: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedStatement:
    """A statement that was read, and adds up.

    Attributes:
        format: camt.053, or name of the CSV mapping.
        account_number: Number of the account at the bank; None if the file does not tell.
        opening_fen: Balance before the first line, in fen.
        closing_fen: Balance after the last line, in fen.
        lines: In the order of booking.
    """

    format: str
    account_number: str | None
    opening_fen: int
    closing_fen: int
    lines: tuple[ParsedLine, ...]

    def __post_init__(self) -> None:
        """Checks what every statement must keep.

        Raises:
            StatementUnbalancedError: Opening balance and lines do not give the closing balance.
            StatementMalformedError: There is no line, or too many, or two have the same reference.
        """
        if not 1 <= len(self.lines) <= MAX_LINES:
            raise StatementMalformedError(f"expected 1 to {MAX_LINES} booked lines, got {len(self.lines)}")
        total_fen = self.opening_fen + sum(line.amount_fen for line in self.lines)
        if total_fen != self.closing_fen:
            raise StatementUnbalancedError(
                f"opening {yuan(self.opening_fen)} and {len(self.lines)} lines: expected a closing balance of"
                f" {yuan(total_fen)}, got {yuan(self.closing_fen)}, {yuan(self.closing_fen - total_fen)} apart"
            )
        self._check_references()

    def _check_references(self) -> None:
        seen: dict[str, int] = {}
        for line in self.lines:
            try:
                reference = normalised(line.reference)
            except StatementMalformedError as error:
                raise StatementMalformedError(f"line {line.source_line}: {error}") from None
            if reference in seen:
                raise StatementMalformedError(
                    f"line {line.source_line}: expected a new reference, got {reference!r} of line {seen[reference]}"
                )
            seen[reference] = line.source_line


def fen(text: str, source_line: int) -> int:
    """An amount of the file in fen.

    Args:
        text: Such as "1,234.50"; a sign and trailing zeros beyond fen are allowed.
        source_line: Line of the file, for the error.

    Raises:
        StatementMalformedError: It is no amount in yuan and fen.

    >>> fen("1,234.5", 1)
    123450
    """
    found = re.fullmatch(r"([+-]?)([0-9]{1,13})(?:\.([0-9]{0,2})0{0,3})?", text.replace(",", "").strip())
    if found is None:
        raise StatementMalformedError(f"line {source_line}: expected an amount in yuan, got {text[:40]!r}")
    sign, whole, part = found.groups()
    amount = int(whole) * 100 + int((part or "").ljust(2, "0"))
    return -amount if sign == "-" else amount


def yuan(amount_fen: int) -> str:
    """An amount as people read it."""
    return f"{'-' if amount_fen < 0 else ''}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02d}"
