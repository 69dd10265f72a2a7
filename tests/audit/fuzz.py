"""Hostile bundles by the thousand for `gongji audit verify`: each must end with findings, or in three lines. Run by hand:

    python -m tests.audit.fuzz --count 20000 --seed 1

The same seed spoils in the same way; a bundle that brought the verifier down, or that passed without a reason, is kept as a
file, because the towns that it was made from are others each time. `--only N` judges one bundle again.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tarfile
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cbor2 import CBORError
from rlp.exceptions import RLPException

from gongji.output import tell
from tests.audit.fuzzing import bases
from tests.audit.fuzzing import files as f
from tests.audit.fuzzing.chain import spoil_chain, spoil_proofs
from tests.audit.fuzzing.events import spoil_event
from tests.audit.fuzzing.explain import explanation
from tests.audit.fuzzing.judge import Ending, judge, remove, write
from tests.audit.fuzzing.memo import remembering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.audit.fuzzing.bases import Base

# What a change of a bundle that is spoilt already may meet.
SKIPPED = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    RLPException,
    CBORError,
)
# How often each base is taken: the small ones cost a tenth of the towns.
WEIGHTS = {"besu": 3, "network": 3, "town": 1, "rules": 1}


@dataclass(kw_only=True)
class Tally:
    """What became of the bundles.

    Attributes:
        endings: How many ended how.
        reasons: Why those that passed might, by reason.
        broken: Breakdowns by where; and what passed without a reason.
        skipped: Changes that did not apply to what was left of a bundle.
        kept: Files with the bundles that are to be looked at.
    """

    endings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    kept: list[Path] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The tally for people."""
        yield from (f"{count:8d}  {kind}" for kind, count in self.endings.most_common())
        yield from (f"{count:8d}  passed: {reason}" for reason, count in self.reasons.most_common())
        yield from (f"{count:8d}  BROKEN: {where}" for where, count in self.broken.most_common())
        yield f"{self.skipped:8d}  changes did not apply"
        yield from (f"          kept: {path}" for path in self.kept)


class Fuzz:
    """Spoils bundles and judges them.

    Attributes:
        tally: What became of them.
    """

    def __init__(self, base_list: Sequence[Base], seed: int, work: Path, keep: Path) -> None:
        self._bases, self._seed, self._work, self._keep = base_list, seed, work, keep
        self.tally = Tally()

    def one(self, index: int) -> Ending:
        """Spoils one bundle and judges it."""
        chance = random.Random(f"{self._seed}:{index}")
        [base] = chance.choices(self._bases, [WEIGHTS[b.name] for b in self._bases])
        mutant = f.Mutant(chance=chance, files=dict(base.files))
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            self._spoil(base, mutant)
        if mutant.follows and chance.random() < 0.93:
            f.seal(mutant)
        folder = self._work / f"b{index}"
        write(mutant, base.files, base.folder, folder)
        ending = judge(folder, folder.with_suffix(".trust"))
        self._take(index, base, mutant, folder, ending)
        remove(folder)
        return ending

    def _spoil(self, base: Base, mutant: f.Mutant) -> None:
        [spoil] = mutant.chance.choices(*zip(*_spoilers(base), strict=True))
        try:
            spoil(mutant)
        except SKIPPED:
            self.tally.skipped += 1

    def _take(self, index: int, base: Base, mutant: f.Mutant, folder: Path, ending: Ending) -> None:
        self.tally.endings[ending.kind] += 1
        why = explanation(base, mutant, folder) if ending.kind == "passed" else ""
        if ending.is_breakdown or why is None:
            what = ending.detail if ending.is_breakdown else f"passed without a reason: {mutant.notes[-1:]}"
            self.tally.broken[f"{ending.kind}: {what}"] += 1
            if self.tally.broken[f"{ending.kind}: {what}"] == 1:
                self._put_aside(index, base, mutant, folder, what)
        elif ending.kind == "passed":
            self.tally.reasons[why] += 1

    def _put_aside(self, index: int, base: Base, mutant: f.Mutant, folder: Path, what: str) -> None:
        path = self._keep / f"audit-fuzz-{self._seed}-{index}.tar"
        with tarfile.open(path, "w") as tar:
            for name in (folder, folder.with_suffix(".trust")):
                tar.add(name, arcname=name.name)
        self.tally.kept.append(path)
        tell(f"{index} {base.name} {mutant.notes}: {what}\n  {path}")


def _spoilers(base: Base) -> list[tuple[Callable[[f.Mutant], None], int]]:
    """Ways to spoil a base, each with its weight."""
    ways = [(f.spoil_value, 9), (f.spoil_lines, 4), (f.spoil_bytes, 5), (f.spoil_files, 2), (f.spoil_folder, 1), (f.spoil_manifest, 1), (f.spoil_trust, 2)]  # fmt: skip
    if base.is_owned:
        ways.append((lambda mutant: spoil_chain(mutant, sealed=base.is_sealed), 14))
    if base.has_contracts:
        ways += [(spoil_proofs, 1), (spoil_event, 4)]
    return ways


async def all_bases(folder: Path) -> list[Base]:
    """Every base, made in a folder."""
    recorded = [bases.besu(folder / "besu"), bases.network(folder / "network")]
    return [*recorded, await bases.town(folder / "town"), await bases.rules(folder / "rules")]


def _run(fuzz: Fuzz, numbers: Sequence[int]) -> None:
    """Judges bundles, and tells now and then how far it is."""
    began = time.monotonic()
    for done, index in enumerate(numbers, 1):
        fuzz.one(index)
        rate = done / (time.monotonic() - began)
        if done % 100 == 0:
            left_seconds = (len(numbers) - done) / rate
            tell(f"{done} of {len(numbers)}, {rate:.1f} a second, {left_seconds:.0f} s left")


def main() -> int:
    """Judges as many as are asked for and prints what became of them; 1 if one broke the verifier or passed unsoundly."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20_000, help="bundles")
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10**6), help="what all choices come from"
    )
    parser.add_argument("--only", type=int, help="judge this one")
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()), help="folder for failing bundles"
    )
    arguments = parser.parse_args()
    tell(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fuzz = Fuzz(asyncio.run(all_bases(folder)), arguments.seed, folder, arguments.keep)
        numbers = [arguments.only] if arguments.only is not None else range(arguments.count)
        with remembering():
            _run(fuzz, numbers)
    sys.stdout.writelines(f"{line}\n" for line in [f"seed {arguments.seed}", *fuzz.tally.lines()])
    return bool(fuzz.tally.broken)


if __name__ == "__main__":
    sys.exit(main())
