"""A request that collects its approvals before it is sent, by the people who do it, and what an auditor says of it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from audit.collect.collect import CollectConfig, collect
from audit.report.findings import State
from audit.verify import verify
from ledger_api.intents import checking
from ledger_api.tables import commands
from tests.audit.audited import pinned
from tests.conftest import Town, member_id, signer
from tests.contracts.deciding import rotation
from tests.ledger_api.client import (
    COMMITTEE,
    FOREVER,
    LINE,
    PURPOSE,
    House,
    Person,
    ProblemError,
    furnished_house,
    open_house,
    proposal,
)
from tests.ledger_api.draft_client import (
    DRAFTS,
    ENOUGH,
    approve,
    draft,
    hand_in,
    read,
    reseat,
    send,
    take_back,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

DECISIONS = ("C15.2", "C15.3")


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("drafts")) as opened:
        yield opened


async def accepted(house: House) -> int:
    """How many commands were ever accepted."""
    async with house.context.app_engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(commands)) or 0)


async def votes(house: House, address: str) -> dict[int, str]:
    tally = (await read(house, address))["draft"]["tally"]
    return {seat["seat"]: seat["vote"] for seat in tally["seats"]}


async def listed(house: House) -> list[str]:
    return [item["proposal_id"] for item in (await house.http.get(DRAFTS)).json()["items"]]


async def state(house: House, address: str) -> str:
    return str((await read(house, address))["draft"]["state"])


async def test_a_request_goes_from_draft_to_notice_in_one_transaction_and_the_auditor_agrees(
    house: House,
) -> None:
    address = await draft(house, 20250701, 80_000)
    before = await accepted(house)
    for name in ENOUGH[:3]:
        assert (await approve(house, address, name))["draft"]["state"] == "collecting"
    assert (await approve(house, address, ENOUGH[3]))["draft"]["state"] == "ready"
    assert await accepted(house) == before
    command = await send(house, address, "requester")
    assert (command["kind"], command["status"]) == ("SubmitProposal", "pending")
    assert await state(house, address) == "sent"
    assert address.rpartition("/")[2] in await listed(house)
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    assert await state(house, address) == "submitted"
    assert address.rpartition("/")[2] not in await listed(house)
    await _require_on_notice(house, address.rpartition("/")[2], ENOUGH)
    await _require_audited(house)


async def _require_on_notice(house: House, proposal_id: str, approved: tuple[str, ...]) -> None:
    detail = (await house.http.get(f"/v1/proposals/{proposal_id}")).json()
    assert detail["proposal"]["phase"] == "notice"
    assert [step["kind"] for step in detail["timeline"]] == ["submitted", "approved", "notice_started"]
    assert len({step["transaction_hash"] for step in detail["timeline"]}) == 1
    assert detail["timeline"][1]["seats"] == [int(name[-1]) for name in approved]


async def _require_audited(house: House) -> None:
    """The auditor, who has nothing but the chain, reads the approvals from the transaction's calldata."""
    folder = house.config.data_dir
    house.town.deployment.save(folder / "deployment.json")
    config = CollectConfig(
        rpc_url=house.town.url, deployment=folder / "deployment.json", out=folder / "bundle"
    )
    trust = folder / "trust.json"
    trust.write_text(json.dumps(pinned(config.deployment)))
    results = {result.check_id: result for result in verify(await collect(config), trust).results}
    assert [result.findings for result in results.values() if result.state is State.FAILED] == []
    assert [(results[check].state, results[check].counted > 0) for check in DECISIONS] == 2 * [
        (State.PASSED, True)
    ]


async def test_a_draft_tells_what_is_asked_who_approved_and_what_to_sign(house: House) -> None:
    address = await draft(house, 20250702, 2_050)
    answer = await approve(house, address, "seat2")
    assert answer["draft"] | {"tally": None, "drafted_at": None, "expires_at": None} == {
        "proposal_id": address.rpartition("/")[2], "number": 20250702, "fund": 1, "committee": COMMITTEE, "purpose": PURPOSE,
        "budget_line": LINE, "amount_fen": 2_050, "requester": "0x" + member_id("requester").hex(),
        "payee": "0x" + "aa" * 32, "documents": "0x" + "bb" * 32, "state": "collecting", "command": None,
        "tally": None, "drafted_at": None, "expires_at": None, "left_out": [],
    }  # fmt: skip
    tally = answer["draft"]["tally"]
    assert (tally["approvals"], tally["needed"]) == (1, 4)
    assert [(c["approvals"], c["needed"]) for c in tally["classes"]] == [(0, 1), (1, 1), (0, 1), (0, 0)]
    assert await votes(house, address) == {0: "none", 1: "none", 2: "approved", 3: "none", 4: "none"}
    assert answer["approval"]["title"] == "批准付款 Approve the payment"
    assert {"name": "amount", "value": "CNY 20.50"} in answer["approval"]["lines"]
    assert "signature" not in json.dumps(answer)


