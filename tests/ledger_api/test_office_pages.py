"""The pages of offices: what each may do, the sheet for it, and what is entered in it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acts import acts
from contracts.roles import PERSONS_OFFICES, AuthorityRole
from ledger_api.funds.acts import acts_on_page
from ledger_api.portal.acting.fields import MAKES, MAY_BE_NONE, ROWS, inputs_of
from ledger_api.portal.acting.listing import first_chosen, origins_of
from ledger_api.sessions.offices import is_of_office, office_of
from tests.conftest import signer
from tests.ledger_api.client import FUND, House, Person, chain_away, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TIER = {
    "upToFen": "10", "yesNumerator": "1", "yesDenominator": "2", "minDonor": "0", "minResident": "0", "minOfficial": "0",
    "minEnterprise": "0", "decideSeconds": "7d", "noticeSeconds": "12 小时", "objectionsToSuspend": "2", "proofSeconds": "90",
}  # fmt: skip
# Act, what is entered, and what is drafted.
ENTERED: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "seats by class": (
        "OpenCommittee", {"committee": "7", "fund": "1", "classes.0": "2", "classes.1": "", "classes.2": "3"},
        {"committee": 7, "fund": 1, "classes": [0, 0, 2, 2, 2]},
    ),
    "seats in one text": ("OpenCommittee", {"committee": "7", "fund": "1", "classes": "1 1"}, {"committee": 7, "fund": 1, "classes": [0, 1]}),
    "a purpose by fund and number": ("OpenPurpose", {"purpose": "2-1"}, {"purpose": 0x20001}),
    "a purpose by its number": ("OpenPurpose", {"purpose": "131073"}, {"purpose": 0x20001}),
    "yes": ("SuspendDevice", {"device": "0x" + "11" * 8, "suspended": "yes"}, {"device": "0x" + "11" * 8, "suspended": True}),
    "no": ("SuspendDevice", {"device": "0x" + "11" * 8, "suspended": "no"}, {"device": "0x" + "11" * 8, "suspended": False}),
    "nothing but the act itself": ("EndFounding", {}, {}),
    "a day on which something begins": (
        "RevokeDevice", {"device": "0x" + "11" * 8, "compromisedFrom": "2025-06-02"},
        {"device": "0x" + "11" * 8, "compromisedFrom": 1_748_793_600},
    ),
    "no parent": ("OpenFund", {"fund": "3", "parent": "", "level": "2", "bank": "1"}, {"fund": 3, "parent": 0, "level": 2, "bank": 1}),
}  # fmt: skip
WRONG = {
    "no seats": ("OpenCommittee", {"committee": "7", "fund": "1", "classes.0": "0"}, "请填每类代表几席"),
    "seats in words": (
        "OpenCommittee",
        {"committee": "7", "fund": "1", "classes.0": "two"},
        "请填每类代表几席",
    ),
    "neither yes nor no": (
        "SuspendDevice",
        {"device": "0x" + "11" * 8, "suspended": "perhaps"},
        "请选是或否",
    ),
    "a purpose beyond its fund": ("OpenPurpose", {"purpose": "1-70000"}, "这个数太大了"),
    "a time without an end": ("SetChallenge", {"challengeSeconds": "soon"}, "请填多久"),
    "nothing": ("OpenPurpose", {"purpose": ""}, "还没有填"),
}


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("office-pages")) as opened:
        yield opened


async def signed_in(house: House, role: AuthorityRole) -> Person:
    person = Person(house, signer(role.name.lower()))
    await person.sign_in()
    return person


async def sheet(house: House, act: str, entered: dict[str, str]) -> str:
    """The sheet of an act as its office sees it."""
    office = office_of(acts()[act])
    assert office is not None
    return (await (await signed_in(house, office)).http.get(f"/acts/{act}", params=entered)).text


def drafted(page: str) -> Any:
    """The fields with which the sheet has what is signed drafted."""
    found = re.search("data-draft='([^']*)'", page)
    return json.loads(unescape(found[1]))["fields"] if found else None


@pytest.mark.parametrize("role", PERSONS_OFFICES)
async def test_an_office_is_offered_all_its_acts_and_no_others(house: House, role: AuthorityRole) -> None:
    text = (await (await signed_in(house, role)).http.get("/acts")).text
    # What is about a thing without a number leads to the page on which that is chosen.
    assert set(re.findall('href="/acts/([A-Za-z]+)"', text)) == {
        n
        for n, a in acts().items()
        if (office_of(a) is role or "holder" in a.by) and first_chosen(a, ()) is None
    }


@pytest.mark.parametrize("act", sorted(name for name, act in acts().items() if is_of_office(act)))
async def test_a_sheet_asks_its_office_for_every_field_and_nobody_else(house: House, act: str) -> None:
    text = await sheet(house, act, {})
    names = {re.sub(r"\.(0|hours|minutes)$", "", name) for name in re.findall('name="([A-Za-z.0-9]+)"', text)}
    # Seats are those of a committee, which is chosen first, as is what has no number, on another page.
    asked_for = {one.name for one in inputs_of(acts()[act]) if one.field.kind != "new-id"}
    expected = asked_for - {"seat"} - origins_of(acts()[act]).keys()
    assert expected <= names
    for name in ("treasurer", "registrar" if "registrar" not in acts()[act].by else "steward"):
        other = Person(house, signer(name))
        assert 'id="sign-in"' in (await other.http.get(f"/acts/{act}")).text
        await other.sign_in()
        assert "这件事不归您做" in (await other.http.get(f"/acts/{act}")).text


@pytest.mark.parametrize("situation", ENTERED)
async def test_what_is_entered_is_what_is_drafted(house: House, situation: str) -> None:
    act, entered, fields = ENTERED[situation]
    assert drafted(await sheet(house, act, entered)) == fields


@pytest.mark.parametrize("situation", WRONG)
async def test_what_is_wrong_is_said_and_not_drafted(house: House, situation: str) -> None:
    act, entered, words = WRONG[situation]
    text = await sheet(house, act, entered)
    assert words in text
    assert drafted(text) is None


async def test_rows_that_are_empty_are_no_tiers_and_half_a_row_is_asked_for_again(house: House) -> None:
    third = {f"{name}.3": value for name, value in TIER.items()} | {"upToFen.3": "20"}
    empty = {f"{name}.{row}": "" for name in TIER for row in (2, 4)}
    tiers = drafted(await sheet(house, "SetRules", {"committee": "1"} | TIER | third | empty))["tiers"]
    assert [tier["upToFen"] for tier in tiers] == [1000, 2000]
    assert (tiers[0]["decideSeconds"], tiers[0]["noticeSeconds"], tiers[0]["proofSeconds"]) == (
        604_800,
        43_200,
        90,
    )
    half = await sheet(house, "SetRules", {"committee": "1", "upToFen.3": "20"} | TIER | empty)
    assert drafted(half) is None
    assert 'name="decideSeconds.3"' in half


async def test_the_page_of_a_fund_offers_an_office_what_it_may_do_there(house: House) -> None:
    guardian = await signed_in(house, AuthorityRole.GUARDIAN)
    text = (await guardian.http.get(f"/funds/{FUND}")).text
    assert f"/acts/FreezeFund?fund={FUND}" in text
    assert "/acts/UnfreezeFund" not in text
    steward = await signed_in(house, AuthorityRole.STEWARD)
    assert "/acts/HandOver" in (await steward.http.get(f"/funds/{FUND}")).text
    async with chain_away(house.context.chain):
        assert (await steward.http.get(f"/funds/{FUND}")).status_code == 200


def test_a_fund_is_handed_over_once_it_has_a_committee_that_may_agree() -> None:
    offered = [acts_on_page(has_committee=has, is_frozen=False, is_closed=False) for has in (False, True)]
    assert ["HandOver" in acts for acts in offered] == [False, True]
    assert all("OpenCommittee" in acts for acts in offered)


def test_a_fund_is_frozen_or_unfrozen_as_it_is() -> None:
    for is_frozen, act in ((False, "FreezeFund"), (True, "UnfreezeFund")):
        found = acts_on_page(has_committee=True, is_frozen=is_frozen, is_closed=False)
        assert {name for name in found if name.endswith("freezeFund") or name == "FreezeFund"} == {act}
        assert "ReopenFund" not in found


def test_a_closed_fund_is_opened_again_and_nothing_else() -> None:
    assert acts_on_page(has_committee=False, is_frozen=True, is_closed=True) == ("ReopenFund",)


def test_what_is_said_of_single_fields_is_of_fields_that_exist() -> None:
    names = {name: {one.field.name for one in inputs_of(act)} for name, act in acts().items()}
    assert all(field in names[act] for act, field in MAKES.items())
    assert all(set(fields) <= names[act] for act, fields in MAY_BE_NONE.items())
    assert set(ROWS) <= {
        field.name for act in acts().values() for field in act.input_fields if field.kind == "list"
    }
