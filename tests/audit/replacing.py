"""Modules are replaced on a real chain, as `gongji chain upgrade` and `gongji chain record` do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.roles import CHANGE_DELAY_SECONDS
from contracts.upgrade import with_version
from gongji.run.upgrading import calls_to_replace, calls_to_retire, deploy_new, write_record
from gongji.settings import load
from tests.conftest import signer
from tests.ledger_api.client import open_house

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from pathlib import Path

    from contracts.deployment import DeployedContract
    from gongji.settings import Settings
    from tests.conftest import Town
    from wallets.intents import Call

ADMIN = signer("admin")


def settings_of(town: Town, folder: Path) -> Settings:
    """Settings of the operator of a town whose mirror is in a folder."""
    operator = folder / "operator"
    operator.mkdir(exist_ok=True)
    town.deployment.save(operator / "deployment.json")
    return load(operator, rpc_urls=(town.url,), mirror_url=f"sqlite:///{folder}/mirror.db")


async def replace_modules(
    town: Town, folder: Path, contracts: Sequence[str], meanwhile: Callable[[], Awaitable[None]]
) -> None:
    """Replaces modules in a town whose founding has ended; the mirror goes on by the former record for a while.

    Args:
        town: The town; its record names the new versions afterwards.
        folder: Where the mirror is.
        contracts: Names of the modules.
        meanwhile: What people do with the new versions before the record is written.
    """
    settings = settings_of(town, folder)
    created: dict[str, DeployedContract] = {}
    for contract in contracts:
        created |= await deploy_new(settings, contract)
    await carry_out(town, calls_to_replace(settings, created))
    former = town.deployment
    for contract, version in created.items():
        town.deployment = with_version(town.deployment, contract, version)
    await meanwhile()
    town.deployment = former
    await write(town, folder, settings)


async def retire(town: Town, folder: Path, contract: str) -> None:
    """Retires the former versions of a module."""
    settings = settings_of(town, folder)
    await carry_out(town, calls_to_retire(settings, contract))
    await write(town, folder, settings)


async def write(town: Town, folder: Path, settings: Settings) -> None:
    """Brings the record to what the chain says."""
    async with open_house(town, folder):
        town.deployment = await write_record(settings)


async def carry_out(town: Town, calls: Iterable[Call]) -> None:
    """The administrator schedules calls and carries them out after their wait."""
    scheduled = list(calls)
    for call in scheduled:
        await town.send(ADMIN, call.contract, call.function, *call.args)
    await town.wait(CHANGE_DELAY_SECONDS + 3600)
    for call in scheduled:
        await town.send(ADMIN, "Authority", "execute", *call.args[:2])
