"""Bank statements of ISO 20022, camt.053.001.02 and later: one account, one period, booked lines in CNY."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml.etree import QName

from ledger_api.errors import StatementMalformedError
from ledger_api.statements import xml_file
from ledger_api.statements.parsed import MAX_TEXT, ParsedLine, ParsedStatement, fen
from ledger_api.statements.xml_file import find_all, text_at, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NAME = "camt.053"
NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d{2}")
# From the inside out.
AROUND_ENTRY = ["Stmt", "BkToCstmrStmt", "Document"]
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def parse(content: bytes) -> ParsedStatement:
    """Reads a statement.

    Args:
        content: The file.

    Raises:
        StatementMalformedError: It is no camt.053 file of one statement; the message names the line.
        StatementUnbalancedError: It does not add up.
    """
    lines: list[ParsedLine] = []

    def take(entry: Element) -> None:
        if not lines:
            # What is wrong with an entry of another message is that it is of another message.
            _require_camt(entry.getroottree().getroot())
        if [QName(one).localname for one in entry.iterancestors()] == AROUND_ENTRY and _is_booked(entry):
            lines.append(_line(entry))

    document = xml_file.read(content, "Ntry", take)
    _require_camt(document)
    statements = find_all(document, "BkToCstmrStmt/Stmt")
    if len(statements) != 1:
        raise StatementMalformedError(f"expected one statement in the file, got {len(statements)}")
    return _statement(statements[0], lines)


def _require_camt(document: Element) -> None:
    name = QName(document)
    if name.localname != "Document" or not NAMESPACE.fullmatch(name.namespace or ""):
        raise _malformed(document, f"expected a camt.053 Document, got {name.localname!r}")


def _statement(statement: Element, lines: list[ParsedLine]) -> ParsedStatement:
    return ParsedStatement(
        format=NAME,
        account_number=text_at(statement, "Acct/Id/IBAN") or text_at(statement, "Acct/Id/Othr/Id") or None,
        opening_fen=_balance(statement, OPENING),
        closing_fen=_balance(statement, CLOSING),
        lines=tuple(lines),
    )


def _is_booked(entry: Element) -> bool:
    return (text_at(entry, "Sts/Cd") or text_at(entry, "Sts")) == "BOOK"


def _balance(statement: Element, codes: tuple[str, ...]) -> int:
    for code in codes:
        for balance in find_all(statement, "Bal"):
            if text_at(balance, "Tp/CdOrPrtry/Cd") == code:
                return _amount(balance)
    raise _malformed(statement, f"expected a balance of type {' or '.join(codes)}, got none")


def _line(entry: Element) -> ParsedLine:
    references = ("AcctSvcrRef", "NtryDtls/TxDtls/Refs/AcctSvcrRef", "NtryRef")
    reference = next(filter(None, (text_at(entry, path) for path in references)), None)
    if reference is None:
        raise _malformed(entry, "expected the bank's reference (AcctSvcrRef), got none")
    amount_fen = _amount(entry)
    party = f"NtryDtls/TxDtls/RltdPties/{'Dbtr' if amount_fen > 0 else 'Cdtr'}"
    words = map(text_of, find_all(entry, "NtryDtls/TxDtls/RmtInf/Ustrd"))
    return ParsedLine(
        source_line=entry.sourceline or 0,
        reference=reference,
        amount_fen=amount_fen,
        booked_on=_date(entry),
        counterparty=(text_at(entry, f"{party}/Nm") or text_at(entry, f"{party}/Pty/Nm"))[:MAX_TEXT],
        text=(" ".join(words) or text_at(entry, "AddtlNtryInf"))[:MAX_TEXT],
    )


def _amount(element: Element) -> int:
    amount = next(iter(find_all(element, "Amt")), None)
    if amount is None:
        raise _malformed(element, "expected an amount (Amt), got none")
    currency, indicator = amount.get("Ccy"), text_at(element, "CdtDbtInd")
    if currency != "CNY":
        raise _malformed(amount, f"expected CNY, got {currency!r}")
    if indicator not in ("CRDT", "DBIT"):
        raise _malformed(element, f"expected CRDT or DBIT, got {indicator!r}")
    amount_fen = fen(text_of(amount), amount.sourceline or 0)
    if amount_fen < 0:
        raise _malformed(amount, f"expected an amount without a sign, got {text_of(amount)!r}")
    # CdtDbtInd already is the direction of a reversal (RvslInd): it needs no turning.
    return amount_fen if indicator == "CRDT" else -amount_fen


def _date(entry: Element) -> str:
    text = text_at(entry, "BookgDt/Dt") or text_at(entry, "BookgDt/DtTm")[:10]
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise _malformed(entry, f"expected a booking date, got {text[:20]!r}")
    return text


def _malformed(element: Element, message: str) -> StatementMalformedError:
    return StatementMalformedError(f"line {element.sourceline}: {message}")
