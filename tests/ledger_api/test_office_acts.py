"""The holder of an office signs what the office does; nobody else can, and nothing else is called."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import keccak, to_canonical_address

from contracts.abi import encode_call
from contracts.acts import acts
from contracts.deployment_plan import office_account
from contracts.enums import Level, Role
from contracts.roles import (
    ADMIN_DELAY_SECONDS,
    CHANGE_DELAY_SECONDS,
    CHANGE_OPEN_SECONDS,
    GUARDED,
    PERSONS_OFFICES,
    AuthorityRole,
    holder_role,
)
from indexer.projections.change import Change, ChangePhase, changes, phase
from ledger_api.mirror import open_rows, read
from ledger_api.sessions.offices import office_of
from ledger_api.verify.transaction import act_of
from tests.conftest import member_id, passkey, signer
from tests.contracts.evm import EvmTown
from tests.ledger_api.client import BANK, FUND, House, Person, ProblemError, furnished_house
from wallets.intents import CallAct

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

FUND_FIELDS = {"fund": 9, "parent": FUND, "level": Level.COMMUNITY, "bank": BANK}
TIER = {
    "upToFen": 100_000, "yesNumerator": 2, "yesDenominator": 3, "minDonor": 1, "minResident": 0, "minOfficial": 0,
    "minEnterprise": 0, "decideSeconds": 86_400, "noticeSeconds": 259_200, "objectionsToSuspend": 2, "proofSeconds": 86_400,
}  # fmt: skip
ACTS_AT_ONCE, ANNOUNCES = CallAct.ACT_FOR_OFFICE.text, CallAct.SCHEDULE_FOR_OFFICE.text


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("office-acts")) as opened:
        yield opened


@pytest.fixture
def steward(house: House) -> Person:
    return Person(house, signer("steward"))


def lines_of(draft: dict[str, Any]) -> dict[str, str]:
    """What the draft shows of what is signed."""
    return {line["name"]: line["value"] for line in draft["lines"]}


async def refused(person: Person, act: str, fields: dict[str, Any]) -> tuple[int, str]:
    """Status and code with which an act is refused."""
    with pytest.raises(ProblemError) as refusal:
        await person.act(act, fields)
    return refusal.value.status, refusal.value.code


async def test_what_is_signed_is_the_call_and_says_so_field_by_field(house: House, steward: Person) -> None:
    draft = await steward.draft("OpenFund", FUND_FIELDS)
    message, deployment = draft["typed_data"]["message"], house.town.deployment
    assert message["data"] == "0x" + encode_call("Funds", "openFund", 9, FUND, Level.COMMUNITY, BANK).hex()
    assert message["target"].lower() == deployment.address("Funds").lower()
    assert draft["typed_data"]["domain"]["verifyingContract"] == deployment.address("Offices")
    assert draft["title"] == ACTS_AT_ONCE
    shown = lines_of(draft)
    assert (shown["office"], shown["data.act"]) == ("2 (STEWARD)", acts()["OpenFund"].action)
    inside = {name.removeprefix("data."): value for name, value in shown.items() if name.startswith("data.")}
    assert inside | {"act": ""} == {
        "act": "",
        "fund": "9",
        "parent": "1",
        "level": "COMMUNITY (3)",
        "bank": "1",
    }


async def test_an_act_is_carried_out_once_for_its_office_and_says_which_key_signed(
    house: House, steward: Person
) -> None:
    typed_data = (await steward.draft("OpenFund", FUND_FIELDS))["typed_data"]
    command = await steward.submit(typed_data, [steward.sign(typed_data)])
    assert (command["kind"], command["status"]) == ("ActOnCall", "pending")
    assert command["signer"] == "0x" + to_canonical_address(steward.address).hex()
    assert command["receipt"]["receipt"]["message"]["signer"] == steward.address
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    opened = (await house.http.get("/v1/funds/9")).json()["fund"]
    assert (opened["parent"], opened["level"], opened["bank"]) == (FUND, "COMMUNITY", BANK)
    assert await act_shown(house, command) == "OpenFund"
    again = await steward.submit(typed_data, [steward.sign(typed_data)])
    assert (again["id"], again["status"]) == (command["id"], "final")
    with pytest.raises(ProblemError) as refusal:
        await steward.submit(typed_data, [steward.sign(typed_data)], "another key")
    assert refusal.value.code == "MembersNonceUsed"


async def test_signature_of_an_office_is_called_back_on_the_pages_until_it_is_carried(
    house: House, steward: Person
) -> None:
    await steward.sign_in()
    assert 'href="/acts/CancelIntent"' in (await steward.http.get("/acts")).text
    drafts = [
        (await steward.draft("OpenPurpose", {"purpose": FUND << 16 | n}))["typed_data"] for n in (71, 72)
    ]
    command = await steward.submit(drafts[0], [steward.sign(drafts[0])])
    page = await steward.http.get(f"/signed/{command['id']}")
    link = re.search('href="(/acts/CancelIntent[^"]*)"', page.text)
    assert link
    sheet = await sheet_of(steward, unescape(link[1]))
    taker, number = house.town.deployment.address("Offices"), drafts[0]["message"]["nonce"]
    assert sheet == {"act": "CancelIntent", "fields": {"taker": taker.lower(), "cancelledNonce": number}}
    # A browser would round it.
    assert isinstance(number, str)
    await house.settle()
    assert "/acts/CancelIntent" not in (await steward.http.get(f"/signed/{command['id']}")).text
    await steward.act("CancelIntent", {"taker": taker, "cancelledNonce": drafts[1]["message"]["nonce"]})
    await house.settle()
    with pytest.raises(ProblemError) as refusal:
        await steward.submit(drafts[1], [steward.sign(drafts[1])])
    assert refusal.value.code == "MembersNonceUsed"


async def sheet_of(person: Person, address: str) -> dict[str, Any]:
    """What a page has drafted when it is opened."""
    found = re.search("data-draft='([^']*)'", (await person.http.get(address)).text)
    assert found
    return dict(json.loads(unescape(found[1])))


async def refused_on_chain(house: House) -> list[str]:
    """The commands that the chain refused, by their ids."""
    items = (await house.http.get("/v1/commands")).json()["items"]
    return [command["id"] for command in items if command["status"] == "refused"]


async def test_lists_and_records_are_called_as_they_were_signed(house: House, steward: Person) -> None:
    before = await refused_on_chain(house)
    tiers = [TIER, TIER | {"upToFen": 900_000, "yesNumerator": 3, "yesDenominator": 5}]
    shown = lines_of(await steward.draft("SetRules", {"committee": 1, "tiers": tiers}))
    assert shown["data.tiers 1.upToFen"] == "CNY 1,000.00 (100000 fen)"
    assert shown["data.tiers 2.yesDenominator"] == "5"
    await steward.act("SetRules", {"committee": 1, "tiers": tiers})
    registrar = Person(house, signer("registrar"))
    grant = {
        "member": f"0x{member_id('volunteer').hex()}",
        "role": Role.RESIDENT,
        "scope": 1,
        "validUntil": 2_000_000_000,
    }
    shown = lines_of(await registrar.draft("GrantRole", grant))
    assert shown["data.role"] == "RESIDENT (1)"
    assert shown["data.validUntil"] == "2000000000 (2033-05-18 03:33:20 UTC)"
    await registrar.act("GrantRole", grant)
    await house.settle()
    assert await refused_on_chain(house) == before


async def test_a_refusal_is_told_before_anything_is_sent_and_what_was_signed_still_counts(
    house: House, steward: Person
) -> None:
    typed_data = (await steward.draft("SetRules", {"committee": 7, "tiers": [TIER]}))["typed_data"]
    before = (await house.http.get("/v1/commands")).json()["items"][0]["id"]
    with pytest.raises(ProblemError) as refusal:
        await steward.submit(typed_data, [steward.sign(typed_data)])
    assert (refusal.value.status, refusal.value.code) == (409, "CommitteeUnknown")
    assert all(
        refusal.value.problem[part][lang] for part in ("what", "why", "remedy") for lang in ("zh", "en")
    )
    assert (await house.http.get("/v1/commands")).json()["items"][0]["id"] == before
    await house.serve("steward", "Committees", "openCommittee", 7, FUND_FIELDS["fund"], [0, 0, 1, 1, 2])
    await house.settle()
    assert (await steward.submit(typed_data, [steward.sign(typed_data)]))["status"] == "pending"


def to_another_purpose(typed_data: dict[str, Any]) -> None:
    typed_data["message"]["data"] = "0x" + encode_call("Funds", "openPurpose", 0x10008).hex()


def to_another_office(typed_data: dict[str, Any]) -> None:
    typed_data["message"]["office"] = AuthorityRole.REGISTRAR


def to_another_contract(typed_data: dict[str, Any]) -> None:
    typed_data["message"]["target"] = typed_data["domain"]["verifyingContract"]


def unchanged(typed_data: dict[str, Any]) -> None:
    del typed_data


# Who signs, what was made of it before, what after, and the rule that is broken.
REFUSED: dict[str, tuple[str, Callable[[dict[str, Any]], None], Callable[[dict[str, Any]], None], str]] = {
    "a member": ("treasurer", unchanged, unchanged, "OfficeNotHeld"),
    "a stranger": ("a stranger", unchanged, unchanged, "OfficeNotHeld"),
    "another office": ("registrar", unchanged, unchanged, "OfficeNotHeld"),
    "another office for itself": ("registrar", to_another_office, unchanged, "OfficeActOutside"),
    "its office, changed on the way": ("steward", unchanged, to_another_purpose, "OfficeNotHeld"),
    "its office to another contract": ("steward", to_another_contract, unchanged, "OfficeActOutside"),
}


@pytest.mark.parametrize("situation", REFUSED)
async def test_an_act_of_an_office_is_refused_from(house: House, situation: str) -> None:
    name, before, after, code = REFUSED[situation]
    person = Person(house, signer(name))
    typed_data = (await person.draft("OpenPurpose", {"purpose": 0x10007}))["typed_data"]
    before(typed_data)
    signature = person.sign(typed_data)
    after(typed_data)
    with pytest.raises(ProblemError) as refusal:
        await person.submit(typed_data, [signature])
    assert (refusal.value.status, refusal.value.code) == (409, code)


async def test_what_is_done_by_programs_has_no_draft(steward: Person) -> None:
    for act in ("AnchorHead", "AdmitClaim", "RunForOffice"):
        with pytest.raises(ProblemError) as refusal:
            await steward.draft(act, {})
        assert (refusal.value.status, refusal.value.code) == (404, "NotFoundError")


async def test_an_act_does_not_sign_in_and_a_sign_in_does_nothing(steward: Person) -> None:
    challenge = await steward.http.post("/v1/sessions/challenges", json={"address": steward.address})
    body = {"typed_data": {"primaryType": challenge.json()["text"]}, "signatures": ["0x" + "11" * 65]}
    assert (await steward.http.post("/v1/intents", json=body)).json()["code"] == "IntentInvalidError"
    draft = await steward.draft("OpenPurpose", {"purpose": 0x10009})
    body = {"text": str(draft["typed_data"]), "signature": steward.sign(draft["typed_data"])}
    assert (await steward.http.post("/v1/sessions", json=body)).json()["code"] == "ChallengeInvalidError"


async def test_who_leaves_office_does_nothing_more_and_who_comes_signs_with_a_finger(house: House) -> None:
    admin, former, finger = signer("admin"), Person(house, signer("device_registrar")), passkey("newcomer")
    role = holder_role(AuthorityRole.DEVICE_REGISTRAR)
    device = {"device": "0x" + "11" * 8, "compromisedFrom": 0}
    assert await refused(former, "RevokeDevice", device) == (409, "DeviceStateUnchanged")
    authority = house.town.deployment.address("Authority")
    steps = [
        encode_call("Authority", "grantRole", role, finger.address, 0),
        encode_call("Authority", "revokeRole", role, former.address),
    ]
    for data in steps:
        await house.town.send(admin, "Authority", "schedule", authority, data, 0)
    await house.town.wait(ADMIN_DELAY_SECONDS + 60)
    for data in steps:
        await house.town.send(admin, "Authority", "execute", authority, data)
    assert await refused(former, "RevokeDevice", device) == (409, "OfficeNotHeld")
    assert await refused(Person(house, finger), "RevokeDevice", device) == (409, "DeviceStateUnchanged")
    session = await Person(house, finger).sign_in()
    assert session["offices"] == ["DEVICE_REGISTRAR"]


async def test_an_act_of_the_administrator_is_announced_and_what_is_signed_says_that_it_waits(
    house: House,
) -> None:
    admin = Person(house, signer("admin"))
    module = {"module": house.town.deployment.address("Funds")}
    assert (await admin.draft("RetireModule", module))["title"] == ANNOUNCES
    await admin.act("RetireModule", module)
    await house.settle()
    change = (await changes_of(house))[-1]
    assert (change.due_at - change.scheduled_at, phase(change, change.due_at)) == (
        ADMIN_DELAY_SECONDS,
        ChangePhase.DUE,
    )


async def test_once_the_founding_has_ended_a_change_waits_and_routine_does_not(tmp_path: Path) -> None:
    async with furnished_house(tmp_path) as house:
        await change_after_the_founding(house, Person(house, signer("steward")))


async def change_after_the_founding(house: House, steward: Person) -> None:
    window, early = {"challengeSeconds": 86_400 * 2}, {"challengeSeconds": 86_400 * 4}
    before = await steward.draft("SetChallenge", early)
    assert before["title"] == ACTS_AT_ONCE
    await Person(house, signer("admin")).act("EndFounding", {})
    await house.settle()
    # What was signed says that it holds at once, and it does not any more.
    with pytest.raises(ProblemError) as refusal:
        await steward.submit(before["typed_data"], [steward.sign(before["typed_data"])])
    assert refusal.value.code == "OfficeActWaits"
    assert (await steward.draft("SetChallenge", window))["title"] == ANNOUNCES
    await steward.sign_in()
    sheet = await steward.http.get("/acts/SetChallenge", params={"challengeSeconds": "2天"})
    assert '这是一项改动：签了先公开等待 <span class="nowrap">15 天</span>' in sheet.text
    command = await steward.act("SetChallenge", window)
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    assert await act_shown(house, command) == "ScheduleForOffice"
    change = (await changes_of(house))[-1]
    assert change.data == encode_call("TimeBank", "setChallenge", 86_400 * 2)
    account = office_account(house.town.deployment.address("Offices"), AuthorityRole.STEWARD)
    assert change.caller == to_canonical_address(account)
    assert change.due_at - change.scheduled_at == CHANGE_DELAY_SECONDS
    (change_shown,) = (await house.http.get("/v1/changes")).json()["items"]
    assert (change_shown["office"], change_shown["key"].lower()) == ("STEWARD", steward.address.lower())
    assert (
        change_shown["key"].lower()
        in (await house.http.get(f"/changes/{change_shown['operation_id']}")).text.lower()
    )
    page = (await steward.http.get(f"/signed/{command['id']}")).text
    assert "这项改动要先公开等待" in page
    assert acts()["SetChallenge"].names[0] in page
    await call_off(house, steward, change_shown["operation_id"])
    assert (await steward.draft("OpenPurpose", {"purpose": 0x1000B}))["title"] == ACTS_AT_ONCE
    assert (await steward.act("OpenPurpose", {"purpose": 0x1000B}))["kind"] == "ActOnCall"


async def act_shown(house: House, command: dict[str, Any]) -> str | None:
    """What the page of a reference number says that a command was."""
    digest = bytes.fromhex((await house.command(command["id"]))["transaction_hash"][2:])
    async with read(house.context.mirror) as mirror:
        act = await act_of(mirror, digest)
    return act and act.act


async def call_off(house: House, steward: Person, operation_id: str) -> None:
    """Its own office calls a change off from its page; another is offered nothing there."""
    address = f"/changes/{operation_id}/call-off"
    registrar = Person(house, signer("registrar"))
    await registrar.sign_in()
    assert address not in (await registrar.http.get(f"/changes/{operation_id}")).text
    assert "data-draft" not in (await registrar.http.get(address)).text
    assert address in (await steward.http.get(f"/changes/{operation_id}")).text
    sheet = await sheet_of(steward, address)
    command = await steward.act(sheet["act"], sheet["fields"])
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    assert (await house.http.get("/v1/changes")).json()["items"][0]["phase"] == "cancelled"
    assert await act_shown(house, command) == "CancelForOffice"
    page = (await steward.http.get(f"/signed/{command['id']}")).text
    assert acts()["CancelForOffice"].names[0] in page
    assert acts()["SetChallenge"].action in page


async def changes_of(house: House) -> list[Change]:
    """All changes that were ever scheduled, in their order."""
    columns = changes.table.c
    query = open_rows(changes).order_by(columns.block_number, columns.log_index)
    async with house.context.mirror.connect() as connection:
        return [changes.version(row) for row in await connection.execute(query)]


def test_the_delay_that_is_told_is_that_of_the_contract() -> None:
    town = EvmTown()
    assert town.read("Authority", "CHANGE_DELAY") == CHANGE_DELAY_SECONDS
    assert town.read("Authority", "expiration") == CHANGE_OPEN_SECONDS


def test_no_two_acts_of_offices_have_the_same_selector() -> None:
    guarded = [act for act in acts().values() if act.function in GUARDED.get(act.contract, {})]
    assert len({keccak(text=act.signature)[:4] for act in guarded}) == len(guarded) > 30


def test_every_act_of_an_office_is_that_offices_alone() -> None:
    names = {role: role.name.lower().replace("_", "-") for role in PERSONS_OFFICES}
    for act in acts().values():
        office = office_of(act)
        assert (office is not None) == bool({*act.by} & {*names.values()})
        assert office is None or names[office] in act.by
