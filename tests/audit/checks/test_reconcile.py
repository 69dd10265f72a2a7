"""A bank's statement against the ledger of a bundle."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from audit.errors import BundleError
from audit.reconcile import reconcile
from tests.audit.bundles import altered
from tests.contracts.neighbourhood import BANK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.checks.conftest import Evidence

EXHIBIT = "exhibits/statements/00001-00001.json"


@pytest.fixture
def statement(evidence: Evidence) -> dict[str, Any]:
    """What the bank sent."""
    return dict(evidence.statement())


def saved(folder: Path, statement: dict[str, Any]) -> Path:
    path = folder / "statement.json"
    path.write_text(json.dumps(statement))
    return path


def with_amount(statement: dict[str, Any], number: int, more_fen: int) -> dict[str, Any]:
    lines = [line | {"amount_fen": line["amount_fen"] + more_fen * (i == number)}
             for i, line in enumerate(statement["lines"])]  # fmt: skip
    return statement | {"lines": lines, "closing_fen": statement["closing_fen"] + more_fen}


def test_every_line_of_the_banks_statement_agrees_with_the_ledger(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    result = reconcile(evidence.folder, evidence.trust, saved(tmp_path, statement), BANK)
    assert result.exit_status == 0, result.text_lines()
    assert len(result.lines) == len(statement["lines"]) > 3
    assert {line.booked.amount_fen > 0 for line in result.lines} == {True, False}


def test_line_whose_amount_is_a_fen_more_at_the_bank_differs(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    result = reconcile(evidence.folder, evidence.trust, saved(tmp_path, with_amount(statement, 1, 1)), BANK)
    assert [line.agrees for line in result.lines].index(False) == 1
    assert result.exit_status == 1
    assert "不一致 differs" in result.text_lines()[1]


def test_statement_that_does_not_add_up_is_told(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    wrong = statement | {"closing_fen": statement["closing_fen"] + 1}
    result = reconcile(evidence.folder, evidence.trust, saved(tmp_path, wrong), BANK)
    assert not result.adds_up
    assert result.exit_status == 1


def test_line_that_the_ledger_does_not_know_leaves_it_undecided(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    fee = {"amount_fen": -500, "booked_on": "2025-07-01", "reference": "BANK FEE"}
    more = statement | {"lines": [*statement["lines"], fee], "closing_fen": statement["closing_fen"] - 500}
    result = reconcile(evidence.folder, evidence.trust, saved(tmp_path, more), BANK)
    assert result.exit_status == 2
    assert result.lines[-1].use is None


@pytest.mark.parametrize("change", ["gone", "another day"])
def test_line_that_the_operator_invented_or_dated_otherwise_is_told(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path, change: str
) -> None:
    """Row "a gift of 1,000,000 yuan that no bank saw": the ledger and the operator's statement say the same."""
    first, second, *rest = statement["lines"]
    gone = change == "gone"
    lines = [first, *([] if gone else [second | {"booked_on": "2025-06-14"}]), *rest]
    closing_fen = statement["closing_fen"] - (second["amount_fen"] if gone else 0)
    path = saved(tmp_path, statement | {"lines": lines, "closing_fen": closing_fen})
    result = reconcile(evidence.folder, evidence.trust, path, BANK)
    assert (result.exit_status, [one.reference for one in result.invented]) == (1, [second["reference"]])
    assert any("运营方的对账单有，银行的没有" in line for line in result.text_lines())


def test_statement_of_some_days_says_nothing_of_others(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    day = statement["lines"][-1]["booked_on"]
    lines = [line for line in statement["lines"] if line["booked_on"] == day]
    opening_fen = statement["closing_fen"] - sum(line["amount_fen"] for line in lines)
    part = statement | {"lines": lines, "opening_fen": opening_fen}
    assert len(lines) < len(statement["lines"])
    assert reconcile(evidence.folder, evidence.trust, saved(tmp_path, part), BANK).exit_status == 0


def test_statement_without_lines_is_undecided(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    empty = statement | {"lines": [], "closing_fen": statement["opening_fen"]}
    assert reconcile(evidence.folder, evidence.trust, saved(tmp_path, empty), BANK).exit_status == 2


def test_reference_in_other_case_and_with_spaces_is_the_same_line(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    lines = [line | {"reference": f" {line['reference'].lower()[:2]} {line['reference'].lower()[2:]}"}
             for line in statement["lines"]]  # fmt: skip
    result = reconcile(evidence.folder, evidence.trust, saved(tmp_path, statement | {"lines": lines}), BANK)
    assert result.exit_status == 0


def test_camt_file_of_the_same_lines_agrees_too(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "statement.xml"
    path.write_text(as_camt(statement))
    assert reconcile(evidence.folder, evidence.trust, path, BANK).exit_status == 0


def test_bundle_whose_chain_was_altered_is_not_reconciled_with(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    def cut(lines: list[Any]) -> None:
        del lines[3]

    forged = altered(evidence.folder, tmp_path / "forged", "chain/blocks/000000000.jsonl", cut)
    with pytest.raises(BundleError, match="C02"):
        reconcile(forged, evidence.trust, saved(tmp_path, statement), BANK)


def test_bank_account_without_an_exhibit_is_told(
    evidence: Evidence, statement: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(BundleError, match="bank account 99"):
        reconcile(evidence.folder, evidence.trust, saved(tmp_path, statement), 99)


def as_camt(statement: dict[str, Any]) -> str:
    def money(amount_fen: int) -> str:
        yuan = f"{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"
        return f'<Amt Ccy="CNY">{yuan}</Amt><CdtDbtInd>{"DBIT" if amount_fen < 0 else "CRDT"}</CdtDbtInd>'

    def balance(code: str, amount_fen: int) -> str:
        return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{money(amount_fen)}</Bal>"

    entries = "".join(
        f"<Ntry>{money(line['amount_fen'])}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{line['booked_on']}</Dt></BookgDt>"
        f"<AcctSvcrRef>{line['reference']}</AcctSvcrRef></Ntry>"
        for line in statement["lines"]
    )
    balances = balance("OPBD", statement["opening_fen"]) + balance("CLBD", statement["closing_fen"])
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
    )
