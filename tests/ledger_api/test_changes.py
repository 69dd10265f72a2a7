"""What waits in public: everybody reads what would change, from when and who can stop it, and what became of it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from contracts.abi import encode_call, operation_id
from contracts.deployment_plan import office_account
from contracts.enums import Role
from contracts.roles import CHANGE_DELAY_SECONDS, CHANGE_OPEN_SECONDS, AuthorityRole, holder_role
from gongji.commands.change import COLUMNS
from gongji.commands.fields import text
from gongji.commands.values import Shown
from indexer.projections.change import ChangePhase
from ledger_api.changes.schemas import Change
from ledger_api.changes.service import change_detail, changes_page
from ledger_api.locale import Locale
from ledger_api.mirror import read
from ledger_api.sessions.access import NOBODY
from register.names import Names
from tests.conftest import member_id, signer
from tests.ledger_api.client import Person
from tests.ledger_api.portal_town import without_spans
from tests.ledger_api.story import CARE, COMMITTEE, COMMUNITY, DAY, FOREVER, LINE
from tests.ledger_api.story_town import story_house
from tests.ledger_api.words import Words
from wallets.intents import ActOnChange, ActOnHandover, ChangeAct, HandoverAct

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.ledger_api.client import House

TIER = (900_000, 3, 4, 1, 1, 1, 0, 5 * DAY, 4 * DAY, 2, 10 * DAY)
ELDER = member_id("elder").hex()
# Newest first: what is done, whose office it is, and where it stands.
EXPECTED = [
    ("None.None", "ADMIN", "waiting"),
    ("TimeBank.setService", "STEWARD", "waiting"),
    ("Authority.grantRole", "ADMIN", "waiting"),
    ("Members.grantRole", "REGISTRAR", "waiting"),
    ("Committees.fillSeat", "STEWARD", "waiting"),
    ("TimeBank.setChallenge", "STEWARD", "waiting"),
    ("Committees.handOver", "STEWARD", "waiting"),
    ("Committees.setRules", "STEWARD", "due"),
    ("TimeBank.setChallenge", "STEWARD", "cancelled"),
    ("TimeBank.setService", "STEWARD", "expired"),
    ("Budgets.setBudgetLine", "STEWARD", "executed"),
    ("Ledger.retireModule", "ADMIN", "expired"),
]
SUCCESSOR, TO_COME = 77, 8
NOTHING_NOW = (
    "Budgets.setBudgetLine", "Ledger.retireModule", "TimeBank.setService", "None.None", "Authority.grantRole", "Members.grantRole",
)  # fmt: skip


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The town of the story, whose founding ended; three weeks of changes later."""
    async with story_house(tmp_path_factory.mktemp("changes"), {}) as opened:
        await live_on(opened)
        await opened.syncer.catch_up()
        yield opened


async def live_on(house: House) -> None:
    """What the offices change, and what becomes of it."""
    town = house.town
    steward = office_account(town.deployment.address("Offices"), AuthorityRole.STEWARD)
    await schedule(house, "admin", "Ledger", "retireModule", town.deployment.address("Cooperative"))
    await town.send(signer("admin"), "Authority", "endFounding")
    budget = await schedule(house, "steward", "Budgets", "setBudgetLine", LINE, CARE, 500_000)
    await schedule(house, "steward", "TimeBank", "setService", 1, 20, 240, 0)
    challenge = await schedule(house, "steward", "TimeBank", "setChallenge", 2 * DAY)
    await town.send(signer("guardian"), "Authority", "cancel", signer("steward").address, *challenge)
    await town.wait(7 * DAY)
    rules = await schedule(house, "steward", "Committees", "setRules", COMMITTEE, [TIER])
    await town.wait(8 * DAY + 3600)
    await town.send(signer("steward"), "Authority", "execute", *budget)
    await town.wait(7 * DAY)
    await town.carry(
        signer("seat0"),
        veto(operation_id(steward, *rules)),
    )
    await schedule(house, "steward", "Committees", "handOver", COMMUNITY, SUCCESSOR)
    await town.carry(signer("seat0"), agreement())
    await schedule(house, "steward", "TimeBank", "setChallenge", 2 * DAY)
    await schedule(house, "steward", "Committees", "fillSeat", COMMITTEE, 2, member_id("elder"), FOREVER)
    await schedule(
        house, "registrar", "Members", "grantRole", member_id("elder"), Role.TREASURER, COMMUNITY, FOREVER
    )
    role, key = holder_role(AuthorityRole.STEWARD), signer("a new steward").address
    await schedule(house, "admin", "Authority", "grantRole", role, key, 0)
    # Whatever may be scheduled can be read: a call without its values, and one of a contract that is none of the town's.
    cut_short = encode_call("TimeBank", "setService", 1, 10, 240, 0)[:4]
    await town.send(
        signer("steward"), "Authority", "schedule", town.deployment.address("TimeBank"), cut_short, 0
    )
    await town.send(signer("admin"), "Authority", "schedule", key, b"\x01\x02\x03\x04", 0)


