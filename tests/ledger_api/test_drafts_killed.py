"""The API is killed while a draft is collected and sent: what was acknowledged is kept, and the request is made once."""

from __future__ import annotations

import asyncio
import signal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from contracts.events import ProposalSubmitted
from indexer.history import EVENT_TABLES
from ledger_api.tables import commands
from tests import forked
from tests.conftest import signer
from tests.ledger_api import killed_api
from tests.ledger_api.client import House, Person, furnished_house, proposal
from tests.ledger_api.draft_client import DRAFTS, ENOUGH, approve, hand_in, read, send
from wallets.show import parse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NUMBERS = count(20250901)
# The commits of the story: the draft, four approvals, challenge and session of who sends, and the sending.
DRAFTED, APPROVED, SENT = 1, 4, 8
SUBMITTED = EVENT_TABLES[ProposalSubmitted]


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("killed")) as opened:
        opened.town.deployment.save(opened.config.data_dir / "deployment.json")
        yield opened


async def signed_request(house: House) -> dict[str, Any]:
    """A request that its applicant signed, and the address that its draft has."""
    requester = Person(house, signer("requester"))
    fields = {"proposal": proposal(next(NUMBERS), 1_000)}
    typed_data = (await requester.draft("SubmitProposal", fields))["typed_data"]
    intent: Any = parse(typed_data)[0]
    return {
        "typed_data": typed_data, "signature": requester.sign(typed_data),
        "address": f"{DRAFTS}/0x{intent.proposal.proposal_id().hex()}",
    }  # fmt: skip


async def killed(house: House, request: dict[str, Any], kill: tuple[str, int]) -> list[str]:
    """The steps that an API acknowledged before it was killed."""
    acknowledged = house.config.data_dir / "acknowledged"
    acknowledged.write_text("")
    settings = request | {
        "app_url": house.config.app_url, "mirror_url": house.config.mirror_url, "rpc_url": house.town.url,
        "folder": house.config.data_dir, "now": house.town.chain.now(), "kill": kill, "file": acknowledged,
    }  # fmt: skip
    with forked.started(killed_api.work, settings) as process:
        await asyncio.to_thread(process.join, 60)
        assert process.exitcode == -signal.SIGKILL
    return acknowledged.read_text().split()


async def finish(house: House, request: dict[str, Any]) -> None:
    """Everybody who heard no answer asks again."""
    await hand_in(house, DRAFTS, request["typed_data"], request["signature"])
    for name in ENOUGH:
        await approve(house, request["address"], name)
    await send(house, request["address"], "requester")
    await house.settle()


async def approving_seats(house: House, address: str) -> list[str]:
    seats = (await read(house, address))["draft"]["tally"]["seats"]
    return [f"seat{seat['seat']}" for seat in seats if seat["vote"] == "approved"]


@pytest.mark.parametrize(
    "kill",
    [(when, n) for n in (DRAFTED, APPROVED, SENT) for when in ("before", "after")],
    ids=lambda kill: f"{kill[0]} commit {kill[1]}",
)
async def test_nothing_acknowledged_is_lost_and_the_request_is_made_once(
    house: House, kill: tuple[str, int]
) -> None:
    request = await signed_request(house)
    acknowledged = await killed(house, request, kill)
    if "draft" in acknowledged:
        seats = await approving_seats(house, request["address"])
        assert set(acknowledged) & set(ENOUGH) <= set(seats)
    await finish(house, request)
    number = request["typed_data"]["message"]["proposal"]["number"]
    async with house.context.mirror.connect() as connection:
        query = select(func.count()).select_from(SUBMITTED).where(SUBMITTED.c.number == number)
        assert await connection.scalar(query) == 1
    async with house.context.app_engine.connect() as connection:
        carried = commands.c.idempotency_key.like(f"draft:{request['address'].rpartition('/0x')[2]}:%")
        assert (await connection.execute(select(commands.c.state).where(carried))).all() == [("done",)]
    assert await approving_seats(house, request["address"]) == sorted(ENOUGH)
