"""An office orders an act by signing what will be called; nobody else can, and nothing else is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import keccak, to_canonical_address

from contracts.abi import encode_call
from contracts.acts import acts
from contracts.enums import Level, Role
from contracts.roles import (
    ADMIN_DELAY_SECONDS,
    CHANGE_DELAY_SECONDS,
    CHANGE_OPEN_SECONDS,
    GUARDED,
    AuthorityRole,
    waits,
)
from indexer.projections.change import Change, ChangePhase, changes, phase
from ledger_api.acts.service import ORDER_SECONDS
from ledger_api.acts.text import STOPPED_BY, WAITS
from ledger_api.mirror import open_rows
from ledger_api.sessions.offices import OFFICES, office_of
from tests.conftest import CHAIN_ID, member_id, signer
from tests.contracts.evm import EvmTown
from tests.ledger_api.client import BANK, FUND, TOWN_NAME, House, Person, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

FUND_FIELDS = {"fund": 9, "parent": FUND, "level": Level.COMMUNITY, "bank": BANK}
TIER = {
    "upToFen": 100_000, "yesNumerator": 2, "yesDenominator": 3, "minDonor": 1, "minResident": 0, "minOfficial": 0,
    "minEnterprise": 0, "decideSeconds": 86_400, "noticeSeconds": 259_200, "objectionsToSuspend": 2, "proofSeconds": 86_400,
}  # fmt: skip


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("orders")) as opened:
        yield opened


@pytest.fixture
def steward(house: House) -> Person:
    return Person(house, signer("steward"))


async def drafted(person: Person, act: str, fields: dict[str, Any]) -> dict[str, Any]:
    answer = await person.http.post(f"/v1/acts/{act}/orders/drafts", json=fields)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def ordered(person: Person, act: str, text: str, signature: bytes | None = None) -> tuple[int, Any]:
    """Status and answer of an order, by the person's own signature unless another is told."""
    body = {"text": text, "signature": f"0x{(signature or person.key.sign_text(text)).hex()}"}
    answer = await person.http.post(f"/v1/acts/{act}/orders", json=body)
    return answer.status_code, answer.json()


async def test_the_text_says_what_is_called_field_by_field(house: House, steward: Person) -> None:
    draft = await drafted(steward, "OpenFund", FUND_FIELDS)
    digest = "0x" + keccak(encode_call("Funds", "openFund", 9, FUND, Level.COMMUNITY, BANK)).hex()
    head, call, foot = (part.splitlines() for part in draft["text"].split("\n\n"))
    assert head == [f"town.test {TOWN_NAME}", "机构办理 An office orders:", acts()["OpenFund"].action]
    assert call == ["Funds.openFund", "fund: 9", "parent: 1", "level: COMMUNITY (3)", "bank: 1"]
    assert draft["digest"] == digest
    assert foot[:3] == [
        f"Calldata: {digest}", f"Contract: {house.town.deployment.address('Funds')}", f"Chain ID: {CHAIN_ID}",
    ]  # fmt: skip
    assert [line.partition(":")[0] for line in foot[3:]] == ["Nonce", "Expiration Time"]


async def test_an_order_is_carried_out_once_by_its_office_and_says_who_signed(
    house: House, steward: Person
) -> None:
    text = (await drafted(steward, "OpenFund", FUND_FIELDS))["text"]
    status, command = await ordered(steward, "OpenFund", text)
    assert (status, command["kind"], command["status"]) == (202, "Funds.openFund", "pending")
    assert command["signer"] == "0x" + to_canonical_address(steward.address).hex()
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    opened = (await house.http.get("/v1/funds/9")).json()["fund"]
    assert (opened["parent"], opened["level"], opened["bank"]) == (FUND, "COMMUNITY", BANK)
    status, problem = await ordered(steward, "OpenFund", text)
    assert (status, problem["code"]) == (409, "OrderInvalidError")


