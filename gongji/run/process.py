"""What every long-running process of a town does the same way: one of its kind, logs, metrics, and an orderly end.

A process ends on SIGTERM or SIGINT, or when the supervisor that started it is gone: standard input is a pipe from the
supervisor, and its end is the end of the leash.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

import prometheus_client
import structlog
import uvloop

from gongji.settings import LEASH
from gongji.single_instance import only_one

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from gongji.settings import Settings

YOUNG_OBJECTS = 50_000


def run(name: str, settings: Settings, work: Coroutine[None, None, None]) -> None:
    """Runs the work of a process until it is told to end.

    Args:
        name: Name of the process, such as "indexer".
        settings: Settings of the town.
        work: What it does; cancelled at the end.

    Raises:
        ProcessRunningError: One of its kind runs already.
    """
    configure_logs(settings)
    with only_one(name, settings):
        if name != "portal":
            prometheus_client.start_http_server(settings.metrics_port(name), addr=settings.host)
        uvloop.run(_until_ended(work))


def configure_logs(settings: Settings) -> None:
    """Logs to standard error: for people on a terminal, JSON elsewhere."""
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def settle_heap() -> None:
    """Tells the garbage collector that what was built so far stays.

    A portal keeps two hundred thousand objects for its whole life. To look at all of them again and again takes about a quarter
    of what the event loop of a busy one does, and whoever asks meanwhile waits a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


async def _until_ended(work: Coroutine[None, None, None]) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    if os.environ.get(LEASH):
        loop.add_reader(sys.stdin.fileno(), ended.set)
    task, end = asyncio.ensure_future(work), asyncio.ensure_future(ended.wait())
    await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
    end.cancel()
    if not task.done():
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
