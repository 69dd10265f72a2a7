"""A bank statement against the chain: which of its lines the ledger knows, and whether amount and direction agree.

The statement comes from the bank; the chain from a bundle whose foundations pass. Neither is believed for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.decode.accounts import BANK, account
from audit.decode.camt import Booked, Statement, parse
from audit.errors import BundleError
from audit.evidence.canonical import array, integer, record, text, unhexed
from audit.evidence.formats import MAX_FEN, STATEMENT_FORMAT, STATEMENTS_FOLDER
from audit.rules.bank_lines import line_key, uses
from audit.rules.ledger_fold import fold
from audit.verified_history import read_verified

if TYPE_CHECKING:
    from pathlib import Path

    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.rules.bank_lines import Use


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
        held_fen: What the ledger says the account holds at the head, in fen.
    """

    bank: int
    statement: Statement
    lines: tuple[Reconciled, ...]
    held_fen: int

    @property
    def adds_up(self) -> bool:
        """Whether opening balance and lines give the closing balance."""
        total_fen = sum(line.booked.amount_fen for line in self.lines)
        return self.statement.opening_fen + total_fen == self.statement.closing_fen

    @property
    def exit_status(self) -> int:
        """0 if every line agrees, 1 if one differs or the statement does not add up, else 2: lines unknown, or none."""
        if not self.adds_up or any(line.use and not line.agrees for line in self.lines):
            return 1
        return 0 if self.lines and all(line.agrees for line in self.lines) else 2

    def text_lines(self) -> list[str]:
        """The reconciliation for people, a line each."""
        s, agreeing = self.statement, sum(line.agrees for line in self.lines)
        balances = f"{s.opening_fen} fen → {s.closing_fen} fen"
        return [
            *(line.text() for line in self.lines),
            f"期初至期末 opening to closing: {balances}, {'相符 adds up' if self.adds_up else '不符 does not add up'}",
            f"{agreeing} / {len(self.lines)} 笔一致 lines agree; 账本余额 the ledger holds {self.held_fen} fen",
        ]

    def to_json(self) -> dict[str, Any]:
        """The reconciliation as JSON."""
        return {
            "bank": self.bank, "adds_up": self.adds_up, "exit_status": self.exit_status, "held_fen": self.held_fen,
            "opening_fen": self.statement.opening_fen, "closing_fen": self.statement.closing_fen,
            "lines": [_line_json(line) for line in self.lines],
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
    salt, by_key = _salt(opened, bank), _uses(history, bank)
    lines = (Reconciled(booked=b, use=by_key.get(line_key(salt, b.reference))) for b in parsed.lines)
    book = fold(history).books.get(account(BANK, bank))
    if book is None:
        raise BundleError(f"expected a bank account {bank} on chain, got none")
    return Reconciliation(bank=bank, statement=parsed, lines=tuple(lines), held_fen=-book.balance)


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


def _salt(bundle: Bundle, bank: int) -> bytes:
    for path in bundle.paths(STATEMENTS_FOLDER):
        statement = bundle.json(path)
        if statement["bank"] == bank:
            return unhexed(statement["account_salt"], 32)
    raise BundleError(
        f"expected an exhibit of bank account {bank} in {STATEMENTS_FOLDER}, which tells its salt; got none"
    )


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