async def test_drafts_are_listed_the_latest_first_until_they_end(house: House) -> None:
    kept = [await draft(house, 20250710 + i) for i in range(3)]
    short = await draft(house, 20250719, valid_seconds=60)
    await house.town.wait(61)
    await house.syncer.catch_up()
    found: list[str] = []
    query: dict[str, Any] = {"committee": COMMITTEE, "limit": 2}
    while True:
        page = (await house.http.get(DRAFTS, params=query)).json()
        found += [f"{DRAFTS}/{item['proposal_id']}" for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert set(kept) <= set(found)
    assert len(set(found)) == len(found)
    assert short not in found
    assert await state(house, short) == "expired"
    assert (await house.http.get(DRAFTS, params={"committee": 2})).json()["items"] == []


async def test_a_draft_handed_in_twice_is_one(house: House) -> None:
    requester = Person(house, signer("requester"))
    typed_data = (await requester.draft("SubmitProposal", {"proposal": proposal(20250720, 100)}))[
        "typed_data"
    ]
    first = await hand_in(house, DRAFTS, typed_data, requester.sign(typed_data))
    await approve(house, f"{DRAFTS}/{first['draft']['proposal_id']}", "seat0")
    again = await hand_in(house, DRAFTS, typed_data, requester.sign(typed_data))
    assert again["draft"]["drafted_at"] == first["draft"]["drafted_at"]
    assert again["draft"]["tally"]["approvals"] == 1


async def test_an_approval_taken_back_does_not_count_and_may_be_given_again(house: House) -> None:
    address, other = await draft(house, 20250721), await draft(house, 20250731)
    for name in ENOUGH:
        await approve(house, address, name)
    await approve(house, other, "seat4")
    await take_back(house, address, "seat4")
    assert (await votes(house, other))[4] == "approved"
    assert await votes(house, address) == {
        0: "approved",
        1: "none",
        2: "approved",
        3: "approved",
        4: "none",
    }
    assert await state(house, address) == "collecting"
    await approve(house, address, "seat4")
    assert await state(house, address) == "ready"


async def test_an_approval_whose_key_was_ended_does_not_count(house: House) -> None:
    spare = signer("spare key of seat1")
    await house.town.carry(signer("seat1"), rotation("seat1", spare, FOREVER))
    await house.settle()
    address = await draft(house, 20250722)
    await approve(house, address, "spare key of seat1")
    assert (await votes(house, address))[1] == "approved"
    await house.serve("registrar", "Members", "endKey", spare.address)
    await house.settle()
    assert (await votes(house, address))[1] == "none"
    await approve(house, address, "seat1")
    for name in ENOUGH[:3]:
        await approve(house, address, name)
    await take_back(house, address, "seat3")
    await approve(house, address, "seat4")
    command = await send(house, address, "seat3")
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    await _require_on_notice(house, address.rpartition("/")[2], ("seat0", "seat1", "seat2", "seat4"))


async def test_an_approval_whose_seat_was_vacated_does_not_count_and_the_successor_s_does(
    house: House,
) -> None:
    address = await draft(house, 20250723)
    await approve(house, address, "seat3")
    heir = member_id("neighbour1")
    await reseat(house, 3, member_id("seat3"), heir)
    assert (await votes(house, address))[3] == "none"
    await approve(house, address, "neighbour1")
    assert (await votes(house, address))[3] == "approved"
    await reseat(house, 3, heir, member_id("seat3"))


async def test_a_draft_sent_by_many_at_once_is_one_command(house: House) -> None:
    address = await draft(house, 20250724)
    for name in ENOUGH:
        await approve(house, address, name)
    before = await accepted(house)
    sent = await asyncio.gather(
        *(send(house, address, name) for name in ("requester", "supervisor", *ENOUGH))
    )
    assert len({command["id"] for command in sent}) == 1
    assert await accepted(house) == before + 1
    await house.settle()
    assert (await send(house, address, "seat0"))["status"] == "final"


async def test_a_draft_whose_command_was_refused_may_be_sent_again(house: House) -> None:
    address = await draft(house, 20250725)
    for name in ENOUGH:
        await approve(house, address, name)
    first = await send(house, address, "requester")
    await house.town.send(signer("guardian"), "Funds", "freeze", 1)
    await house.settle()
    assert (await house.command(first["id"]))["refusal"]["code"] == "FundsFundFrozen"
    assert await state(house, address) == "ready"
    await house.town.send(signer("guardian"), "Funds", "unfreeze", 1)
    await house.syncer.catch_up()
    second = await send(house, address, "requester")
    await house.settle()
    assert second["id"] != first["id"]
    assert (await house.command(second["id"]))["status"] == "final"


async def test_an_approval_that_arrives_while_the_draft_is_being_sent_goes_with_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, simulate = await draft(house, 20250726), checking.simulate
    for name in ENOUGH:
        await approve(house, address, name)
    late = ["seat1"]

    async def slow(*args: Any) -> None:
        await simulate(*args)
        if late:
            await approve(house, address, late.pop())

    with monkeypatch.context() as patch:
        patch.setattr(checking, "simulate", slow)
        await send(house, address, "requester")
    await house.settle()
    await _require_on_notice(house, address.rpartition("/")[2], ("seat0", "seat1", "seat2", "seat3", "seat4"))


async def test_no_draft_takes_back_what_was_not_given(house: House) -> None:
    address = await draft(house, 20250727)
    await approve(house, address, "seat0")
    with pytest.raises(ProblemError) as error:
        await take_back(house, address, "seat2")
    assert error.value.code == "NotFoundError"
    assert (await votes(house, address))[0] == "approved"


async def test_an_approval_that_comes_too_late_for_the_command_is_refused_and_not_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, simulate = await draft(house, 20250728), checking.simulate
    for name in ENOUGH:
        await approve(house, address, name)
    senders = ["requester"]

    async def slow(*args: Any) -> None:
        await simulate(*args)
        if senders:
            await send(house, address, senders.pop())

    with monkeypatch.context() as patch:
        patch.setattr(checking, "simulate", slow)
        with pytest.raises(ProblemError) as error:
            await approve(house, address, "seat1")
    assert error.value.code == "DraftSentError"
    assert (await votes(house, address))[1] == "none"
    await house.settle()
    await _require_on_notice(house, address.rpartition("/")[2], ENOUGH)


async def test_two_keys_of_a_seat_that_come_past_each_other_are_one_approval(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.town.carry(signer("seat0"), rotation("seat0", signer("second key of seat0"), FOREVER))
    await house.settle()
    address, simulate = await draft(house, 20250729), checking.simulate
    for name in ENOUGH[1:]:
        await approve(house, address, name)

    async def together(*args: Any) -> None:
        await simulate(*args)
        await asyncio.sleep(0.1)

    with monkeypatch.context() as patch:
        patch.setattr(checking, "simulate", together)
        await asyncio.gather(*(approve(house, address, n) for n in ("seat0", "second key of seat0")))
    assert (await read(house, address))["draft"]["tally"]["approvals"] == 4
    command = await send(house, address, "requester")
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
    await _require_on_notice(house, address.rpartition("/")[2], ENOUGH)


async def test_a_draft_is_collected_and_sent_with_postgresql(
    town: Town, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url")
    async with open_house(town, tmp_path, app_url=url, mirror_url=url) as house:
        await house.furnish()
        addresses = [await draft(house, number) for number in (1, 2)]
        for name in (*ENOUGH, "seat1"):
            await approve(house, addresses[0], name)
        await take_back(house, addresses[0], "seat1")
        first = (await house.http.get(DRAFTS, params={"limit": 1})).json()
        second = (await house.http.get(DRAFTS, params={"cursor": first["next_cursor"]})).json()
        found = [item["proposal_id"] for page in (first, second) for item in page["items"]]
        assert sorted(found) == sorted(address.rpartition("/")[2] for address in addresses)
        await send(house, addresses[0], "requester")
        await house.settle()
        await _require_on_notice(house, addresses[0].rpartition("/")[2], ENOUGH)
