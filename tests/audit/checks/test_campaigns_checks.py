"""What the check of campaigns finds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from audit.checks import campaigns
from audit.rules.state.china import day_of
from tests.conftest import member_id
from tests.contracts.neighbourhood import DAY, STREET

if TYPE_CHECKING:
    from tests.audit.checks.conftest import Evidence

GIFT, SETTLED = "Campaigns.GiftAttested", "Campaigns.CampaignSettled"


@pytest.mark.parametrize("values", [{"matched_fen": 40_001}, {"gifts_fen": 1}, {"households": 2}], ids=str)
def test_a_gift_with_a_false_figure_is_told(evidence: Evidence, values: dict[str, int]) -> None:
    assert evidence.red(evidence.altered(GIFT, 0, **values)) == {"C38"}


@pytest.mark.parametrize(
    "values", [{"match_bps": 20_000}, {"match_per_giver_fen": 60_000}, {"per_household": True, "match_per_giver_fen": 1}],
    ids=str,
)  # fmt: skip
def test_a_match_by_another_rule_is_told(evidence: Evidence, values: dict[str, int]) -> None:
    assert evidence.red(
        evidence.altered("Campaigns.CampaignOpened", 0, terms=_terms(evidence, 0) | values)
    ) == {"C38"}


def test_a_match_above_the_lock_is_told(evidence: Evidence) -> None:
    history = evidence.altered(
        "Campaigns.CampaignOpened", 0, terms=_terms(evidence, 0) | {"match_lock_fen": 80_000}
    )
    assert evidence.red(history) == {"C18", "C38"}


def test_a_match_locked_only_after_the_first_gift_is_told(evidence: Evidence) -> None:
    transfers = list(evidence.history.logs("Ledger.Transferred"))
    lock = next(log for log in transfers if log.values["reason"] == 6)
    late = evidence.log(GIFT, 0)
    logs = [
        replace(log, block=late.block, tx_index=late.tx_index) if log is lock else log
        for log in evidence.history.all_logs
    ]
    assert "C38" in evidence.red(replace(evidence.history, all_logs=logs))


def test_a_gift_after_the_grace_is_told(evidence: Evidence) -> None:
    assert evidence.red(evidence.moved(GIFT, 0, 38 * DAY)) == {"C38"}


def test_a_gift_that_the_bank_booked_after_the_close_is_told(evidence: Evidence) -> None:
    """(p19)"""
    closed = day_of(_terms(evidence, 0)["closes_at"])
    late = evidence.altered(GIFT, 0, booked_on=closed + 1)
    found = evidence.run(campaigns.campaigns, late).findings
    assert [f.what for f in found if "入账日期太晚" in f.what]


def test_a_gift_booked_on_a_day_to_come_is_told(evidence: Evidence) -> None:
    """(p19)"""
    booked_on = evidence.log(GIFT, 0).values["booked_on"]
    found = evidence.run(campaigns.campaigns, evidence.altered(GIFT, 0, booked_on=booked_on + 20)).findings
    assert [f.what for f in found if "入账日期太晚" in f.what]


@pytest.mark.parametrize("days", [38, 3])
def test_a_campaign_settled_before_its_close_or_within_the_grace_is_told(
    evidence: Evidence, days: int
) -> None:
    assert evidence.red(evidence.moved(SETTLED, 0, -days * DAY)) == {"C38"}


def test_a_missed_campaign_told_as_reached_is_told(evidence: Evidence) -> None:
    assert "C38" in evidence.red(evidence.altered(SETTLED, 1, state=2))


def test_a_gift_to_a_reached_campaign_told_as_missed_is_told(evidence: Evidence) -> None:
    assert "C38" in evidence.red(
        evidence.altered("Campaigns.CampaignOpened", 0, terms=_terms(evidence, 0) | {"min_households": 3})
    )


def test_a_refund_of_another_amount_is_told(evidence: Evidence) -> None:
    assert evidence.red(evidence.altered("Campaigns.GiftRefunded", 0, amount_fen=59_999)) == {"C18", "C38"}


def test_a_gift_refunded_twice_is_told(evidence: Evidence) -> None:
    assert {"C15.1", "C18", "C38"} == evidence.red(evidence.doubled("Campaigns.GiftRefunded", 0))


def test_a_gift_to_a_campaign_never_opened_is_told(evidence: Evidence) -> None:
    assert "C38" in evidence.red(evidence.without("Campaigns.CampaignOpened", 1))


def _terms(evidence: Evidence, number: int) -> dict[str, int]:
    return dict(evidence.log("Campaigns.CampaignOpened", number).values["terms"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"match_bps": 30_001}, "配捐过高"),
        ({"closes_at": 2**40}, "众筹期限不符"),
        ({"closes_at": 1}, "众筹期限不符"),
        ({"match_purpose": 9 << 16 | 1}, "配捐资金不归上级"),
    ],
)
def test_terms_beyond_their_bounds_are_told(evidence: Evidence, changes: dict[str, int], said: str) -> None:
    """(p03, p05)"""
    terms = evidence.log("Campaigns.CampaignOpened", 0).values["terms"]
    history = evidence.altered("Campaigns.CampaignOpened", 0, terms=terms | changes)
    assert [f.what for f in evidence.run(campaigns.campaigns, history).findings if said in f.what]


def test_a_pot_of_the_fund_above_may_match(evidence: Evidence) -> None:
    above = evidence.log("Campaigns.CampaignOpened", 0).values["terms"] | {"match_purpose": STREET << 16 | 1}
    history = evidence.altered("Campaigns.CampaignOpened", 0, terms=above)
    found = evidence.run(campaigns.campaigns, history).findings
    assert not [f.what for f in found if "配捐资金不归上级" in f.what]


REVERSED, LISTED = "Campaigns.GiftReversed", "Campaigns.HouseholdsListed"


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(
    "values", [{"amount_fen": 1}, {"matched_fen": 1}, {"gifts_fen": 1}, {"households": 9}], ids=str
)
def test_a_reversal_with_a_false_figure_is_told(
    evidence: Evidence, number: int, values: dict[str, int]
) -> None:
    """(p42)"""
    assert "C38" in evidence.red(evidence.altered(REVERSED, number, **values))


def test_a_gift_taken_back_twice_is_told(evidence: Evidence) -> None:
    """(p42)"""
    assert "C38" in evidence.red(evidence.doubled(REVERSED, 0))


def test_a_gift_taken_back_by_who_attested_it_is_told(evidence: Evidence) -> None:
    """(p42)"""
    attester = evidence.log(GIFT, 0).values["treasurer"]
    assert "C22" in evidence.red(evidence.altered(REVERSED, 0, treasurer=attester))


@pytest.mark.parametrize("values", [{"households": 6}, {"households": 0}, {"root": bytes(32)}], ids=str)
def test_a_list_of_more_households_than_stand_there_is_told(
    evidence: Evidence, values: dict[str, int]
) -> None:
    """(p17)"""
    found = evidence.run(campaigns.campaigns, evidence.altered(LISTED, 0, **values)).findings
    assert [f.what for f in found if "住户名单不符" in f.what]


def test_a_second_list_is_told(evidence: Evidence) -> None:
    """(p17)"""
    assert "C38" in evidence.red(evidence.doubled(LISTED, 0))


def test_a_gift_of_a_household_that_is_not_on_the_list_is_told(evidence: Evidence) -> None:
    """(p17)"""
    assert "C38" in evidence.red(evidence.altered(LISTED, 1, households=0))
    assert "C38" in evidence.red(evidence.altered(GIFT, 0, household=6))


def test_a_household_beside_the_name_of_its_donor_is_told(evidence: Evidence) -> None:
    """(p53)"""
    openly = evidence.altered(GIFT, 0, donor=member_id("resident one") + bytes(16))
    assert any(
        "公开姓名又写住户" in finding.what for finding in evidence.run(campaigns.campaigns, openly).findings
    )


def test_a_match_for_who_is_neither_a_household_nor_an_organisation_is_told(evidence: Evidence) -> None:
    """(p18)"""
    unknown = next(
        number for number, log in enumerate(evidence.history.logs(GIFT)) if log.values["amount_fen"] == 5_000
    )
    assert evidence.log(GIFT, unknown).values["matched_fen"] == 0
    assert "C38" in evidence.red(evidence.altered(GIFT, unknown, matched_fen=5_000))