def veto(change: bytes) -> ActOnChange:
    return ActOnChange(
        act=ChangeAct.VETO, operation_id=change, operation_nonce=1, committee=COMMITTEE, nonce=0, deadline=FOREVER
    )  # fmt: skip


def agreement() -> ActOnHandover:
    """To a successor that nobody has set up yet."""
    return ActOnHandover(
        act=HandoverAct.AGREE_TO, fund=COMMUNITY, committee=COMMITTEE, successor=SUCCESSOR, revision=0,
        operation_nonce=1, nonce=1, deadline=FOREVER,
    )  # fmt: skip


async def schedule(house: House, office: str, contract: str, function: str, *args: Any) -> tuple[str, bytes]:
    """Schedules a call for as early as may be; gives contract and calldata."""
    called = house.town.deployment.address(contract), encode_call(contract, function, *args)
    await house.town.send(signer(office), "Authority", "schedule", *called, 0)
    return called


async def listed(house: House, **query: Any) -> list[dict[str, Any]]:
    answer = await house.http.get("/v1/changes", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def shown(house: House | Person, address: str, lang: str) -> str:
    answer = await house.http.get(address, params={"lang": lang})
    assert answer.status_code == 200, answer.text
    return without_spans(answer.text)


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def ids(changes: list[Change]) -> list[bytes]:
    return [one.operation_id for one in changes]


async def change_of(house: House, function: str) -> dict[str, Any]:
    """The latest change by a function."""
    return next(one for one in await listed(house) if f"{one['contract']}.{one['function']}" == function)


async def test_the_list_says_of_each_change_what_it_is_whose_and_where_it_stands(house: House) -> None:
    found = await listed(house)
    assert [(f"{c['contract']}.{c['function']}", c["office"], c["phase"]) for c in found] == EXPECTED
    assert [c["action"] for c in found[2:4]] == [None, "授予角色 Grant a role"]


async def test_a_change_says_what_it_is_called_with_and_from_when_it_holds(house: House) -> None:
    rules = await change_of(house, "Committees.setRules")
    assert rules["arguments"]["tiers"][0]["upToFen"] == TIER[0]
    async with read(house.context.mirror) as reading:
        (one,), _ = await changes_page(reading, house.config.deployment, NOBODY, None, 1, ChangePhase.DUE)
    assert one.effective_at - one.time == CHANGE_DELAY_SECONDS
    assert one.expires_at - one.effective_at == CHANGE_OPEN_SECONDS


async def test_what_may_come_into_force_says_what_holds_now_by_the_same_names(house: House) -> None:
    present = {f"{c['contract']}.{c['function']}": c["present"] for c in reversed(await listed(house))}
    assert present.pop("Committees.setRules")["tiers"][0]["upToFen"] != TIER[0]
    assert present == {
        "TimeBank.setChallenge": {"challengeSeconds": DAY},
        "Committees.handOver": {"successor": COMMITTEE},
        "Committees.fillSeat": {"member": f"0x{member_id('seat2').hex()}", "validUntil": FOREVER},
        # What is over says nothing, a call that cannot be read neither; who gets a role is not for everybody.
        **{function: {} for function in NOTHING_NOW},
    }


@pytest.mark.parametrize(
    ("function", "zh", "en"),
    [
        ("TimeBank.setChallenge", "现在：1 天<br>改为：2 天", "Now: 1 day<br>To be: 2 days"),
        ("Committees.fillSeat", "现在：", "Now: "),
        ("Committees.setRules", "第 1 档</dt><dd>现在：", "Now: "),
        (
            "Committees.handOver",
            "现在：春晖基金管委会<br>改为：",
            "Now: Committee of the Chunhui fund<br>To be: ",
        ),
    ],
)
async def test_pages_of_what_waits_say_what_holds_now_and_what_would(
    house: House, function: str, zh: str, en: str
) -> None:
    change = await change_of(house, function)
    for lang, expected in (("zh", zh), ("en", en)):
        for address in (f"/changes/{change['operation_id']}", "/changes"):
            assert expected in main_of(await shown(house, address, lang)), address


async def test_a_change_that_is_over_says_its_own_values_alone(house: House) -> None:
    change = await change_of(house, "Budgets.setBudgetLine")
    assert "现在：" not in main_of(await shown(house, f"/changes/{change['operation_id']}", "zh"))


async def test_the_command_line_says_what_holds_now_before_what_would(house: House) -> None:
    record = await change_of(house, "TimeBank.setChallenge")
    said = text(Locale(lang="en", size="normal", names=Names()), "arguments", dict[str, Any], record)
    assert said == f"challengeSeconds={DAY} → {2 * DAY}"


@pytest.mark.parametrize("phase", ChangePhase)
async def test_the_list_of_a_phase_is_what_the_whole_list_says_of_it(
    house: House, phase: ChangePhase
) -> None:
    expected = [c for c in await listed(house) if c["phase"] == phase]
    assert await listed(house, phase=phase) == expected != []


async def test_a_phase_begins_and_ends_to_the_second_in_the_list_as_in_its_filter(house: House) -> None:
    async with read(house.context.mirror) as reading:
        head, deployment = reading.head, house.config.deployment
        latest = (await changes_page(reading, deployment, NOBODY, None, 1))[0][0]
        phases = []
        for time in (
            latest.effective_at - 1, latest.effective_at, latest.expires_at - 1, latest.expires_at,
        ):  # fmt: skip
            reading.head = replace(head, time=time)
            phases.append((await changes_page(reading, deployment, NOBODY, None, 1))[0][0].phase)
            lists = {
                phase: (await changes_page(reading, deployment, NOBODY, None, 1, phase))[0]
                for phase in ChangePhase
            }
            assert [phase for phase, found in lists.items() if latest.operation_id in ids(found)] == phases[
                -1:
            ]
    assert phases == [ChangePhase.WAITING, ChangePhase.DUE, ChangePhase.DUE, ChangePhase.EXPIRED]


async def test_the_list_goes_on_page_by_page_and_misses_nothing(house: House) -> None:
    items, cursor = [], None
    while True:
        page = (
            await house.http.get("/v1/changes", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        ).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert items == await listed(house)


async def test_a_table_has_the_columns_of_the_list(house: House) -> None:
    table = (await house.http.get("/v1/changes.csv")).text.removeprefix("\ufeff")
    heading, *rows = csv.reader(io.StringIO(table))
    items = await listed(house)
    assert heading == list(items[0])
    assert [row[heading.index("operation_id")] for row in rows] == [c["operation_id"] for c in items]


async def test_a_change_that_was_stopped_and_proposed_again_says_both(house: House) -> None:
    change = await change_of(house, "TimeBank.setChallenge")
    detail = (await house.http.get(f"/v1/changes/{change['operation_id']}")).json()
    assert detail["change"] == change
    assert [(one["nonce"], one["phase"]) for one in detail["earlier"]] == [(1, "cancelled")]
    guardian = office_account(house.town.deployment.address("Offices"), AuthorityRole.GUARDIAN)
    assert detail["earlier"][0]["cancelled_by"] == guardian.lower()
    page = await shown(house, f"/changes/{change['operation_id']}", "zh")
    assert "以前提出过" in page
    assert "由资金守护叫停，没有生效" in page


async def test_what_was_never_scheduled_is_not_found(house: House) -> None:
    assert (await house.http.get(f"/v1/changes/0x{'7' * 64}")).status_code == 404
    assert (await house.http.get("/v1/changes/7")).status_code == 422
    assert (await house.http.get("/v1/changes?phase=soon")).status_code == 422
    assert (await house.http.get(f"/changes/0x{'7' * 64}")).status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_pages_of_changes_speak_one_language_and_no_code_where_there_is_a_name(
    house: House, lang: str
) -> None:
    addresses = ["/changes", *(f"/changes/{one['operation_id']}" for one in await listed(house))]
    for address in addresses:
        page = await shown(house, address, lang)
        assert Words.on(page).in_language({"zh": "en", "en": "zh"}[lang]) == [], address
        # Of a key there is no name: it stands folded as a code, and on no list.
        text = re.sub(r"<code.*?</code>", "", main_of(page)) if address != "/changes" else main_of(page)
        assert "0x" not in re.sub(r'href="[^"]*"', "", text), address


@pytest.mark.parametrize(
    ("function", "zh", "en"),
    [
        ("Committees.setRules", ["设定表决规则", "春晖基金管委会", "街道经办", "公示期满"], ["Committee of the Chunhui fund", "Notice over"]),
        ("Committees.fillSeat", ["春晖基金管委会", "居民代表", ELDER[:6]], ["Resident", ELDER[:6]]),
        ("Members.grantRole", ["授予角色", "基金或微工厂</dt>", "出纳", "春晖社区基金", "不公开", "登记处"], ["Grant a role", "Chunhui community fund"]),
        ("Authority.grantRole", ["任命职务", "街道经办的持有人"], ["Appoint to an office", "whoever holds the office: Steward"]),
        ("None.None", ["没有名称的操作", signer("a new steward").address[:12].lower()], ["An action without a name"]),
        ("TimeBank.setService", ["设定服务规则"], ["Set the rule of a service"]),
        ("Ledger.retireModule", ["计件", "已经作废"], ["Piecework", "is void"]),
        ("TimeBank.setChallenge", ["设定异议期", "2 天"], ["Set the challenge window", "2 days"]),
        ("Budgets.setBudgetLine", ["2025 年长者关怀预算", "春晖社区基金（长者关怀）", "¥5,000.00", "已经生效"], ["Care for the old 2025", "Chunhui community fund (Care for the old)", "In force since"]),
    ],
)  # fmt: skip
async def test_the_page_of_a_change_says_in_names_what_would_change(
    house: House, function: str, zh: list[str], en: list[str]
) -> None:
    change = await change_of(house, function)
    for lang, expected in (("zh", zh), ("en", en)):
        page = main_of(await shown(house, f"/changes/{change['operation_id']}", lang))
        for one in expected:
            assert one in page, one


async def test_the_page_says_who_can_stop_a_change_while_it_can_be_stopped(house: House) -> None:
    # Of what was proposed twice the page is that of the last time.
    for change in {one["operation_id"]: one for one in reversed(await listed(house))}.values():
        page = await shown(house, f"/changes/{change['operation_id']}", "zh")
        assert ("资金守护可以叫停" in main_of(page)) == (change["phase"] in ("waiting", "due"))


async def test_the_page_counts_the_votes_of_committees_against_a_change(house: House) -> None:
    rules, service = (
        await change_of(house, "Committees.setRules"),
        await change_of(house, "TimeBank.setService"),
    )
    detail = (await house.http.get(f"/v1/changes/{rules['operation_id']}")).json()
    assert detail["vetoes"] == [{"committee": COMMITTEE, "against": [0], "needed": 3}]
    assert "1 席反对，3 席就叫停" in main_of(await shown(house, f"/changes/{rules['operation_id']}", "zh"))
    assert (await house.http.get(f"/v1/changes/{service['operation_id']}")).json()["vetoes"] == []


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("seat0", "RetractVeto"), ("seat1", "VetoChange"), ("guardian", "StopChange"), ("supervisor", None),
        ("neighbour1", None), ("steward", None), (None, None),
    ],
)  # fmt: skip
async def test_the_page_offers_a_seat_its_vote_and_the_guardian_the_stop(
    house: House, name: str | None, act: str | None
) -> None:
    reader = Person(house, signer(name or "nobody"))
    if name is not None:
        await reader.sign_in()
    rules = await change_of(house, "Committees.setRules")
    page = main_of(await shown(reader, f"/changes/{rules['operation_id']}", "zh"))
    assert re.findall(r'href="/acts/(\w+)', page) == ([act] if act else [])
    for address in re.findall(r'href="(/acts/[^"]+)', page):
        sheet = main_of((await reader.http.get(unescape(address))).text)
        assert rules["operation_id"] in sheet
        assert 'class="signers"' in sheet, "nothing is left to choose"


