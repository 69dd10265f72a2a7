"""Commands are carried out once, whatever happens to the relayer on the way."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from contracts.abi import encode_call
from contracts.enums import Role
from contracts.events import RoleGranted
from contracts.roles import AuthorityRole
from indexer.history import EVENT_TABLES
from ledger_api.errors import ChainUnreachableError, IdempotencyKeyReusedError
from ledger_api.relayer import worker as worker_module
from ledger_api.relayer.worker import Worker
from ledger_api.tables import commands
from tests import forked
from tests.conftest import Town, created, member_id, signer
from tests.ledger_api import killed_relayer
from tests.ledger_api.client import (
    BANK,
    FOREVER,
    FUND,
    SERVICES,
    House,
    Person,
    chain_away,
    donation,
    furnished_house,
    open_house,
    relayer_config_of,
    statement_csv,
)
from tests.postgres import postgres_server, postgres_url
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ledger_api.relayer.outbox import Accepted

# Named here so that pytest finds them.
__all__ = ["postgres_server", "postgres_url"]

GRANTS = EVENT_TABLES[RoleGranted]
COMMANDS = 12
# Under the name of a process the registrar's own key sends, which needs no signature that a contract takes once.
REGISTRAR, KIND = "verifier", "Members.grantRole"
SENT_BY = {**SERVICES, REGISTRAR: signer("registrar")}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with furnished_house(tmp_path, services=SENT_BY) as opened:
        yield opened


def grant(until: int) -> Call:
    """A call that the chain takes as often as it comes: doing it twice would leave two records."""
    data = encode_call("Members", "grantRole", member_id("volunteer"), Role.RESIDENT, FUND, until)
    args = (AuthorityRole.REGISTRAR, created("Members"), data, (0, 0, b""))
    return Call(contract="Offices", function="actForOffice", args=args)


async def accept(house: House, until: int, key: str) -> Accepted:
    return await house.context.outbox.enqueue(grant(until), f"registrar:{key}", REGISTRAR, kind=KIND)


async def accept_grants(house: House, count: int) -> None:
    await asyncio.gather(*(accept(house, FOREVER + i, f"grant {i}") for i in range(count)))


async def swallowed(raw: bytes) -> None:
    """A send that never arrives."""
    del raw


async def recorded(house: House) -> list[int]:
    """The ends of all roles granted to the volunteer, in the order of the chain."""
    query = select(GRANTS.c.valid_until).where(GRANTS.c.member == member_id("volunteer"))
    async with house.context.mirror.connect() as connection:
        found = await connection.execute(query.order_by(GRANTS.c.block_number, GRANTS.c.log_index))
        return list(found.scalars())


async def states(house: House) -> list[str]:
    query = select(commands.c.state).where(commands.c.kind == KIND).order_by(commands.c.number)
    async with house.context.app_engine.connect() as connection:
        return list(await connection.scalars(query))


@pytest.mark.parametrize(
    "kill",
    [
        ("estimate_gas", "after", 3), ("store_signed", "before", 1), ("store_signed", "after", 1), ("send", "before", 1),
        ("send", "after", 5), ("send", "after", COMMANDS), ("settle", "before", 2), ("settle", "after", 2),
    ],
    ids=lambda kill: f"{kill[1]} {kill[0]} {kill[2]}",
)  # fmt: skip
async def test_a_relayer_killed_at_any_step_loses_and_doubles_nothing(
    house: House, kill: tuple[str, str, int]
) -> None:
    before = len(await recorded(house))
    await accept_grants(house, COMMANDS)
    settings = {
        "app_url": house.config.app_url, "mirror_url": house.config.mirror_url, "rpc_url": house.town.url,
        "folder": house.config.data_dir, "kill": kill,
    }  # fmt: skip
    house.town.deployment.save(house.config.data_dir / "deployment.json")
    with forked.started(killed_relayer.work, settings) as process:
        async with asyncio.timeout(60):
            while process.exitcode is None:
                await house.syncer.catch_up()
                await asyncio.sleep(0.05)
        assert process.exitcode == -signal.SIGKILL
    await house.settle()
    assert sorted((await recorded(house))[before:]) == [FOREVER + i for i in range(COMMANDS)]


async def test_commands_of_one_sender_are_carried_out_in_order(house: House) -> None:
    before = len(await recorded(house))
    await accept_grants(house, COMMANDS)
    await house.settle()
    assert (await recorded(house))[before:] == [FOREVER + i for i in range(COMMANDS)]


async def test_more_commands_than_the_window_all_arrive_and_never_more_wait_on_the_chain(
    house: House,
) -> None:
    small = relayer_config_of(house.config, nonce_window=8)
    relayer = await Worker.open(small, SENT_BY, clock=house.town.chain.now)
    await accept_grants(house, 50)
    left, most = 1, 0
    while left:
        left = await relayer.step()
        most = max(most, (await states(house)).count("signed"))
        await house.town.chain.mine()
        await house.syncer.catch_up()
    await relayer.close()
    assert most == 8
    assert (await states(house))[-50:] == ["done"] * 50


async def with_two_relayers(house: House) -> list[int]:
    """What is recorded after two relayers worked on the same commands."""
    before = len(await recorded(house))
    other = await Worker.open(relayer_config_of(house.config), SENT_BY, clock=house.town.chain.now)
    await accept_grants(house, COMMANDS)
    for _ in range(30):
        results = await asyncio.gather(house.worker.step(), other.step(), return_exceptions=True)
        await house.town.chain.mine()
        await house.syncer.catch_up()
        if all(result == 0 for result in results):
            break
    await other.close()
    return sorted((await recorded(house))[before:])


async def test_two_relayers_at_once_double_nothing(house: House) -> None:
    assert await with_two_relayers(house) == [FOREVER + i for i in range(COMMANDS)]


async def test_two_relayers_at_once_double_nothing_with_postgresql(
    town: Town, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url")
    async with open_house(town, tmp_path, app_url=url, mirror_url=url, services=SENT_BY) as house:
        await house.furnish()
        assert await with_two_relayers(house) == [FOREVER + i for i in range(COMMANDS)]


async def test_a_command_that_fails_in_its_block_is_refused_with_the_rule(house: House) -> None:
    treasurer = Person(house, signer("treasurer"))
    await treasurer.sign_in()
    statement = await treasurer.import_statement(statement_csv(("X-1", 100)), BANK, "generic")
    (line,) = await treasurer.lines(statement["id"])
    fields = {"fund": FUND, "bank": BANK, "donations": [donation(line["bank_line"], 100)]}
    first, second = [await treasurer.act("AttestDonations", fields) for _ in range(2)]
    await house.settle()
    assert (await house.command(first["id"]))["status"] == "final"
    refused = await house.command(second["id"])
    assert (refused["status"], refused["refusal"]["code"]) == ("refused", "FundsBankLineUsed")
    assert refused["block_number"] is not None


async def test_a_command_waits_for_the_one_that_it_rests_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "RESEND_SECONDS", 0.0)
    fund = await house.serve("steward", "Funds", "openFund", 2, FUND, 3, BANK)
    purpose = await house.serve("steward", "Funds", "openPurpose", 0x20001)
    with monkeypatch.context() as patch:
        patch.setattr(house.worker._chain, "send", swallowed)
        for _ in range(3):
            assert await house.worker.step() == 2
    assert [(await house.command(c))["status"] for c in (fund, purpose)] == ["pending", "pending"]
    await house.settle()
    assert [(await house.command(c))["status"] for c in (fund, purpose)] == ["final", "final"]


async def test_a_command_that_no_earlier_one_can_save_is_refused_and_blocks_nobody(house: House) -> None:
    doomed = await house.serve("steward", "Funds", "openPurpose", 0x990001)
    good = await house.serve(
        "registrar", "Members", "grantRole", member_id("volunteer"), Role.RESIDENT, FUND, FOREVER
    )
    await house.settle()
    refused = await house.command(doomed)
    assert (refused["status"], refused["refusal"]["code"]) == ("refused", "FundsFundUnknown")
    assert refused["transaction_hash"] is None
    assert (await house.command(good))["status"] == "final"


async def test_many_that_no_earlier_one_can_save_are_refused_at_once(house: House) -> None:
    """Whoever hands in many, of which one spoils the others, holds nobody up for longer than one round."""
    doomed = [await house.serve("steward", "Funds", "openPurpose", 0x990001 + n) for n in range(3)]
    good = await house.serve("steward", "Funds", "openPurpose", 0x10009)
    assert await house.worker.step() == 1
    assert [(await house.command(one))["status"] for one in (*doomed, good)] == ["refused"] * 3 + ["pending"]


async def test_commands_whose_key_is_elsewhere_hold_nobody_up(house: House) -> None:
    await house.serve("steward", "Funds", "openPurpose", 0x10008)
    await accept_grants(house, 2)
    registrar = await Worker.open(
        relayer_config_of(house.config), {REGISTRAR: signer("registrar")}, clock=house.town.chain.now
    )
    async with asyncio.timeout(20):
        while await registrar.step():
            await house.town.chain.mine()
            await house.syncer.catch_up()
    await registrar.close()
    assert (await states(house))[-2:] == ["done", "done"]


async def test_while_the_chain_is_down_commands_wait(house: House) -> None:
    await accept_grants(house, 3)
    relayer = await Worker.open(relayer_config_of(house.config), SENT_BY, clock=house.town.chain.now)
    async with chain_away(relayer._chain):
        with pytest.raises(ChainUnreachableError):
            await relayer.step()
        assert (await states(house))[-3:] == ["accepted"] * 3
    await relayer.step()
    await relayer.close()
    await house.settle()
    assert (await states(house))[-3:] == ["done"] * 3


async def test_a_simulation_runs_at_the_time_of_the_next_block_even_if_blocks_ran_ahead_of_the_clock(
    house: House,
) -> None:
    for _ in range(3):
        await house.town.chain.mine(empty=True)
        latest = await house.town.web3.eth.get_block("latest")
        assert await house.context.chain.next_block_time(0) == latest["timestamp"] + 1
    assert await house.context.chain.next_block_time(2**40) == 2**40


async def test_bytes_that_got_lost_on_the_way_are_sent_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "RESEND_SECONDS", 0.0)
    await accept_grants(house, 3)
    with monkeypatch.context() as patch:
        patch.setattr(house.worker._chain, "send", swallowed)
        await house.worker.step()
    hashes = await _hashes(house)
    await house.settle()
    assert (await states(house))[-3:] == ["done"] * 3
    assert await _hashes(house) == hashes


async def test_a_nonce_that_somebody_else_used_is_replaced(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "RESEND_SECONDS", 0.0)
    before = len(await recorded(house))
    await accept_grants(house, 2)
    with monkeypatch.context() as patch:
        patch.setattr(house.worker._chain, "send", swallowed)
        await house.worker.step()
    await house.town.send(
        signer("registrar"), "Members", "grantRole", member_id("seat0"), Role.RESIDENT, FUND, FOREVER
    )
    await house.settle()
    assert sorted((await recorded(house))[before:]) == [FOREVER, FOREVER + 1]


async def test_a_command_is_confirmed_before_it_is_final(tmp_path: Path, house: House) -> None:
    folder = tmp_path / "patient"
    folder.mkdir()
    async with open_house(house.town, folder, finality_blocks=4, services=SENT_BY) as patient:
        await accept_grants(patient, 1)
        page = (await patient.http.get("/v1/commands")).json()
        seen = [("pending", 1)]
        while seen[-1][0] != "final":
            left = await patient.worker.step()
            seen.append(((await patient.command(page["items"][0]["id"]))["status"], left))
            await house.town.chain.mine(empty=True)
            await patient.syncer.catch_up()
    assert list(dict.fromkeys(status for status, _ in seen)) == ["pending", "confirmed", "final"]
    # A block that is not final may be left again, so the relayer keeps an eye on the command until then.
    assert {left for status, left in seen if status != "final"} == {1}
    assert seen[-1] == ("final", 0)


async def test_many_who_send_the_same_command_at_once_get_one(house: House) -> None:
    accepted = await asyncio.gather(*(accept(house, 1, "same") for _ in range(40)))
    assert len({a.id for a in accepted}) == 1
    assert sum(a.created for a in accepted) == 1


async def test_a_key_cannot_stand_for_two_commands(house: House) -> None:
    results: list[Any] = await asyncio.gather(
        *(accept(house, i, "one") for i in (1, 2)), return_exceptions=True
    )
    assert [type(r).__name__ for r in results] == ["Accepted", "IdempotencyKeyReusedError"]
    with pytest.raises(IdempotencyKeyReusedError):
        await house.context.outbox.find(grant(3), "registrar:one", REGISTRAR)


async def test_what_one_who_hangs_up_was_writing_for_others_is_still_written(house: House) -> None:
    first = asyncio.create_task(accept(house, 1, "a"))
    second = asyncio.create_task(accept(house, 2, "b"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).created
    query = select(func.count()).select_from(commands).where(commands.c.idempotency_key == "registrar:a")
    async with house.context.app_engine.connect() as connection:
        assert await connection.scalar(query) == 1


async def _hashes(house: House) -> list[bytes]:
    query = select(commands.c.hash).where(commands.c.kind == KIND).order_by(commands.c.number)
    async with house.context.app_engine.connect() as connection:
        return list(await connection.scalars(query))
