"""A treasurer executes an approved request before the bank pays: no signature, but the contract's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import signer
from tests.ledger_api.client import House, Person
from tests.ledger_api.portal_town import NOTICE, PAYABLE, UNPROVEN, VOTING, busy_house, person, shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx2

OFFER = "先拨款，再付款"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("execution")) as opened:
        yield opened


async def execute(reader: Person, request: dict[str, Any] | int) -> httpx2.Response:
    number = request if isinstance(request, int) else request["number"]
    return await reader.http.post(f"/v1/proposals/{number}/execution")


async def phase(house: House, request: dict[str, Any]) -> str:
    body = (await house.http.get(f"/v1/proposals/{request['number']}")).json()
    return str(body["proposal"]["phase"])


@pytest.mark.parametrize("name", ["requester", "seat0", "neighbour2", "supervisor"])
async def test_pages_offer_it_to_nobody_but_the_treasurer(house: House, name: str) -> None:
    assert OFFER not in await shown(await person(house, name), f"/proposals/{PAYABLE['number']}")


async def test_pages_offer_it_at_its_time_only(house: House) -> None:
    treasurer = await person(house, "treasurer")
    for request in (VOTING, NOTICE, UNPROVEN):
        assert OFFER not in await shown(treasurer, f"/proposals/{request['number']}")


@pytest.mark.parametrize(
    ("proposal", "status", "code"),
    [
        (VOTING, 409, "ProposalNotIn"), (NOTICE, 409, "ProposalNoticeRunning"), (UNPROVEN, 409, "ProposalNotIn"),
        (999, 404, "NotFoundError"),
    ],
)  # fmt: skip
async def test_what_is_not_due_is_refused_by_its_rule(
    house: House, proposal: dict[str, Any] | int, status: int, code: str
) -> None:
    answer = await execute(await person(house, "treasurer"), proposal)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_nobody_executes_without_a_session_and_its_token(house: House) -> None:
    answer = await execute(Person(house, signer("treasurer")), PAYABLE)
    assert (answer.status_code, answer.json()["code"]) == (401, "SessionMissingError")
    signed_in = await person(house, "treasurer")
    del signed_in.http.headers["x-csrf-token"]
    answer = await execute(signed_in, PAYABLE)
    assert (answer.status_code, answer.json()["code"]) == (403, "SessionForbiddenError")
    assert await phase(house, PAYABLE) == "payable"


async def test_pressed_twice_it_is_one_command_and_then_the_proof_is_due(busy: House) -> None:
    treasurer, address = await person(busy, "treasurer"), f"/proposals/{PAYABLE['number']}"
    assert OFFER in await shown(treasurer, address)
    first, second = await execute(treasurer, PAYABLE), await execute(treasurer, PAYABLE)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    waiting = await shown(treasurer, address)
    assert OFFER not in waiting
    assert "正在入账" in waiting
    await busy.settle()
    assert await phase(busy, PAYABLE) == "proof_due"
    assert (await busy.command(first.json()["id"]))["status"] == "final"
    assert "PROVE_PAYMENT" in await shown(treasurer, address)
    again = await execute(treasurer, PAYABLE)
    assert (again.status_code, again.json()["code"]) == (409, "ProposalNotIn")
