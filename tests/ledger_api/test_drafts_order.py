"""Whatever order approvals come in, and whoever has a change of mind on the way, the command is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from contracts.abi import encode_call
from ledger_api.mirror import read as reading
from ledger_api.proposals.drafts import queries
from ledger_api.proposals.drafts.counting import carrying, count
from ledger_api.tables import commands
from tests.conftest import signer
from tests.ledger_api.client import House, furnished_house, key_bytes
from tests.ledger_api.draft_client import ENOUGH, approve, draft, send, take_back

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ledger_api.proposals.drafts.drafted import Drafted

SEATS = [f"seat{i}" for i in range(5)]


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("order")) as opened:
        yield opened


@pytest.fixture(scope="module")
async def address(house: House) -> str:
    return await draft(house, 20250801)


async def kept(house: House, address: str) -> Drafted:
    proposal_id = bytes.fromhex(address.rpartition("/0x")[2])
    return await queries.find(house.context.app_engine, proposal_id)


async def call_of(house: House, address: str) -> bytes:
    """Calldata that would carry the draft now."""
    draft_now = await kept(house, address)
    async with reading(house.context.mirror) as mirror:
        counted = await count(mirror, draft_now, house.town.chain.now())
    call = carrying(draft_now, counted.signers.values())
    return encode_call(call.contract, call.function, *call.args)


async def expected_call(house: House, address: str, approved: set[str]) -> bytes:
    """The same by the people's own signatures, seat by seat, without the server's help."""
    draft_now, domain = await kept(house, address), house.town.domain("Disbursements")
    signatures = [
        signer(name).sign_intent(draft_now.approval, domain).signature for name in SEATS if name in approved
    ]
    authorization = (draft_now.intent.nonce, draft_now.intent.deadline, draft_now.signature)
    args = (draft_now.intent.proposal.as_tuple(), authorization, draft_now.intent.deadline, signatures)
    return encode_call("Disbursements", "submitApproved", *args)


@given(changes=st.lists(st.sampled_from(SEATS), max_size=10))
@settings(
    max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
async def test_any_order_of_approvals_and_changes_of_mind_leads_to_the_same_command(
    house: House, address: str, changes: list[str]
) -> None:
    signed = {name for name in SEATS if key_bytes(signer(name)) in (await kept(house, address)).approvals}
    for name in changes:
        await (take_back if name in signed else approve)(house, address, name)
        signed ^= {name}
    assert await call_of(house, address) == await expected_call(house, address, signed)


async def test_the_command_that_is_sent_is_that_of_the_seats_in_order(house: House) -> None:
    address = await draft(house, 20250802)
    for name in reversed(ENOUGH):
        await approve(house, address, name)
    command = await send(house, address, "requester")
    async with house.context.app_engine.connect() as connection:
        row: Any = (await connection.execute(select(commands).where(commands.c.id == command["id"]))).one()
    assert row.data == await expected_call(house, address, set(ENOUGH))
    assert bytes(row.signer) == key_bytes(signer("requester"))
    await house.settle()
    assert (await house.command(command["id"]))["status"] == "final"
