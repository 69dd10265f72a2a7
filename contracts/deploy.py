"""Deploys the contracts, wires their roles, and gives the deployer's power away.

Order: authority, contracts, roles of functions, holders of roles, modules of the ledger, the governor, and last the
deployer renounces. All addresses follow from the deployer and its nonce, so every transaction is signed and sent
before the first one is mined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import rlp
from eth_abi import encode
from eth_utils import keccak, to_canonical_address, to_checksum_address
from hexbytes import HexBytes

from contracts.abi import artifact, canonical, encode_call
from contracts.deployment import DeployedContract, Deployment
from contracts.errors import DeploymentError
from contracts.roles import ADMIN_DELAY_SECONDS, GUARDED, MODULES, AuthorityRole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from web3 import AsyncWeb3

GAS_LIMIT = 12_000_000

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


class TransactionSigner(Protocol):
    """A key that signs chain transactions."""

    @property
    def address(self) -> str:
        """Checksummed address of the key."""

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """Signs a transaction; its raw bytes."""


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


def plan(deployer: str, first_nonce: int, holders: Mapping[AuthorityRole, str]) -> Iterator[Step]:
    """The transactions of a deployment, in order.

    Args:
        deployer: Address that sends them.
        first_nonce: Its next nonce.
        holders: Address that gets each role; ADMIN's acts wait out `ADMIN_DELAY_SECONDS`.
    """
    names = ("AccessManager", *CONSTRUCTORS)
    addresses = {name: _address(deployer, first_nonce + i) for i, name in enumerate(names)}
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
        yield Step(to=addresses["Ledger"], data=encode_call("Ledger", "admitModule", addresses[module]))
    for role, holder in sorted(holders.items(), reverse=True):
        delay = ADMIN_DELAY_SECONDS if role is AuthorityRole.ADMIN else 0
        yield Step(to=authority, data=encode_call("AccessManager", "grantRole", role, holder, delay))
    yield Step(to=authority, data=encode_call("AccessManager", "renounceRole", AuthorityRole.ADMIN, deployer))


async def deploy(
    web3: AsyncWeb3[Any], deployer: TransactionSigner, holders: Mapping[AuthorityRole, str]
) -> Deployment:
    """Deploys everything and returns where it is.

    Args:
        web3: Connection to the chain.
        deployer: Key that deploys. It keeps no power.
        holders: Address that gets each role.

    Raises:
        DeploymentError: A role has no holder, or a transaction failed.
    """
    missing = [role.name for role in AuthorityRole if role not in holders]
    if missing:
        raise DeploymentError(f"roles without a holder: {', '.join(missing)}")
    chain_id = await web3.eth.chain_id
    nonce = await web3.eth.get_transaction_count(to_checksum_address(deployer.address))
    sent: list[tuple[Step, HexBytes]] = []
    for step in plan(deployer.address, nonce, holders):
        fields: dict[str, Any] = {
            "chainId": chain_id,
            "nonce": nonce + len(sent),
            "gas": GAS_LIMIT,
            "maxFeePerGas": 0,
        }
        transaction = {
            **fields,
            "maxPriorityFeePerGas": 0,
            "value": 0,
            "data": step.data,
            "to": step.to or b"",
        }
        raw = deployer.sign_transaction(transaction)
        sent.append((step, await web3.eth.send_raw_transaction(HexBytes(raw))))
    contracts: dict[str, DeployedContract] = {}
    for number, (step, transaction_hash) in enumerate(sent):
        receipt = await web3.eth.wait_for_transaction_receipt(transaction_hash, timeout=60, poll_latency=0.02)
        if receipt["status"] != 1:
            raise DeploymentError(f"transaction {number} of the deployment failed: {step.creates or step.to}")
        if step.creates:
            address = to_checksum_address(str(receipt["contractAddress"]))
            code = await web3.eth.get_code(address)
            block = receipt["blockNumber"]
            contracts[step.creates] = DeployedContract(
                address=address, block=block, code_hash="0x" + keccak(code).hex()
            )
    genesis = await web3.eth.get_block(0)
    return Deployment(chain_id=chain_id, genesis_hash="0x" + genesis["hash"].hex(), contracts=contracts)


async def check_deployment(web3: AsyncWeb3[Any], deployment: Deployment) -> None:
    """Makes sure that the chain is the one of the record and holds its code.

    Raises:
        DeploymentError: Chain id, genesis or the code of a contract differs.
    """
    chain_id = await web3.eth.chain_id
    if chain_id != deployment.chain_id:
        raise DeploymentError(f"wrong chain: expected chain id {deployment.chain_id}, got {chain_id}")
    genesis = "0x" + (await web3.eth.get_block(0))["hash"].hex()
    if genesis != deployment.genesis_hash:
        raise DeploymentError(f"wrong chain: expected genesis {deployment.genesis_hash}, got {genesis}")
    for name, contract in deployment.contracts.items():
        code_hash = "0x" + keccak(await web3.eth.get_code(to_checksum_address(contract.address))).hex()
        if code_hash != contract.code_hash:
            raise DeploymentError(
                f"wrong contract: {name} at {contract.address} has code {code_hash}, expected {contract.code_hash}"
            )


def _address(deployer: str, nonce: int) -> str:
    return to_checksum_address(keccak(rlp.encode([to_canonical_address(deployer), nonce]))[12:])


def _creation(contract: str, args: tuple[str, ...]) -> bytes:
    built = artifact(contract)
    constructor = next(e for e in built["abi"] if e["type"] == "constructor")
    return bytes.fromhex(built["bytecode"][2:]) + encode([canonical(i) for i in constructor["inputs"]], args)


def _selector(contract: str, function: str) -> bytes:
    entry = next(e for e in artifact(contract)["abi"] if e["type"] == "function" and e["name"] == function)
    return keccak(text=f"{function}({','.join(canonical(i) for i in entry['inputs'])})")[:4]