@pytest.mark.parametrize(
    ("name", "change", "is_offered"),
    [("steward", "Committees.setRules", True), ("admin", "Authority.grantRole", False)],
)
async def test_an_office_is_offered_to_call_off_its_own_change_unless_it_names_a_holder(
    house: House, name: str, change: str, is_offered: bool
) -> None:
    """(p59)"""
    reader = Person(house, signer(name))
    await reader.sign_in()
    address = f"/changes/{(await change_of(house, change))['operation_id']}"
    assert (f"{address}/call-off" in await shown(reader, address, "zh")) is is_offered


@pytest.mark.parametrize(
    ("name", "act"), [("seat0", "RetractAgreement"), ("seat1", "AgreeToHandover"), ("supervisor", None)]
)
async def test_the_page_of_a_handover_says_who_agreed_and_offers_a_seat_its_vote(
    house: House, name: str, act: str | None
) -> None:
    reader = Person(house, signer(name))
    await reader.sign_in()
    change = await change_of(house, "Committees.handOver")
    address = f"/changes/{change['operation_id']}"
    detail = (await reader.http.get(f"/v1{address}")).json()
    agreed = [{"committee": COMMITTEE, "agreed": [0], "needed": 3}]
    assert detail["handover"] == {"successor": SUCCESSOR, "revision": 0, "agreements": agreed}
    page = main_of(await shown(reader, address, "zh"))
    assert "1 席同意，要 3 席" in page
    assert re.findall(r'href="/acts/(\w+)', page) == ([act, "VetoChange"] if act else [])


