"""Journal, pool and Anvil put together: the embedded chain itself."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from gongji.errors import AnvilError
from gongji.sequencer.anvil import Anvil, ChainConfig
from gongji.sequencer.journal import Journal, Record
from gongji.sequencer.pool import Pending, Pool
from kit.errors import NodeError

if TYPE_CHECKING:
    from pathlib import Path

log = structlog.get_logger(__name__)

BLOCK_SECONDS = 0.2


class Chain:
    """The embedded chain. `start` replays the journal; then `submit` takes transactions and `run` mines them."""

    def __init__(self, path: Path, config: ChainConfig, *, block_seconds: float = BLOCK_SECONDS) -> None:
        """Opens the journal.

        Args:
            path: File of the journal.
            config: What the chain is, if the journal is new; an old journal knows better.
            block_seconds: Least time between two blocks.
        """
        self._journal = Journal(path)
        first = next(self._journal.records(), None)
        if first is None:
            self._journal.append([{"chain": config.as_record()}])
        self.config = config if first is None else ChainConfig(**first["chain"])
        self._pool = Pool(self.config.chain_id, self.config.gas_limit)
        self._anvil = Anvil(self.config)
        self._block_seconds = block_seconds
        self._height, self._head_time = 0, self.config.genesis_time
        self._clock_offset = 0
        self._mined: set[bytes] = set()
        self._writing = asyncio.Lock()
        self._mining = asyncio.Lock()
        self._wake = asyncio.Event()
        self._unsynced: list[tuple[Record, asyncio.Future[None]]] = []

    @property
    def height(self) -> int:
        """Number of the last block."""
        return self._height

    async def start(self) -> None:
        """Starts Anvil and replays the journal into it.

        Raises:
            AnvilError: A replayed block gets another hash than it had.
        """
        await self._anvil.start()
        await self._replay()

    async def submit(self, raw: bytes) -> bytes:
        """Accepts a transaction. When this returns it is on the disk and will be mined.

        Returns:
            Its hash, 32 bytes; the same for the same bytes sent again.

        Raises:
            TransactionRefusedError: The chain does not take it. Nothing has changed.
        """
        pending = self._pool.parse(raw)
        if pending.hash in self._mined or self._pool.knows(pending.hash):
            return pending.hash
        self._pool.check(pending)
        self._pool.add(pending)
        await self._sync(pending.as_record())
        self._wake.set()
        return pending.hash

    async def run(self) -> None:
        """Mines blocks while there are transactions; restarts Anvil when it dies."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.mine()
            except (NodeError, AnvilError) as error:
                log.warning("anvil_lost", reason=str(error))
                await self._restart()
            if self._pool.take():
                self._wake.set()
            await asyncio.sleep(self._block_seconds)

    async def mine(self, *, empty: bool = False) -> None:
        """Mines one block now.

        Args:
            empty: Whether to mine it even if no transaction waits.
        """
        async with self._mining:
            chosen = self._pool.take()
            if not chosen and not empty:
                return
            number, timestamp = self._height + 1, max(self._head_time + 1, self.now())
            raws = ["0x" + p.raw.hex() for p in chosen]
            await self._sync(
                {"block": number, "time": timestamp, "txs": ["0x" + p.hash.hex() for p in chosen]}
            )
            await self._seal(number, timestamp, chosen, await self._anvil.mine(number, timestamp, raws))

    def now(self) -> int:
        """The chain's clock, seconds since 1970: the machine's, unless `set_clock` moved it."""
        return int(time.time()) + self._clock_offset

    def set_clock(self, timestamp: int) -> None:
        """Moves the chain's clock, for the demo town's year and for tests. It never goes back behind the head."""
        self._clock_offset = max(timestamp, self._head_time) - int(time.time())

    def next_nonce(self, sender: str) -> int:
        """Next nonce of an account, transactions that wait counted."""
        return self._pool.next_nonce(sender.lower())

    async def forward(self, body: bytes) -> bytes:
        """Passes a read on to Anvil."""
        return await self._anvil.forward(body)

    async def stop(self) -> None:
        """Stops Anvil and closes the journal."""
        await self._anvil.stop()
        self._journal.close()

    async def _replay(self) -> None:
        accepted: dict[str, Pending] = {}
        expected = {r["sealed"]: r["hash"] for r in self._journal.records() if "sealed" in r}
        self._pool = Pool(self.config.chain_id, self.config.gas_limit)
        self._height, self._head_time = 0, self.config.genesis_time
        for record in self._journal.records():
            if "tx" in record:
                pending = Pending.from_record(record)
                accepted["0x" + pending.hash.hex()] = pending
                self._pool.add(pending)
            elif "block" in record:
                chosen = [accepted.pop(h) for h in record["txs"]]
                raws = ["0x" + p.raw.hex() for p in chosen]
                known = expected.get(record["block"])
                if known is None:
                    block_hash = await self._anvil.mine(record["block"], record["time"], raws)
                    await self._seal(record["block"], record["time"], chosen, block_hash)
                else:
                    await self._anvil.execute(record["time"], raws)
                    await self._seal(record["block"], record["time"], chosen, known, known=True)
        await self._compare(expected)
        if self._pool.take():
            self._wake.set()

    async def _compare(self, expected: dict[int, str]) -> None:
        """Makes sure that the replayed chain is the one that was sealed; the last hash covers all before it."""
        if not expected or await self._anvil.hash_of(max(expected)) == expected[max(expected)]:
            return
        for number, block_hash in sorted(expected.items()):
            got = await self._anvil.hash_of(number)
            if got != block_hash:
                raise AnvilError(
                    f"区块 {number} 重放后哈希不同 block {number} gives another hash when replayed",
                    f"应为 expected {block_hash}，实为 got {got}",
                    "使用 package-lock.json 里的 Anvil 版本 use the Anvil version that package-lock.json names",
                )

    async def _seal(
        self, number: int, timestamp: int, chosen: list[Pending], block_hash: str, *, known: bool = False
    ) -> None:
        for pending in chosen:
            self._pool.mined(pending.sender, pending.nonce, pending.hash)
            self._mined.add(pending.hash)
        self._height, self._head_time = number, timestamp
        if not known:
            await self._sync({"sealed": number, "hash": block_hash})

    async def _restart(self) -> None:
        await self._anvil.stop()
        await self._anvil.start()
        await self._replay()

    async def _sync(self, record: Record) -> None:
        """Writes a record and waits until it is on the disk; what arrives meanwhile shares the next write."""
        done = asyncio.get_running_loop().create_future()
        self._unsynced.append((record, done))
        async with self._writing:
            if done.done():
                done.result()
                return
            batch, self._unsynced = self._unsynced, []
            try:
                await asyncio.to_thread(self._journal.append, [r for r, _ in batch])
            except OSError as error:
                for _, waiter in batch:
                    waiter.set_exception(error)
                raise
            for _, waiter in batch:
                waiter.set_result(None)
