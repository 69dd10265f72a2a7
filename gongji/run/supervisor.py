"""Starts the processes of a town, keeps them running, and ends them together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import structlog

from gongji.errors import GongjiError
from gongji.exit_status import ExitStatus
from gongji.run.processes import answering
from gongji.settings import LEASH

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongji.settings import Settings

log = structlog.get_logger(__name__)

# In the order in which they need each other.
EMBEDDED = ("chain", "indexer", "relayer", "portal", "ingest", "keeper")
COMMANDS = {
    "chain": ("chain", "run"),
    "indexer": ("index", "run"),
    "relayer": ("relay", "run"),
    "portal": ("portal", "run"),
    "ingest": ("ingest", "run"),
    "keeper": ("keep", "run"),
}
# Everything else waits for the chain, which needs the processor to itself while it replays its journal.
FIRST = ("chain", "portal")
QUICK_SECONDS = 5.0
# A process that ends so often before the town is ready will not get further.
MOST_RESTARTS = 5
# How long a line may stand that says what is waited for.
TELL_AGAIN_SECONDS = 15.0
# How long the portal may take to say how it goes.
ANSWER_SECONDS = 10.0
READY = "ready"


class NotReadyError(GongjiError):
    """The town did not become ready."""

    exit_status = ExitStatus.UNREACHABLE


@dataclass(kw_only=True, slots=True)
class Child:
    """A process that is kept running.

    Attributes:
        name: Its name.
        process: The running process, or None between two starts.
        restarts: How often it was started again.
    """

    name: str
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0


class Supervisor:
    """Keeps the processes of one town running."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        names = EMBEDDED if settings.network == "embedded" else EMBEDDED[1:]
        self._children = [Child(name=name) for name in names]
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Starts all processes."""
        self._settings.path("logs").mkdir(parents=True, exist_ok=True)
        self._tasks = [asyncio.create_task(self._keep(child)) for child in self._children]

    async def ready(self, tell: Callable[[str], None], end: asyncio.Event) -> None:
        """Waits until all processes run, the portal answers and its mirror is at the head, however long that takes.

        Args:
            tell: Gets a line for people when something changes, and again after a while.
            end: Set when the town is to be stopped; then nothing is waited for any more.

        Raises:
            NotReadyError: A process ends each time that it is started.
        """
        began = said_at = time.monotonic()
        last = ""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as session:
            while not end.is_set() and (state := await self._waits_for(session)) != READY:
                self._check_restarts(state)
                now = time.monotonic()
                if state != last or now - said_at >= TELL_AGAIN_SECONDS:
                    tell(f"等待 waiting: {state}" + (f"（{now - began:.0f} s）" if state == last else ""))
                    last, said_at = state, now
                await asyncio.sleep(0.1)

    async def _waits_for(self, session: aiohttp.ClientSession) -> str:
        """What the start waits for; `READY` if for nothing."""
        state, idle = await self._health(session), self._idle()
        # The mirror of a town that was stopped is at the head before its indexer runs again.
        return f"进程启动中 processes are starting: {', '.join(idle)}" if state == READY and idle else state

    def _check_restarts(self, state: str) -> None:
        ending = [child.name for child in self._children if child.restarts >= MOST_RESTARTS]
        if ending:
            logs = ", ".join(str(self._settings.path("logs") / f"{name}.log") for name in ending)
            raise NotReadyError(
                "本镇没有就绪 the town is not ready",
                f"进程一再退出 processes keep ending: {', '.join(ending)}；还在等待 still waiting: {state}",
                f"查看日志 read the logs: {logs}",
            )

    async def stop(self) -> None:
        """Ends all processes, the last started first."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for child in reversed(self._children):
            await _end(child)

    async def _keep(self, child: Child) -> None:
        if child.name not in FIRST:
            await answering(self._settings)
        while True:
            started = time.monotonic()
            child.process = await self._spawn(child.name)
            status = await child.process.wait()
            child.restarts += 1
            quick = time.monotonic() - started < QUICK_SECONDS
            log.warning("process_ended", process=child.name, status=status, restarts=child.restarts)
            await asyncio.sleep(min(10.0, 0.5 * child.restarts) if quick else 0.2)

    async def _spawn(self, name: str) -> asyncio.subprocess.Process:
        command = [
            sys.executable,
            "-m",
            "gongji",
            *COMMANDS[name],
            "--data-dir",
            str(self._settings.data_dir),
        ]
        # What the command line may have said; all else each process reads where this one did.
        environment = os.environ | {
            LEASH: "1", "GONGJI_PORT": str(self._settings.port), "GONGJI_DEMO": str(self._settings.demo),
        }  # fmt: skip
        with (self._settings.path("logs") / f"{name}.log").open("ab") as file:
            return await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=file, stderr=file, env=environment
            )

    def _idle(self) -> list[str]:
        """Names of the processes that do not run."""
        return [child.name for child in self._children if child.process is None]

    async def _health(self, session: aiohttp.ClientSession) -> str:
        try:
            async with session.get(
                f"http://{self._settings.host}:{self._settings.port}/health/ready"
            ) as answer:
                if answer.status == 200:
                    return READY
                return "本镇未就绪 " + ", ".join((await answer.json())["detail"]["wrong"])
        except (
            aiohttp.ClientError,
            TimeoutError,
            ValueError,
            LookupError,
            TypeError,
        ):  # TimeoutError: it listens, and is too busy to answer. TypeError: a problem, not its health
            return "门户启动中 the portal is starting"


async def _end(child: Child) -> None:
    if child.process is None or child.process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        child.process.terminate()
    try:
        await asyncio.wait_for(child.process.wait(), 10)
    except TimeoutError:
        child.process.kill()
        await child.process.wait()
