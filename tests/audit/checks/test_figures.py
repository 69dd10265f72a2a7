"""The figures of a report: populations that add up from the first block or from the pinned one, what is open, what is unusual."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from audit.decode.accounts import BANK, MEMBER_MINUTES, PURPOSE
from audit.report.figures import KINDS, UNITS
from audit.rules.figures import figures_of
from audit.rules.postings import INTEREST
from tests.conftest import member_id
from tests.contracts.desk import CLERK
from tests.contracts.neighbourhood import COMMITTEE, FUND

if TYPE_CHECKING:
    from audit.chain.history import Transaction
    from audit.report.figures import Figures
    from tests.audit.checks.conftest import Evidence


@pytest.fixture(scope="module")
def figures(evidence: Evidence) -> Figures:
    """Those of the whole history."""
    return figures_of(evidence.history, None)


def test_populations_add_up_and_every_fen_that_left_one_came_to_another(figures: Figures) -> None:
    assert {p.unit for p in figures.populations} == {1, 2} <= UNITS.keys()
    for p in figures.populations:
        assert p.kind in KINDS
        assert p.opening == 0
        assert p.opening + p.credits - p.debits == p.closing
    for unit in (1, 2):
        of_unit = [p for p in figures.populations if p.unit == unit]
        assert sum(p.closing for p in of_unit) == 0
        assert sum(p.debits for p in of_unit) == sum(p.credits for p in of_unit) > 0


def test_the_banks_population_is_what_the_statement_says(evidence: Evidence, figures: Figures) -> None:
    [bank] = [p for p in figures.populations if p.kind == BANK]
    assert (bank.accounts, -bank.closing) == (1, evidence.statement()["closing_fen"])


def test_from_the_pinned_block_on_a_period_opens_with_what_there_was_and_closes_alike(
    evidence: Evidence, figures: Figures
) -> None:
    """`--since`: the opening is the closing of the period before."""
    middle = evidence.log("Ledger.Transferred", 20).block.number
    before = Counter({
        (log.values[side][0], side): 0 for log in evidence.history.logs("Ledger.Transferred") for side in ("payer", "payee")
    })  # fmt: skip
    for log in evidence.history.logs("Ledger.Transferred"):
        if log.block.number <= middle:
            before[log.values["payer"][0], "payer"] += log.values["amount"]
            before[log.values["payee"][0], "payee"] += log.values["amount"]
    later = figures_of(evidence.history, middle)
    assert later.since == middle
    for whole, p in zip(figures.populations, later.populations, strict=True):
        assert p.opening == before[p.kind, "payee"] - before[p.kind, "payer"]
        assert (p.opening + p.credits - p.debits, p.accounts) == (p.closing, whole.accounts)
        assert p.closing == whole.closing
        assert p.debits == whole.debits - before[p.kind, "payer"]
    assert {p.kind for p in later.populations if p.opening} >= {BANK, PURPOSE}
    nothing = figures_of(evidence.history, evidence.history.head.number)
    assert all(p.opening == p.closing and not p.debits and not p.credits for p in nothing.populations)


def test_an_unproven_payment_is_open_and_overdue_from_its_date_on(evidence: Evidence) -> None:
    """Row "3,700 yuan between the bank's closing and the ledger", of which no line spoke."""
    proof = evidence.log("Disbursements.PaymentProven", -1)
    found = figures_of(evidence.without("Disbursements.PaymentProven", -1), None)
    [item] = [i for i in found.open_items if i.name_en == "payment to be proven"]
    assert item.id == "0x" + proof.values["proposal_id"].hex()
    assert item.due_at is not None
    assert (item.is_overdue(item.due_at), item.is_overdue(item.due_at + 1)) == (False, True)
    assert not [i for i in figures_of(evidence.history, None).open_items if i.id == item.id]


def test_a_disputed_visit_is_open(evidence: Evidence) -> None:
    found = figures_of(evidence.without("TimeBank.ClaimRejected", 0), None)
    assert "visit in dispute" in {i.name_en for i in found.open_items}


def test_power_given_after_the_founding_is_unusual_though_allowed(
    evidence: Evidence, figures: Figures
) -> None:
    """Row "offices": grants, new committees and rules were all "passed", and nobody was told."""
    window = evidence.log("TimeBank.ChallengeSet", -1)
    assert (
        f"筹建后改动异议期 the time to dispute visits was set after the founding: {window.where}"
        in figures.unusual
    )
    later = figures_of(evidence.history, window.block.number)
    assert not [text for text in later.unusual if "time to dispute visits" in text]


def test_a_key_that_a_seat_holder_gets_is_unusual_though_allowed(evidence: Evidence) -> None:
    sits = member_id("resident one")
    history = evidence.altered("Members.KeyAdded", -1, member=sits)
    [text] = [t for t in figures_of(history, None).unusual if "a key was added" in t and "seat 2" in t]
    assert f"committee {COMMITTEE} ({sits.hex()})" in text


def test_who_is_treasurer_and_sits_in_the_committee_is_unusual_though_allowed(evidence: Evidence) -> None:
    seat = next(
        i
        for i, log in enumerate(evidence.history.logs("Committees.SeatFilled"))
        if log.values["committee"] == COMMITTEE
    )
    history = evidence.altered("Committees.SeatFilled", seat, member=member_id("treasurer"))
    assert (
        f"一人兼任 {member_id('treasurer').hex()} is 出纳 treasurer, 委员 committee member for fund {FUND}"
        in figures_of(history, None).unusual
    )
    # Who supervises works at the desk as well.
    assert [t for t in figures_of(evidence.history, None).unusual if "一人兼任" in t] == [
        f"一人兼任 {member_id(CLERK).hex()} is 委员 committee member, 服务台经办员 clerk for fund {FUND}"
    ]


@pytest.mark.parametrize(("percent", "is_told"), [(95, False), (96, True), (100, True), (101, False)])
def test_a_request_just_below_a_sum_that_needs_more_votes_is_unusual(
    evidence: Evidence, percent: int, *, is_told: bool
) -> None:
    """Row "just under a tier"."""
    submitted = evidence.log("Rounds.ProposalSubmitted", 0).values
    tiers = [
        log.values["rule"]["up_to_fen"] for log in evidence.history.logs("Committees.TierSet")
        if (log.values["committee"], log.values["version"]) == (COMMITTEE, submitted["rules_version"])
    ]  # fmt: skip
    assert len(tiers) > 1
    request = submitted["proposal"] | {"amount_fen": tiers[0] * percent // 100}
    history = evidence.altered("Rounds.ProposalSubmitted", 0, proposal=request)
    where = evidence.log("Rounds.ProposalSubmitted", 0).where
    assert bool([t for t in figures_of(history, None).unusual if "金额接近" in t and where in t]) == is_told


def test_interest_that_no_bank_pays_is_unusual_though_allowed(evidence: Evidence) -> None:
    """A gift that a treasurer calls interest has no donor."""
    transfers = list(evidence.history.logs("Ledger.Transferred"))
    number = next(i for i, log in enumerate(transfers) if log.values["reason"] == INTEREST)
    assert not [text for text in figures_of(evidence.history, None).unusual if "利息偏高" in text]
    much = evidence.altered("Ledger.Transferred", number, amount=1_000_000)
    [text] = [text for text in figures_of(much, None).unusual if "利息偏高" in text]
    assert "1000000 fen" in text
    assert text.endswith(transfers[number].where)


def test_an_act_that_was_signed_for_long_says_that_its_block_may_be_dated_back(evidence: Evidence) -> None:
    """Row "a year of notices made in a minute passes": members sign until when an act may be carried."""

    def far_ahead(*days_over: int) -> list[str]:
        signed = (call for call in evidence.history.all_transactions if "authorization" in call.args)
        calls = [_signed_for(call, over) for call, over in zip(signed, days_over, strict=False)]
        history = replace(evidence.history, all_transactions=calls)
        return [line for line in figures_of(history, None).unusual if "签名期限" in line]

    assert far_ahead(0, 0, -89) == []
    first = next(call for call in evidence.history.all_transactions if "authorization" in call.args)
    assert [
        line for line in far_ahead(1, 1, 0) if "2 acts" in line and line.endswith(f"the first: {first.where}")
    ]


def _signed_for(call: Transaction, days_over: int) -> Transaction:
    """A call whose act was signed for so many days more than 90 from its block on."""
    authorization = call.args["authorization"] | {"deadline": call.block.time + (90 + days_over) * 86_400}
    return replace(call, args=call.args | {"authorization": authorization})


def test_figures_are_told_to_people_and_to_programs(figures: Figures) -> None:
    lines = list(figures.lines())
    assert lines[0] == "账目 figures: 全程 the whole history"
    assert any(line.startswith("       成员时长 hours of members (") for line in lines)
    hours = next(p for p in figures.populations if p.kind == MEMBER_MINUTES).to_json()
    assert hours["unit"] == "minutes"
    assert hours["closing"] == hours["credits"] - hours["debits"]
    assert figures.to_json()["since"] is None
