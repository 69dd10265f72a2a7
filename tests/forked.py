"""Processes that begin with everything imported: each is forked from a server that did nothing but import.

Such a process is one like any other, with its own environment, streams, files and end. It only spares the seconds that
Python takes to import the product, which a test that starts many would pay each time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from gongji.catalogue import COMMANDS
from gongji.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import ForkServerProcess

COMMAND_SECONDS = 300

_forking = get_context("forkserver")
_forking.set_forkserver_preload(
    ["indexer.run", "tests.ledger_api.client", *(f"gongji.commands.{where.partition(':')[0]}" for where, _ in COMMANDS.values())]
)  # fmt: skip


@contextmanager
def started(work: Callable[..., None], *arguments: Any) -> Iterator[ForkServerProcess]:
    """A function of a module in a process of its own, which does not outlive the block."""
    process = _forking.Process(target=work, args=arguments)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def gongji(*arguments: str, says: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a command and waits for it.

    Args:
        arguments: The command, as it is typed after `gongji`.
        says: What is typed while it runs.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "0").write_text(says)
        with started(_command, folder, dict(os.environ), arguments) as process:
            process.join(COMMAND_SECONDS)
            assert process.exitcode is not None, f"gongji {' '.join(arguments)} does not end"
        out, err = ((folder / stream).read_text() for stream in "12")
        return subprocess.CompletedProcess(arguments, process.exitcode, out, err)


def _command(folder: Path, environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    for stream, flags in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(folder / str(stream), flags, 0o600), stream)
    sys.stdin = os.fdopen(0)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["gongji", *arguments]
    main()
