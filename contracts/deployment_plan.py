"""The transactions that put the contracts on a chain, wire their roles, and give the deployer's power away.

Order: authority, contracts, roles of functions, holders of roles, modules of the ledger, the governor, and last the
deployer renounces. The founding goes on until the ADMIN ends it. All addresses follow from the deployer and its nonces from 0 on, so that every transaction is known
before the first one is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import rlp
from eth_abi import encode
from eth_utils import keccak, to_canonical_address, to_checksum_address

from contracts.abi import artifact, canonical, encode_call
from contracts.deployment import LOCAL_DOMAIN
from contracts.roles import (
    ADMIN_DELAY_SECONDS,
    DESK_ROLE,
    GUARDED,
    MODULES,
    OF_CONTRACTS,
    PERSONS_OFFICES,
    VETO_ROLE,
    AuthorityRole,
    holder_role,
    kinds_mask,
    role_id,
    roles_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Stands for SHA-256 of the domain for which passkeys count (Web Authentication Level 2, RP ID).
RP_ID_HASH = "rp id hash"
# What each contract is given: the addresses of contracts before it. Its own name means the version before it, or zeros.
CONSTRUCTORS: dict[str, tuple[str, ...]] = {
    "P256Verifier": (),
    "PasskeyVerifier": (RP_ID_HASH,),
    "Members": ("Authority", "P256Verifier", "PasskeyVerifier"),
    "Ledger": ("Authority",),
    "Funds": ("Authority", "Ledger", "Members"),
    "Donations": ("Ledger", "Members", "Funds"),
    "BankCharges": ("Ledger", "Members", "Funds"),
    "Campaigns": ("Authority", "Ledger", "Members", "Funds", "Campaigns"),
    "Offices": ("Authority", "Members"),
    "Committees": ("Authority", "Members", "Funds", "Offices"),
    "Vetoes": ("Authority", "Members", "Funds", "Committees"),
    "Budgets": ("Authority", "Ledger"),
    "Receipts": ("Authority",),
    "Rounds": ("Ledger", "Members", "Funds", "Committees", "Receipts"),
    "Disbursements": ("Ledger", "Members", "Funds", "Budgets", "Rounds"),
    "EventLog": ("Authority", "Ledger"),
    "DeviceRegistry": ("Authority", "Members"),
    "TimeBank": ("Authority", "Ledger", "Members", "EventLog", "TimeBank"),
    "Redemptions": ("Ledger", "Members", "Funds", "TimeBank", "Redemptions"),
    "Enterprises": ("Authority", "Ledger", "Members", "Funds"),
    "PartPayments": ("Ledger", "Members", "Funds", "Budgets", "Rounds", "Enterprises"),
    "Cooperative": ("Ledger", "Members", "Enterprises", "Cooperative"),
    "Delegations": ("Authority", "Ledger", "Members"),
}
NOBODY = "0x" + "00" * 20


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


def plan(
    deployer: str, holders: Mapping[AuthorityRole, str], passkey_domain: str = LOCAL_DOMAIN
) -> Iterator[Step]:
    """The transactions of a deployment, in order.

    Args:
        deployer: Address that sends them, its first transactions.
        passkey_domain: Domain for which passkeys count, for ever.
        holders: Address of the key that holds each office; ADMIN's acts wait out `ADMIN_DELAY_SECONDS`. Changes of the
            others wait only once the ADMIN has ended the founding, which is no part of the deployment.
    """
    names = ("Authority", *CONSTRUCTORS)
    addresses = {name: created_at(deployer, i) for i, name in enumerate(names)}
    yield Step(to=None, data=_creation("Authority", (deployer,)), creates="Authority")
    created = {"Authority": addresses["Authority"]}
    for name in CONSTRUCTORS:
        yield Step(to=None, data=creation(name, created, passkey_domain), creates=name)
        created[name] = addresses[name]
    authority = addresses["Authority"]
    for contract in GUARDED:
        yield from function_roles(contract, addresses)
    for module in MODULES:
        yield admission(module, addresses)
    for role, contract in ((VETO_ROLE, "Vetoes"), (DESK_ROLE, "Delegations")):
        yield Step(to=authority, data=encode_call("Authority", "grantRole", role, addresses[contract], 0))
    for office, holder in sorted(holders.items(), reverse=True):
        yield from _office(office, holder, addresses)
    yield Step(to=authority, data=encode_call("Authority", "renounceRole", AuthorityRole.ADMIN, deployer))


def office_account(offices: str, office: AuthorityRole) -> str:
    """Address of the account of an office that persons hold, which `Offices` creates with itself, one after the other.

    Args:
        offices: Address of `Offices`.
        office: One of `PERSONS_OFFICES`.
    """
    # A contract's own creations count from 1 (EIP-161).
    return created_at(offices, 1 + office)


def _office(office: AuthorityRole, holder: str, addresses: Mapping[str, str]) -> Iterator[Step]:
    """The grants by which an office has its account, if persons hold it, and a key acts for it."""
    account = office_account(addresses["Offices"], office) if office in PERSONS_OFFICES else holder
    delay = ADMIN_DELAY_SECONDS if office is AuthorityRole.ADMIN else 0
    grants = [(role, account, delay) for role in roles_of(office)]
    for grant in dict.fromkeys([*grants, (holder_role(office), holder, 0)]):
        yield Step(to=addresses["Authority"], data=encode_call("Authority", "grantRole", *grant))


def function_roles(contract: str, addresses: Mapping[str, str]) -> Iterator[Step]:
    """The calls by which the guarded functions of a contract get their roles.

    Args:
        contract: Its name.
        addresses: Of the contracts, by name: its own, and that of the Authority.
    """
    needed = {function: role_id(contract, function) for function in GUARDED.get(contract, ())}
    needed |= OF_CONTRACTS.get(contract, {})
    for role in sorted(set(needed.values())):
        selectors = [_selector(contract, f) for f, r in needed.items() if r == role]
        data = encode_call("Authority", "setTargetFunctionRole", addresses[contract], selectors, role)
        yield Step(to=addresses["Authority"], data=data)


def admission(module: str, addresses: Mapping[str, str]) -> Step:
    """The call by which a module may post.

    Args:
        module: Its name.
        addresses: Of the contracts, by name: its own, and that of the Ledger.
    """
    data = encode_call("Ledger", "admitModule", addresses[module], kinds_mask(module))
    return Step(to=addresses["Ledger"], data=data)


def created_at(deployer: str, nonce: int) -> str:
    """Address of the contract that a transaction of this nonce creates."""
    return to_checksum_address(keccak(rlp.encode([to_canonical_address(deployer), nonce]))[12:])


def creation(contract: str, addresses: Mapping[str, str], passkey_domain: str = LOCAL_DOMAIN) -> bytes:
    """Code that creates a contract, with what it is given.

    Args:
        contract: Its name; not the Authority's.
        addresses: Of the contracts it is given, by name; for a new version also its own, of the version before it.
        passkey_domain: Domain for which passkeys count, for their verifier.
    """
    known: dict[str, str | bytes] = {
        contract: NOBODY, RP_ID_HASH: sha256(passkey_domain.encode()).digest(), **addresses,
    }  # fmt: skip
    return _creation(contract, tuple(known[name] for name in CONSTRUCTORS[contract]))


def _creation(contract: str, args: tuple[str | bytes, ...]) -> bytes:
    built = artifact(contract)
    inputs: list[Any] = next((e["inputs"] for e in built["abi"] if e["type"] == "constructor"), [])
    return bytes.fromhex(built["bytecode"][2:]) + encode([canonical(i) for i in inputs], args)


def _selector(contract: str, function: str) -> bytes:
    entry = next(e for e in artifact(contract)["abi"] if e["type"] == "function" and e["name"] == function)
    return keccak(text=f"{function}({','.join(canonical(i) for i in entry['inputs'])})")[:4]
