"""The auditor's own reader of bank statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.decode.camt import parse
from audit.errors import BundleError

STATEMENTS = Path(__file__).parents[1] / "assets" / "statements"


def test_statement_of_the_bank_is_read_to_the_fen() -> None:
    statement = parse((STATEMENTS / "good.xml").read_bytes())
    assert statement.opening_fen + sum(line.amount_fen for line in statement.lines) == statement.closing_fen
    assert any(line.amount_fen > 0 for line in statement.lines)
    assert any(line.amount_fen < 0 for line in statement.lines)
    assert all(line.reference and len(line.booked_on) == 10 for line in statement.lines)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("entity_bomb.xml", "document type"),
        ("external_entity.xml", "document type"),
        ("cut_off.xml", "well-formed"),
        ("deep.xml", "levels"),
        ("no_closing_balance.xml", "CLBD"),
        ("no_direction.xml", "direction"),
        ("no_reference.xml", "reference"),
        ("other_currency.xml", "CNY"),
        ("two_statements.xml", "one statement"),
    ],
)
def test_broken_statement_is_refused_and_the_reason_told(name: str, reason: str) -> None:
    with pytest.raises(BundleError, match=reason):
        parse((STATEMENTS / name).read_bytes())


def test_auditor_and_portal_read_the_same_lines() -> None:
    from ledger_api.statements import camt

    content = (STATEMENTS / "good.xml").read_bytes()
    ours, theirs = parse(content), camt.parse(content)
    assert [(b.reference, b.amount_fen, b.booked_on) for b in ours.lines] == [
        (line.reference, line.amount_fen, line.booked_on) for line in theirs.lines
    ]
    assert (ours.opening_fen, ours.closing_fen) == (theirs.opening_fen, theirs.closing_fen)
