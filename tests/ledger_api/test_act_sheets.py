"""A sheet for every act that a member or an office signs: offered to whom it belongs, asking for what is missing, and signed as it is shown."""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING

import orjson
import pytest
from sqlalchemy import update

from contracts.abi import Revert
from contracts.acts import acts
from contracts.choices import choices_of
from contracts.enums import CampaignState, MemberKind, Role, TaskState
from kit.database import writing_async
from ledger_api import tables
from ledger_api.forms import LAST_MOMENT
from ledger_api.holdings import Holding
from ledger_api.locale import Locale, words
from ledger_api.members.person import Person
from ledger_api.named_fields import GROUPS
from ledger_api.portal.acting.choices import home_labels, member_ids_by_name
from ledger_api.portal.acting.declared import acts_of_nouns, has_sheet
from ledger_api.portal.acting.facts import facts
from ledger_api.portal.acting.fields import entered_values, inputs_of
from ledger_api.portal.acting.listing import in_order
from ledger_api.portal.acting.offers import belongs, is_open
from ledger_api.portal.acting.values import EntryError, read
from ledger_api.problem import refusal
from ledger_api.sessions.offices import is_of_office
from register.names import Names
from register.nouns import Home, Name
from tests.conftest import GENESIS_TIME, held_by, member_id, signer
from tests.ledger_api.client import BANK, FOREVER, FUND
from tests.ledger_api.portal_town import UNPROVEN, VOTING, busy_house, draft_of, person, shown
from tests.ledger_api.story import named_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.ledger_api.client import House

NOTHING = "0x" + "00" * 32
SHEETS = sorted(name for name, act in acts().items() if has_sheet(act))


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("sheets")) as opened:
        yield opened


def test_every_act_and_field_has_words_in_both_languages() -> None:
    catalogue = words()
    for name in SHEETS:
        act = acts()[name]
        assert catalogue["contract"][act.contract], act.contract
        assert all(catalogue["by"][by] for by in act.by), act.by
        assert all(catalogue["field"][one.field.name] for one in inputs_of(act) if not one.is_written), act


def test_everything_that_can_be_chosen_has_words_in_both_languages() -> None:
    for options in {kind for name in SHEETS for kind in choices_of(name).values()}:
        labels = words()[GROUPS[options.__name__]]
        assert all(all(labels[option.name]) for option in options if option.name != "NONE"), options


def test_no_act_that_is_signed_is_without_a_sheet() -> None:
    signed = {name for name, act in acts().items() if act.message or is_of_office(act)}
    assert signed == {*SHEETS, *acts_of_nouns().own_sheets}
    assert set(acts_of_nouns().open) <= signed


def test_the_values_of_an_act_have_names_of_their_own() -> None:
    for name in SHEETS:
        names = [one.name for one in inputs_of(acts()[name])]
        assert len(set(names)) == len(names), name


@pytest.mark.parametrize(
    "address",
    [
        "/acts/AttestGifts?campaign=99999999999999999999", "/acts/AttestGifts?bank=-1&bankLine=x", "/acts/AcceptTask?task=0x12",
        "/acts/OpenWorkOrder?enterprise=1&pieces=1e9&dueAt=never", "/acts/Redeem?heldMinutes=99999&provider=%00",
        "/acts/ReverseDisbursement?proposal=%3Cb%3E",
    ],
)  # fmt: skip
async def test_what_no_field_can_hold_is_asked_for_again_or_refused_and_never_an_error(
    house: House, address: str
) -> None:
    answer = await (await person(house, "treasurer")).http.get(address)
    assert answer.status_code in (200, 404, 422)
    assert "data-draft" not in answer.text


@pytest.mark.parametrize("name", ["Burn", "AnchorHead", "CreditClaim", "ApproveProposal"])
async def test_what_has_no_sheet_of_its_own_is_not_found(house: House, name: str) -> None:
    assert (await (await person(house, "treasurer")).http.get(f"/acts/{name}")).status_code == 404


