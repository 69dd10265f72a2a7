from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from contracts.enums import CampaignState
from ledger_api import small_groups
from ledger_api.campaigns.schemas import Campaign
from ledger_api.campaigns.terms import MATCH_BY_GIVER, MATCH_BY_HOUSEHOLD, CampaignTerms, terms_of
from tests.ledger_api.story import line

if TYPE_CHECKING:
    from tests.ledger_api.client import House


async def test_a_campaign_tells_what_the_contract_has(story: House) -> None:
    for item in (await story.http.get("/v1/campaigns")).json()["items"]:
        _, gifts_fen, matched_fen, households = await story.town.read(
            "Campaigns", "campaignRecord", item["campaign"]
        )
        few = 0 < households < 5
        assert (item["gifts_fen"], item["matched_fen"], item["households"]) == (
            gifts_fen,
            matched_fen,
            None if few else households,
        )


async def test_how_few_households_gave_is_told_nowhere(story: House) -> None:
    _, _, _, households = await story.town.read("Campaigns", "campaignRecord", 1)
    assert households == 2
    assert (await story.http.get("/v1/campaigns/1")).json()["campaign"]["households"] is None
    table = csv.DictReader(
        io.StringIO((await story.http.get("/v1/campaigns.csv")).text.removeprefix("\ufeff"))
    )
    cells = {row["campaign"]: row["households"] for row in table}
    assert cells["1"] == "少于 5 户 Fewer than 5"
    for lang, said in (("zh", "少于 5 户"), ("en", "Fewer than 5")):
        page = (await story.http.get("/campaigns/1", params={"lang": lang})).text
        assert said in page
        assert "None" not in page
    for address in ("/campaigns", "/"):
        assert "2 户" not in (await story.http.get(address, params={"lang": "zh"})).text


@pytest.mark.parametrize(("households", "public"), [(0, 0), (1, None), (4, None), (5, 5), (23, 23)])
def test_a_group_of_fewer_than_five_is_not_counted(households: int, public: int | None) -> None:
    assert small_groups.public_count(households) == public


async def test_campaigns_come_in_pages_the_newest_first(story: House) -> None:
    everything = (await story.http.get("/v1/campaigns")).json()
    numbers = [item["campaign"] for item in everything["items"]]
    assert numbers == sorted(numbers, reverse=True)
    first = (await story.http.get("/v1/campaigns?limit=1")).json()
    rest = (await story.http.get(f"/v1/campaigns?cursor={first['next_cursor']}")).json()
    assert first["items"] + rest["items"] == everything["items"]
    assert rest["next_cursor"] is None


async def test_a_reached_campaign_shows_its_match_locked_before_the_first_gift(story: House) -> None:
    body = (await story.http.get("/v1/campaigns/1")).json()
    assert body["campaign"]["state"] == body["settlement"]["state"] == "REACHED"
    assert (body["settlement"]["matched_fen"], body["settlement"]["returned_fen"]) == (105_000, 10_000)
    assert body["lock"]["amount_fen"] == body["campaign"]["match_lock_fen"] == 115_000
    assert body["lock"]["sequence"] < body["lock"]["first_gift_sequence"]


async def test_a_missed_campaign_shows_the_line_that_returned_each_gift(story: House) -> None:
    body = (await story.http.get("/v1/campaigns/2")).json()
    assert (body["campaign"]["state"], body["campaign"]["refunded_fen"], body["lock"]) == (
        "MISSED",
        1_000,
        None,
    )
    gifts = (await story.http.get("/v1/campaigns/2/gifts")).json()["items"]
    assert [gift["refunded_by"] for gift in gifts] == ["0x" + line("refund").hex()]


async def test_what_each_gift_was_matched_with_is_not_told_where_it_would_tell_a_household(
    story: House,
) -> None:
    """The first gift reached what a household gets at the most: a second of the same household would earn less."""
    assert (await story.http.get("/v1/campaigns/1")).json()["campaign"]["matched_fen"] == 105_000
    gifts = (await story.http.get("/v1/campaigns/1/gifts")).json()["items"]
    assert [g["matched_fen"] for g in gifts] == [None, None]
    table = (await story.http.get("/v1/campaigns/1/gifts.csv")).text.removeprefix("\ufeff")
    assert {row["matched_fen"] for row in csv.DictReader(io.StringIO(table))} == {
        "只公布总数 Told as a sum only"
    }
    page = (await story.http.get("/campaigns/1", params={"lang": "zh"})).text
    for part in ("450.00", "600.00"):
        assert f'data-label="配捐">¥{part}' not in page
    assert "配捐只公布总数" in page


async def test_gifts_are_newest_first_in_pages(story: House) -> None:
    gifts = (await story.http.get("/v1/campaigns/1/gifts")).json()["items"]
    assert [g["amount_fen"] for g in gifts] == [45_000, 70_000]
    first = (await story.http.get("/v1/campaigns/1/gifts?limit=1")).json()
    second = (await story.http.get(f"/v1/campaigns/1/gifts?limit=1&cursor={first['next_cursor']}")).json()
    assert first["items"] + second["items"] == gifts
    assert second["next_cursor"] is None


async def test_an_unknown_campaign_is_not_found(story: House) -> None:
    assert (await story.http.get("/v1/campaigns/9")).status_code == 404


@pytest.mark.parametrize(("match_bps", "match_fen"), [(0, 0), (250, 250), (10_000, 10_000), (12_345, 12_345)])
def test_the_match_of_a_hundred_yuan_is_told_to_the_fen(match_bps: int, match_fen: int) -> None:
    campaign = Campaign.model_construct(
        match_bps=match_bps, per_household=False, households=0, min_households=0, refunded_fen=0,
        state=CampaignState.OPEN,
    )  # fmt: skip
    assert terms_of(campaign) == CampaignTerms(
        match_fen=match_fen,
        match_rule=MATCH_BY_GIVER,
        tells_each_match=True,
        counts_households=False,
        returns_gifts=False,
    )


def test_few_households_count_although_their_number_is_not_told() -> None:
    campaign = Campaign.model_construct(
        match_bps=0,
        per_household=True,
        households=None,
        min_households=0,
        refunded_fen=0,
        state=CampaignState.OPEN,
    )
    assert terms_of(campaign).counts_households
    assert terms_of(campaign).match_rule == MATCH_BY_HOUSEHOLD


def test_a_missed_campaign_says_what_went_back_even_before_anything_did() -> None:
    campaign = Campaign.model_construct(
        match_bps=0, per_household=True, households=0, min_households=3, refunded_fen=0,
        state=CampaignState.MISSED,
    )  # fmt: skip
    assert terms_of(campaign) == CampaignTerms(
        match_fen=0,
        match_rule=MATCH_BY_HOUSEHOLD,
        tells_each_match=False,
        counts_households=True,
        returns_gifts=True,
    )
