"""Hostile files by the hundred thousand for the readers and checks of `gongji audit verify`, each judged alone. Run by hand:

    python -m tests.audit.fuzz_files --count 100000 --seed 1

One file of a good bundle is spoilt at a time, and only what reads it is run, so that hundreds are judged in the time of one bundle.
`tests.audit.fuzz` judges whole bundles, several files of which are spoilt, and asks why one passed. The same seed spoils in the
same way; `--only N` judges one file again.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from audit.checks.check import BREAKDOWN
from gongji.output import tell
from tests.audit.fuzz import SKIPPED, all_bases
from tests.audit.fuzzing.files import Mutant, spoil_bytes, spoil_lines, spoil_value
from tests.audit.fuzzing.judge import HangError, limited
from tests.audit.fuzzing.memo import remembering
from tests.audit.fuzzing.single import SingleFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.audit.fuzzing.bases import Base

WAYS, WEIGHTS = (spoil_value, spoil_lines, spoil_bytes), (6, 2, 3)


class FileFuzz:
    """Spoils files and judges them.

    Attributes:
        endings: How many ended how; a breakdown with its place.
        skipped: Changes that left every file as it was.
    """

    def __init__(self, bases: Sequence[Base], seed: int) -> None:
        self._judges, self._seed = [SingleFile(base) for base in bases], seed
        self.endings: Counter[str] = Counter()
        self.skipped = 0

    @property
    def broken(self) -> dict[str, int]:
        """What must never happen, with how often it did."""
        fine = {"failed", "undecided", "passed"}
        return {ending: count for ending, count in self.endings.items() if ending not in fine}

    def one(self, index: int) -> None:
        """Spoils one file and judges it."""
        chance = random.Random(f"{self._seed}:{index}")
        judge = chance.choice(self._judges)
        mutant = Mutant(chance=chance, files=dict(judge.base.files))
        [spoil] = chance.choices(WAYS, WEIGHTS)
        try:
            spoil(mutant)
        except SKIPPED:
            self.skipped += 1
            return
        changed = [p for p, data in mutant.files.items() if data != judge.base.files.get(p)]
        self.skipped += not changed
        for path in changed:
            ending = _judged(judge, path, mutant.files[path])
            self.endings[ending] += 1
            if ending in self.broken and self.endings[ending] == 1:
                tell(f"{index} {judge.base.name} {mutant.notes}: {ending}")

    def lines(self) -> list[str]:
        """What became of them, for people."""
        counts = [f"{count:8d}  {kind}" for kind, count in self.endings.most_common()]
        return [*counts, f"{self.skipped:8d}  changes did not apply"]


def _judged(judge: SingleFile, path: str, data: bytes) -> str:
    try:
        with limited():
            return judge.judge(path, data)
    except HangError:
        return f"{path} hung"
    except Exception as error:  # noqa: BLE001 whatever it is, it is what is looked for
        return f"{BREAKDOWN}: {path}: {error!r:.200}"


def main() -> int:
    """Judges as many as are asked for and prints what became of them; 1 if one broke the verifier."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000, help="files")
    parser.add_argument("--seconds", type=int, default=10**9, help="stop after so many of processor time")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--only", type=int, help="judge this one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, remembering():
        fuzz = FileFuzz(asyncio.run(all_bases(Path(folder))), arguments.seed)
        began, done = time.process_time(), 0
        for index in [arguments.only] if arguments.only is not None else range(arguments.count):
            fuzz.one(index)
            done += 1
            if time.process_time() - began > arguments.seconds:
                break
    seconds = time.process_time() - began
    head = f"seed {arguments.seed}: {done} files in {seconds:.0f} s, {done / seconds:.0f} a second"
    sys.stdout.writelines(f"{line}\n" for line in [head, *fuzz.lines()])
    return bool(fuzz.broken)


if __name__ == "__main__":
    sys.exit(main())