async def test_bank_lines_are_shown_to_treasurers_of_their_account_alone(house: House) -> None:
    address = "/acts/AttestProceeds?bank=1"
    assert (await (await person(house, "treasurer")).http.get(address)).status_code == 200
    refused = await (await person(house, "volunteer")).http.get(address)
    assert (refused.status_code, "SessionForbiddenError" in refused.text) == (403, True)


@pytest.mark.parametrize(
    "address", ["AcceptTask?task=0x" + "77" * 16, "OpenTask?fund=9", "AttestGifts?campaign=9"]
)
async def test_what_is_not_there_is_not_found(house: House, address: str) -> None:
    answer = await (await person(house, "coordinator")).http.get(f"/acts/{address}")
    assert (answer.status_code, "data-draft" in answer.text) == (404, False)


async def test_a_line_that_need_not_be_chosen_says_that_none_may_be_left(house: House) -> None:
    treasurer = await person(house, "treasurer")
    text = await shown(treasurer, "/acts/ReverseDonation", fund=FUND, bankLine="0x" + "11" * 32)
    assert "还没有退款，就选“没有”。" in text
    assert "请先导入" not in text
    assert "请先导入" in await shown(treasurer, "/acts/AttestProceeds", bank=BANK)


async def test_filling_in_again_is_offered_after_something_was_filled_in_and_begins_at_the_same_thing(
    house: House,
) -> None:
    treasurer, address = await person(house, "treasurer"), "/acts/ReverseDisbursement"
    opened = await shown(treasurer, address, proposal=UNPROVEN["number"])
    assert "重新填写" not in opened
    start = unescape(re.findall(r'name="start" value="([^"]*)"', opened)[0])
    again = await shown(treasurer, address, proposal=UNPROVEN["number"], start=start, incomingBankLine="x")
    assert f'href="{address}?{escape(start)}">重新填写' in again
    assert f"proposal={UNPROVEN['number']}" in start


async def test_a_treasurer_reverses_a_payment_and_nobody_else_is_offered_it(house: House) -> None:
    number, address = UNPROVEN["number"], "/acts/ReverseDisbursement"
    offer = f'href="{address}?proposal={number}"'
    assert offer in await shown(await person(house, "treasurer"), f"/proposals/{number}")
    assert offer not in await shown(await person(house, "requester"), f"/proposals/{number}")
    text = await shown(await person(house, "treasurer"), address, proposal=number)
    assert 'name="incomingBankLine"' in text
    entered = {"proposal": number, "bankLine": "", "incomingBankLine": ""}
    draft = draft_of(await shown(await person(house, "treasurer"), address, **entered))
    assert draft["fields"]["proposal"] == UNPROVEN
    assert draft["fields"]["bankLine"] == draft["fields"]["incomingBankLine"] == NOTHING
    closed = await shown(await person(house, "treasurer"), address, proposal=VOTING["number"])
    assert "现在不能做" in closed
    stranger = await (await person(house, "requester")).http.get(address, params={"proposal": number})
    assert stranger.status_code == 403


async def test_a_service_of_the_town_is_no_neighbour_to_choose(house: House) -> None:
    duty = member_id("duty")
    registration = (duty, MemberKind.ORGANISATION, bytes(16), *held_by("duty", signer("duty")))
    await house.serve("registrar", "Members", "register", *registration)
    await house.serve("registrar", "Members", "grantRole", duty, Role.COORDINATOR, FUND, FOREVER)
    await house.settle()
    for name, address in (
        ("volunteer", "/acts/Redeem"),
        ("treasurer", "/acts/AttestGifts"),
        ("treasurer", "/acts/PayOut"),
    ):
        text = await shown(await person(house, name), address)
        assert ("何家栋" in text, "值守系统" in text) == (True, False), address


