"""What the checks of bank lines find, and the key of a line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.checks import bank
from audit.evidence.bundle import Bundle
from audit.evidence.canonical import encode
from audit.on_trust import taken_on_trust
from audit.report.findings import State
from audit.rules.bank_lines import line_key, uses
from audit.rules.payees import payments
from audit.rules.postings import (
    CAMPAIGN_REFUND,
    CAMPAIGN_REVERSAL,
    DISBURSEMENT,
    DISBURSEMENT_RETURN_REVERSAL,
    DONATION_REVERSAL,
    FEE,
    INTEREST_REVERSAL,
    MATCH_LOCK,
    PAYOUT,
    PAYOUT_RETURN_REVERSAL,
    PROCEEDS_REVERSAL,
)
from audit.rules.state.china import day_of, day_text
from ledger_api.statements.keys import BankAccount
from tests.audit.bundles import resealed
from tests.contracts.neighbourhood import BANK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.checks.conftest import Evidence

STATEMENT = "exhibits/statements/00001-00001.json"
PROVEN = "Disbursements.PaymentProven"


def test_a_line_used_for_two_payments_is_told(evidence: Evidence) -> None:
    used = evidence.log(PROVEN, 0).values["bank_line"]
    assert evidence.red(evidence.altered(PROVEN, 1, bank_line=used)) == {"C19", "C21", "C22"}


def test_a_line_used_by_two_modules_is_told(evidence: Evidence) -> None:
    used = evidence.log("Cooperative.PayoutProven", 0).values["bank_line"]
    assert "C19" in evidence.red(evidence.altered(PROVEN, 0, bank_line=used))


def test_what_left_a_frozen_fund_is_told(evidence: Evidence) -> None:
    """(p11)"""
    thawed = evidence.without("Funds.FundFrozen", 1)
    assert evidence.red(thawed) == {"C20", "C15.7"}
    reasons = {
        CAMPAIGN_REVERSAL,
        DONATION_REVERSAL,
        MATCH_LOCK,
        CAMPAIGN_REFUND,
        PROCEEDS_REVERSAL,
        PAYOUT,
        PAYOUT_RETURN_REVERSAL,
        DISBURSEMENT,
        DISBURSEMENT_RETURN_REVERSAL,
        FEE,
        INTEREST_REVERSAL,
    }
    leaving = [log for log in thawed.logs("Ledger.Transferred") if log.values["reason"] in reasons]
    assert {log.values["reason"] for log in leaving} == reasons
    # The first donation taken back was so before the freeze.
    found = {failure.where for failure in evidence.run(bank.frozen_funds, thawed).findings}
    assert found == {log.where for log in leaving[1:]}


def test_an_account_of_another_fund_than_its_owner_is_told(evidence: Evidence) -> None:
    opened = list(evidence.history.logs("Ledger.AccountOpened"))
    number = next(i for i, log in enumerate(opened) if log.values["fund"])
    assert "C20" in evidence.red(evidence.altered("Ledger.AccountOpened", number, fund=0))


def test_a_donation_taken_back_that_was_never_attested_is_told(evidence: Evidence) -> None:
    history = evidence.without("Ledger.Transferred", 2)
    assert "C19" in evidence.red(history)


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_line_whose_amount_is_another_at_the_bank_is_told(
    evidence: Evidence, tmp_path: Path, number: int
) -> None:
    def change(lines: list[Any]) -> None:
        lines[0]["lines"][number]["amount_fen"] += 1
        lines[0]["closing_fen"] += 1

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change)) == {"C21"}


def test_a_line_that_the_bank_does_not_know_is_told(evidence: Evidence, tmp_path: Path) -> None:
    """Row "a gift of 1,000,000 yuan that no bank saw"."""

    def change(lines: list[Any]) -> None:
        lines[0]["closing_fen"] -= lines[0]["lines"].pop(0)["amount_fen"]

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change)) == {"C21"}


def test_a_line_in_the_other_direction_is_told(evidence: Evidence, tmp_path: Path) -> None:
    def change(lines: list[Any]) -> None:
        amount_fen = lines[0]["lines"][0]["amount_fen"]
        lines[0]["lines"][0]["amount_fen"] = -amount_fen
        lines[0]["closing_fen"] -= 2 * amount_fen

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change)) == {"C21"}


@pytest.mark.parametrize("day", ["2025-06-14", "2025-06-16"])
def test_a_gift_that_the_bank_booked_on_another_day_is_told(
    evidence: Evidence, tmp_path: Path, day: str
) -> None:
    """(p19) Whoever dates a late gift back, or one in time too late, is found by the bank's statement."""

    def change(lines: list[Any]) -> None:
        gift = next(one for one in lines[0]["lines"] if one["reference"].startswith("G-"))
        gift["booked_on"] = day

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change)) == {"C21"}


def test_a_statement_with_a_day_that_is_none_is_no_statement(evidence: Evidence, tmp_path: Path) -> None:
    def change(lines: list[Any]) -> None:
        lines[0]["lines"][0]["booked_on"] = "2025-02-30"

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change)) == {"C21", "C21.2"}


