"""Where a call goes: to the version of its contract that is in force, or to that in which what it is about began.

A module that is replaced ends what it began, by its own rules. So a task, a redemption, a campaign and an order with its lots
stay with the version that emitted the event by which they began. A gift is refunded, and taken back, by whichever is in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_utils import to_checksum_address
from sqlalchemy import and_, select

from contracts.abi import call_of, encode_call
from contracts.events import (
    CampaignOpened,
    LotTaken,
    RedemptionOpened,
    TaskOpened,
    WorkOrderOpened,
)
from indexer.history import EVENT_TABLES
from indexer.tables import emitters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.deployment import Deployment
    from contracts.types import Event
    from kit.reader import Reader, ReaderConnection
    from wallets.intents import Call

# By contract: the argument that names a thing, the event by which it began, and the event's field. A lot that is taken is of
# its order.
_BEGINNINGS: dict[str, tuple[tuple[str, type[Event], str], ...]] = {
    "Campaigns": (("campaign", CampaignOpened, "campaign"),),
    "TimeBank": (("task", TaskOpened, "task"),),
    "Redemptions": (("redemption", RedemptionOpened, "redemption"),),
    "Cooperative": (
        ("order", WorkOrderOpened, "order"),
        ("lot", LotTaken, "lot"),
    ),
}
# What the version in force ends of former ones, too.
_OF_ANY_VERSION = {("Campaigns", "refundGift"), ("Campaigns", "reverseGift")}


async def address_of(deployment: Deployment, mirror: Reader, call: Call) -> str:
    """Checksummed address to which a call goes.

    Args:
        deployment: Where the contracts are.
        mirror: Tells where a thing began.
        call: The call.
    """
    return await address_of_data(
        deployment, mirror, call.contract, encode_call(call.contract, call.function, *call.args)
    )


async def address_of_data(deployment: Deployment, mirror: Reader, contract: str, data: bytes) -> str:
    """As `address_of`, by calldata.

    Args:
        deployment: Where the contracts are.
        mirror: Tells where a thing began.
        contract: Name of the contract.
        data: Calldata.
    """
    versions = deployment.versions(contract)
    if len(versions) == 1 or contract not in _BEGINNINGS:
        return versions[-1].address
    function, inputs = call_of(contract, data)
    if (contract, function) in _OF_ANY_VERSION:
        return versions[-1].address
    arguments = dict(_flat(inputs))
    async with mirror.connect() as connection:
        for name, event, field in _BEGINNINGS[contract]:
            if name in arguments and (begun := await _begun(connection, event, field, _key(arguments[name]))):
                return _emitter(deployment, contract, *begun)
    return versions[-1].address


async def _begun(
    connection: ReaderConnection, event: type[Event], field: str, key: Any
) -> tuple[int, bytes | None] | None:
    """Block of the last event by which a thing began, and its emitter if that was not the latest version then."""
    table = EVENT_TABLES[event]
    same = and_(emitters.c.block_number == table.c.block_number, emitters.c.log_index == table.c.log_index)
    query = (
        select(table.c.block_number, emitters.c.address)
        .select_from(table.outerjoin(emitters, same))
        .where(table.c[field] == key)
        .order_by(table.c.block_number.desc(), table.c.log_index.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).first()
    return None if row is None else (row.block_number, row.address)


def _emitter(deployment: Deployment, contract: str, block: int, former: bytes | None) -> str:
    if former is not None:
        return to_checksum_address(former)
    begun = [version for version in deployment.versions(contract) if version.block <= block]
    return begun[-1].address


def _key(value: Any) -> Any:
    return bytes.fromhex(value[2:]) if isinstance(value, str) else value


def _flat(arguments: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in arguments.items():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield name, value
