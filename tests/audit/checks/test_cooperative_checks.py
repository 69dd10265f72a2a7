"""What the checks of settlements and payouts find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.checks.cooperative import settlements
from tests.conftest import member_id

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence

CARD, SETTLED = "Enterprises.RateCardPublished", "Cooperative.LotSettled"
FOREMAN, WORKER, DECIDER = map(member_id, ("foreman", "worker", "treasurer"))


def test_a_split_off_by_one_fen_is_told(evidence: Evidence) -> None:
    parts = evidence.log(SETTLED, 0).values["parts"]
    moved = parts | {"fund_fen": parts["fund_fen"] - 1, "remainder_fen": parts["remainder_fen"] + 1}
    assert evidence.red(evidence.altered(SETTLED, 0, parts=moved)) == {"C37.1", "C18"}


@pytest.mark.parametrize("values", [{"piece_fen": 118}, {"worker_bps": 6400}, {"fund_bps": 2999}], ids=str)
def test_a_settlement_by_another_rate_card_is_told(evidence: Evidence, values: dict[str, int]) -> None:
    assert evidence.red(evidence.altered(CARD, 0, **values)) == {"C37.1"}


def test_a_rate_card_below_the_share_that_the_enterprise_owes_the_fund_is_told(evidence: Evidence) -> None:
    """(p40)"""
    assert evidence.red(evidence.altered("Enterprises.EnterpriseOpened", 0, min_fund_bps=3_001)) == {"C37.1"}


@pytest.mark.parametrize("part", ["reserve_purpose", "remainder_purpose"])
def test_what_an_enterprise_keeps_in_a_strange_purpose_is_told(evidence: Evidence, part: str) -> None:
    """(p41)"""
    opened = evidence.log("Enterprises.EnterpriseOpened", 0).values
    for purpose in (
        opened["levy_purpose"],
        0x990001,
        opened["reserve_purpose" if part[2] == "m" else "remainder_purpose"],
    ):
        altered = evidence.altered("Enterprises.EnterpriseOpened", 0, **{part: purpose})
        assert evidence.red(altered) == {"C37.1", "C18"}


def test_an_order_that_names_a_card_not_in_force_is_told(evidence: Evidence) -> None:
    assert "C37.1" in evidence.red(evidence.altered("Cooperative.WorkOrderOpened", 0, version=2))


def test_a_lot_settled_twice_is_told(evidence: Evidence) -> None:
    assert {"C37.1", "C18"} == evidence.red(evidence.doubled(SETTLED, 0))


@pytest.mark.parametrize("values", [{"accepted_pieces": 98}, {"rejected_pieces": 0}], ids=str)
def test_pieces_that_are_not_those_of_the_lot_are_told(evidence: Evidence, values: dict[str, int]) -> None:
    assert evidence.red(evidence.altered(SETTLED, 0, **values)) == {"C37.1"}


def test_a_lot_taken_when_its_pieces_were_due_is_told(evidence: Evidence) -> None:
    """The date of an order ends what may be taken of it (p43)."""
    taken = evidence.log("Cooperative.LotTaken", 0).block.time
    assert evidence.red(evidence.altered("Cooperative.WorkOrderOpened", 0, due_at=taken)) == {"C37.1"}


@pytest.mark.parametrize(
    ("event", "values"),
    [
        ("LotTaken", {"until": 1}),
        ("LotSettled", {"until": 1}),
        ("LotSettled", {"enterprise": 9}),
        ("LotDisputed", {"until": 1}),
        ("LotDecided", {"accepted_pieces": 1}),
        ("LotDecided", {"accepted_pieces": 6}),
        ("LotDecided", {"treasurer": FOREMAN}),
        ("LotReversed", {"treasurer": WORKER}),
        ("LotReversed", {"treasurer": FOREMAN}),
        ("LotReversed", {"treasurer": DECIDER}),
        ("LotReversed", {"accepted_pieces": 0}),
        ("LotReversed", {"free_pieces": 14}),
    ],
    ids=str,
)  # fmt: skip
def test_a_lot_that_ends_against_the_rules_is_told(
    evidence: Evidence, event: str, values: dict[str, Any]
) -> None:
    """(p42)"""
    number = 2 if event == "LotSettled" else 0
    assert "C37.1" in evidence.red(evidence.altered(f"Cooperative.{event}", number, **values))


@pytest.mark.parametrize("event", ["LotReturned", "LotSettled", "LotDisputed", "LotDecided", "LotReversed"])
def test_a_step_of_a_lot_that_is_missing_or_doubled_is_told(evidence: Evidence, event: str) -> None:
    """(p42)"""
    assert "C37.1" in evidence.red(evidence.doubled(f"Cooperative.{event}", 0))
    if event in ("LotDisputed", "LotDecided"):
        assert "C37.1" in evidence.red(evidence.without(f"Cooperative.{event}", 0))


def test_more_pieces_than_a_worker_may_have_are_told(evidence: Evidence) -> None:
    """(p42)"""
    assert evidence.red(evidence.altered("Cooperative.WorkOrderOpened", 0, worker_pieces=199)) == {"C37.1"}


def test_a_wage_taken_back_that_was_paid_out_is_told(evidence: Evidence) -> None:
    """(p42)"""
    paid = evidence.log("Cooperative.LotReversed", 0).values
    parts = paid["parts"] | {"worker_fen": paid["parts"]["worker_fen"] * 100}
    assert "C37.2" in evidence.red(evidence.altered("Cooperative.LotReversed", 0, parts=parts))


@pytest.mark.parametrize(
    ("event", "values", "words"),
    [
        ("WorkOrderOpened", {"pieces": 2**24}, "件数不符"),
        ("WorkOrderOpened", {"pieces": 0}, "件数不符"),
        ("WorkOrderOpened", {"due_at": 2**40}, "交货日期不符"),
        ("WorkOrderOpened", {"order": b"of beads" + b"\1" * 8}, "加工单编号不合规定"),
        ("WorkOrderOpened", {"order": bytes(16)}, "加工单编号不合规定"),
        ("LotTaken", {"lot": b"of pearl" + b"\1" * 8}, "编号不是这张加工单的"),
        ("LotTaken", {"lot": b"of beads" + bytes(8)}, "编号不是这张加工单的"),
    ],
    ids=str,
)
def test_an_order_or_a_lot_that_begins_against_the_rules_is_told(
    evidence: Evidence, event: str, values: dict[str, Any], words: str
) -> None:
    """A lot's word has room for so many pieces, and every lot ends."""
    result = evidence.run(settlements, evidence.altered(f"Cooperative.{event}", 0, **values))
    assert any(words in finding.what for finding in result.findings), result.findings