def test_a_statement_that_does_not_add_up_is_told(evidence: Evidence, tmp_path: Path) -> None:
    def change(lines: list[Any]) -> None:
        lines[0]["closing_fen"] += 1

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change)) == {"C21"}


def test_without_a_statement_the_bank_is_undecided(evidence: Evidence, tmp_path: Path) -> None:
    result = evidence.run(bank.statements, bundle=evidence.lacking(tmp_path / "b", STATEMENT))
    assert result.state is State.UNDECIDED


def test_a_statement_of_another_account_decides_nothing(evidence: Evidence, tmp_path: Path) -> None:
    def change(lines: list[Any]) -> None:
        lines[0]["bank"] = 2

    result = evidence.run(bank.statements, bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change))
    assert result.state is State.UNDECIDED


@pytest.mark.parametrize("reference", ["D-1", " d - １ ", "ａｂ　12", "工会-7", "Straße 9"])
def test_the_key_of_a_line_is_that_of_the_importer(reference: str) -> None:
    account = BankAccount(bank=1, number="1", salt=b"s" * 32)
    assert line_key(account.salt, reference) == account.line_key(reference)


def added(reference: str, amount_fen: int, booked_on: str) -> Any:
    """A line that the statement has beside the others; its sum follows."""

    def change(lines: list[Any]) -> None:
        lines[0]["lines"].append({"amount_fen": amount_fen, "booked_on": booked_on, "reference": reference})
        lines[0]["closing_fen"] += amount_fen

    return change


def day_of_head(evidence: Evidence) -> str:
    return day_text(day_of(evidence.history.head.time))


@pytest.mark.parametrize("amount_fen", [-50_000_000, -1, 0, 700_000])
def test_a_line_that_the_ledger_does_not_know_is_not_passed(
    evidence: Evidence, tmp_path: Path, amount_fen: int
) -> None:
    """Row "an unknown -500,000 yuan line; gifts that are nowhere on chain"."""
    bundle = evidence.rewritten(tmp_path / "b", STATEMENT, added("X-1", amount_fen, "2025-06-16"))
    result = evidence.run(bank.statements, bundle=bundle)
    assert result.state is State.UNDECIDED
    assert f"'X-1' {amount_fen} fen" in result.findings[0].what


def test_what_came_in_lately_may_wait_to_be_recorded_and_what_went_out_may_not(
    evidence: Evidence, tmp_path: Path
) -> None:
    today = day_of_head(evidence)
    for number, (amount_fen, state) in enumerate([(700_000, State.PASSED), (-1, State.UNDECIDED)]):
        bundle = evidence.rewritten(tmp_path / str(number), STATEMENT, added("X-1", amount_fen, today))
        assert evidence.run(bank.statements, bundle=bundle).state is state


def test_a_payment_that_waits_for_its_proof_explains_one_line_of_its_amount(
    evidence: Evidence, tmp_path: Path
) -> None:
    history = evidence.without(PROVEN, -1)
    paid_fen = -next(u.amount_fen for u in reversed(list(uses(evidence.history))) if u.log.name == PROVEN)
    assert evidence.run(bank.statements, history).state is State.PASSED
    more = evidence.rewritten(tmp_path / "b", STATEMENT, added("X-1", -paid_fen, "2025-06-16"))
    assert evidence.run(bank.statements, history, more).state is State.UNDECIDED


def test_a_payment_that_waits_for_its_proof_explains_no_line_of_before_it_was_due(
    evidence: Evidence, tmp_path: Path
) -> None:
    """Whoever takes the money first and has the request approved afterwards only lacks the proof."""
    history, proven = evidence.without(PROVEN, 0), evidence.log(PROVEN, 0).values["proposal_id"]
    ends_at = next(
        log.values["notice_ends_at"]
        for log in history.logs("Rounds.NoticeStarted")
        if log.values["proposal_id"] == proven
    )

    def change(lines: list[Any]) -> None:
        paid = next(line for line in lines[0]["lines"] if line["reference"] == "P-1")
        paid["booked_on"] = day_text(day_of(ends_at))

    assert evidence.run(bank.statements, history).state is State.PASSED
    early = evidence.rewritten(tmp_path / "b", STATEMENT, change)
    assert evidence.run(bank.statements, history, early).state is State.UNDECIDED


def test_what_the_bank_booked_long_after_the_head_is_not_passed(evidence: Evidence, tmp_path: Path) -> None:
    late = evidence.rewritten(tmp_path / "b", STATEMENT, added("X-1", 700_000, "2099-01-01"))
    assert evidence.run(bank.statements, bundle=late).state is State.UNDECIDED


