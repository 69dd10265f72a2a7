"""A bank statement against the chain: which of its lines the ledger knows, and whether amount and direction agree.

The statement comes from the bank; the chain from a bundle whose foundations pass. Neither is believed for the other. What the operator brought
as the bank's statements is compared with it both ways: what was invented there would pass every check of a bundle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.decode.accounts import BANK, account
from audit.decode.camt import Booked, Statement, parse
from audit.errors import BundleError
from audit.evidence.canonical import array, integer, record, text
from audit.evidence.formats import MAX_FEN, STATEMENT_FORMAT, STATEMENTS_FOLDER
from audit.report.findings import Tally
from audit.rules.bank_lines import line_key, uses
from audit.rules.ledger_fold import fold
from audit.rules.state.china import day_from, day_text
from audit.rules.statements import read_statements
from audit.verified_history import read_verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.rules.bank_lines import Use
    from audit.rules.statements import BankAccount, BankLine


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciled:
    """One line of the statement.

    Attributes:
        booked: The line.
        use: The ledger's use of it, or None if the ledger does not know it.
    """

    booked: Booked
    use: Use | None

    @property
    def agrees(self) -> bool:
        """Whether the ledger knows it with the bank's amount and direction."""
        return self.use is not None and self.use.amount_fen == self.booked.amount_fen

    def text(self) -> str:
        """The line for people."""
        b = self.booked
        head = f"{b.booked_on} {b.reference} {b.amount_fen} fen"
        if self.use is None:
            return f"{head}: 账本没有 not in the ledger"
        if self.agrees:
            return f"{head}: 一致 agrees, {self.use.log.where}"
        return f"{head}: 不一致 differs, {self.use.amount_fen} fen in the ledger, {self.use.log.where}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciliation:
    """What became of a statement.

    Attributes:
        bank: Id of the bank account.
        statement: The statement.
        lines: Its lines, in order.
        invented: Lines that the operator's statements have in these days, and the bank's does not, or on another day.
        held_fen: What the ledger says the account holds at the head, in fen.
    """

    bank: int
    statement: Statement
    lines: tuple[Reconciled, ...]
    invented: tuple[BankLine, ...]
    held_fen: int

    @property
    def adds_up(self) -> bool:
        """Whether opening balance and lines give the closing balance."""
        total_fen = sum(line.booked.amount_fen for line in self.lines)
        return self.statement.opening_fen + total_fen == self.statement.closing_fen

    @property
    def exit_status(self) -> int:
        """0 if every line agrees, 1 if one differs, was invented, or the statement does not add up, else 2: lines unknown, or none."""
        if not self.adds_up or self.invented or any(line.use and not line.agrees for line in self.lines):
            return 1
        return 0 if self.lines and all(line.agrees for line in self.lines) else 2

    def text_lines(self) -> list[str]:
        """The reconciliation for people, a line each."""
        s, agreeing = self.statement, sum(line.agrees for line in self.lines)
        balances = f"{s.opening_fen} fen → {s.closing_fen} fen"
        return [
            *(line.text() for line in self.lines),
            *(
                f"{day_text(line.booked_on)} {line.reference} {line.amount_fen} fen: 运营方的对账单有，银行的没有 "
                f"in the operator's {line.path}, and not at the bank on that day"
                for line in self.invented
            ),
            f"期初至期末 opening to closing: {balances}, {'相符 adds up' if self.adds_up else '不符 does not add up'}",
            f"{agreeing} / {len(self.lines)} 笔一致 lines agree; 账本余额 the ledger holds {self.held_fen} fen",
        ]

    def to_json(self) -> dict[str, Any]:
        """The reconciliation as JSON."""
        return {
            "bank": self.bank, "adds_up": self.adds_up, "exit_status": self.exit_status, "held_fen": self.held_fen,
            "opening_fen": self.statement.opening_fen, "closing_fen": self.statement.closing_fen,
            "lines": [_line_json(line) for line in self.lines],
            "invented": [
                {"reference": line.reference, "booked_on": day_text(line.booked_on), "amount_fen": line.amount_fen, "where": line.path}
                for line in self.invented
            ],
        }  # fmt: skip


