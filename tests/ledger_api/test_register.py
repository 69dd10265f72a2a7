"""The register by API and pages: who may edit what, what is refused, and who changed what when."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import DeviceClass, Level, Role
from contracts.roles import AuthorityRole, holder_role
from iot.event.cose import Domain
from iot.simulator.device import SimulatedDevice
from ledger_api.editors import RULES
from ledger_api.register.pages import read_form
from register.nouns import NAMED, Name
from register.places import PlaceRegister
from register.register import Register
from tests.conftest import CHAIN_ID, Town, member_id, signer
from tests.ledger_api.client import BANK, FOREVER, FUND, House, Person, furnished_house, open_house
from tests.ledger_api.portal_town import person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx2

WAIT_SECONDS = 20
NAME = {"zh": "春晖基金", "en": "Chunhui fund"}
VOLUNTEER = "0x" + member_id("volunteer").hex()
SALT, PLACE = "0x" + "22" * 32, "0x" + "11" * 16
COMMITMENT = "0x5a9c8a4b6ad1ad11a33c8a19e8e0ee5d4e3f1a33bb2f8e0a0d9e6ac6b7f3b0a1"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("register")) as opened:
        yield opened


@pytest.fixture
async def steward(house: House) -> Person:
    return await person(house, "steward")


def status_and_code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def put(by: Person, place: str, value: dict[str, Any]) -> httpx2.Response:
    return await by.http.put(f"/v1/register/{place}", json=value)


async def test_a_fund_that_the_steward_renames_is_called_so_on_every_page_at_once(
    house: House, steward: Person
) -> None:
    assert (await put(steward, f"funds/{FUND}", NAME)).json() == {"key": "1", "value": NAME}
    assert "春晖基金" in (await house.http.get("/funds", params={"lang": "zh"})).text
    assert {"key": "1", "value": NAME} in (await house.http.get("/v1/register/funds")).json()["items"]


async def test_a_disk_that_does_not_answer_holds_up_no_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answers, waited = threading.Event(), threading.Event(), threading.Event()

    def slow(register: Register) -> int:
        asked.set()
        if not answers.wait(WAIT_SECONDS):
            waited.set()
        return real(register)

    real = Register.last_number
    monkeypatch.setattr(Register, "last_number", slow)
    try:
        assert await asyncio.to_thread(asked.wait, WAIT_SECONDS), (
            "nobody looks what another process has edited"
        )
        assert (await house.http.get("/funds")).status_code == 200
        assert not waited.is_set(), "the page waited for the disk"
    finally:
        answers.set()


async def test_what_another_process_edits_is_seen_within_moments(house: House) -> None:
    other = Register.open(house.config.town_url, house.config.register_key)
    with closing(other):
        other.put(NAMED["funds"], str(FUND), Name(zh="晚霞基金", en="Sunset fund"), "steward")
    async with asyncio.timeout(WAIT_SECONDS):
        while "晚霞基金" not in (await house.http.get("/funds", params={"lang": "zh"})).text:  # noqa: ASYNC110 a page tells nobody
            await asyncio.sleep(0.1)


async def test_history_says_who_changed_a_name_from_what_to_what(house: House, steward: Person) -> None:
    other = {"zh": "配比", "en": "Matching"}
    for value in (NAME, other):
        await put(steward, f"purposes/{0x10001}", value)
    await steward.http.delete(f"/v1/register/purposes/{0x10001}")
    edits = (await house.http.get(f"/v1/register/purposes/{0x10001}/edits")).json()["items"]
    assert [(edit["before"], edit["after"]) for edit in edits] == [(None, NAME), (NAME, other), (other, None)]
    assert {edit["editor"] for edit in edits} == {f"steward/{steward.address.lower()}"}
    assert all(edit["edited_at"].startswith("2025-") for edit in edits)


@pytest.mark.parametrize(
    ("who", "place", "expected"),
    [
        ("nobody", "funds/1", (401, "SessionMissingError")),
        ("volunteer", "funds/1", (403, "EditForbiddenError")),
        ("coordinator", "products/1", (403, "EditForbiddenError")),
        ("registrar", "funds/1", (403, "EditForbiddenError")),
        ("steward", f"members/{VOLUNTEER}", (403, "EditForbiddenError")),
        ("guardian", "words/基金", (403, "EditForbiddenError")),
    ],
)
async def test_whose_an_entry_is_not_does_not_edit_it(
    house: House, who: str, place: str, expected: tuple[int, str]
) -> None:
    by = Person(house, signer(who)) if who == "nobody" else await person(house, who)
    assert status_and_code(await put(by, place, NAME)) == expected
    assert status_and_code(await by.http.delete(f"/v1/register/{place}")) == expected


async def test_an_edit_without_the_session_s_token_is_refused(house: House, steward: Person) -> None:
    del house
    steward.http.headers["x-csrf-token"] = "wrong"
    assert status_and_code(await put(steward, "funds/1", NAME)) == (403, "SessionForbiddenError")
    page = await steward.http.post("/register/funds/1", data={"zh": "别的", "en": "Other", "csrf_token": "x"})
    assert page.status_code == 403
    assert "别的" not in (await steward.http.get("/v1/register/funds")).text


async def test_an_office_that_lost_its_role_edits_nothing_with_the_session_of_before(
    town: Town, tmp_path: Path
) -> None:
    async with open_house(town, tmp_path) as house:
        steward = await person(house, "steward")
        assert (await put(steward, "words/基金", NAME)).status_code == 200
        renounced = holder_role(AuthorityRole.STEWARD), steward.address
        await town.send(steward.key, "Authority", "renounceRole", *renounced)
        assert status_and_code(await put(steward, "words/基金", NAME)) == (401, "SessionMissingError")
        assert 'id="sign-in"' in (await steward.http.get("/register/words/基金")).text


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("steward", "funds/9"), ("steward", "purposes/65539"), ("steward", "banks/9"), ("steward", "proposals/20259999"),
        ("steward", "products/7"), ("registrar", "members/0x" + "12" * 16), ("registrar", "payees/0x" + "12" * 32),
    ],
)  # fmt: skip
async def test_a_thing_that_is_not_on_chain_gets_no_name(house: House, who: str, place: str) -> None:
    answer = await put(await person(house, who), place, NAME)
    assert status_and_code(answer) == (404, "ThingUnknownError")
    assert "先在账本上设立" in answer.json()["remedy"]["zh"]


@pytest.mark.parametrize(
    "place", ["funds/01", "funds/+1", "funds/１", "funds/" + "9" * 30, "members/0x12", "demo_people/steward"]
)
async def test_a_key_that_is_none_is_refused(house: House, place: str) -> None:
    who = "registrar" if place.startswith("members") else "steward"
    answer = await put(await person(house, who), place, NAME)
    assert status_and_code(answer) in ((422, "QueryInvalidError"), (404, "NotFoundError"))


BROKEN = {
    "turned around": "春晖\u202e金基",
    "isolated": "春\u2066晖",
    "two lines": "春晖基金\n已批准",
    "a separator": "春晖\u2028已批准",
    "a control character": "春晖\x07",
    "no width": "春\u200b晖",
    "half a letter": "春\ud800",
    "not seen": "\u3164",
    "nothing": " \u3000 ",
    "too long": "长" * 81,
}


@pytest.mark.parametrize("zh", BROKEN.values(), ids=BROKEN)
async def test_a_name_that_could_mislead_on_a_sheet_is_refused(steward: Person, zh: str) -> None:
    # A browser could not send half a letter; a program can.
    body = json.dumps({"zh": zh, "en": "Chunhui"})
    answer = await steward.http.put(
        "/v1/register/funds/1", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)
    assert "Chunhui" not in [
        e["value"]["en"] for e in (await steward.http.get("/v1/register/funds")).json()["items"]
    ]


async def test_people_s_names_are_read_by_the_registrar_alone(house: House) -> None:
    registrar = await person(house, "registrar")
    name = {"zh": "王桂英", "en": "Wang Guiying"}
    assert (await put(registrar, f"members/{VOLUNTEER}", name)).status_code == 200
    assert "王桂英" in (await registrar.http.get("/v1/register/members")).text
    for who in ("steward", "volunteer"):
        by = await person(house, who)
        for address in ("members", f"members/{VOLUNTEER}/edits", "payees"):
            assert status_and_code(await by.http.get(f"/v1/register/{address}")) == (
                403,
                "EditForbiddenError",
            )
    assert (await house.http.get("/v1/register/members")).status_code == 401


async def test_no_secret_is_ever_shown_or_changed(house: House, steward: Person) -> None:
    assert (await put(steward, f"bank_accounts/{BANK}", {"number": "6222 0000 1111 2222"})).status_code == 200
    shown = await steward.http.get("/v1/register/bank_accounts")
    assert shown.json()["items"] == [{"key": "1", "value": {"number": "6222000011112222"}}]
    # Each of these becomes two letters.
    assert status_and_code(await put(steward, f"bank_accounts/{BANK}", {"number": "ß" * 40})) == (
        422,
        "QueryInvalidError",
    )
    assert status_and_code(await put(steward, f"bank_accounts/{BANK}", {"number": "1"})) == (
        409,
        "EditContradictedError",
    )
    answer = await steward.http.delete(f"/v1/register/bank_accounts/{BANK}")
    assert status_and_code(answer) == (409, "EditContradictedError")
    edits = (await steward.http.get(f"/v1/register/bank_accounts/{BANK}/edits")).text
    for text in (shown.text, edits, (await steward.http.get("/register/bank_accounts/1")).text):
        assert "salt" not in text


async def test_a_place_is_registered_only_behind_its_own_commitment(house: House) -> None:
    registrar = await person(house, "registrar")
    commitment = hashlib.sha256(b"gongji.place.v1" + bytes.fromhex("22" * 32) + bytes.fromhex("11" * 16))
    value = {"place": PLACE, "salt": SALT}
    assert status_and_code(await put(registrar, f"places/{COMMITMENT}", value)) == (
        409,
        "EditContradictedError",
    )
    assert (await put(registrar, f"places/0x{commitment.hexdigest()}", value)).status_code == 200
    shown = (await registrar.http.get("/v1/register/places")).json()["items"]
    assert {"key": f"0x{commitment.hexdigest()}", "value": {"place": PLACE}} in shown


async def test_a_foreman_names_the_products_of_the_own_enterprise_alone(house: House) -> None:
    foreman, steward = await person(house, "seat0"), await person(house, "steward")

    async def publish(enterprise: int, product: int) -> None:
        card = {
            "enterprise": enterprise, "product": product, "version": 1, "pieceFen": 333, "workerBps": 6_000,
            "reserveBps": 1_000, "fundBps": 3_000,
        }  # fmt: skip
        await Person(house, signer(("seat0", "seat1")[enterprise - 1])).act("PublishRateCard", {"card": card})

    for enterprise, product in ((1, 11), (2, 12)):
        own = (0x10000 | 10 * enterprise, 0x10001 | 10 * enterprise)
        for purpose in own:
            await house.serve("steward", "Funds", "openPurpose", purpose)
        await house.serve("steward", "Enterprises", "openEnterprise", enterprise, 0x10001, *own, 0)
        maker = ("seat0", "seat1")[enterprise - 1]
        await house.serve(
            "registrar", "Members", "grantRole", member_id(maker), Role.FOREMAN, enterprise, FOREVER
        )
        await house.settle()
        await publish(enterprise, product)
    # A card for what others make gives no say in what it is called.
    await publish(1, 12)
    await house.settle()
    assert (await put(foreman, "products/11", NAME)).status_code == 200
    assert status_and_code(await put(foreman, "products/12", NAME)) == (403, "EditForbiddenError")
    assert (await put(steward, "products/12", NAME)).status_code == 200
    listed = (await foreman.http.get("/register/products")).text
    assert ("/register/products/11" in listed, '/register/products/12"' in listed) == (True, False)
    edits = (await house.http.get("/v1/register/products/11/edits")).json()["items"]
    assert edits[0]["editor"] == f"members/0x{member_id('seat0').hex()}"


async def test_a_household_is_its_own_fund_s_coordinator_s_and_nobody_else_s(house: House) -> None:
    domain = Domain(
        chain_id=CHAIN_ID, registry=bytes.fromhex(house.config.deployment.address("DeviceRegistry")[2:])
    )
    since = house.town.chain.now()
    meter = SimulatedDevice("meter", domain, DeviceClass.METER, place=b"\1" * 32, valid_from_seconds=since)
    await house.serve("device_registrar", "DeviceRegistry", "enrol", meter.id, meter.registry_record())
    await house.serve("steward", "Funds", "openFund", 2, 1, Level.COMMUNITY, BANK)
    await house.serve("registrar", "Members", "grantRole", member_id("seat2"), Role.COORDINATOR, 2, FOREVER)
    await house.settle()
    own, other = await person(house, "coordinator"), await person(house, "seat2")
    key = f"0x{meter.id.hex()}"
    household = {"fund": FUND, "service": 1, "window_seconds": 3600, "threshold_litres": 5, "is_away": True}
    assert status_and_code(await put(own, f"households/{key}", household | {"fund": 2})) == (
        403,
        "EditForbiddenError",
    )
    assert status_and_code(await put(own, f"households/{key}", household | {"service": 9})) == (
        404,
        "ThingUnknownError",
    )
    assert status_and_code(await put(own, "households/0x" + "12" * 8, household)) == (
        404,
        "ThingUnknownError",
    )
    for field in ("service", "window_seconds", "threshold_litres"):
        endless = await put(own, f"households/{key}", household | {field: 10**20})
        assert status_and_code(endless) == (422, "RequestInvalid")
    assert (await put(own, f"households/{key}", household)).status_code == 200
    assert (await own.http.get("/v1/register/households")).json()["items"] == [
        {"key": key, "value": household}
    ]
    assert (await other.http.get("/v1/register/households")).json()["items"] == []
    assert key not in (await other.http.get("/register/households")).text
    for refused in (
        await put(other, f"households/{key}", household | {"fund": 2}),
        await other.http.delete(f"/v1/register/households/{key}"),
        await (await person(house, "steward")).http.get("/v1/register/households"),
    ):
        assert status_and_code(refused) == (403, "EditForbiddenError")
    edits = (await other.http.get(f"/v1/register/households/{key}/edits")).json()["items"]
    assert [(edit["before"], edit["after"]) for edit in edits] == [(None, None)]
    form = (await own.http.get(f"/register/households/{key}", params={"lang": "zh"})).text
    assert "checked" in form
    assert 'value="3600"' in form


async def test_a_home_is_committed_to_anew_each_time_by_those_who_visit_it_and_nobody_else(
    house: House,
) -> None:
    await house.serve("registrar", "Members", "grantRole", member_id("seat3"), Role.COORDINATOR, 9, FOREVER)
    await house.settle()
    own, other, registrar = [await person(house, name) for name in ("coordinator", "seat3", "registrar")]
    key, home = "0x" + "77" * 16, {"name": "58号楼302室 王家", "fund": FUND}
    assert status_and_code(await put(own, f"homes/{key}", home | {"fund": 9})) == (403, "EditForbiddenError")
    assert status_and_code(await own.http.post(f"/v1/register/homes/{key}/commitments")) == (
        404,
        "NotFoundError",
    )
    assert (await put(own, f"homes/{key}", home)).status_code == 200
    answers = [await by.http.post(f"/v1/register/homes/{key}/commitments") for by in (own, own, registrar)]
    commitments = [answer.json()["commitment"] for answer in answers]
    assert len(set(commitments)) == 3
    places = PlaceRegister(house.context.register)
    assert {places.place_of(bytes.fromhex(one[2:])) for one in commitments} == {bytes.fromhex(key[2:])}
    for refused in (
        await other.http.post(f"/v1/register/homes/{key}/commitments"),
        await put(other, f"homes/{key}", home | {"fund": 9}),
        await (await person(house, "steward")).http.get("/v1/register/homes"),
    ):
        assert status_and_code(refused) == (403, "EditForbiddenError")
    assert (await other.http.get("/v1/register/homes")).json()["items"] == []
    page = (await registrar.http.get(f"/register/homes/{key}")).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "act": "commit"}
    code = re.search("0x[0-9a-f]{64}", (await registrar.http.post(f"/register/homes/{key}", data=sent)).text)
    assert code
    assert places.place_of(bytes.fromhex(code[0][2:])) == bytes.fromhex(key[2:])
    assert "王家" in (await own.http.get("/acts/OpenTask")).text
    assert "王家" not in (await other.http.get("/acts/OpenTask")).text
    chosen = f"/acts/OpenTask?fund=1&service=1&authorisedMinutes=60&expiresAt=2025-12-01&beneficiary={key}"
    assert 'id="sign"' in (await own.http.get(chosen)).text
    assert 'id="sign"' not in (await other.http.get(chosen)).text


def test_a_form_without_a_flag_unsets_it() -> None:
    entered = {"fund": "1", "service": "1", "window_seconds": "3600", "threshold_litres": "5", "is_away": ""}
    assert read_form("households", entered).model_dump()["is_away"] is False


async def test_every_noun_has_its_words_and_is_somebody_s_to_edit(steward: Person) -> None:
    text = (await steward.http.get("/register", params={"lang": "zh"})).text
    for noun in RULES:
        assert f">{noun}<" not in text
    assert re.findall(r'href="/register/(\w+)"', text) == sorted(
        noun for noun, rule in RULES.items() if rule.office is AuthorityRole.STEWARD
    )


async def test_a_form_saves_and_the_page_of_before_is_history(house: House, steward: Person) -> None:
    page = (await steward.http.get("/register/committees/1", params={"lang": "zh"})).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "zh": "管委会甲", "en": "Committee A"}
    answer = await steward.http.post("/register/committees/1", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/register/committees/1?saved=true")
    saved = (await steward.http.get(answer.headers["location"])).text
    assert "已保存" in saved
    assert ('value="remove"' in page, 'value="remove"' in saved) == (False, True)
    assert "街道经办" in saved
    await steward.http.post("/register/committees/1", data=sent | {"act": "remove"})
    assert "管委会甲" not in (await house.http.get("/v1/register/committees")).text


async def test_a_form_keeps_what_was_entered_and_says_beside_the_field_what_is_wrong(steward: Person) -> None:
    page = (await steward.http.get("/register/funds/1", params={"lang": "zh"})).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "zh": "甲\u202e乙", "en": "Kept as entered"}
    answer = await steward.http.post("/register/funds/1", data=sent)
    assert answer.status_code == 422
    assert 'id="wrong-zh"' in answer.text
    assert 'id="wrong-en"' not in answer.text
    assert "看不见的字符" in answer.text
    assert "Kept as entered" in answer.text


async def test_a_list_of_words_leads_to_any_word(steward: Person) -> None:
    answer = await steward.http.get("/register/words", params={"key": " 时间银行 "})
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/register/words/%E6%97%B6%E9%97%B4%E9%93%B6%E8%A1%8C",
    )  # fmt: skip
    assert "时间银行" in (await steward.http.get(answer.headers["location"])).text


async def test_a_list_shows_what_is_on_chain_named_or_not(steward: Person) -> None:
    text = (await steward.http.get("/register/services", params={"lang": "zh"})).text
    assert 'href="/register/services/1"' in text
    assert "未登记" in text


async def test_members_without_such_a_role_are_told_that_nothing_is_theirs(house: House) -> None:
    volunteer = await person(house, "volunteer")
    assert "没有归您修改的内容" in (await volunteer.http.get("/register", params={"lang": "zh"})).text
    assert (await volunteer.http.get("/register/funds")).status_code == 403
    assert (await volunteer.http.get("/register/funds/1")).status_code == 403
    assert 'id="sign-in"' in (await house.http.get("/register/funds/1")).text


async def test_a_coordinator_is_led_to_the_register_and_a_volunteer_is_not(house: House) -> None:
    for name, is_led in (("coordinator", True), ("volunteer", False)):
        by = await person(house, name)
        page = await by.http.get(f"/volunteers/0x{member_id(name).hex()}")
        assert ('href="/register"' in page.text) == is_led
