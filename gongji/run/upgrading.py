"""Replaces a module of a running town: deploys the new version, has its changes announced, and writes the record from the chain."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eth_account import Account
from eth_utils import to_checksum_address
from sqlalchemy import func, select

from audit.evidence.trust import Trust
from contracts.deploy import built_code_hash, deploy_version
from contracts.deployment import DeployedContract, Deployment
from contracts.deployment_plan import created_at
from contracts.errors import DeploymentError
from contracts.events import ModuleAdmitted, ModuleRetired
from contracts.roles import CHANGE_OPEN_SECONDS, AuthorityRole
from contracts.upgrade import (
    REPLACEABLE,
    addresses_of,
    closing,
    module_created,
    replacing,
    retiring,
    together,
    with_retired,
    with_version,
)
from gongji.errors import FormerVersionMissingError, ModuleUnknownError, StillOpenError, UpgradeWaitsError
from gongji.keys import service_key
from gongji.run.configs import deployment, mirror_reader
from gongji.run.deploying import TIMEOUT_SECONDS, BoundedProvider, connection, trusted
from gongji.run.retiring import still_open
from indexer.projections.change import changes
from indexer.proof.transactions import recompute
from indexer.tables import blocks, transactions
from kit.rpc.async_client import AsyncRpcClient
from ledger_api.history import recorded
from wallets.intents import ActOnCall, CallAct

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from sqlalchemy import Connection, Select

    from contracts.deployment_plan import Step
    from gongji.settings import Settings


def require_replaceable(settings: Settings, contract: str) -> None:
    """Refuses what is no module that is replaced, or one whose replacement waits already.

    Raises:
        ModuleUnknownError: It is not replaced.
        UpgradeWaitsError: Its replacement waits already.
    """
    if contract not in REPLACEABLE:
        raise ModuleUnknownError(contract, REPLACEABLE)
    record, waiting = deployment(settings), waiting_calldata(settings)
    for name in together(contract):
        if closing(record, name).data in waiting:
            raise UpgradeWaitsError(name)


async def deploy_new(settings: Settings, contract: str) -> dict[str, DeployedContract]:
    """Deploys new versions of a module and of those that were given its address; they have no right yet.

    Args:
        settings: Settings of the town.
        contract: Name of the module.

    Raises:
        DeploymentError: A transaction failed or is in no block.
        NodeError: No node answers.
    """
    record, created = deployment(settings), dict[str, DeployedContract]()
    async with _client(settings) as client:
        web3 = connection(BoundedProvider(client))
        for name in together(contract):
            known = addresses_of(record) | {n: one.address for n, one in created.items()}
            created[name] = await deploy_version(web3, service_key(settings, "deployer"), name, known)
    return created


def steps_to_replace(settings: Settings, created: dict[str, DeployedContract]) -> list[Step]:
    """What is announced: the closing of the former versions, and the admission and the offices of new ones."""
    addresses = {name: one.address for name, one in created.items()}
    return list(replacing(deployment(settings), addresses))


def steps_to_retire(settings: Settings, contract: str) -> list[Step]:
    """What is announced: the end of all versions of a module but the one in force.

    Raises:
        ModuleUnknownError: It is not replaced.
        FormerVersionMissingError: There is only the version in force.
        StillOpenError: One of them has something to end yet.
        UpgradeWaitsError: Their end waits already.
    """
    if contract not in REPLACEABLE:
        raise ModuleUnknownError(contract, REPLACEABLE)
    record, waiting = deployment(settings), waiting_calldata(settings)
    former = [one.address for one in record.versions(contract)[:-1] if one.until is None]
    if not former:
        raise FormerVersionMissingError(contract)
    steps = [step for address in former if (step := retiring(record, address)).data not in waiting]
    if not steps:
        raise UpgradeWaitsError(contract)
    if things := still_open(settings, record, contract):
        raise StillOpenError(contract, things)
    return steps


def announcement(step: Step, *, nonce: int, deadline: int) -> ActOnCall:
    """What the administrator signs to announce a step.

    Args:
        step: What is called when it has waited.
        nonce: A number that the key has not used at the contract of offices.
        deadline: Last second at which it may arrive, seconds since 1970.
    """
    if step.to is None:
        raise ValueError("expected a call of a contract, got a creation")
    return ActOnCall(
        act=CallAct.SCHEDULE_FOR_OFFICE,
        office=AuthorityRole.ADMIN,
        target=bytes.fromhex(step.to[2:]),
        data=step.data,
        nonce=nonce,
        deadline=deadline,
    )


def waiting_calldata(settings: Settings) -> set[bytes]:
    """Calldata of the changes that the mirror knows and that wait or may be carried out."""
    table = changes.table
    now = select(func.max(blocks.c.time)).scalar_subquery()
    query = select(table.c.data).where(
        table.c.to_block.is_(None), table.c.executed_at.is_(None), table.c.cancelled_at.is_(None),
        table.c.due_at + CHANGE_OPEN_SECONDS > now,
    )  # fmt: skip
    engine = mirror_reader(settings)
    try:
        with engine.connect() as mirror:
            return set(map(bytes, mirror.scalars(query)))
    finally:
        engine.dispose()


async def write_record(settings: Settings) -> Deployment:
    """Brings the record, and the operator's own trust file, to what the chain says; every node does so by itself.

    A module that the ledger admitted is taken up if the transaction that created it is verified in the mirror, and carries the
    code of this checkout with contracts of this town.

    Raises:
        DeploymentError: The ledger admitted something else.
        NodeError: No node answers.
    """
    before = record = deployment(settings)
    engine = mirror_reader(settings)
    try:
        with engine.connect() as mirror:
            admitted, retired = _said(mirror, ModuleAdmitted), _said(mirror, ModuleRetired)
            query = select(transactions.c.hash).where(transactions.c.target.is_(None))
            hashes = [
                bytes(h)
                for h in mirror.scalars(query.order_by(transactions.c.block_number, transactions.c.tx_index))
            ]
    finally:
        engine.dispose()
    unknown = {a: block for a, block in admitted.items() if record.name_of(bytes.fromhex(a[2:])) is None}
    if unknown:
        async with _client(settings) as client:
            record = await _with_versions(client, record, unknown, hashes)
    for address, block in retired.items():
        if admitted[address] < block:
            record = with_retired(record, address, block)
    if record != before:
        _save(settings, record)
    return record


async def _with_versions(
    client: AsyncRpcClient, record: Deployment, unknown: dict[str, int], hashes: Iterable[bytes]
) -> Deployment:
    web3 = connection(BoundedProvider(client))
    left = dict(unknown)
    for digest in hashes:
        address, data = await _creation(client, digest)
        block = left.pop(address, None)
        if block is None:
            continue
        contract = module_created(data, record)
        if contract is None:
            raise _foreign(address, block)
        code_hash = await built_code_hash(web3, contract, address)
        version = DeployedContract(address=address, block=block, code_hash=code_hash)
        record = with_version(record, contract, version)
    for address, block in left.items():
        raise _foreign(address, block)
    return record


async def _creation(client: AsyncRpcClient, digest: bytes) -> tuple[str, bytes]:
    """Address and data of a creation that is verified in the mirror; what the node tells has its hash."""
    answer: dict[str, Any] = await client.call("eth_getTransactionByHash", "0x" + digest.hex())
    found = recompute(answer)
    if found.hash != digest:
        raise DeploymentError(
            f"the node tells of another transaction than 0x{digest.hex()}: ask another node"
        )
    sender = Account.recover_transaction("0x" + found.encoded.hex())
    return created_at(sender, int(answer["nonce"], 16)), bytes.fromhex(answer["input"][2:])


def _foreign(address: str, block: int) -> DeploymentError:
    return DeploymentError(
        f"block {block} 准入了一个模块 admitted a module at {address} that is none of this checkout's build, given contracts of this"
        " town: install the release that it was built from, or ask who scheduled it"
    )


def _said(mirror: Connection, event: Any) -> dict[str, int]:
    """The last block in which the ledger said so of each module, by its address, in the order of the chain."""
    query: Select[Any] = recorded(event).order_by("block_number", "log_index")
    rows = mirror.execute(query)
    return {to_checksum_address(bytes(row.module)): row.block_number for row in rows}


def _save(settings: Settings, record: Deployment) -> None:
    path = settings.path("trust.json")
    if path.exists():
        replace(Trust.load(path), contracts=trusted(record)).save(path)
    record.save(settings.path("deployment.json"))


@asynccontextmanager
async def _client(settings: Settings) -> AsyncIterator[AsyncRpcClient]:
    client = AsyncRpcClient(settings.chain_urls, TIMEOUT_SECONDS)
    try:
        yield client
    finally:
        await client.close()
