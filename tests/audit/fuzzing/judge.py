"""Judges a hostile bundle as `gongji audit verify` does, and says how that ended: a verdict, a refusal, or a breakdown."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from audit.checks.check import BREAKDOWN
from audit.errors import BundleError
from audit.verify import verify
from gongji.failures import described
from tests.audit.fuzzing.files import TRUST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.audit.fuzzing.files import Mutant

HANG_SECONDS = 120
MEMORY_BYTES = 1 << 30
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.truncate", "subprocess.Popen", "socket.connect")  # fmt: skip


class HangError(BaseException):
    """It did not come to an end; nothing that catches errors may catch it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How an audit ended.

    Attributes:
        kind: "passed", "failed", "undecided", "refused in three lines", "crashed", "hung" or "wrote a file".
        detail: Where it broke down, or which checks failed.
    """

    kind: str
    detail: str = ""

    @property
    def is_breakdown(self) -> bool:
        """Whether a verifier must never end so."""
        return self.kind in ("crashed", "hung", "wrote a file")


class Watch:
    """Sees what the process does to the machine while it is on."""

    def __init__(self) -> None:
        self.is_on, self.seen = False, ""
        sys.addaudithook(self._see)

    def _see(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.is_on or self.seen:
            return
        if event in _CHANGES or (event == "open" and isinstance(args[2], int) and args[2] & _WRITES):
            self.seen = f"{event} {args[0]!r:.200}"


WATCH = Watch()


def judge(bundle: Path, trust: Path) -> Ending:
    """Verifies a bundle under limits of time and memory, and prints the report into nothing."""
    try:
        with limited():
            WATCH.is_on, WATCH.seen = True, ""
            ending = _verified(bundle, trust)
    except HangError:
        return Ending(kind="hung", detail=f"after {HANG_SECONDS} s")
    except Exception as error:  # noqa: BLE001 whatever it is, it is what is looked for
        return Ending(kind="crashed", detail=_where(error))
    finally:
        WATCH.is_on = False
    return Ending(kind="wrote a file", detail=WATCH.seen) if WATCH.seen else ending


def _verified(bundle: Path, trust: Path) -> Ending:
    try:
        report = verify(bundle, trust, unanchored=True)
    except (BundleError, OSError) as error:
        failure = described(error)
        if failure is None:
            raise
        f"{failure.what}{failure.why}{failure.remedy}".encode()
        return Ending(kind="refused in three lines", detail=type(error).__name__)
    "\n".join(report.lines()).encode()
    orjson.dumps(report.to_json())
    broken = [f for r in report.results for f in r.findings if BREAKDOWN in f.what]
    if broken:
        return Ending(kind="crashed", detail=f"{broken[0].check}: {broken[0].what}")
    if report.untold and not report.failed():
        return Ending(kind="crashed", detail=f"figures: {report.untold}")
    kind = ("passed", "failed", "undecided")[report.exit_status]
    return Ending(kind=kind, detail=" ".join(report.failed()))


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = next((f for f in reversed(frames) if f"{os.sep}audit{os.sep}" in f.filename and "tests" not in f.filename), frames[-1])  # fmt: skip
    place = "/".join(ours.filename.rsplit("/", 3)[1:])
    return f"{type(error).__name__} in {place}:{ours.lineno} {ours.name}: {error!s:.120}"


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Limits of time and memory until the end of the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:  # noqa: PTH123
        used = int(file.read().split()[0]) * resource.getpagesize()
    before = signal.signal(signal.SIGALRM, _hang)
    signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, hard))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _hang(*_: object) -> None:
    raise HangError


def write(mutant: Mutant, base: Mapping[str, bytes], originals: Path, folder: Path) -> None:
    """Puts a spoilt bundle into a folder; what is as it was is linked, not written again."""
    for path, data in mutant.files.items():
        if path == TRUST:
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if base.get(path) == data:
            target.hardlink_to(originals / path)
        else:
            target.write_bytes(data)
    folder.with_suffix(".trust").write_bytes(mutant.files.get(TRUST, b""))
    for act in mutant.acts:
        with contextlib.suppress(OSError):
            act(folder)


def remove(folder: Path) -> None:
    """Deletes a folder, however deep it is."""
    deepest = folder
    while (deepest / "d").is_dir() and not (deepest / "d").is_symlink():
        deepest /= "d"
    while deepest != folder:
        deepest.rmdir()
        deepest = deepest.parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(".trust").unlink(missing_ok=True)