def test_a_lot_larger_than_its_order_is_told(evidence: Evidence) -> None:
    assert evidence.red(evidence.altered("Cooperative.WorkOrderOpened", 0, pieces=150)) == {"C37.1"}


def test_a_worker_who_did_not_make_the_lot_is_told(evidence: Evidence) -> None:
    assert "C37.1" in evidence.red(evidence.altered(SETTLED, 1, worker=b"somebody else 16"))


def test_a_payout_of_what_another_enterprise_owes_is_told(evidence: Evidence) -> None:
    """(p10)"""
    assert "C37.2" in evidence.red(evidence.altered("Cooperative.PayoutProven", 0, enterprise=9))


def test_a_payout_above_what_was_earned_is_told(evidence: Evidence) -> None:
    brought = evidence.history.logs(SETTLED, "Cooperative.LotDecided")
    taken_back = evidence.history.logs("Cooperative.LotReversed")
    earned_fen = sum(log.values["parts"]["worker_fen"] for log in brought)
    earned_fen -= sum(log.values["parts"]["worker_fen"] for log in taken_back)
    # What else was paid out until then, less what came back of it.
    *others, _ = evidence.history.logs("Cooperative.PayoutProven")
    back = evidence.history.logs("PartPayments.WageReturned", "Cooperative.PayoutReversed")
    earned_fen -= sum(log.values["amount_fen"] for log in others)
    earned_fen += sum(log.values["amount_fen"] for log in back)
    again = evidence.history.logs("PartPayments.WageReturnReversed")
    earned_fen -= sum(log.values["amount_fen"] for log in again)
    assert "C37.2" in evidence.red(
        evidence.altered("Cooperative.PayoutProven", -1, amount_fen=earned_fen + 1)
    )
    assert "C37.2" not in evidence.red(
        evidence.altered("Cooperative.PayoutProven", -1, amount_fen=earned_fen)
    )


@pytest.mark.parametrize("event", ["WorkOrderOpened", "LotTaken"])
def test_an_id_that_a_former_version_knew_is_found_if_it_begins_again(evidence: Evidence, event: str) -> None:
    doubled = evidence.doubled(f"Cooperative.{event}", 0)
    assert "C37.1" in evidence.red(doubled)