async def test_what_was_signed_is_told_to_whoever_signed_it_and_where_it_stands_to_everybody(
    house: House,
) -> None:
    commands = (await house.http.get("/v1/commands?limit=200")).json()["items"]
    for command in commands:
        assert (await house.http.get(f"/signed/{command['id']}")).status_code == 200, command["kind"]
    asked = next(command for command in commands if command["kind"] == "SubmitProposal")
    address = f"/signed/{asked['id']}"
    everybody = await shown(house, address)
    assert "已入账" in everybody
    assert f"/verify?code={asked['transaction_hash']}" in everybody
    assert re.search('href="/proposals/[0-9]+">看这份用款申请', everybody)
    assert "签的是" not in everybody
    own = await shown(await person(house, "requester"), address)
    assert "何家栋" in own[own.index("签的是") :]


async def test_a_refusal_after_signing_says_what_why_and_what_to_do(house: House) -> None:
    command = await house.serve("steward", "Funds", "openBankAccount", BANK)
    problem = refusal(Revert(name="FundsIdTaken", args={"id": BANK}, meaning="The id is taken."))
    refused = {"state": "refused", "refusal": orjson.dumps(problem.as_json()).decode()}
    async with writing_async(house.context.app_engine) as connection:
        await connection.execute(
            update(tables.commands).where(tables.commands.c.id == command).values(refused)
        )
    text = await shown(house, f"/signed/{command}")
    for sentence in (problem.what.zh, problem.why.zh, problem.remedy.zh):
        assert f"<p>{sentence}</p>" in text
    assert '<small class="code">FundsIdTaken</small>' in text


async def test_what_was_signed_is_told_apart_from_what_the_page_adds(house: House) -> None:
    opened = "0x" + named_id("signed").hex()
    fields = {
        "task": opened,
        "fund": FUND,
        "service": 1,
        "authorisedMinutes": 90,
        "beneficiary": "0x" + "55" * 32,
        "expiresAt": GENESIS_TIME + 300 * 86_400,
    }
    await (await person(house, "coordinator")).act("OpenTask", fields)
    await house.settle()
    taken = await (await person(house, "volunteer")).act("AcceptTask", {"task": opened})
    waiting = await shown(await person(house, "volunteer"), f"/signed/{taken['id']}")
    await house.settle()
    text = await shown(await person(house, "volunteer"), f"/signed/{taken['id']}")
    signed, _, known = text.partition("本页补充的，没有签")
    assert "1 小时 30 分钟" in known
    assert "1 小时 30 分钟" not in signed[signed.index("签的是") :]
    assert "您签的这件事还不在里面" in waiting
    assert "您签的这件事还不在里面" not in text
    assert "本页数字截至" in text
    # The foot is renewed with the rest of the page.
    assert 'hx-select-oob="#as-of"' in waiting
    assert 'id="as-of"' in waiting


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("ReverseDonation", "/ledger?reason=DONATION"),
        ("ReverseProceeds", "/ledger?reason=PROCEEDS"),
        ("ReversePayout", "/ledger?reason=PAYOUT"),
        ("ReverseFee", "/ledger?reason=FEE"),
        ("ReverseInterest", "/ledger?reason=INTEREST"),
        ("RefundGift", "/campaigns"),
        ("ReverseGift", "/ledger?reason=CAMPAIGN_GIFT"),
        ("Dispute", "/me/day"),
    ],
)
async def test_a_sheet_opened_without_what_it_is_about_says_where_that_is_chosen(
    house: House, address: str, leads_to: str
) -> None:
    reader = await person(house, "coordinator" if address == "Dispute" else "treasurer")
    text = await shown(reader, f"/acts/{address}")
    assert "先选好是哪一个" in text
    assert f'class="button" href="{leads_to}"' in text
    assert 'name="bankLine"' not in text
    assert (await reader.http.get(leads_to)).status_code in (200, 303)


async def test_the_buttons_that_sign_in_say_as_whom(house: House) -> None:
    text = await shown(house, "/demo")
    names = re.findall('aria-label="([^"]+)：以此身份登录"', text)
    assert "treasurer" in names
    assert len(set(names)) == text.count('class="demo-person"')


