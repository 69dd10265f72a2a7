"""Judges one hostile file of a bundle that is otherwise good, without making the town again or reading the rest.

The history of the good bundle is kept. Of a file of blocks the lines that changed are examined, each after its true parent; of
any other file those checks are run that were seen to read it.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from audit.chain.decoded_block import decode_block
from audit.chain.decoding import Decoder
from audit.checks import CHECKS
from audit.checks.block_pass import examine_chain
from audit.checks.chain import LinkChecks
from audit.checks.check import BREAKDOWN, breakdown
from audit.checks.roots import RootChecks
from audit.checks.seals import SealChecks
from audit.errors import AuditError, BundleError
from audit.evidence import block_files, bundle
from audit.evidence.bundle import MANIFEST, Bundle
from audit.evidence.trust import Trust
from audit.report.findings import State
from tests.audit.fuzzing.files import TRUST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from audit.checks.block_pass import BlockChecks
    from audit.checks.check import Check
    from audit.report.findings import Result
    from tests.audit.fuzzing.bases import Base

# Of a file in which every line changed so many tell as much as all.
CHANGED_LINES = 3
OF_THE_END = ("manifest.json", "chain/blocks")


class FileInMemory(Bundle):
    """A bundle of which one file is another, in memory.

    Attributes:
        seen: Paths that were read.
    """

    def __init__(self, good: Bundle, files: dict[str, bytes]) -> None:
        self.folder, self.manifest, self._files = good.folder, good.manifest, files
        self.seen: set[str] = set()

    def lines(self, path: str) -> Iterator[Any]:
        """The values of a file, read as from a disk."""
        self.seen.add(path)
        if path not in self._files:
            raise BundleError(f"the manifest lists no {path}")
        for number, line in enumerate(self._files[path].splitlines(keepends=True), 1):
            yield bundle._line(line, f"{path} line {number}")


class SingleFile:
    """Judges files of one base."""

    def __init__(self, base: Base) -> None:
        """Verifies the base, and sees which check reads which file."""
        self.base = base
        self._good = Bundle(base.folder)
        self._trust = Trust.load(base.folder.parent / f"{base.name}-{TRUST}")
        self._history = examine_chain(self._good, self._trust).history
        self._blocks = self._history.blocks
        self._lines = {
            p: d.splitlines(keepends=True) for p, d in base.files.items() if p.startswith(block_files.FOLDER)
        }
        self._readers: dict[str, list[Check]] = {}
        for check in CHECKS if self._trust.contracts else ():
            opened = FileInMemory(self._good, base.files)
            check(self._history, opened, self._trust)
            for path in opened.seen:
                self._readers.setdefault(path, []).append(check)

    def judge(self, path: str, data: bytes) -> str:
        """How it ended: "failed", "undecided", "passed", or what broke down.

        Args:
            path: The file.
            data: What stands there instead.
        """
        if path == TRUST:
            return _ending(lambda: Trust.load(self._written(TRUST, data)))
        if path == MANIFEST:
            return _ending(lambda: Bundle(self._written(MANIFEST, data).parent))
        if path in self._lines:
            return self._judge_blocks(path, data)
        opened = FileInMemory(self._good, self.base.files | {path: data})
        if path == "chain/genesis.json":
            return self._judge_block(0, self._lines[block_files.path_of(0)][0], opened)
        readers = self._readers.get(path, ())
        return _worst([_of_result(check(self._history, opened, self._trust)) for check in readers])

    def _written(self, name: str, data: bytes) -> Path:
        folder = self.base.folder.parent / f"{self.base.name}-one"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        return folder / name

    def _judge_blocks(self, path: str, data: bytes) -> str:
        pairs = itertools.zip_longest(data.splitlines(keepends=True), self._lines[path], fillvalue=b"")
        changed = [(number, new) for number, (new, old) in enumerate(pairs) if new != old]
        endings = [self._judge_block(number, line) for number, line in changed[:CHANGED_LINES]]
        return _worst(endings or [State.PASSED.value])

    def _judge_block(self, number: int, line: bytes, opened: Bundle | None = None) -> str:
        links = LinkChecks(opened or self._good, self._trust, 2**40)
        links._last = self._blocks[min(number, len(self._blocks)) - 1] if number else None
        others = SealChecks(self._trust), RootChecks(self._trust), Decoder(self._trust)
        # Of the genesis file only the links of block 0 make use.
        examiners: tuple[BlockChecks, ...] = (links,) if opened else (links, *others)

        def examine() -> None:
            raw = block_files._block(bundle._line(line, f"line {number}"))
            block = decode_block(number, raw, sealed=self._trust.validators is not None)
            for examiner in examiners:
                examiner.take(block)

        ending = _ending(examine)
        return _worst([ending, *(_of_result(r) for e in examiners for r in e.results())])


def _ending(act: Callable[[], object]) -> str:
    """What became of reading something."""
    try:
        act()
    except AuditError:
        return "failed"
    except Exception as error:  # noqa: BLE001 whatever it is, it is what is looked for
        return breakdown(error)
    return "passed"


def _of_result(result: Result) -> str:
    broken = [finding.what for finding in result.findings if BREAKDOWN in finding.what]
    # One block alone is never the last one.
    if result.check_id == "C02" and all(f.where in OF_THE_END for f in result.findings):
        return State.PASSED.value
    return broken[0] if broken else result.state.value


def _worst(endings: list[str]) -> str:
    """A breakdown before a failure, a failure before what is undecided."""
    broken = [e for e in endings if e.startswith(BREAKDOWN)]
    order = [*broken, State.FAILED.value, State.UNDECIDED.value, State.PASSED.value]
    return next((e for e in order if e in endings), "read by nobody")
