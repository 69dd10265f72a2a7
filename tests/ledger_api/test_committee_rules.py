"""The rules of a committee in sentences, and its seats as people count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.acts import acts
from contracts.enums import SeatClass
from ledger_api.locale import Locale
from ledger_api.members.rules import SUPERVISOR, seat_name, tier_sentence
from ledger_api.members.schemas import Tier
from ledger_api.portal.acting.facts import facts
from register.names import Names
from tests.ledger_api.portal_town import shown

if TYPE_CHECKING:
    from tests.ledger_api.client import House

ZH, EN = (Locale(lang=lang, size="normal", names=Names()) for lang in ("zh", "en"))
DAY = 24 * 3600
ENTERED = {
    "upToFen": 500_000, "yesNumerator": 2, "yesDenominator": 5, "minDonor": 1, "minResident": 0, "minOfficial": 0,
    "minEnterprise": 0, "decideSeconds": 7 * DAY, "noticeSeconds": 3 * DAY, "objectionsToSuspend": 2,
    "proofSeconds": 10 * DAY,
}  # fmt: skip


def tier(**changed: int | None) -> Tier:
    usual: dict[str, int | None] = {
        "up_to_fen": 500_000, "yes_numerator": 2, "yes_denominator": 5, "min_donor": 1, "min_resident": 0,
        "min_official": 0, "min_enterprise": 0, "decide_seconds": 7 * DAY, "notice_seconds": 3 * DAY,
        "objections_to_suspend": 2, "proof_seconds": 10 * DAY,
    }  # fmt: skip
    return Tier.model_validate(usual | changed)


def test_a_tier_is_one_sentence_in_each_language() -> None:
    assert tier_sentence(ZH, tier(), 5) == (
        "不超过 ¥5,000.00：5 席里至少 2 席同意。其中至少要有捐赠人代表 1 票。表决 7 天，通过后公示 3 天。"
        "公示时有 2 人异议就暂停。付款后 10 天内交凭证。"
    )
    assert tier_sentence(EN, tier(), 5) == (
        "Up to ¥5,000.00: at least 2 of 5 seats must approve. Of these, at least: Donor representative × 1. "
        "7 days to decide, then 3 days of public notice. 2 objections during the notice suspend the request. "
        "Proof of payment is due within 10 days."
    )


@pytest.mark.parametrize(
    ("seats", "numerator", "denominator", "needed"), [(5, 1, 2, 3), (5, 2, 3, 4), (6, 1, 2, 3), (9, 1, 1, 9)]
)
def test_a_share_of_the_seats_is_rounded_up_as_the_contract_does(
    seats: int, numerator: int, denominator: int, needed: int
) -> None:
    text = tier_sentence(ZH, tier(yes_numerator=numerator, yes_denominator=denominator), seats)
    assert f"{seats} 席里至少 {needed} 席同意" in text


def test_what_a_tier_does_not_have_is_not_told() -> None:
    text = tier_sentence(ZH, tier(up_to_fen=None, min_donor=0, objections_to_suspend=0), None)
    assert text.startswith("不限金额：至少 2/5 的席位同意。表决")
    assert "异议" not in text


def test_seats_are_counted_from_one_and_a_supervisor_has_none() -> None:
    assert seat_name(ZH, 0, SeatClass.DONOR) == "第 1 席（捐赠人代表）"
    assert seat_name(ZH, 4) == "第 5 席"
    assert seat_name(EN, SUPERVISOR) == "Supervisor, no vote"


def test_a_sheet_says_each_tier_in_words_and_half_a_tier_field_by_field() -> None:
    second = {f"{name}.2": value for name, value in ENTERED.items()} | {"upToFen.2": 2**64 - 1}
    shown = dict(facts(ZH, acts()["SetRules"], ENTERED | second, [], {}))
    assert list(shown) == ["第 1 档", "第 2 档"]
    assert shown["第 1 档"].startswith("不超过 ¥5,000.00：至少 2/5 的席位同意。")
    assert shown["第 2 档"].startswith("不限金额：")
    half = dict(facts(ZH, acts()["SetRules"], {"upToFen": 500_000}, [], {}))
    assert half == {"第 1 档 金额不超过": "¥5,000.00"}


def test_a_sheet_names_the_seat_that_is_filled_as_people_count() -> None:
    values = {"committee": 1, "seat": 0}
    assert dict(facts(ZH, acts()["FillSeat"], values, [], {}))["席位"] == "第 1 席"
    assert dict(facts(ZH, acts()["FillSeat"], {"seat": 255}, [], {}))["席位"] == "监督员，不投票"


async def test_the_page_of_a_fund_says_what_it_takes_to_pass(story: House) -> None:
    text = await shown(story, "/funds/2")
    assert "不超过 ¥10,000.00：5 席里至少 4 席同意。" in text
    rules = (await story.http.get("/v1/committees/1")).json()["rules"]
    assert [(one["up_to_fen"], one["decide_seconds"]) for one in rules] == [(1_000_000, 7 * DAY)]
