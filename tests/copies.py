"""What many tests begin with is made once in each process, and each test has a copy of its own."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def lay_out(folder: Path, make: Callable[[Path], Awaitable[None]]) -> None:
    """Copies files into a folder.

    Args:
        folder: Where to; what is there already stays beside them.
        make: Makes the files in an empty folder, and has them closed when it returns. It is called once.
    """
    original = _originals() / f"{make.__module__}.{make.__qualname__}"
    if not original.exists():
        part = original.with_name(f"part of {original.name}")
        part.mkdir()
        await make(part)
        part.rename(original)
    shutil.copytree(original, folder, dirs_exist_ok=True)


@cache
def _originals() -> Path:
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    return folder