def test_a_role_for_one_fund_is_none_for_another() -> None:
    coordinator = Person(
        member=bytes(16), seats=[], holdings=[Holding(role=Role.COORDINATOR, scope=2, valid_until=2**40)]
    )
    own, other = SimpleNamespace(fund=2), SimpleNamespace(fund=1)
    assert [belongs(acts()["OpenTask"], coordinator, thing) for thing in (own, other, None)] == [
        True,
        False,
        True,
    ]
    served = SimpleNamespace(fund=2, volunteer=bytes(16), judge=None)
    assert not belongs(acts()["Acknowledge"], coordinator, served)


def test_a_visit_is_acknowledged_once_and_again_only_if_it_is_disputed_since() -> None:
    def open_acts(state: TaskState, *, acknowledged: bool) -> list[str]:
        visit = SimpleNamespace(state=state, acknowledged=acknowledged, creditable_at=100, decide_by=200)
        return [name for name in ("Acknowledge", "Dispute", "Reject") if is_open(acts()[name], visit, 0)]

    assert open_acts(TaskState.CLAIMED, acknowledged=False) == ["Acknowledge", "Dispute"]
    assert open_acts(TaskState.CLAIMED, acknowledged=True) == ["Dispute"]
    assert open_acts(TaskState.DISPUTED, acknowledged=True) == ["Acknowledge", "Reject"]
    assert open_acts(TaskState.REJECTED, acknowledged=True) == []


def test_an_act_that_has_an_end_is_open_until_that_second() -> None:
    claimed = SimpleNamespace(state=TaskState.CLAIMED, creditable_at=100)
    assert [is_open(acts()["Dispute"], claimed, now) for now in (99, 100)] == [True, False]
    assert not is_open(acts()["Dispute"], SimpleNamespace(state=TaskState.OPEN, creditable_at=None), 99)
    running = SimpleNamespace(state=CampaignState.OPEN, settles_at=100)
    assert [is_open(acts()["AttestGifts"], running, now) for now in (99, 100)] == [True, False]


def test_a_donor_who_stays_private_is_said_to_be() -> None:
    act = acts()["AttestGifts"]
    reader = Locale(lang="zh", size="normal", names=Names())
    assert facts(reader, act, {"donor": NOTHING}, [], {}) == [("捐赠人", "不公开")]


async def test_a_sheet_is_for_whoever_signs_in(house: House) -> None:
    text = (await house.http.get("/acts/Redeem", params={"lang": "zh"})).text
    assert 'id="sign-in"' in text
    assert "data-draft" not in text


async def test_a_sheet_that_is_filled_in_drafts_exactly_what_it_shows(house: House) -> None:
    entered = {"product": "3", "pieces": "40", "dueAt": "2026-01-31", "size": "huge"}
    fields = {"newKey": "0x" + "ab" * 20, "possession": "0x" + "cd" * 65}
    treasurer = await person(house, "treasurer")
    assert draft_of(await shown(treasurer, "/acts/RotateKey", **fields)) == {
        "act": "RotateKey",
        "fields": fields,
    }
    short = await shown(treasurer, "/acts/RotateKey", **fields | {"possession": "0xcd"})
    assert "请贴上本人设备给出的完整证明" in short
    assert "data-draft" not in short
    text = await shown(await person(house, "volunteer"), "/acts/OpenWorkOrder", **entered)
    assert "2026年1月31日 23:59" in text
    assert "这件事不归您做" in text
    assert "data-draft" not in text


@pytest.mark.parametrize("name", SHEETS)
async def test_every_act_has_a_sheet_that_asks_for_its_values(house: House, name: str) -> None:
    for who in ("treasurer", "coordinator", "volunteer"):
        text = await shown(await person(house, who), f"/acts/{name}")
        assert "data-draft" not in text or name == "RotateKey"


def test_of_two_who_are_called_the_same_neither_is_taken_for_the_other() -> None:
    one, other, third = (f"0x{digit * 32}" for digit in "123")
    names = Names(
        groups={
            "members": {
                one: Name(zh="王桂英", en="Wang"), other: Name(zh="王桂英", en="Wang Guiying"), third: Name(zh="李娜", en="Wang"),
            }
        }
    )  # fmt: skip
    assert member_ids_by_name(names) == {
        "王桂英 111111": one, "王桂英 222222": other, "Wang 111111": one, "Wang 333333": third,
        "Wang Guiying": other, "李娜": third,
    }  # fmt: skip


