"""Bank statements as CSV, in the columns that a bank's own export has. A mapping per bank is a file in `mappings/`.

The balance after each line is checked line by line, so that a line taken out or changed is named. An export has no
opening balance: it is taken from the first line, whose own amount is therefore proven only by the statement before.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ledger_api.errors import QueryInvalidError, StatementMalformedError, StatementUnbalancedError
from ledger_api.statements.parsed import MAX_TEXT, ParsedLine, ParsedStatement, fen, yuan

MAX_HEADER_ROW = 30
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapping:
    """Columns of one bank's export, by their headings.

    Attributes:
        name: Name of the mapping.
        bank: Name of the bank, in Chinese.
        reference: Columns that together name a line.
        date: Column of the booking date or time.
        incoming: Column of what came in.
        outgoing: Column of what went out.
        balance: Column of the balance after the line.
        counterparty: Column of the other side's name.
        text: Columns of what the line says.
        account: Column of the own account's number; empty if it stands above the table.
        newest_first: Whether the latest line comes first.
    """

    name: str
    bank: str
    reference: list[str]
    date: str
    incoming: str
    outgoing: str
    balance: str
    counterparty: str
    text: list[str]
    account: str
    newest_first: bool

    def columns(self) -> set[str]:
        """All headings that the table must have."""
        single = {self.date, self.incoming, self.outgoing, self.balance, self.counterparty}
        return single | {*self.reference, *self.text} | ({self.account} if self.account else set())


@cache
def mappings() -> dict[str, Mapping]:
    """All mappings by name."""
    folder = files("ledger_api.statements") / "mappings"
    found = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            name = file.name.removesuffix(".toml")
            found[name] = Mapping(name=name, **tomllib.loads(file.read_text("utf-8")))
    return found


def parse(content: bytes, mapping_name: str) -> ParsedStatement:
    """Reads a statement.

    Args:
        content: The file, UTF-8 or GB18030.
        mapping_name: One of `mappings()`.

    Raises:
        QueryInvalidError: There is no such mapping.
        StatementMalformedError: A line cannot be read; the message names it.
        StatementUnbalancedError: The balance after a line is not the one before and its amount.
    """
    mapping = mappings().get(mapping_name)
    if mapping is None:
        raise QueryInvalidError(
            f"expected a format of camt.053, {', '.join(mappings())}, got {mapping_name[:40]!r}"
        )
    rows = _rows(_decoded(content))
    start, columns = _heading(rows, mapping)
    body = [(number, dict(zip(columns, row, strict=False))) for number, row in rows[start:] if any(row)]
    if mapping.newest_first:
        body.reverse()
    booked = [
        (_line(number, row, mapping), fen(row.get(mapping.balance, ""), number)) for number, row in body
    ]
    if not booked:
        raise StatementMalformedError("expected at least one line below the headings, got none")
    return _statement(mapping, booked, _account(rows[:start], body, mapping))


def _statement(
    mapping: Mapping, booked: list[tuple[ParsedLine, int]], account: str | None
) -> ParsedStatement:
    opening_fen = booked[0][1] - booked[0][0].amount_fen
    balance_fen = opening_fen
    for line, stated_fen in booked:
        balance_fen += line.amount_fen
        if balance_fen != stated_fen:
            raise StatementUnbalancedError(
                f"line {line.source_line}: expected a balance of {yuan(balance_fen)} after it, got {yuan(stated_fen)}"
            )
    lines = tuple(line for line, _ in booked)
    return ParsedStatement(
        format=mapping.name,
        account_number=account,
        opening_fen=opening_fen,
        closing_fen=balance_fen,
        lines=lines,
    )


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise StatementMalformedError("expected a text file in UTF-8 or GB18030, got other bytes")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for row in reader:
            rows.append((reader.line_num, [cell.strip().strip("\t") for cell in row]))  # noqa: PERF401 the error names the line
    except csv.Error as error:
        raise StatementMalformedError(f"line {reader.line_num}: expected CSV, got: {error}") from None
    return rows


def _heading(rows: list[tuple[int, list[str]]], mapping: Mapping) -> tuple[int, list[str]]:
    missing = mapping.columns()
    for index, (_, row) in enumerate(rows[:MAX_HEADER_ROW]):
        if mapping.columns() <= set(row):
            return index + 1, row
        missing = min(missing, mapping.columns() - set(row), key=len)
    raise StatementMalformedError(
        f"expected a row with the headings of {mapping.name}, missing {', '.join(sorted(missing))}"
    )


def _line(number: int, row: dict[str, str], mapping: Mapping) -> ParsedLine:
    incoming_fen = fen(row.get(mapping.incoming) or "0", number)
    outgoing_fen = fen(row.get(mapping.outgoing) or "0", number)
    if (incoming_fen == 0) == (outgoing_fen == 0):
        raise StatementMalformedError(
            f"line {number}: expected an amount in or out, got {incoming_fen} and {outgoing_fen} fen"
        )
    return ParsedLine(
        source_line=number,
        reference="-".join(row.get(name, "") for name in mapping.reference),
        amount_fen=incoming_fen - outgoing_fen,
        booked_on=_date(row.get(mapping.date, ""), number),
        counterparty=row.get(mapping.counterparty, "")[:MAX_TEXT],
        text=" ".join(filter(None, (row.get(name, "") for name in mapping.text)))[:MAX_TEXT],
    )


def _date(text: str, number: int) -> str:
    found = re.match(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})", text)
    if found is None:
        raise StatementMalformedError(f"line {number}: expected a date, got {text[:20]!r}")
    year, month, day = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _account(
    above: list[tuple[int, list[str]]], body: list[tuple[int, dict[str, str]]], mapping: Mapping
) -> str | None:
    if mapping.account:
        return body[0][1].get(mapping.account) or None
    text = "\n".join(",".join(row) for _, row in above)
    found = re.search(r"(?:账号|卡号|账户)[:：,\s]*([0-9][0-9 ]{7,40})", text)
    return found.group(1) if found else None
