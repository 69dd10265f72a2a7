"""A module is replaced: which new versions go together, the changes that bring them in, and the record afterwards.

The former version closes before the new one is admitted, and the new one is admitted before an office may call it, so that at
no moment two versions begin something, and nothing counts that came before its time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.abi import artifact, encode_call
from contracts.deployment import DeployedContract, Deployment, label_of
from contracts.deployment_plan import CONSTRUCTORS, Step, admission, function_roles
from contracts.roles import MODULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Modules of the ledger that are not replaced (ADR 0031, 0041): they hold what must be known for ever.
LASTING = ("Funds", "Enterprises")
REPLACEABLE = tuple(name for name in MODULES if name not in LASTING)


def together(contract: str) -> list[str]:
    """The modules that are replaced with one of `REPLACEABLE`: itself, and those that were given its address."""
    return [contract, *(c for c in REPLACEABLE if c != contract and contract in CONSTRUCTORS[c])]


def addresses_of(deployment: Deployment) -> dict[str, str]:
    """Addresses of the versions in force, by name."""
    names = ("Authority", *CONSTRUCTORS)
    return {name: deployment.address(name) for name in names}


def replacing(deployment: Deployment, created: Mapping[str, str]) -> Iterator[Step]:
    """The calls of the ADMIN by which new versions come in, in their order; each waits.

    Args:
        deployment: The record before.
        created: Addresses of the new versions, by name.
    """
    addresses = addresses_of(deployment) | dict(created)
    for contract in created:
        yield closing(deployment, contract)
    for contract in created:
        yield admission(contract, addresses)
        yield from function_roles(contract, addresses)


def closing(deployment: Deployment, contract: str) -> Step:
    """The call of the ADMIN from which the version in force of a module begins nothing more."""
    data = encode_call("Ledger", "closeModule", deployment.address(contract))
    return Step(to=deployment.address("Ledger"), data=data)


def retiring(deployment: Deployment, address: str) -> Step:
    """The call of the ADMIN by which a former version may do nothing more."""
    return Step(to=deployment.address("Ledger"), data=encode_call("Ledger", "retireModule", address))


def module_created(data: bytes, deployment: Deployment) -> str | None:
    """The module of which a transaction creates a new version, as this checkout builds it; None if of none.

    Args:
        data: What the transaction carries.
        deployment: The record before. The version must be given contracts of it, and of its own the one in force, whose ids it
            then knows.
    """
    for contract in REPLACEABLE:
        code = bytes.fromhex(artifact(contract)["bytecode"][2:])
        names, arguments = CONSTRUCTORS[contract], data[len(code) :]
        if data[: len(code)] != code or len(arguments) != 32 * len(names):
            continue
        fits = (
            arguments[32 * i : 32 * i + 32] in _words(deployment, name, latest=name == contract)
            for i, name in enumerate(names)
        )
        if all(fits):
            return contract
    return None


def _words(deployment: Deployment, name: str, *, latest: bool) -> set[bytes]:
    """Addresses of a contract as constructors take them."""
    versions = deployment.versions(name)
    return {
        bytes.fromhex(one.address[2:]).rjust(32, b"\0") for one in (versions[-1:] if latest else versions)
    }


def with_version(deployment: Deployment, contract: str, version: DeployedContract) -> Deployment:
    """The record with a version more, which is in force from now on."""
    label = label_of(contract, len(deployment.versions(contract)) + 1)
    return replace(deployment, contracts=deployment.contracts | {label: version})


def with_retired(deployment: Deployment, address: str, block: int) -> Deployment:
    """The record in which the version at an address counts to the end of a block."""
    contracts = {
        label: replace(one, until=block + 1) if one.address.lower() == address.lower() else one
        for label, one in deployment.contracts.items()
    }
    return replace(deployment, contracts=contracts)
