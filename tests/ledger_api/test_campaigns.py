from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from eth_utils import keccak

from contracts.enums import CampaignState
from contracts.roles import AuthorityRole
from ledger_api import small_groups
from ledger_api.campaigns.schemas import Campaign
from ledger_api.campaigns.terms import MATCH_BY_GIVER, MATCH_BY_HOUSEHOLD, CampaignTerms, terms_of
from tests.conftest import HOLDERS, signer
from tests.contracts.neighbourhood import BOOKED_ON
from tests.ledger_api.client import BANK, DAY, PURPOSE
from tests.ledger_api.story import line
from wallets.intents.generated import AttestGifts, Gift

if TYPE_CHECKING:
    from tests.ledger_api.client import House


async def test_a_campaign_tells_what_the_contract_has(story: House) -> None:
    for item in (await story.http.get("/v1/campaigns")).json()["items"]:
        _, gifts_fen, matched_fen, households, _ = await story.town.read(
            "Campaigns", "campaignRecord", item["campaign"]
        )
        few = 0 < households < 5
        assert (item["gifts_fen"], item["matched_fen"], item["households"]) == (
            gifts_fen,
            None if few and item["match_lock_fen"] else matched_fen,
            None if few else households,
        )


async def test_how_few_households_gave_is_told_nowhere(story: House) -> None:
    _, _, _, households, _ = await story.town.read("Campaigns", "campaignRecord", 1)
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
    gifts = (await story.http.get("/v1/campaigns/1/gifts")).json()["items"]
    assert [g["matched_fen"] for g in gifts] == [None, None]
    table = (await story.http.get("/v1/campaigns/1/gifts.csv")).text.removeprefix("\ufeff")
    assert {row["matched_fen"] for row in csv.DictReader(io.StringIO(table))} == {"不公布 Not published"}
    page = (await story.http.get("/campaigns/1", params={"lang": "zh"})).text
    for part in ("450.00", "600.00"):
        assert f'data-label="配捐">¥{part}' not in page
    assert "不公布住户每笔捐款得到的配捐" in page


async def test_the_sum_of_few_matches_is_not_told_where_it_would_tell_a_household(story: House) -> None:
    """A household gets 600 at the most: gifts of 700 and 450 that earn 1050 are of two, those that earn 600 of one."""
    detail = (await story.http.get("/v1/campaigns/1")).json()
    ended = detail["settlement"]
    assert (detail["campaign"]["matched_fen"], ended["matched_fen"], ended["returned_fen"]) == (None,) * 3
    table = (await story.http.get("/v1/campaigns.csv")).text.removeprefix("\ufeff")
    cells = {row["campaign"]: row["matched_fen"] for row in csv.DictReader(io.StringIO(table))}
    assert cells == {"1": "不公布 Not published", "2": "0"}
    for lang, said in (("zh", "满 5 户才公布"), ("en", "Shown once 5 households take part")):
        page = (await story.http.get("/campaigns/1", params={"lang": lang})).text
        assert page.count(said) == 3
        assert "¥1,050.00" not in page


async def test_the_sum_of_the_matches_of_an_open_campaign_is_told_from_five_households_on(
    busy: House,
) -> None:
    closes_at = busy.town.chain.now() + 5 * DAY
    terms = (PURPOSE, 900_000, 5, bytes(16), closes_at, PURPOSE, 10_000, 10_000, 1_000, True)
    await busy.town.send(HOLDERS[AuthorityRole.STEWARD], "Campaigns", "openCampaign", 7, terms)
    for home in range(5):
        registrar = HOLDERS[AuthorityRole.REGISTRAR]
        await busy.town.send(registrar, "Members", "placeHousehold", bytes([home + 1]) * 16, b"b" * 16)
    await busy.town.send(registrar, "Campaigns", "listHouseholds", 7, b"r" * 32, 5)
    sums = []
    for homes in ((0, 0), (1, 2, 3), (4,)):
        gifts = tuple(
            Gift(bank_line=keccak(text=f"{home} {i}"), amount_fen=700, booked_on=BOOKED_ON, donor=bytes(31) + b"\1", household=home + 1)
            for i, home in enumerate(homes)
        )  # fmt: skip
        intent = AttestGifts(
            campaign=7, bank=BANK, gifts=gifts, nonce=homes[0] + 77 << 64, deadline=closes_at
        )
        await busy.town.carry(signer("treasurer"), intent)
        await busy.syncer.catch_up()
        sums.append((await busy.http.get("/v1/campaigns/7")).json()["campaign"]["matched_fen"])
    assert sums == [None, None, 1_000 + 4 * 700]


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
        closes_at=20,
        settles_at=30,
    )  # fmt: skip
    assert terms_of(campaign, 10) == CampaignTerms(
        match_fen=match_fen,
        match_rule=MATCH_BY_GIVER,
        tells_each_match=True,
        counts_households=False,
        returns_gifts=False,
        is_counting=False,
        last_day=19,
    )


def test_few_households_count_although_their_number_is_not_told() -> None:
    campaign = Campaign.model_construct(
        match_bps=0,
        per_household=True,
        households=None,
        min_households=0,
        refunded_fen=0,
        state=CampaignState.OPEN,
        closes_at=20,
        settles_at=30,
    )
    assert terms_of(campaign, 10).counts_households
    assert terms_of(campaign, 10).match_rule == MATCH_BY_HOUSEHOLD


def test_a_missed_campaign_says_what_went_back_even_before_anything_did() -> None:
    campaign = Campaign.model_construct(
        match_bps=0, per_household=True, households=0, min_households=3, refunded_fen=0,
        state=CampaignState.MISSED, closes_at=20, settles_at=30,
    )  # fmt: skip
    assert terms_of(campaign, 10) == CampaignTerms(
        match_fen=0,
        match_rule=MATCH_BY_HOUSEHOLD,
        tells_each_match=False,
        counts_households=True,
        returns_gifts=True,
        is_counting=False,
        last_day=19,
    )


@pytest.mark.parametrize(("now", "is_counting"), [(19, False), (20, True), (29, True), (30, False)])
def test_a_campaign_that_has_closed_says_that_it_still_counts_for_a_while(
    now: int, is_counting: bool
) -> None:
    """(p19)"""
    campaign = Campaign.model_construct(
        match_bps=0, per_household=False, households=0, min_households=0, refunded_fen=0, state=CampaignState.OPEN,
        closes_at=20, settles_at=30,
    )  # fmt: skip
    assert terms_of(campaign, now).is_counting is is_counting


async def test_a_gift_says_on_which_day_the_bank_booked_it(story: House) -> None:
    """(p19)"""
    gifts = (await story.http.get("/v1/campaigns/1/gifts")).json()["items"]
    assert {gift["booked_on"] for gift in gifts} == {"2025-06-15"}
