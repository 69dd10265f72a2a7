"""From a signed intent to a record in the mirror, by the people who do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import GENESIS_TIME, signer
from tests.ledger_api.client import (
    BANK,
    DAY,
    FUND,
    House,
    Person,
    donation,
    furnished_house,
    proposal,
    statement_csv,
)
from tests.ledger_api.portal_town import RequestDriver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("thread")) as opened:
        yield opened


async def test_a_donation_goes_from_the_statement_to_a_record(house: House) -> None:
    treasurer = Person(house, signer("treasurer"))
    assert [role["role"] for role in (await treasurer.sign_in())["roles"]] == ["TREASURER"]
    statement = await treasurer.import_statement(
        statement_csv(("A-1", 500_000), ("A-2", 2_050)), BANK, "generic"
    )
    lines = await treasurer.lines(statement["id"])
    assert [line["use"] for line in lines] == ["unused", "unused"]
    donations = [donation(lines[0]["bank_line"], 500_000)]
    command = await treasurer.act("AttestDonations", {"fund": FUND, "bank": BANK, "donations": donations})
    assert command["status"] == "pending"
    await house.settle()
    command = await house.command(command["id"])
    assert (command["status"], command["refusal"]) == ("final", None)
    assert command["block_number"] == await house.syncer.catch_up()
    assert [line["use"] for line in await treasurer.lines(statement["id"])] == ["donation", "unused"]


async def test_a_request_is_approved_with_collected_signatures_and_paid(house: House) -> None:
    requester, treasurer = Person(house, signer("requester")), Person(house, signer("treasurer"))
    request = proposal(20250616, 80_000)
    await RequestDriver(house).fill()
    await requester.act("SubmitProposal", {"proposal": request})
    await house.settle()
    draft = await requester.draft("ApproveProposal", {"proposal": request, "round": 1})
    voters = [Person(house, signer(f"seat{i}")) for i in (0, 2, 3, 4)]
    command = await requester.submit(draft["typed_data"], [v.sign(draft["typed_data"]) for v in voters])
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    await house.town.wait(4 * DAY + 60)
    await house.syncer.catch_up()
    execute = tuple(
        bytes.fromhex(v[2:]) if isinstance(v, str) else v
        for v in draft["typed_data"]["message"]["proposal"].values()
    )
    await house.serve("relayer", "Disbursements", "execute", execute)
    await house.settle()
    await treasurer.sign_in()
    statement = await treasurer.import_statement(
        statement_csv(("P-1", -80_000), opening_fen=500_000), BANK, "generic"
    )
    (line,) = await treasurer.lines(statement["id"])
    proof = {"proposal": request, "bankLine": line["bank_line"]}
    command = await treasurer.act("ProvePayment", proof)
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    assert [line["use"] for line in await treasurer.lines(statement["id"])] == ["payment"]


async def test_a_draft_shows_what_the_wallet_will_show(house: House) -> None:
    draft = await Person(house, signer("seat0")).draft(
        "ApproveProposal", {"proposal": proposal(7, 1_250_000), "round": 1}
    )
    assert draft["title"] == "批准付款 Approve the payment"
    assert {"name": "amount", "value": "CNY 12,500.00"} in draft["lines"]
    assert len(draft["words_zh"]) == len(draft["words_en"]) == 8


async def test_two_drafts_of_one_member_never_wait_for_each_other(house: House) -> None:
    treasurer = Person(house, signer("treasurer"))
    await treasurer.sign_in()
    statement = await treasurer.import_statement(statement_csv(("T-1", 100), ("T-2", 200)), BANK, "generic")
    first, second = [
        await treasurer.draft(
            "AttestDonations",
            {"fund": FUND, "bank": BANK, "donations": [donation(line["bank_line"], line["amount_fen"])]},
        )
        for line in await treasurer.lines(statement["id"])
    ]
    for draft in (second, first):
        await treasurer.submit(draft["typed_data"], [treasurer.sign(draft["typed_data"])])
    await house.settle()
    assert [line["use"] for line in await treasurer.lines(statement["id"])] == ["donation", "donation"]


async def test_the_same_intent_sent_twice_is_one_command_before_and_after_it_is_done(house: House) -> None:
    coordinator = Person(house, signer("coordinator"))
    fields = {
        "task": "0x" + "31" * 16,
        "fund": FUND,
        "service": 1,
        "authorisedMinutes": 60,
        "beneficiary": "0x" + "55" * 32,
        "expiresAt": GENESIS_TIME + 300 * 86_400,
    }
    typed_data = (await coordinator.draft("OpenTask", fields))["typed_data"]
    signatures = [coordinator.sign(typed_data)]
    first = await coordinator.submit(typed_data, signatures, key="open-task-31")
    again = await coordinator.submit(typed_data, signatures, key="open-task-31")
    assert again["id"] == first["id"]
    await house.settle()
    late = await coordinator.submit(typed_data, signatures, key="open-task-31")
    assert (late["id"], late["status"]) == (first["id"], "final")


async def test_the_location_of_a_command_is_where_it_can_be_asked(house: House) -> None:
    coordinator = Person(house, signer("coordinator"))
    fields = {
        "task": "0x" + "32" * 16,
        "fund": FUND,
        "service": 1,
        "authorisedMinutes": 60,
        "beneficiary": "0x" + "55" * 32,
        "expiresAt": GENESIS_TIME + 300 * 86_400,
    }
    typed_data = (await coordinator.draft("OpenTask", fields))["typed_data"]
    body = {"typed_data": typed_data, "signatures": [coordinator.sign(typed_data)]}
    response = await coordinator.http.post("/v1/intents", json=body)
    assert response.status_code == 202
    await coordinator.sign_in()
    command = (await coordinator.http.get(response.headers["location"])).json()
    assert command["signer"] == coordinator.address.lower()
    page = (
        await coordinator.http.get("/v1/commands", params={"signer": coordinator.address, "limit": 1})
    ).json()
    assert [item["id"] for item in page["items"]] == [command["id"]]
    await house.settle()
