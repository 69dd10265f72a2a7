"""A bank statement of ISO 20022 (camt.053.001), read by the auditor's own reader: balances and booked lines.

No document type is taken, so there are no entities. What the reader does not need it does not look at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from audit.errors import BundleError

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 40
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
REFERENCES = ("AcctSvcrRef", "NtryDtls/TxDtls/Refs/AcctSvcrRef", "NtryRef")
_STATEMENT = ("Document", "BkToCstmrStmt", "Stmt")
_AMOUNT = re.compile(r"(\d{1,15})(?:\.(\d{1,2}))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Booked:
    """A line that the bank booked.

    Attributes:
        reference: The bank's own reference, in its spelling.
        amount_fen: Positive for money that came in, negative for money that went out.
        booked_on: YYYY-MM-DD.
    """

    reference: str
    amount_fen: int
    booked_on: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A statement of one account.

    Attributes:
        opening_fen: Balance before the first line.
        closing_fen: Balance after the last line.
        lines: In the order of the bank.
    """

    opening_fen: int
    closing_fen: int
    lines: tuple[Booked, ...]


def parse(content: bytes) -> Statement:
    """Reads a camt.053 file of one statement.

    Args:
        content: The file, at most 64 MiB.

    Raises:
        BundleError: It is not well-formed, has a document type, or lacks a balance, an amount in CNY or a reference.
    """
    if len(content) > MAX_BYTES:
        raise BundleError(f"expected a statement of at most {MAX_BYTES} bytes, got {len(content)}")
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise BundleError(f"expected well-formed XML: {error}") from None
    if reader.statements != 1:
        raise BundleError(f"expected one statement in the file, got {reader.statements}")
    booked = [r for r in reader.entries if (r.get("Sts/Cd") or r.get("Sts")) == "BOOK"]
    return Statement(
        opening_fen=_balance(reader.balances, OPENING),
        closing_fen=_balance(reader.balances, CLOSING),
        lines=tuple(_line(entry) for entry in booked),
    )


class _Reader:
    """Keeps, for each balance and entry of the statement, the first text at each path below it."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.statements = 0
        self.balances: list[dict[str, str]] = []
        self.entries: list[dict[str, str]] = []
        self._path: list[str] = []
        self._words: list[str] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition("}")[2])
        self._words.append("")
        if len(self._path) > MAX_DEPTH:
            raise BundleError(f"expected at most {MAX_DEPTH} levels of XML, got more")
        self.statements += tuple(self._path) == _STATEMENT
        if tuple(self._path[:-1]) == _STATEMENT and self._path[-1] in ("Bal", "Ntry"):
            (self.balances if self._path[-1] == "Bal" else self.entries).append({})
        if "Ccy" in attributes:
            self._keep("@Ccy", attributes["Ccy"])

    def _end(self, _: str) -> None:
        self._keep("", self._words.pop().strip())
        self._path.pop()

    def _text(self, text: str) -> None:
        self._words[-1] += text

    def _keep(self, suffix: str, text: str) -> None:
        below = len(_STATEMENT)
        if tuple(self._path[:below]) == _STATEMENT and self._path[below : below + 1] in (["Bal"], ["Ntry"]):
            records = self.balances if self._path[below] == "Bal" else self.entries
            records[-1].setdefault("/".join(self._path[below + 1 :]) + suffix, text)

    def _document_type(self, *_: object) -> None:
        raise BundleError("expected no document type in the statement, got one")


def _balance(balances: list[dict[str, str]], codes: tuple[str, ...]) -> int:
    for code in codes:
        for record in balances:
            if record.get("Tp/CdOrPrtry/Cd") == code:
                return _amount(record)
    raise BundleError(f"expected a balance of type {' or '.join(codes)} in the statement, got none")


def _line(record: dict[str, str]) -> Booked:
    reference = next((record[r] for r in REFERENCES if record.get(r)), None)
    if reference is None:
        raise BundleError("expected the bank's reference in every entry, got one without")
    booked_on = record.get("BookgDt/Dt") or record.get("BookgDt/DtTm", "")[:10]
    return Booked(reference=reference, amount_fen=_amount(record), booked_on=booked_on)


def _amount(record: dict[str, str]) -> int:
    direction = {"CRDT": 1, "DBIT": -1}.get(record.get("CdtDbtInd", ""))
    match = _AMOUNT.fullmatch(record.get("Amt", ""))
    if record.get("Amt@Ccy") != "CNY" or direction is None or match is None:
        fields = {k: record.get(k) for k in ("Amt", "Amt@Ccy", "CdtDbtInd")}
        raise BundleError(f"expected an amount in CNY with its direction, got {fields}")
    return direction * (int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")))