@pytest.mark.parametrize("function", ["Committees.setRules", "Committees.handOver"])
async def test_a_vote_counts_until_the_term_of_its_seat_is_over(house: House, function: str) -> None:
    operation = bytes.fromhex((await change_of(house, function))["operation_id"][2:])
    async with read(house.context.mirror) as reading:
        for time, seats in ((FOREVER - 1, [0]), (FOREVER, [])):
            reading.head = replace(reading.head, time=time)
            detail = await change_detail(reading, house.config.deployment, NOBODY, operation)
            votes = (
                [one.agreed for one in detail.handover.agreements]
                if detail.handover
                else [one.against for one in detail.vetoes]
            )
            assert [seat for seats_of_one in votes for seat in seats_of_one] == seats


async def test_nothing_is_offered_against_what_is_over(house: House) -> None:
    budget = await change_of(house, "Budgets.setBudgetLine")
    reader = Person(house, signer("seat1"))
    await reader.sign_in()
    assert 'href="/acts/' not in main_of(await shown(reader, f"/changes/{budget['operation_id']}", "zh"))


async def test_who_gets_a_role_is_told_to_that_member_and_to_offices_alone(house: House) -> None:
    change = await change_of(house, "Members.grantRole")
    address, mine = f"/changes/{change['operation_id']}", {"elder", "registrar", "guardian"}
    for name in (None, "elder", "neighbour1", "treasurer", "seat0", "registrar", "guardian"):
        reader = Person(house, signer(name or "nobody"))
        if name is not None:
            await reader.sign_in()
        detail = (await reader.http.get(f"/v1{address}")).json()["change"]
        assert (detail["arguments"]["member"] == f"0x{ELDER}") == (name in mine), name
        page = await shown(reader, address, "zh")
        assert (ELDER[:6] in main_of(page)) == (name in mine), name
        if name not in mine:
            everything = (await reader.http.get("/v1/changes.csv")).text
            assert everything.count(ELDER) == 1, "the seat, which is public"


