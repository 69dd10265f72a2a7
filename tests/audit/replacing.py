"""Modules are replaced on a real chain, as `gongji chain upgrade` and `gongji chain record` do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.roles import CHANGE_DELAY_SECONDS
from contracts.upgrade import retiring, with_version
from gongji.run.upgrading import deploy_new, steps_to_replace, write_record
from gongji.settings import load
from tests.conftest import signer
from tests.ledger_api.client import open_house

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from contracts.deployment import DeployedContract
    from contracts.deployment_plan import Step
    from gongji.settings import Settings
    from tests.conftest import Town

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
    await carry_out(town, steps_to_replace(settings, created))
    former = town.deployment
    for contract, version in created.items():
        town.deployment = with_version(town.deployment, contract, version)
    await meanwhile()
    town.deployment = former
    await write(town, folder, settings)


async def retire(town: Town, folder: Path, contract: str) -> None:
    """Retires the former versions of a module, also while something of them is open, which the command refuses."""
    former = [one.address for one in town.deployment.versions(contract)[:-1] if one.until is None]
    await carry_out(town, [retiring(town.deployment, address) for address in former])
    await write(town, folder, settings_of(town, folder))


async def write(town: Town, folder: Path, settings: Settings) -> None:
    """Brings the record to what the chain says."""
    async with open_house(town, folder):
        town.deployment = await write_record(settings)


async def carry_out(town: Town, steps: Sequence[Step]) -> None:
    """The administrator announces steps, which are carried out after their wait."""
    for step in steps:
        await town.send(ADMIN, "Authority", "schedule", step.to, step.data, 0)
    await town.wait(CHANGE_DELAY_SECONDS + 3600)
    for step in steps:
        await town.send(ADMIN, "Authority", "execute", step.to, step.data)
