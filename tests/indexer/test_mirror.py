"""The mirror holds what the chain says, seen with other eyes, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import to_checksum_address
from sqlalchemy import func, select

from contracts.abi import artifact
from contracts.accounts import AccountKind, account_id
from contracts.events import EVENTS
from indexer.errors import MirrorBusyError, MirrorUnreadableError, VerificationError
from indexer.history import EVENT_TABLES
from indexer.run import rebuild, status
from indexer.schema import MIRROR
from indexer.sync import Syncer
from indexer.tables import balances, blocks, transactions
from kit.database import open_engine
from kit.errors import NodeUnreachableError
from kit.reader import open_reader
from tests.contracts.neighbourhood import GENERAL
from tests.indexer.conftest import content, fresh_content, mirrored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from indexer.config import IndexerConfig
    from tests.indexer.forking import ForkingTown


async def test_every_event_of_the_neighbourhood_is_mirrored_as_web3_decodes_it(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    await founded.give(100, 250)
    await founded.mine()
    config = configure(rpc_urls=(founded.url,))
    await mirrored(config)
    held = content(config.database_url)
    seen = 0
    for event in EVENTS:
        expected = sorted((_row(event, log) for log in await _logs(founded, event)), key=repr)
        assert held[EVENT_TABLES[event].name] == expected, event
        seen += bool(expected)
    assert seen > 15, "the neighbourhood has fewer kinds of events than expected"


async def test_blocks_and_transactions_are_mirrored_as_the_node_knows_them(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    config = configure(rpc_urls=(founded.url,))
    height = await mirrored(config)
    engine = open_engine(config.database_url, MIRROR)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(blocks)).scalar_one() == height + 1
        rows = connection.execute(select(transactions)).all()
    engine.dispose()
    assert len(rows) > 60
    for row in rows[:: len(rows) // 20]:
        receipt = await founded.town.web3.eth.get_transaction_receipt(row.hash)
        expected = (
            receipt["blockNumber"],
            receipt["transactionIndex"],
            receipt["status"],
            receipt["gasUsed"],
        )
        assert (row.block_number, row.tx_index, row.status, row.gas_used) == expected
        assert (row.target and to_checksum_address(row.target)) == receipt.get("to")


async def test_balances_are_the_contract_s_at_every_height(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    for amounts in ((5,), (7, 11), (), (13,)):
        if amounts:
            await founded.give(*amounts)
        await founded.mine()
    config = configure(rpc_urls=(founded.url,))
    height = await mirrored(config)
    account = account_id(AccountKind.PURPOSE, GENERAL)
    for number in range(height - 5, height + 1):
        expected = await _balance_of(founded, account, number)
        assert _mirrored_balance(config.database_url, account, number) == expected
    assert expected == 36


async def test_catching_up_twice_changes_nothing(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    await founded.give(3)
    await founded.mine()
    config = configure(rpc_urls=(founded.url,))
    await mirrored(config)
    once = content(config.database_url)
    assert await mirrored(config) == await founded.height()
    assert content(config.database_url) == once


async def test_a_mirror_that_grew_in_steps_equals_one_made_at_once(
    founded: ForkingTown, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    syncer = await Syncer.open(config := configure(rpc_urls=(founded.url,)))
    for amount in range(1, 6):
        await founded.give(amount)
        await founded.mine()
        assert await syncer.catch_up() == await founded.height()
    await syncer.close()
    assert content(config.database_url) == await fresh_content(founded.deployment, founded.url, tmp_path)


async def test_processes_far_behind_mirror_the_same_as_one_thread(
    founded: ForkingTown,
    configure: Callable[..., IndexerConfig],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("indexer.pipeline.FAR_BLOCKS", 10)
    await founded.give(*range(1, 30))
    await founded.mine(30)
    config = configure(rpc_urls=(founded.url,), workers=2)
    assert await mirrored(config) == await founded.height()
    assert content(config.database_url) == await fresh_content(founded.deployment, founded.url, tmp_path)


async def test_a_second_indexer_is_refused_while_one_writes(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    syncer = await Syncer.open(config := configure(rpc_urls=(founded.url,)))
    with pytest.raises(MirrorBusyError):
        await Syncer.open(config)
    with pytest.raises(MirrorBusyError):
        await rebuild(config)
    await syncer.close()
    await mirrored(config)


async def test_status_tells_height_head_and_that_nothing_is_wrong(
    founded: ForkingTown, configure: Callable[..., IndexerConfig], database_url: str
) -> None:
    config = configure(rpc_urls=(founded.url,), database_url=database_url, finality_blocks=4)
    with pytest.raises(MirrorUnreadableError):
        await status(config)
    height = await mirrored(config)
    shown = await status(config)
    assert (shown.number, shown.head_number, shown.final_number) == (height, height, height - 4)
    assert (shown.halted, shown.reason) == (False, None)
    assert shown.checked_at > 1_700_000_000


async def test_a_rebuilt_mirror_equals_the_old_one(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    await founded.give(8)
    await founded.mine()
    config = configure(rpc_urls=(founded.url,))
    await mirrored(config)
    before = content(config.database_url)
    assert await rebuild(config) == await founded.height()
    assert content(config.database_url) == before


async def test_a_mirror_whose_node_is_away_or_of_another_chain_is_not_dropped(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    config = configure(rpc_urls=(founded.url,))
    await mirrored(config)
    before = content(config.database_url)
    with pytest.raises(NodeUnreachableError):
        await rebuild(replace(config, rpc_urls=("http://127.0.0.1:9",), request_seconds=1))
    with pytest.raises(VerificationError, match="genesis hash of the node"):
        await rebuild(replace(config, deployment=replace(config.deployment, genesis_hash=f"0x{7:064x}")))
    assert content(config.database_url) == before


async def test_a_reader_cannot_write(founded: ForkingTown, configure: Callable[..., IndexerConfig]) -> None:
    config = configure(rpc_urls=(founded.url,))
    await mirrored(config)
    reader = open_reader(config.database_url, MIRROR)
    async with reader.connect() as connection:
        with pytest.raises(Exception, match=r"readonly database|read-only transaction"):
            await connection.execute(blocks.delete())
    await reader.dispose()


async def test_an_ended_catch_up_lets_go_of_the_mirror(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    config = configure(rpc_urls=(founded.url,))
    syncer = await Syncer.open(config)
    task = asyncio.create_task(syncer.catch_up())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await syncer.close()
    assert await mirrored(config) == await founded.height()


async def test_after_a_cancelled_catch_up_the_next_one_goes_on(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    syncer = await Syncer.open(configure(rpc_urls=(founded.url,)))
    task = asyncio.create_task(syncer.catch_up())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await syncer.catch_up() == await founded.height()
    await syncer.close()


async def _logs(town: ForkingTown, event: Any) -> list[Any]:
    contract = town.town.web3.eth.contract(
        address=to_checksum_address(town.deployment.address(event.CONTRACT)),
        abi=artifact(event.CONTRACT)["abi"],
    )
    return list(await contract.events[event.__name__].get_logs(from_block=0))


def _row(event: Any, log: Any) -> tuple[Any, ...]:
    values = [_plain(v) for value in log["args"].values() for v in _flat(value)]
    indexed_first = {p.name: value for p, value in zip(_web3_order(event), values, strict=True)}
    fields = (indexed_first[p.name] for p in event.params())
    return (log["blockNumber"], log["logIndex"], log["transactionIndex"], *fields)


def _web3_order(event: Any) -> list[Any]:
    return [p for p in event.params() if p.indexed] + [p for p in event.params() if not p.indexed]


def _flat(value: Any) -> list[Any]:
    return list(value.values()) if hasattr(value, "values") else [value]


def _plain(value: Any) -> Any:
    return bytes.fromhex(value[2:]) if isinstance(value, str) else value


async def _balance_of(town: ForkingTown, account: bytes, number: int) -> int:
    contract = town.town.web3.eth.contract(
        address=to_checksum_address(town.deployment.address("Ledger")), abi=artifact("Ledger")["abi"]
    )
    return int(await contract.functions.balanceOf(account).call(block_identifier=number))


def _mirrored_balance(database_url: str, account: bytes, number: int) -> int:
    engine = open_engine(database_url, MIRROR)
    query = (
        select(balances.c.balance)
        .where(balances.c.account == account, balances.c.block_number <= number)
        .order_by(balances.c.block_number.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        found = connection.execute(query).scalar_one_or_none() or 0
    engine.dispose()
    return found
