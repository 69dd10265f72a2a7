"""How offices change something once the founding has ended: they schedule it, wait, and carry it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.abi import encode_call
from contracts.roles import CHANGE_DELAY_SECONDS

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.signer import LocalSigner


def schedule(
    place: EvmTown, by: LocalSigner, contract: str, function: str, *args: Any, when: int = 0
) -> bytes:
    """Schedules a call, the office's way; returns its calldata."""
    data = encode_call(contract, function, *args)
    place.send(by, "Authority", "schedule", place.address(contract), data, when)
    return data


def execute(place: EvmTown, by: LocalSigner, contract: str, data: bytes) -> None:
    """Carries out what was scheduled."""
    place.send(by, "Authority", "execute", place.address(contract), data)


def execute_itself(place: EvmTown, by: LocalSigner, contract: str, data: bytes) -> None:
    """The account of the office carries it out: what the authority itself says to it."""
    place.send_itself(by, "Authority", "execute", place.address(contract), data)


def change(place: EvmTown, by: LocalSigner, contract: str, function: str, *args: Any) -> None:
    """A change that waits its whole time."""
    data = schedule(place, by, contract, function, *args)
    place.wait(CHANGE_DELAY_SECONDS)
    execute(place, by, contract, data)


def operation_of(place: EvmTown, by: LocalSigner, contract: str, data: bytes) -> bytes:
    """Id of a change, 32 bytes."""
    caller = place.ways.account(by.address)
    found: bytes = place.read("Authority", "hashOperation", caller, place.address(contract), data)
    return found
