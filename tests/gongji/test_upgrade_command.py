"""`gongji chain upgrade` and `gongji chain record` in a town that lives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from contracts.deployment import Deployment
from contracts.enums import Role
from contracts.ids import order_id
from contracts.roles import CHANGE_DELAY_SECONDS
from contracts.upgrade import REPLACEABLE, replacing, retiring
from gongji.exit_status import ExitStatus
from gongji.run.upgrading import deploy_new
from gongji.settings import load
from tests.conftest import member_id, signer
from tests.gongji.terminal import Terminal, open_terminal
from tests.ledger_api.client import FUND
from wallets.intents import OpenWorkOrder, PublishRateCard, RateCard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from contracts.deployment_plan import Step
    from tests.conftest import Town

ADMIN = signer("admin")
DUE_SECONDS = 60 * 86_400


@pytest.fixture(scope="module")
async def terminal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path_factory.mktemp("upgrade"), "chain") as opened:
        await open_work_order(opened.house.town)
        await opened.house.town.send(ADMIN, "Authority", "endFounding")
        yield opened


async def open_work_order(town: Town) -> None:
    """An order of an enterprise, due when its module has long been replaced."""
    steward, foreman, fund = signer("steward"), signer("seat0"), FUND << 16
    for number in (11, 12, 13):
        await town.send(steward, "Funds", "openPurpose", fund | number)
    await town.send(steward, "Enterprises", "openEnterprise", 1, fund | 11, fund | 12, fund | 13, 3_000)
    grant = (member_id("seat0"), Role.FOREMAN, 1, town.chain.now() + 2 * DUE_SECONDS)
    await town.send(signer("registrar"), "Members", "grantRole", *grant)
    card = RateCard(
        enterprise=1, product=1, version=1, piece_fen=100, worker_bps=6_500, reserve_bps=500, fund_bps=3_000
    )
    deadline, due_at = town.chain.now() + 3600, town.chain.now() + DUE_SECONDS
    await town.carry(foreman, PublishRateCard(card=card, nonce=1, deadline=deadline))
    order = OpenWorkOrder(
        order=order_id(b"o" * 8), enterprise=1, product=1, pieces=10, worker_pieces=10, due_at=due_at, nonce=2, deadline=deadline
    )  # fmt: skip
    await town.carry(foreman, order)


async def refused(terminal: Terminal, *arguments: str) -> tuple[int, str]:
    """Exit status of a command that does nothing, and what it says."""
    before = await transactions(terminal)
    status, out, err = await terminal.carried(*arguments)
    assert (out, await transactions(terminal)) == ("", before)
    return status, err


async def transactions(terminal: Terminal) -> int:
    eth = terminal.house.town.web3.eth
    return sum(
        [len((await eth.get_block(number))["transactions"]) for number in range(await eth.block_number + 1)]
    )


async def wait_and_carry_out(terminal: Terminal, steps: Iterable[Step]) -> None:
    """The wait is over, and the administrator carries out what was scheduled."""
    town = terminal.house.town
    await town.wait(CHANGE_DELAY_SECONDS + 3600)
    for step in steps:
        await town.send(ADMIN, "Authority", "execute", step.to, step.data)
    await terminal.house.settle()


async def recorded(terminal: Terminal) -> dict[str, Any]:
    status, out, err = await terminal.gongji("record", "--json")
    assert status == 0, err
    return dict(json.loads(out))


async def test_a_module_is_replaced_and_its_former_version_retired_by_what_is_typed(
    terminal: Terminal,
) -> None:
    record = Deployment.load(terminal.folder / "deployment.json")
    status, _, err = await terminal.gongji("record")
    assert (status, "nothing new" in err) == (0, True)
    assert Deployment.load(terminal.folder / "deployment.json") == record

    status, out, err = await terminal.carried("upgrade", "Cooperative", "--yes", "--json")
    assert status == 0, err
    created = json.loads(out)
    assert set(created) == {"Cooperative"}
    status, err = await refused(terminal, "upgrade", "Cooperative")
    assert (status, "scheduled already" in err) == (ExitStatus.REFUSED, True)
    status, err = await refused(terminal, "upgrade", "Cooperative", "--retire")
    assert (status, "no former version" in err) == (ExitStatus.NOT_FOUND, True)

    new = created["Cooperative"]["address"]
    await wait_and_carry_out(terminal, replacing(record, {"Cooperative": new}))
    versions = await recorded(terminal)
    assert (versions["Cooperative.2"]["address"], versions["Cooperative"]["until"]) == (new, None)
    assert Deployment.load(terminal.folder / "deployment.json").address("Cooperative") == new

    status, err = await refused(terminal, "upgrade", "Cooperative", "--retire")
    assert (status, "1 加工单没有到期 work orders not yet due" in err) == (ExitStatus.REFUSED, True)
    await terminal.house.town.wait(DUE_SECONDS)
    await terminal.house.settle()
    status, _, err = await terminal.carried("upgrade", "Cooperative", "--retire", "--yes")
    assert status == 0, err
    status, err = await refused(terminal, "upgrade", "Cooperative", "--retire")
    assert (status, "scheduled already" in err) == (ExitStatus.REFUSED, True)
    await wait_and_carry_out(terminal, [retiring(record, record.address("Cooperative"))])
    assert (await recorded(terminal))["Cooperative"]["until"] is not None


async def test_a_version_that_was_sent_before_the_command_was_killed_is_taken_up(terminal: Terminal) -> None:
    settings = load(terminal.folder)
    assert await deploy_new(settings, "Donations") == await deploy_new(settings, "Donations")


@pytest.mark.parametrize("contract", ["Ledger", "Enterprises", "cooperative"])
@pytest.mark.parametrize("retire", [(), ("--retire",)], ids=["replace", "retire"])
async def test_what_is_no_module_is_not_replaced(
    terminal: Terminal, contract: str, retire: tuple[str, ...]
) -> None:
    status, err = await refused(terminal, "upgrade", contract, *retire)
    assert status == ExitStatus.USAGE
    assert all(name in err for name in (contract, *REPLACEABLE))