def test_nobody_is_taken_for_another_by_being_called_like_an_id() -> None:
    one, other, third, fourth = (f"0x{digit * 32}" for digit in "1234")
    names = Names(
        groups={
            "members": {
                one: Name(zh="王桂英", en="Wang"), other: Name(zh="王桂英", en="Wang Guiying"),
                third: Name(zh="王桂英 222222", en="Third"), fourth: Name(zh=one, en=one.upper()),
            }
        }
    )  # fmt: skip
    assert member_ids_by_name(names) == {
        "王桂英 111111": one, "Wang": one, "Wang Guiying": other, "Third": third,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "same"),
    [("王桂英", "王桂英\ufe0f"), ("王桂英", "王桂英\U000e0100"), ("Wang A", "Wang  Ａ"), ("Wang A", "wang\u3000a"), ("José", "Jose\u0301")],
)  # fmt: skip
def test_names_that_look_the_same_are_told_apart(name: str, same: str) -> None:
    one, other = (f"0x{digit * 32}" for digit in "12")
    names = Names(groups={"members": {one: Name(zh=name, en="One"), other: Name(zh=same, en="Other")}})
    assert member_ids_by_name(names) == {
        f"{name} 111111": one,
        f"{same} 222222": other,
        "One": one,
        "Other": other,
    }
    homes = {one: Home(name=name, fund=1), other: Home(name=same, fund=1)}
    assert home_labels(homes) == {one: f"{name} 111111", other: f"{same} 222222"}


def test_homes_that_are_called_the_same_are_told_apart() -> None:
    one, other, third = (f"0x{digit * 32}" for digit in "123")
    homes = {
        key: Home(name=name, fund=1) for key, name in ((one, "302 王"), (other, "302 王"), (third, "303 李"))
    }
    assert home_labels(homes) == {one: "302 王 111111", other: "302 王 222222", third: "303 李"}


@pytest.mark.parametrize(
    ("entered", "minutes"),
    [
        ({"heldMinutes.hours": "1", "heldMinutes.minutes": "30"}, 90), ({"heldMinutes.hours": "2", "heldMinutes.minutes": ""}, 120),
        ({"heldMinutes.hours": "", "heldMinutes.minutes": " 45 "}, 45), ({"heldMinutes": "90"}, 90),
        ({"heldMinutes.hours": "0", "heldMinutes.minutes": "0"}, 0),
    ],
)  # fmt: skip
def test_a_length_of_time_is_entered_in_hours_and_minutes(entered: dict[str, str], minutes: int) -> None:
    act = acts()["Redeem"]
    held = next(one for one in inputs_of(act) if one.name == "heldMinutes")
    assert read(held, entered_values(act, entered)["heldMinutes"]) == minutes


@pytest.mark.parametrize(
    ("act", "name", "text", "value"),
    [
        ("SetBudgetLine", "limitFen", "￥１，２００．５０", 120_050), ("OpenFund", "fund", " １００ ", 100), ("OpenPurpose", "purpose", "１００－１", 100 << 16 | 1),
        ("PublishRateCard", "workerBps", "６２．５％", 6250), ("OpenWorkOrder", "dueAt", "2027年1月31日", 1_801_411_199),
        ("OpenWorkOrder", "dueAt", "2027/1/31", 1_801_411_199),
    ],
)  # fmt: skip
def test_what_is_typed_with_full_width_digits_signs_and_spaces_is_read_as_it_is_meant(
    act: str, name: str, text: str, value: int
) -> None:
    assert read(next(one for one in inputs_of(acts()[act]) if one.name == name), text) == value


