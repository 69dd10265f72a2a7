"""Bank statements of a bundle, read and joined: what each account held, and every line by its key (`docs/bundle.md` §9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.errors import BundleError
from audit.evidence.canonical import array, integer, record, shown, text, unhexed
from audit.evidence.formats import MAX_FEN, STATEMENT_FORMAT, STATEMENTS_FOLDER
from audit.rules.bank_lines import line_key
from audit.rules.state.china import day_from

if TYPE_CHECKING:
    from audit.evidence.bundle import Bundle
    from audit.report.findings import Tally

_FIELDS = ("account_salt", "bank", "closing_fen", "format", "lines", "opening_fen")


@dataclass(frozen=True, kw_only=True, slots=True)
class BankLine:
    """A line of a statement.

    Attributes:
        path: File of the statement.
        reference: The bank's own reference.
        amount_fen: Positive for money that came in, negative for money that went out.
        booked_on: Number of the day, from 1970.
        counterparty: Name of the other side at the bank; None where the statement does not say.
    """

    path: str
    reference: str
    amount_fen: int
    booked_on: int
    counterparty: str | None = None


@dataclass(kw_only=True, slots=True)
class BankAccount:
    """What the statements say of an account.

    Attributes:
        closing_fen: What it held after the last one.
        salt: Of its lines' keys, 32 bytes; empty before the first one.
        lines: Every line by its key, in the order of the statements.
    """

    closing_fen: int = 0
    salt: bytes = b""
    lines: dict[bytes, BankLine] = field(default_factory=dict)


def read_statements(bundle: Bundle, tally: Tally) -> dict[int, BankAccount]:
    """The accounts of which there are statements, by their numbers.

    Args:
        bundle: The bundle.
        tally: Gets an expectation for each sum, line and day, and that each statement goes on from the one before, the first from nothing.

    Raises:
        BundleError: A statement is not of its shape.
    """
    accounts: dict[int, BankAccount] = {}
    for path in bundle.paths(STATEMENTS_FOLDER):
        statement = record(bundle.json(path), _FIELDS)
        if statement["format"] != STATEMENT_FORMAT:
            raise BundleError(f"{path}: expected {STATEMENT_FORMAT}, got {shown(statement['format'])}")
        _take(tally, path, statement, accounts.setdefault(integer(statement["bank"]), BankAccount()))
    return accounts


def _take(tally: Tally, path: str, statement: dict[str, Any], account: BankAccount) -> None:
    salt = unhexed(statement["account_salt"], 32)
    # With another salt a line would have two keys, and might be used twice.
    what = "盐应与此账户之前的一致 salt of the account"
    tally.expect_equal(path, what, expected=account.salt or salt, got=salt)
    account.salt = salt
    opening_fen, closing_fen = (integer(statement[n], low=-MAX_FEN) for n in ("opening_fen", "closing_fen"))
    what = "期初余额应为上一张的期末（分） opening balance: closing of the statement before in fen"
    tally.expect_equal(path, what, expected=account.closing_fen, got=opening_fen)
    total_fen = 0
    for item in array(statement["lines"]):
        line = _line(path, item)
        key = line_key(salt, line.reference)
        what = f"流水号重复 reference {line.reference!r:.60} appears twice"
        tally.expect(key not in account.lines, path, what)
        account.lines[key] = line
        total_fen += line.amount_fen
    what = "期末余额（分） closing balance in fen"
    tally.expect_equal(path, what, expected=opening_fen + total_fen, got=closing_fen)
    account.closing_fen = closing_fen


def _line(path: str, item: Any) -> BankLine:
    line = record(item, ("amount_fen", "booked_on", "reference"), ("counterparty",))
    return BankLine(
        path=path,
        reference=text(line["reference"]),
        amount_fen=integer(line["amount_fen"], low=-MAX_FEN),
        booked_on=day_from(path, text(line["booked_on"])),
        counterparty=text(line["counterparty"]) if "counterparty" in line else None,
    )
