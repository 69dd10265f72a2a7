"""C21.2: the payee that a committee approved, opened, against whom the bank paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.checks.payees import payees
from audit.report.findings import State
from audit.rules.payees import is_named, payments
from register.commitments import document_commitment
from tests.audit.checks.rules_town import BUILDER, BUILDER_SALT, BUILDER_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.audit.checks.conftest import Evidence

STATEMENT, PAYEES = "exhibits/statements/00001-00001.json", "exhibits/payees.jsonl"

Lines = list[Any]


def payment(lines: Lines) -> dict[str, Any]:
    """The first line of the bank by which a request was paid."""
    found: dict[str, Any] = next(line for line in lines[0]["lines"] if line["reference"] == "P-1")
    return found


def paid_to(name: str) -> Callable[[Lines], None]:
    return lambda lines: payment(lines).update(counterparty=name)


def test_every_payment_went_to_whom_its_request_named(evidence: Evidence) -> None:
    result = evidence.run(payees)
    paid = list(payments(evidence.history))
    assert len(paid) >= 5
    assert (result.state, result.counted) == (State.PASSED, 1 + len(paid))


@pytest.mark.parametrize("name", ["出纳的表弟", "金牛修缮服务部天津分部", "金", "", "\u200b \u200b"])
def test_a_payment_to_somebody_else_is_told(evidence: Evidence, tmp_path: Path, name: str) -> None:
    """Row "the payee's commitment is never opened nor compared with the line's counterparty"."""
    bundle = evidence.rewritten(tmp_path / "b", STATEMENT, paid_to(name))
    assert evidence.red(bundle=bundle) == {"C21.2"}
    [found] = evidence.run(payees, bundle=bundle).findings
    assert found.where == next(evidence.history.logs("Disbursements.PaymentProven")).where


@pytest.mark.parametrize("name", ["金牛 修缮服务部", "金牛修缮\u200b服务部\u3000"])
def test_how_the_bank_spells_the_name_does_not_matter(evidence: Evidence, tmp_path: Path, name: str) -> None:
    bundle = evidence.rewritten(tmp_path / "b", STATEMENT, paid_to(name))
    assert evidence.run(payees, bundle=bundle).state is State.PASSED
    assert is_named("ＡＢＣ（天津）", "payee: abc(天津)")


def test_a_payee_opened_as_somebody_else_is_told(evidence: Evidence, tmp_path: Path) -> None:
    """Whoever paid another opens the commitment as if it had named that one; the commitment says no."""

    def change(lines: Lines) -> None:
        lines[0]["text"] = "收款人 payee: 出纳的表弟"

    bundle = evidence.rewritten(tmp_path / "b", PAYEES, change)
    assert "commitment that salt and text make" in str(evidence.run(payees, bundle=bundle).findings[0].what)


def test_an_opened_payee_of_no_request_is_told(evidence: Evidence, tmp_path: Path) -> None:
    text = f"{BUILDER_TEXT} "
    other = document_commitment(BUILDER_SALT, text.encode())
    row = {"payee": f"0x{other.hex()}", "salt": f"0x{BUILDER_SALT.hex()}", "text": text}
    bundle = evidence.rewritten(
        tmp_path / "b", PAYEES, lambda lines: sorted([*lines, row], key=lambda one: str(one["payee"]))
    )
    assert "is the payee of no request" in evidence.run(payees, bundle=bundle).findings[0].what


def test_a_payee_that_is_opened_twice_is_no_exhibit(evidence: Evidence, tmp_path: Path) -> None:
    bundle = evidence.rewritten(tmp_path / "b", PAYEES, lambda lines: lines * 2)
    assert "each commitment once" in evidence.run(payees, bundle=bundle).findings[0].what


@pytest.mark.parametrize(
    ("path", "change", "why"),
    [
        (PAYEES, lambda _: [], "was not opened"),
        (STATEMENT, lambda lines: payment(lines).pop("counterparty") and None, "does not say who was paid"),
    ],
)
def test_what_is_not_opened_or_not_said_is_not_passed(
    evidence: Evidence, tmp_path: Path, path: str, change: Callable[[Lines], Lines | None], why: str
) -> None:
    result = evidence.run(payees, bundle=evidence.rewritten(tmp_path / "b", path, change))
    assert result.state is State.UNDECIDED
    assert why in result.findings[0].what
    assert evidence.run(payees, bundle=evidence.lacking(tmp_path / "c", path)).state is State.UNDECIDED
    assert BUILDER not in result.findings[0].what