async def test_the_first_page_counts_what_is_to_come_and_is_silent_when_nothing_is(
    house: House, story: House
) -> None:
    assert f"{TO_COME} 项改动在公示" in await shown(house, "/", "zh")
    assert f"{TO_COME} changes are on public notice" in await shown(house, "/", "en")
    assert "项改动在公示" not in await shown(story, "/", "zh")


async def test_while_the_founding_goes_on_the_list_says_so_and_later_not(house: House, story: House) -> None:
    before, after = await shown(story, "/changes", "zh"), await shown(house, "/changes", "zh")
    assert "本镇还在筹建" in before
    assert "还没有公示过改动" in before
    assert "本镇还在筹建" not in after
    assert "still being founded" in await shown(story, "/changes", "en")


async def test_every_page_leads_to_what_is_on_notice(story: House) -> None:
    assert '<a href="/changes">' in await shown(story, "/funds", "zh")


async def test_the_command_line_lists_what_each_change_is(house: House) -> None:
    view = Shown(Names())
    rows = [[column.cell(view, one) for column in COLUMNS] for one in await listed(house)]
    assert [row[1] for row in rows[2:4]] == ["Authority.grantRole", "授予角色 Grant a role"]
    assert rows[3][2] == "登记处 Registrar"
    assert {row[5] for row in rows} == {
        "公示中 On notice", "公示期满 Notice over", "已生效 In force", "已叫停 Stopped", "已作废 Void",
    }  # fmt: skip
    service = [one for one in await listed(house) if one["function"] == "setService"][-1]
    reader = Locale(lang="en", size="normal", names=Names())
    shown_arguments = text(reader, "arguments", Change.model_fields["arguments"].annotation, service)
    assert shown_arguments is not None
    assert shown_arguments.startswith("service=1, minMinutes=20")