def test_statements_of_an_account_have_one_salt(evidence: Evidence, tmp_path: Path) -> None:
    """With two salts a line of the bank would have two keys, and be used twice."""

    def change(lines: list[Any]) -> None:
        lines[0]["closing_fen"] = sum(line["amount_fen"] for line in lines[0]["lines"])

    copy = evidence.rewritten(tmp_path / "b", STATEMENT, change).folder
    first = json.loads((copy / STATEMENT).read_text())
    other = first | {"account_salt": "0x" + "07" * 32, "opening_fen": first["closing_fen"], "lines": []}
    (copy / "exhibits/statements/00001-00002.json").write_bytes(encode(other) + b"\n")
    result = evidence.run(bank.statements, bundle=Bundle(resealed(copy)))
    assert [f.what.partition(":")[0] for f in result.findings] == [
        "盐应与此账户之前的一致 salt of the account"
    ]


def test_lines_of_the_bank_are_looked_at_where_the_ledger_uses_none(evidence: Evidence) -> None:
    """A town that records nothing of what came in has no use of a line."""
    silent = replace(evidence.history, all_logs=[])
    assert evidence.run(bank.statements, silent).state is State.UNDECIDED


def test_the_report_says_up_to_which_day_statements_were_brought(evidence: Evidence) -> None:
    """A last statement that is kept back leaves no gap."""
    last = max(line["booked_on"] for line in evidence.statement()["lines"])
    trusted = list(taken_on_trust(evidence.trust, evidence.bundle))
    assert any(f"statements of bank account {BANK} end on {last}: " in line for line in trusted)


def test_a_reversal_left_out_leaves_its_line_at_the_bank(evidence: Evidence) -> None:
    """Row "a reversal left out": also where the whole chain was written anew."""
    back = evidence.log("Disbursements.DisbursementReversed", 0)
    whole = [log for log in evidence.history.all_logs if log.block.number != back.block.number]
    result = evidence.run(bank.statements, replace(evidence.history, all_logs=whole))
    assert result.state is State.UNDECIDED
    assert "'P-3 back' 200000 fen" in result.findings[0].what


@pytest.mark.parametrize("shift_fen", [1, -100])
def test_an_account_that_held_something_before_its_first_statement_is_told(
    evidence: Evidence, tmp_path: Path, shift_fen: int
) -> None:
    """Row "opening and closing shifted"."""

    def change(lines: list[Any]) -> None:
        lines[0]["opening_fen"] += shift_fen
        lines[0]["closing_fen"] += shift_fen

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change)) == {"C21"}


def test_statements_go_on_from_each_other(evidence: Evidence, tmp_path: Path) -> None:
    def change(lines: list[Any]) -> None:
        lines[0]["closing_fen"] = sum(line["amount_fen"] for line in lines[0]["lines"][:2])
        second.append(lines[0] | {"lines": lines[0]["lines"][2:], "opening_fen": lines[0]["closing_fen"]})
        second[0]["closing_fen"] = sum(line["amount_fen"] for line in lines[0]["lines"])
        del lines[0]["lines"][2:]

    second: list[Any] = []
    first = evidence.rewritten(tmp_path / "b", STATEMENT, change)
    for opening_fen, red in ((second[0]["opening_fen"], set()), (second[0]["opening_fen"] + 1, {"C21"})):
        shift_fen = opening_fen - second[0]["opening_fen"]
        shifted = second[0] | {
            "opening_fen": opening_fen,
            "closing_fen": second[0]["closing_fen"] + shift_fen,
        }
        (first.folder / "exhibits/statements/00001-00002.json").write_bytes(encode(shifted) + b"\n")
        assert evidence.red(bundle=Bundle(resealed(first.folder))) == red


@pytest.mark.parametrize("day", ["2025-06-31", "20250615", "yesterday", "", "2025-W24-7", "2025-06-15T00:00"])
def test_a_day_that_is_no_day_is_told(evidence: Evidence, tmp_path: Path, day: str) -> None:
    """Row "dates that are no dates"."""

    def change(lines: list[Any]) -> None:
        lines[0]["lines"][3]["booked_on"] = day

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change)) == {"C21", "C21.2"}


def test_what_was_recorded_on_the_day_before_the_bank_booked_it_is_told(
    evidence: Evidence, tmp_path: Path
) -> None:
    """Row "cut-off against the bank's dates"."""
    use = next(uses(evidence.history))
    recorded = day_of(use.log.block.time)
    for number, (days, red) in enumerate([(0, set()), (1, {"C21"})]):

        def change(lines: list[Any], later: int = days) -> None:
            lines[0]["lines"][0]["booked_on"] = day_text(recorded + later)

        assert evidence.red(bundle=evidence.rewritten(tmp_path / str(number), STATEMENT, change)) == red


@pytest.mark.parametrize(("days", "red"), [(0, set()), (-1, {"C21"})])
def test_a_payment_that_the_bank_booked_before_its_notice_was_over_is_told(
    evidence: Evidence, tmp_path: Path, days: int, red: set[str]
) -> None:
    """Rows "a year of notices made in a minute passes" and "any line of any date": the bank had paid what the chain let wait."""
    first = next(payments(evidence.history)).payable_from
    assert first is not None

    def change(lines: list[Any]) -> None:
        paid = next(line for line in lines[0]["lines"] if line["reference"] == "P-1")
        paid["booked_on"] = day_text(day_of(first) + days)

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", STATEMENT, change)) == red
