"""One process of a kind: a file lock, held for as long as the process lives."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from gongji.errors import ProcessRunningError
from kit.errors import LockHeldError
from kit.lock import lock_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.settings import Settings


@contextlib.contextmanager
def only_one(name: str, settings: Settings) -> Iterator[None]:
    """Is the process of a name until the end of the block.

    Raises:
        ProcessRunningError: One of its kind runs already.
    """
    path = settings.path("run") / f"{name}.pid"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            lock_file(file)
        except LockHeldError:
            raise ProcessRunningError(name, path) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
