"""Sends the transactions of a deployment: each once, whatever ends the process that sends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from eth_utils import keccak, to_checksum_address
from hexbytes import HexBytes
from web3.exceptions import TimeExhausted, TransactionNotFound

from contracts.abi import artifact
from contracts.deployment import LOCAL_DOMAIN, DeployedContract, Deployment
from contracts.deployment_plan import Step, created_at, creation, plan
from contracts.errors import DeploymentError
from contracts.roles import AuthorityRole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from web3 import AsyncWeb3
    from web3.types import TxReceipt

# Blocks of a network have some 30 million, and a node counts the limit, not what is used.
CREATION_GAS, CALL_GAS = 8_000_000, 2_000_000
# A node takes a sender's transactions only so far ahead of the last one in a block.
SENT_AT_ONCE = 16
MOST_SECONDS = 600


class TransactionSigner(Protocol):
    """A key that signs chain transactions."""

    @property
    def address(self) -> str:
        """Checksummed address of the key."""

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """Signs a transaction; its raw bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signed:
    nonce: int
    step: Step
    raw: bytes
    hash: bytes


async def deploy(
    web3: AsyncWeb3[Any],
    deployer: TransactionSigner,
    holders: Mapping[AuthorityRole, str],
    passkey_domain: str = LOCAL_DOMAIN,
) -> Deployment:
    """Deploys everything and returns where it is.

    Ended anywhere and called again, it goes on: each transaction is looked up before it is sent, by the hash that it had
    the first time.

    Args:
        web3: Connection to the chain.
        deployer: Key that deploys and sends nothing else. It signs the same bytes alike each time, and keeps no power.
        holders: Address that gets each role; the same each time.
        passkey_domain: Domain for which passkeys count, for ever; the same each time.

    Raises:
        DeploymentError: A role has no holder, the key has sent other transactions, or one failed or is in no block.
    """
    missing = [role.name for role in AuthorityRole if role not in holders]
    if missing:
        raise DeploymentError(f"roles without a holder: {', '.join(missing)}")
    chain_id = await web3.eth.chain_id
    steps = plan(deployer.address, holders, passkey_domain)
    signed = [_signed(deployer, chain_id, nonce, step) for nonce, step in enumerate(steps)]
    await _check_begun(web3, deployer, signed)
    contracts: dict[str, DeployedContract] = {}
    for first in range(0, len(signed), SENT_AT_ONCE):
        some = signed[first : first + SENT_AT_ONCE]
        for each in some:
            await _send(web3, each)
        for each in some:
            receipt = await _mined(web3, each)
            if name := each.step.creates:
                contracts[name] = await _deployed(
                    web3, name, created_at(deployer.address, each.nonce), receipt
                )
    genesis = await web3.eth.get_block(0)
    return Deployment(
        chain_id=chain_id,
        genesis_hash="0x" + genesis["hash"].hex(),
        contracts=contracts,
        passkey_domain=passkey_domain,
    )


async def deploy_version(
    web3: AsyncWeb3[Any], deployer: TransactionSigner, contract: str, addresses: Mapping[str, str]
) -> DeployedContract:
    """Deploys a new version of a module, which has no right yet. Ended after it was sent and called again, it goes on.

    Args:
        web3: Connection to the chain.
        deployer: Key that sends it.
        contract: Name of the module.
        addresses: Of the contracts that it is given, by name, and its own of the version before it.

    Returns:
        Where it is, with the block of its creation.

    Raises:
        DeploymentError: The transaction failed or is in no block.
    """
    count = await web3.eth.get_transaction_count(to_checksum_address(deployer.address))
    step = Step(to=None, data=creation(contract, addresses), creates=contract)
    chain_id = await web3.eth.chain_id
    signed = _signed(deployer, chain_id, count, step)
    if count:
        last = _signed(deployer, chain_id, count - 1, step)
        is_counted = created_at(deployer.address, last.nonce) in addresses.values()
        if not is_counted and await _is_known(web3, last):
            signed = last
    await _send(web3, signed)
    return await _deployed(
        web3, contract, created_at(deployer.address, signed.nonce), await _mined(web3, signed)
    )


