"""An indexer killed at any moment leaves a mirror that the next one continues."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from indexer.schema import MIRROR
from indexer.tables import cursor
from kit.database import open_engine
from tests.indexer.conftest import content, fresh_content, mirrored
from tests.lying_rpc import LyingRpc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from indexer.config import IndexerConfig
    from tests.indexer.forking import ForkingTown

INDEXER = """
import asyncio, sys
from pathlib import Path
from contracts.deployment import Deployment
from indexer import pipeline
from indexer.config import IndexerConfig
from indexer.run import run
url, database_url, deployment = sys.argv[1:]
pipeline.MOST_BLOCKS = pipeline.FIRST_BLOCKS = 4
asyncio.run(run(IndexerConfig(rpc_url=url, database_url=database_url, deployment=Deployment.load(Path(deployment)))))
"""


@pytest.mark.parametrize("asked", [1, 9, 30])
async def test_an_indexer_killed_while_it_fetches_is_continued(
    asked: int, founded: ForkingTown, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    await _fill(founded)
    async with LyingRpc.before(founded.url) as proxy:
        process = await _start(proxy.url, configure().database_url, founded, tmp_path)

        def kill_at(method: str, _: list[Any], told: Any) -> Any:
            if method == "eth_getBlockReceipts" and proxy.asked[method] == asked:
                process.kill()
            return told

        proxy.lie = kill_at
        assert await asyncio.wait_for(process.wait(), 30) == -signal.SIGKILL
    await _continue(founded, configure(rpc_url=founded.url), tmp_path)


@pytest.mark.parametrize("number", [0, 20, 60])
async def test_an_indexer_killed_while_it_writes_is_continued(
    number: int, founded: ForkingTown, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    await _fill(founded)
    config = configure(rpc_url=founded.url)
    process = await _start(founded.url, config.database_url, founded, tmp_path)
    await _reached(config.database_url, number)
    process.kill()
    await process.wait()
    await _continue(founded, config, tmp_path)


async def test_a_stopped_indexer_lets_go_at_once(
    founded: ForkingTown, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    config = configure(rpc_url=founded.url)
    process = await _start(founded.url, config.database_url, founded, tmp_path)
    await _reached(config.database_url, 0)
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.wait(), 10)
    assert await mirrored(config) == await founded.height()


async def _fill(town: ForkingTown) -> None:
    for amount in range(1, 13):
        await town.give(*range(1, 1 + amount))
        await town.mine(2)


async def _start(
    rpc_url: str, database_url: str, town: ForkingTown, folder: Path
) -> asyncio.subprocess.Process:
    town.deployment.save(folder / "deployment.json")
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", INDEXER, rpc_url, database_url, str(folder / "deployment.json"),
        stdout=quiet, stderr=quiet, env=dict(os.environ),
    )  # fmt: skip


async def _continue(town: ForkingTown, config: IndexerConfig, folder: Path) -> None:
    assert await mirrored(config) == await town.height()
    assert content(config.database_url) == await fresh_content(town.deployment, town.url, folder)


async def _reached(database_url: str, number: int) -> None:
    async with asyncio.timeout(60):
        while _height(database_url) < number:  # noqa: ASYNC110 - another process moves it
            await asyncio.sleep(0.001)


def _height(database_url: str) -> int:
    engine = open_engine(database_url, MIRROR)
    try:
        with engine.connect() as connection:
            found = connection.execute(select(cursor.c.number)).scalar_one_or_none()
        return -1 if found is None else int(found)
    except DBAPIError:
        return -1  # The tables are not there yet.
    finally:
        engine.dispose()
