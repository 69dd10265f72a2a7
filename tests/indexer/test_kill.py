"""An indexer killed at any moment leaves a mirror that the next one continues."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from indexer.errors import MirrorBusyError
from indexer.schema import MIRROR
from indexer.tables import cursor
from kit.database import open_engine
from tests.forked import started
from tests.indexer import killed_indexer
from tests.indexer.conftest import content, fresh_content, mirrored
from tests.lying_rpc import LyingRpc

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

    from indexer.config import IndexerConfig
    from tests.indexer.forking import ForkingTown


@pytest.mark.parametrize("nth_call", [1, 9, 30])
async def test_an_indexer_killed_while_it_fetches_is_continued(
    nth_call: int, founded: ForkingTown, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    await _fill(founded)
    async with LyingRpc.before(founded.url) as proxy:
        with _indexer(configure(rpc_urls=(proxy.url,))) as process:

            def kill_at(method: str, _: list[Any], result: Any) -> Any:
                if method == "eth_getBlockReceipts" and proxy.calls[method] == nth_call:
                    process.kill()
                return result

            proxy.lie = kill_at
            await asyncio.to_thread(process.join, 30)
            assert process.exitcode == -signal.SIGKILL
    await _continue(founded, configure(rpc_urls=(founded.url,)), tmp_path)


@pytest.mark.parametrize("number", [0, 20, 60])
async def test_an_indexer_killed_while_it_writes_is_continued(
    number: int, founded: ForkingTown, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    await _fill(founded)
    config = configure(rpc_urls=(founded.url,))
    with _indexer(config):
        await _reached(config.database_url, number)
    await _continue(founded, config, tmp_path)


async def test_a_stopped_indexer_lets_go_at_once(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    config = configure(rpc_urls=(founded.url,))
    with _indexer(config) as process:
        await _reached(config.database_url, 0)
        os.kill(process.pid or 0, signal.SIGINT)
        await asyncio.to_thread(process.join, 10)
        assert process.exitcode is not None
    assert await mirrored(config) == await founded.height()


async def _fill(town: ForkingTown) -> None:
    for amount in range(1, 13):
        await town.give(*range(1, 1 + amount))
        await town.mine(2)


def _indexer(config: IndexerConfig) -> AbstractContextManager[ForkServerProcess]:
    """An indexer that is killed at the end of the block."""
    return started(killed_indexer.work, config)


async def _continue(town: ForkingTown, config: IndexerConfig, folder: Path) -> None:
    assert await _mirrored_once_free(config) == await town.height()
    assert content(config.database_url) == await fresh_content(town.deployment, town.url, folder)


async def _mirrored_once_free(config: IndexerConfig) -> int:
    """As `mirrored`: PostgreSQL ends the session of a killed client, and with it the lease, after the statement that runs."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await mirrored(config)
            except MirrorBusyError:
                await asyncio.sleep(0.1)


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