async def _check_begun(web3: AsyncWeb3[Any], deployer: TransactionSigner, signed: Sequence[_Signed]) -> None:
    """Makes sure that what the key has sent so far is the beginning of this deployment."""
    count = await web3.eth.get_transaction_count(to_checksum_address(deployer.address))
    # A key gives its nonces in order, so that the last one speaks for all.
    if count > len(signed) or (count and not await _is_known(web3, signed[count - 1])):
        raise DeploymentError(
            f"the key {deployer.address} has sent {count} transactions that are not of this deployment: deploy with a new key"
        )


async def _send(web3: AsyncWeb3[Any], signed: _Signed) -> None:
    if not await _is_known(web3, signed):
        await web3.eth.send_raw_transaction(HexBytes(signed.raw))


async def _is_known(web3: AsyncWeb3[Any], signed: _Signed) -> bool:
    try:
        await web3.eth.get_transaction(HexBytes(signed.hash))
    except TransactionNotFound:
        return False
    return True


async def _mined(web3: AsyncWeb3[Any], signed: _Signed) -> TxReceipt:
    try:
        receipt = await web3.eth.wait_for_transaction_receipt(
            HexBytes(signed.hash), timeout=MOST_SECONDS, poll_latency=0.02
        )
    except TimeExhausted:
        raise DeploymentError(
            f"transaction {signed.nonce} of the deployment is in no block after {MOST_SECONDS} s: see whether the network"
            " makes blocks, and deploy again, which goes on from here"
        ) from None
    if receipt["status"] != 1:
        raise DeploymentError(
            f"transaction {signed.nonce} of the deployment failed: {signed.step.creates or signed.step.to}"
        )
    return receipt


async def _deployed(web3: AsyncWeb3[Any], name: str, address: str, receipt: TxReceipt) -> DeployedContract:
    """Where a contract is by its deployer's nonce, whatever the node says, with the code that was built.

    Raises:
        DeploymentError: The node tells of another code there.
    """
    return DeployedContract(
        address=address, block=receipt["blockNumber"], code_hash=await built_code_hash(web3, name, address)
    )


async def built_code_hash(web3: AsyncWeb3[Any], name: str, address: str) -> str:
    """Hash of the code at an address, 0x and 64 hex digits, which is that of a contract as this checkout builds it.

    Args:
        web3: Connection to the chain.
        name: Name of the contract.
        address: Its address.

    Raises:
        DeploymentError: The node tells of another code there.
    """
    code = bytes(await web3.eth.get_code(to_checksum_address(address)))
    built = artifact(name)["runtime"]
    if _without(code, built["immutables"]).hex() != built["code"][2:]:
        raise DeploymentError(
            f"the node tells of other code than was built for {name} at {address}: ask another node"
        )
    return "0x" + keccak(code).hex()


def _without(code: bytes, immutables: Sequence[tuple[int, int]]) -> bytes:
    """Code with zeros where immutables are filled in, as it is built."""
    bare = bytearray(code)
    for start, length in immutables:
        bare[start : start + length] = bytes(length)
    return bytes(bare)


def _signed(deployer: TransactionSigner, chain_id: int, nonce: int, step: Step) -> _Signed:
    transaction = {
        "chainId": chain_id, "nonce": nonce, "gas": CALL_GAS if step.to else CREATION_GAS, "maxFeePerGas": 0,
        "maxPriorityFeePerGas": 0, "value": 0, "data": step.data, "to": step.to or b"",
    }  # fmt: skip
    raw = deployer.sign_transaction(transaction)
    return _Signed(nonce=nonce, step=step, raw=raw, hash=keccak(raw))