@pytest.mark.parametrize("text", ["12,50", "1,00,000", "1.000,00", "-5", "十二", "12元5角"])
def test_an_amount_that_may_be_meant_otherwise_is_asked_for_again(text: str) -> None:
    limit = next(one for one in inputs_of(acts()["SetBudgetLine"]) if one.name == "limitFen")
    with pytest.raises(EntryError, match="money"):
        read(limit, text)


@pytest.mark.parametrize("entered", [("1.5", ""), ("", "half"), ("-1", "0"), ("1:2", "3")])
def test_what_is_no_length_of_time_is_asked_for_again(entered: tuple[str, str]) -> None:
    act = acts()["Redeem"]
    held = next(one for one in inputs_of(act) if one.name == "heldMinutes")
    values = entered_values(act, {"heldMinutes.hours": entered[0], "heldMinutes.minutes": entered[1]})
    with pytest.raises(EntryError, match="minutes"):
        read(held, values["heldMinutes"])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5_400, "1 小时 30 分钟"), (604_800, "7 天"), (90_061, "1 天 1 小时 1 分钟 1 秒"), (0, "0 秒")],
)
def test_a_window_is_told_in_days_hours_and_minutes(seconds: int, text: str) -> None:
    reader = Locale(lang="zh", size="normal", names=Names())
    assert facts(reader, acts()["SetChallenge"], {"challengeSeconds": seconds}, [], {}) == [("异议期", text)]
    window = inputs_of(acts()["SetChallenge"])[0]
    assert read(window, text) == seconds


def test_acts_are_listed_by_what_they_concern_each_before_what_takes_it_back() -> None:
    listed = [act.act for act in in_order()]
    assert sorted(listed) == sorted(acts())
    members = [name for name in listed if acts()[name].contract == "Members"]
    assert members == [
        "RegisterMember",
        "AddKey",
        "EndKey",
        "CancelIntent",
        "ChangeHousehold",
        "DismissGuardian",
        "NameGuardian",
        "EndMembership",
        "RestoreMembership",
        "EndRole",
        "GrantRole",
        "PlaceHousehold",
        "RecoverKey",
        "RefuseKey",
        "RotateKey",
    ]
    groups = [contract for contract, _ in groupby(acts()[name].contract for name in listed)]
    assert len(groups) == len(set(groups))


def test_what_an_act_is_about_has_a_page_with_a_name_and_a_way_to_choose_it() -> None:
    for name, reference in acts_of_nouns().references.items():
        assert not reference.page or words()["thing_page"][name]
        assert not reference.chosen_at or words()["chosen_at"][name]


async def test_the_acts_of_a_lot_say_where_it_is_chosen_first(house: House) -> None:
    text = await shown(await person(house, "volunteer"), "/acts")
    assert re.search('领取计件 <a class="more" href="/enterprises">先到微工厂的页面选一张加工单</a>', text)
    assert 'href="/acts/TakeLot"' not in text


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("zh", "爱心企业 何家栋 李娜 王桂英 张伟"), ("en", "Ann bo Cai Dai Eve")],
)
def test_names_are_sorted_as_their_reader_looks_for_them(lang: str, expected: str) -> None:
    names = sorted(expected.split())
    assert " ".join(sorted(names, key=Locale(lang=lang, size="normal", names=Names()).order)) == expected


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (LAST_MOMENT - 8 * 3600, "9999年12月31日"), (LAST_MOMENT - 8 * 3600 + 1, "9999年12月31日"),
        (LAST_MOMENT - 1, "9999年12月31日"), (2**48 - 1, "9999年12月31日"), (LAST_MOMENT - 32 * 3600, "9999年12月30日"),
    ],
)  # fmt: skip
def test_a_moment_at_the_end_of_the_calendar_is_shown(seconds: int, text: str) -> None:
    assert Locale(lang="zh", size="normal", names=Names()).day(seconds) == text


def test_the_last_day_of_the_calendar_may_be_entered() -> None:
    due = next(one for one in inputs_of(acts()["OpenWorkOrder"]) if one.name == "dueAt")
    assert read(due, "9999-12-31") == LAST_MOMENT - 8 * 3600
