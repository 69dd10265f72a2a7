"""Bank statements of ISO 20022, camt.053.001.02 and later: one account, one period, booked lines in CNY."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ledger_api.errors import StatementMalformedError
from ledger_api.statements import xml_tree
from ledger_api.statements.parsed import MAX_TEXT, ParsedLine, ParsedStatement, fen

if TYPE_CHECKING:
    from ledger_api.statements.xml_tree import Element

NAME = "camt.053"
NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d{2}")
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def parse(content: bytes) -> ParsedStatement:
    """Reads a statement.

    Args:
        content: The file.

    Raises:
        StatementMalformedError: It is no camt.053 file of one statement; the message names the line.
        StatementUnbalancedError: It does not add up.
    """
    document = xml_tree.read(content)
    if document.name != "Document" or not NAMESPACE.fullmatch(document.namespace):
        raise StatementMalformedError(
            f"line {document.line}: expected a camt.053 Document, got {document.name!r}"
        )
    statements = list(document.all("BkToCstmrStmt/Stmt"))
    if len(statements) != 1:
        raise StatementMalformedError(f"expected one statement in the file, got {len(statements)}")
    return _statement(statements[0])


def _statement(told: Element) -> ParsedStatement:
    booked = [e for e in told.all("Ntry") if (e.told("Sts/Cd") or e.told("Sts")) == "BOOK"]
    return ParsedStatement(
        format=NAME,
        account_number=told.told("Acct/Id/IBAN") or told.told("Acct/Id/Othr/Id") or None,
        opening_fen=_balance(told, OPENING),
        closing_fen=_balance(told, CLOSING),
        lines=tuple(_line(entry) for entry in booked),
    )


def _balance(told: Element, codes: tuple[str, ...]) -> int:
    for code in codes:
        for balance in told.all("Bal"):
            if balance.told("Tp/CdOrPrtry/Cd") == code:
                return _amount(balance)
    raise StatementMalformedError(
        f"line {told.line}: expected a balance of type {' or '.join(codes)}, got none"
    )


def _line(entry: Element) -> ParsedLine:
    reference = (
        entry.told("AcctSvcrRef") or entry.told("NtryDtls/TxDtls/Refs/AcctSvcrRef") or entry.told("NtryRef")
    )
    if not reference:
        raise StatementMalformedError(
            f"line {entry.line}: expected the bank's reference (AcctSvcrRef), got none"
        )
    amount_fen = _amount(entry)
    other = "Dbtr" if amount_fen > 0 else "Cdtr"
    parties = f"NtryDtls/TxDtls/RltdPties/{other}"
    words = (t.text.strip() for t in entry.all("NtryDtls/TxDtls/RmtInf/Ustrd"))
    return ParsedLine(
        source_line=entry.line,
        reference=reference,
        amount_fen=amount_fen,
        booked_on=_date(entry),
        counterparty=(entry.told(f"{parties}/Nm") or entry.told(f"{parties}/Pty/Nm"))[:MAX_TEXT],
        text=(" ".join(words) or entry.told("AddtlNtryInf"))[:MAX_TEXT],
    )


def _amount(told: Element) -> int:
    amount = told.need("Amt")
    if amount.attributes.get("Ccy") != "CNY":
        raise StatementMalformedError(
            f"line {amount.line}: expected CNY, got {amount.attributes.get('Ccy')!r}"
        )
    indicator = told.told("CdtDbtInd")
    if indicator not in ("CRDT", "DBIT"):
        raise StatementMalformedError(f"line {told.line}: expected CRDT or DBIT, got {indicator!r}")
    amount_fen = fen(amount.text, amount.line)
    if amount_fen < 0:
        raise StatementMalformedError(
            f"line {amount.line}: expected an amount without a sign, got {amount.text!r}"
        )
    # CdtDbtInd already is the direction of a reversal (RvslInd): it needs no turning.
    return amount_fen if indicator == "CRDT" else -amount_fen


def _date(entry: Element) -> str:
    text = entry.told("BookgDt/Dt") or entry.told("BookgDt/DtTm")[:10]
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise StatementMalformedError(f"line {entry.line}: expected a booking date, got {text[:20]!r}")
    return text
