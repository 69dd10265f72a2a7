"""A module is replaced the documented way (`docs/upgrade.md`): a new version is deployed; its admission and the closing of
the old one are scheduled, wait, and are executed; the old one is retired when nothing of it is open."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from contracts.abi import encode_call
from contracts.deployment_plan import admission, function_roles
from contracts.roles import CHANGE_DELAY_SECONDS
from tests.conftest import signer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.evm import EvmTown
    from wallets.signer import LocalSigner

ADMIN = signer("admin")


def admit_anew(place: EvmTown, contract: str) -> str:
    """Admits a new version and closes the one there is, whose address it returns; the name means the new one from now on."""
    former, created = place.address(contract), place.deploy_anew(contract)
    addresses = place.addresses | {contract: created}
    steps = [*function_roles(contract, addresses), admission(contract, addresses)]
    closing = place.address("Ledger"), encode_call("Ledger", "closeModule", former)
    carry_out(place, [*((str(step.to), step.data) for step in steps), closing])
    place.point(contract, created)
    return former


def retire(place: EvmTown, address: str) -> None:
    """Retires a module."""
    carry_out(place, [(place.address("Ledger"), encode_call("Ledger", "retireModule", address))])


@contextmanager
def former_version(place: EvmTown, contract: str, address: str) -> Iterator[None]:
    """Inside, the contract's name means an older version."""
    current = place.address(contract)
    place.point(contract, address)
    yield
    place.point(contract, current)


def carry_out(place: EvmTown, calls: list[tuple[str, bytes]], by: LocalSigner = ADMIN) -> None:
    """An office schedules calls and executes them after their wait; a town whose founding goes on ends it first."""
    if place.read("Authority", "foundedAt") == 0:
        place.send(ADMIN, "Authority", "endFounding")
    for target, data in calls:
        place.send(by, "Authority", "schedule", target, data, 0)
    place.wait(CHANGE_DELAY_SECONDS)
    for target, data in calls:
        place.send(by, "Authority", "execute", target, data)