def reconcile(bundle: Path, trust: Trust, statement: Path, bank: int) -> Reconciliation:
    """Compares a statement with the ledger of a bundle.

    Args:
        bundle: Folder of the bundle. It must hold an exhibit of the bank account, which tells the account's salt.
        trust: What is pinned.
        statement: File of the bank: camt.053 (`.xml`), or `gongji.statement.v1` (`.json`).
        bank: Id of the bank account on chain.

    Raises:
        BundleError: The bundle does not pass its foundations, or the statement cannot be read.
    """
    opened, history = read_verified(bundle, trust)
    parsed = read_statement(statement)
    shown, by_key = _shown(opened, bank), _uses(history, bank)
    keys = [line_key(shown.salt, booked.reference) for booked in parsed.lines]
    lines = (Reconciled(booked=b, use=by_key.get(key)) for b, key in zip(parsed.lines, keys, strict=True))
    book = fold(history).books.get(account(BANK, bank))
    if book is None:
        raise BundleError(f"expected a bank account {bank} on chain, got none")
    return Reconciliation(
        bank=bank,
        statement=parsed,
        lines=tuple(lines),
        invented=tuple(_invented(shown, parsed, keys)),
        held_fen=-book.balance,
    )


def read_statement(path: Path) -> Statement:
    """Reads a statement, by the ending of its name.

    Raises:
        BundleError: It cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: {error}") from None
    return parse(content) if path.suffix.lower() == ".xml" else _normalised(content)


def _normalised(content: bytes) -> Statement:
    import orjson

    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BundleError(f"expected JSON or camt.053, got neither: {error}") from None
    needed = ("closing_fen", "format", "lines", "opening_fen")
    document = record(document, needed, ("account_salt", "bank"))
    if document["format"] != STATEMENT_FORMAT:
        raise BundleError(f"expected {STATEMENT_FORMAT}, got {document['format']!r:.40}")
    return Statement(
        opening_fen=integer(document["opening_fen"], low=-MAX_FEN),
        closing_fen=integer(document["closing_fen"], low=-MAX_FEN),
        lines=tuple(_booked(item) for item in array(document["lines"])),
    )


def _booked(item: Any) -> Booked:
    line = record(item, ("amount_fen", "booked_on", "reference"), ("counterparty",))
    amount_fen = integer(line["amount_fen"], low=-MAX_FEN)
    return Booked(reference=text(line["reference"]), amount_fen=amount_fen, booked_on=text(line["booked_on"]))


def _shown(bundle: Bundle, bank: int) -> BankAccount:
    """What the operator brought of a bank account."""
    found = read_statements(bundle, Tally("C21", "", "")).get(bank)
    if found is None:
        raise BundleError(
            f"expected an exhibit of bank account {bank} in {STATEMENTS_FOLDER}, which tells its salt; got none"
        )
    return found


def _invented(shown: BankAccount, statement: Statement, keys: list[bytes]) -> Iterator[BankLine]:
    """What the bank would have to know of the days of its statement, if the operator's were true."""
    days = [day_from("statement", booked.booked_on) for booked in statement.lines]
    at_bank = dict(zip(keys, days, strict=True))
    for key, line in shown.lines.items():
        in_days = bool(days) and min(days) <= line.booked_on <= max(days)
        if at_bank.get(key, line.booked_on) != line.booked_on or (in_days and key not in at_bank):
            yield line


def _uses(history: History, bank: int) -> dict[bytes, Use]:
    found: dict[bytes, Use] = {}
    for use in uses(history):
        if use.frees:
            found.pop(use.key, None)
        elif use.bank == bank:
            found[use.key] = use
    return found


def _line_json(line: Reconciled) -> dict[str, Any]:
    return {
        "reference": line.booked.reference, "booked_on": line.booked.booked_on, "amount_fen": line.booked.amount_fen,
        "ledger_fen": line.use.amount_fen if line.use else None, "agrees": line.agrees,
        "where": line.use.log.where if line.use else None,
    }  # fmt: skip
