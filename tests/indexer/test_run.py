"""The indexer as a process waits out what passes, and is red while the node lies."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from prometheus_client import REGISTRY

from indexer.errors import MirrorUnreadableError
from indexer.run import run, status
from tests.lying_rpc import LyingRpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from indexer.config import IndexerConfig
    from indexer.health import MirrorStatus
    from tests.indexer.forking import ForkingTown


async def test_a_running_indexer_follows_the_node_through_its_absence_and_its_lies(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    async with LyingRpc.before(founded.url) as proxy:
        config = configure(rpc_urls=(proxy.url,), poll_seconds=0.02)
        async with _running(config):
            await _until(config, lambda shown, height: shown.number == height, founded)
            assert _metric("gongji_mirror_block") == await founded.height()

            proxy.cut_bytes = 9
            await founded.give(5)
            await founded.mine()
            await asyncio.sleep(0.2)
            assert (await status(config)).number < await founded.height()
            proxy.cut_bytes = 0
            await _until(config, lambda shown, height: shown.number == height, founded)

            proxy.lie = _without_logs
            await founded.give(6)
            await founded.mine()
            # It says so in the mirror first, then in its metrics.
            await _until(
                config, lambda shown, _: shown.halted and _metric("gongji_mirror_halted") == 1, founded
            )
            assert "receipts root" in str((await status(config)).reason)

            proxy.lie = None
            await _until(config, lambda shown, height: shown.number == height and not shown.halted, founded)
            await _until(config, lambda *_: _metric("gongji_mirror_halted") == 0, founded)


def _without_logs(method: str, _: list[Any], result: Any) -> Any:
    if method == "eth_getBlockReceipts":
        for receipt in result:
            receipt["logs"] = []
    return result


@contextlib.asynccontextmanager
async def _running(config: IndexerConfig) -> AsyncIterator[None]:
    task = asyncio.create_task(run(config))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _until(
    config: IndexerConfig, reached: Callable[[MirrorStatus, int], bool], town: ForkingTown
) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(MirrorUnreadableError):
                if reached(await status(config), await town.height()):
                    return
            await asyncio.sleep(0.05)


def _metric(name: str) -> float | None:
    return REGISTRY.get_sample_value(name)
