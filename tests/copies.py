"""What many tests begin with is made once in each run of the tests, and each test has a copy of its own."""

from __future__ import annotations

import asyncio
import atexit
import fcntl
import os
import shutil
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

VARIABLE = "ORIGINALS_OF_THE_TESTS"


async def lay_out(folder: Path, make: Callable[[Path], Awaitable[None]]) -> None:
    """Copies files into a folder.

    Args:
        folder: Where to; what is there already stays beside them.
        make: Makes the files in an empty folder, and has them closed when it returns. It is called once; who needs the same
            files meanwhile waits.
    """
    original = originals() / f"{make.__module__}.{make.__qualname__}"
    async with _alone(original.with_name(f"lock of {original.name}")):
        if not original.exists():
            part = original.with_name(f"part of {original.name}")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            await make(part)
            part.rename(original)
    shutil.copytree(original, folder, dirs_exist_ok=True)


@asynccontextmanager
async def _alone(path: Path) -> AsyncIterator[None]:
    with path.open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        yield


@cache
def originals() -> Path:
    """A folder that all processes have which the first one starts, and which ends with that one."""
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = mkdtemp()
        atexit.register(shutil.rmtree, os.environ[VARIABLE])
    return Path(os.environ[VARIABLE])