async def test_lists_and_records_are_called_as_they_were_signed(house: House, steward: Person) -> None:
    tiers = [TIER, TIER | {"upToFen": 900_000, "yesNumerator": 3, "yesDenominator": 5}]
    text = (await drafted(steward, "SetRules", {"committee": 1, "tiers": tiers}))["text"]
    assert "tiers 1.upToFen: CNY 1,000.00 (100000 fen)" in text
    assert "tiers 2.yesDenominator: 5" in text
    assert (await ordered(steward, "SetRules", text))[0] == 202
    registrar = Person(house, signer("registrar"))
    grant = {
        "member": f"0x{member_id('volunteer').hex()}",
        "role": Role.RESIDENT,
        "scope": 1,
        "validUntil": 2_000_000_000,
    }
    text = (await drafted(registrar, "GrantRole", grant))["text"]
    assert "role: RESIDENT (1)" in text
    assert "validUntil: 2033-05-18T03:33:20Z (2000000000)" in text
    assert (await ordered(registrar, "GrantRole", text))[0] == 202
    await house.settle()
    assert not [c for c in (await house.http.get("/v1/commands")).json()["items"] if c["status"] == "refused"]


async def test_a_refusal_is_told_before_anything_is_sent_and_the_order_stays_open(
    house: House, steward: Person
) -> None:
    text = (await drafted(steward, "SetRules", {"committee": 7, "tiers": [TIER]}))["text"]
    before = (await house.http.get("/v1/commands")).json()["items"][0]["id"]
    status, problem = await ordered(steward, "SetRules", text)
    assert (status, problem["code"]) == (409, "CommitteeUnknown")
    assert all(problem[part][lang] for part in ("what", "why", "remedy") for lang in ("zh", "en"))
    assert (await house.http.get("/v1/commands")).json()["items"][0]["id"] == before
    await house.serve("steward", "Committees", "openCommittee", 7, FUND_FIELDS["fund"], [0, 0, 1, 1, 2])
    await house.settle()
    assert (await ordered(steward, "SetRules", text))[0] == 202


# Who signs, what becomes of the text, at which act it is handed in; status and code.
REFUSED: dict[str, tuple[str, Callable[[str], str], str, int, str]] = {
    "a member": ("treasurer", str, "OpenPurpose", 403, "OrderForbiddenError"),
    "a stranger": ("a stranger", str, "OpenPurpose", 403, "OrderForbiddenError"),
    "another office": ("registrar", str, "OpenPurpose", 403, "OrderForbiddenError"),
    "the text of another act": ("steward", str, "OpenBankAccount", 409, "OrderInvalidError"),
    "a text that is altered": (
        "steward", lambda text: text.replace("purpose: 1-7 (65543)", "purpose: 1-8 (65544)"), "OpenPurpose", 409, "OrderInvalidError",
    ),
    "an act that no office does": ("steward", str, "OpenTask", 404, "NotFoundError"),
    "an act of a program": ("steward", str, "AnchorHead", 404, "NotFoundError"),
}  # fmt: skip


@pytest.mark.parametrize("situation", REFUSED)
async def test_an_order_is_refused_by(house: House, situation: str) -> None:
    name, changed, act, status, code = REFUSED[situation]
    person = Person(house, signer(name))
    text = (await drafted(person, "OpenPurpose", {"purpose": 0x10007}))["text"]
    answer = await ordered(person, act, changed(text))
    assert (answer[0], answer[1]["code"]) == (status, code)


async def test_the_cookie_of_an_office_orders_nothing_without_its_signature(
    house: House, steward: Person
) -> None:
    await steward.sign_in()
    text = (await drafted(steward, "OpenPurpose", {"purpose": 0x10008}))["text"]
    other = signer("registrar").sign_text(text)
    assert (await ordered(steward, "OpenPurpose", text, other))[1]["code"] == "OrderForbiddenError"
    for broken in (other[:64] + b"\x00", b"\xff" * 65):
        status, problem = await ordered(steward, "OpenPurpose", text, broken)
        assert (status, problem["code"]) == (422, "IntentSignatureInvalidError")


