"""The embedded chain: what it acknowledged survives everything."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gongji.sequencer.anvil import ChainConfig
from gongji.sequencer.chain import Chain
from gongji.sequencer.errors import JournalDamagedError, JournalInUseError
from gongji.sequencer.journal import Journal
from gongji.sequencer.pool import TransactionRefusedError
from tests.conftest import CHAIN_ID, GENESIS_TIME, signer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CONFIG = ChainConfig(chain_id=CHAIN_ID, genesis_time=GENESIS_TIME)


def transfer(nonce: int = 0, **changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "chainId": CHAIN_ID, "nonce": nonce, "gas": 21_000, "maxFeePerGas": 0, "maxPriorityFeePerGas": 0,
        "value": 0, "data": b"", "to": signer("b").address,
    }  # fmt: skip
    return signer("a").sign_transaction(fields | changes)


@pytest.fixture
async def chain(tmp_path: Path) -> AsyncIterator[Chain]:
    chain = Chain(tmp_path / "chain.journal", CONFIG)
    await chain.start()
    yield chain
    await chain.stop()


async def head(chain: Chain) -> tuple[int, str]:
    block = await chain._anvil.call("eth_getBlockByNumber", "latest", False)
    return int(block["number"], 16), block["hash"]


def anvil_of(chain: Chain) -> int:
    """Process id of Anvil, the one child of its leash."""
    assert chain._anvil._process is not None
    leash = chain._anvil._process.pid
    return int(Path(f"/proc/{leash}/task/{leash}/children").read_text())


class TestJournal:
    def test_torn_last_line_is_cut_off_and_the_rest_kept(self, tmp_path: Path) -> None:
        journal = Journal(tmp_path / "j")
        journal.append([{"tx": "0x01"}, {"tx": "0x02"}])
        journal.close()
        (tmp_path / "j").write_bytes((tmp_path / "j").read_bytes()[:-3])
        again = Journal(tmp_path / "j")
        assert list(again.records()) == [{"tx": "0x01"}]
        again.close()

    def test_damage_before_the_last_line_is_refused_and_nothing_is_cut(self, tmp_path: Path) -> None:
        journal = Journal(tmp_path / "j")
        journal.append([{"tx": "0x01"}, {"tx": "0x02"}])
        journal.close()
        damaged = (tmp_path / "j").read_bytes().replace(b"0x01", b"0x11")
        (tmp_path / "j").write_bytes(damaged)
        with pytest.raises(JournalDamagedError):
            Journal(tmp_path / "j")
        assert (tmp_path / "j").read_bytes() == damaged

    def test_second_process_on_the_same_journal_is_refused(self, tmp_path: Path) -> None:
        first = Journal(tmp_path / "j")
        with pytest.raises(JournalInUseError):
            Journal(tmp_path / "j")
        first.close()


class TestRestart:
    async def test_replayed_chain_has_the_identical_head(self, chain: Chain, tmp_path: Path) -> None:
        for nonce in range(20):
            await chain.submit(transfer(nonce))
            if nonce % 3 == 0:
                await chain.mine()
        await chain.mine()
        before = await head(chain)
        await chain.stop()
        again = Chain(tmp_path / "chain.journal", ChainConfig(chain_id=1, genesis_time=1))
        await again.start()
        assert await head(again) == before
        assert again.config == CONFIG
        await again.stop()

    async def test_accepted_transaction_is_mined_after_a_restart(self, chain: Chain, tmp_path: Path) -> None:
        accepted = await chain.submit(transfer(0))
        await chain.stop()
        again = Chain(tmp_path / "chain.journal", CONFIG)
        await again.start()
        await again.mine()
        receipt = await again._anvil.call("eth_getTransactionReceipt", "0x" + accepted.hex())
        assert receipt["status"] == "0x1"
        await again.stop()

    async def test_anvil_killed_between_two_blocks_is_replayed_and_goes_on(self, chain: Chain) -> None:
        await chain.submit(transfer(0))
        await chain.mine()
        number, block_hash = await head(chain)
        os.kill(anvil_of(chain), signal.SIGKILL)
        running = asyncio.create_task(chain.run())
        await chain.submit(transfer(1))
        async with asyncio.timeout(30):
            while chain.height <= number:  # noqa: ASYNC110 the height has no event
                await asyncio.sleep(0.05)
        running.cancel()
        assert await chain._anvil.hash_of(number) == block_hash
        assert (await head(chain))[0] == number + 1


class TestRefusal:
    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"chainId": 1}, "chain id 1"),
            ({"maxFeePerGas": 1}, "gas price or value"),
            ({"value": 1}, "gas price or value"),
            ({"gas": 20_999}, "gas limit"),
            ({"gas": 200_000_000}, "gas limit"),
            ({"nonce": 64}, "nonce is too distant"),
        ],
    )
    async def test_transaction_that_the_chain_does_not_take_is_refused_with_the_reason(
        self, chain: Chain, changes: dict[str, Any], why: str
    ) -> None:
        with pytest.raises(TransactionRefusedError, match=why):
            await chain.submit(transfer(**changes))

    async def test_used_nonce_is_refused(self, chain: Chain) -> None:
        await chain.submit(transfer(0))
        await chain.mine()
        with pytest.raises(TransactionRefusedError, match="nonce too low"):
            await chain.submit(transfer(0, gas=30_000))

    async def test_same_bytes_again_are_the_same_transaction(self, chain: Chain) -> None:
        first = await chain.submit(transfer(0))
        assert await chain.submit(transfer(0)) == first
        await chain.mine()
        assert await chain.submit(transfer(0)) == first

    async def test_garbage_is_refused(self, chain: Chain) -> None:
        for raw in (b"\x02", b"\xc0", b"\x7f" * 40, bytes(200_000)):
            with pytest.raises(TransactionRefusedError):
                await chain.submit(raw)


async def test_transactions_that_arrive_out_of_nonce_order_are_mined_in_it(chain: Chain) -> None:
    for nonce in (2, 1, 0):
        await chain.submit(transfer(nonce))
    await chain.mine()
    block = await chain._anvil.call("eth_getBlockByNumber", "latest", True)
    assert [int(t["nonce"], 16) for t in block["transactions"]] == [0, 1, 2]
