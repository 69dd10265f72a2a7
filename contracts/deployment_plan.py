"""The transactions that put the contracts on a chain, wire their roles, and give the deployer's power away.

Order: authority, contracts, roles of functions, holders of roles, modules of the ledger, the governor, and last the
deployer renounces. All addresses follow from the deployer and its nonces from 0 on, so that every transaction is known
before the first one is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import rlp
from eth_abi import encode
from eth_utils import keccak, to_canonical_address, to_checksum_address

from contracts.abi import artifact, canonical, encode_call
from contracts.roles import ADMIN_DELAY_SECONDS, GUARDED, MODULES, AuthorityRole, kinds_mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What each contract is given: the addresses of contracts before it.
CONSTRUCTORS: dict[str, tuple[str, ...]] = {
    "Members": ("AccessManager",),
    "Ledger": ("AccessManager",),
    "Funds": ("AccessManager", "Ledger", "Members"),
    "Campaigns": ("AccessManager", "Ledger", "Members", "Funds"),
    "Committees": ("AccessManager", "Members"),
    "Disbursements": ("AccessManager", "Ledger", "Members", "Funds", "Committees"),
    "EventLog": ("AccessManager",),
    "DeviceRegistry": ("AccessManager",),
    "TimeBank": ("AccessManager", "Ledger", "Members", "EventLog"),
    "Cooperative": ("AccessManager", "Ledger", "Members", "Funds"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One transaction of the deployment.

    Attributes:
        to: Address called, or None for a creation.
        data: Creation code or calldata.
        creates: Name of the contract it creates, or None.
    """

    to: str | None
    data: bytes
    creates: str | None = None


def plan(deployer: str, holders: Mapping[AuthorityRole, str]) -> Iterator[Step]:
    """The transactions of a deployment, in order.

    Args:
        deployer: Address that sends them, its first transactions.
        holders: Address that gets each role; ADMIN's acts wait out `ADMIN_DELAY_SECONDS`.
    """
    names = ("AccessManager", *CONSTRUCTORS)
    addresses = {name: created_at(deployer, i) for i, name in enumerate(names)}
    yield Step(to=None, data=_creation("AccessManager", (deployer,)), creates="AccessManager")
    for name, needs in CONSTRUCTORS.items():
        yield Step(to=None, data=_creation(name, tuple(addresses[n] for n in needs)), creates=name)
    authority = addresses["AccessManager"]
    for contract, functions in GUARDED.items():
        for role in sorted(set(functions.values())):
            selectors = [_selector(contract, f) for f, r in functions.items() if r is role]
            data = encode_call("AccessManager", "setTargetFunctionRole", addresses[contract], selectors, role)
            yield Step(to=authority, data=data)
    for module in MODULES:
        data = encode_call("Ledger", "admitModule", addresses[module], kinds_mask(module))
        yield Step(to=addresses["Ledger"], data=data)
    for role, holder in sorted(holders.items(), reverse=True):
        delay = ADMIN_DELAY_SECONDS if role is AuthorityRole.ADMIN else 0
        yield Step(to=authority, data=encode_call("AccessManager", "grantRole", role, holder, delay))
    yield Step(to=authority, data=encode_call("AccessManager", "renounceRole", AuthorityRole.ADMIN, deployer))


def created_at(deployer: str, nonce: int) -> str:
    """Address of the contract that a transaction of this nonce creates."""
    return to_checksum_address(keccak(rlp.encode([to_canonical_address(deployer), nonce]))[12:])


def _creation(contract: str, args: tuple[str, ...]) -> bytes:
    built = artifact(contract)
    constructor = next(e for e in built["abi"] if e["type"] == "constructor")
    return bytes.fromhex(built["bytecode"][2:]) + encode([canonical(i) for i in constructor["inputs"]], args)


def _selector(contract: str, function: str) -> bytes:
    entry = next(e for e in artifact(contract)["abi"] if e["type"] == "function" and e["name"] == function)
    return keccak(text=f"{function}({','.join(canonical(i) for i in entry['inputs'])})")[:4]