async def test_an_order_does_not_sign_in_and_a_sign_in_orders_nothing(steward: Person) -> None:
    text = (await drafted(steward, "OpenPurpose", {"purpose": 0x10009}))["text"]
    body = {"text": text, "signature": f"0x{steward.key.sign_text(text).hex()}"}
    assert (await steward.http.post("/v1/sessions", json=body)).json()["code"] == "ChallengeInvalidError"
    challenge = await steward.http.post("/v1/sessions/challenges", json={"address": steward.address})
    assert (await ordered(steward, "OpenPurpose", challenge.json()["text"]))[1]["code"] == "OrderInvalidError"


async def test_an_order_is_too_old_after_ten_minutes(house: House, steward: Person) -> None:
    text = (await drafted(steward, "OpenPurpose", {"purpose": 0x1000A}))["text"]
    await house.town.wait(ORDER_SECONDS + 1)
    assert (await ordered(steward, "OpenPurpose", text))[1]["code"] == "OrderInvalidError"


async def test_who_left_office_since_is_refused(house: House) -> None:
    guardian = Person(house, signer("guardian"))
    text = (await drafted(guardian, "FreezeFund", {"fund": FUND}))["text"]
    renounced = (AuthorityRole.GUARDIAN, guardian.address)
    await house.town.send(guardian.key, "Authority", "renounceRole", *renounced)
    assert (await ordered(guardian, "FreezeFund", text))[1]["code"] == "OrderForbiddenError"


async def test_an_act_of_the_administrator_is_scheduled_and_its_text_says_that_it_waits(house: House) -> None:
    admin = Person(house, signer("admin"))
    module = {"module": house.town.deployment.address("Funds")}
    text = (await drafted(admin, "RetireModule", module))["text"]
    assert WAITS in text
    status, command = await ordered(admin, "RetireModule", text)
    assert (status, command["kind"]) == (202, "Authority.schedule")
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
    before = (await drafted(steward, "SetChallenge", early))["text"]
    assert WAITS not in before
    admin = Person(house, signer("admin"))
    text = (await drafted(admin, "EndFounding", {}))["text"]
    assert (await ordered(admin, "EndFounding", text))[0] == 202
    await house.settle()
    # The text says that it holds at once, and it does not any more.
    assert (await ordered(steward, "SetChallenge", before))[1]["code"] == "OrderInvalidError"
    text = (await drafted(steward, "SetChallenge", window))["text"]
    assert f"\n{WAITS}" in text
    assert STOPPED_BY in text
    status, command = await ordered(steward, "SetChallenge", text)
    assert (status, command["kind"]) == (202, "Authority.schedule")
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    change = (await changes_of(house))[-1]
    assert change.data == encode_call("TimeBank", "setChallenge", 86_400 * 2)
    assert change.caller == to_canonical_address(steward.address)
    assert change.due_at - change.scheduled_at == CHANGE_DELAY_SECONDS
    await steward.sign_in()
    page = (await steward.http.get(f"/signed/{command['id']}")).text
    assert "这项改动要先公开等待" in page
    assert acts()["SetChallenge"].names[0] in page
    text = (await drafted(steward, "OpenPurpose", {"purpose": 0x1000B}))["text"]
    assert WAITS not in text
    assert (await ordered(steward, "OpenPurpose", text))[1]["kind"] == "Funds.openPurpose"


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


def test_no_two_changes_have_the_same_selector() -> None:
    waiting = [
        a
        for a in acts().values()
        if a.function in GUARDED.get(a.contract, {}) and waits(a.contract, a.function)
    ]
    assert len({keccak(text=act.signature)[:4] for act in waiting}) == len(waiting) > 10


def test_every_act_of_an_office_is_ordered_by_that_office_alone() -> None:
    names = {role: role.name.lower().replace("_", "-") for role in OFFICES}
    for act in acts().values():
        office = office_of(act)
        assert (office is not None) == bool({*act.by} & {*names.values()})
        assert office is None or names[office] in act.by
