"""Changes the product in small ways, one at a time, and tells which changes no test sees. Run by hand.

    python -m tests.mutants --set visits --count 8 --seed 1

A set is some files and the tests nearest to them. The changes are made in a copy of the working tree, and the same
seed makes the same ones.
"""

from __future__ import annotations

import argparse
import ast
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT_SECONDS = 900
# Files, and the tests nearest to them.
SETS = {
    "visits": ("iot/visits/visits.py iot/visits/levels.py iot/visits/check_events.py", "tests/iot/test_visits.py tests/iot/test_visit_holds.py tests/iot/test_visit_levels.py"),
    "merkle": ("iot/log/merkle.py", "tests/iot/test_merkle.py"),
    "cose": ("iot/event/cose.py iot/event/cbor.py iot/event/cddl.py iot/event/event.py", "tests/iot/test_cose.py tests/iot/test_event.py"),
    "proof": ("indexer/proof/*.py", "tests/indexer/test_proof.py tests/indexer/test_qbft.py"),
    "funds": ("ledger_api/funds/service.py", "tests/ledger_api/test_funds.py"),
    "tally": ("ledger_api/proposals/tally.py", "tests/ledger_api/test_proposals.py tests/ledger_api/test_drafts.py"),
    "statements": ("ledger_api/statements/*.py", "tests/ledger_api/test_statements.py"),
    "drafts": ("ledger_api/proposals/drafts/*.py", "tests/ledger_api/test_drafts.py tests/ledger_api/test_drafts_refused.py"),
    "trie": ("audit/decode/mpt.py audit/decode/header.py", "tests/audit/test_mpt.py tests/audit/test_seals.py"),
    "audit": ("audit/checks/*.py", "tests/audit/checks"),
    "wallets": ("wallets/intents/*.py wallets/show.py", "tests/wallets"),
}  # fmt: skip
OPPOSITES: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
}  # fmt: skip
# What is read by people and checkers and changes nothing when it runs.
NOT_RUN = {"decorator_list", "annotation", "returns", "ctx"}


@dataclass(frozen=True)
class Mutant:
    """One change of a file: its path from the root, and the numbers of the node and of the change."""

    path: Path
    node: int
    change: int

    def apply(self) -> tuple[str, str]:
        """The changed text of the file, and where and what was changed."""
        tree = ast.parse((ROOT / self.path).read_text())
        node = next(islice(nodes(tree), self.node, None))
        before = first_line(node)
        list(changes(node))[self.change]()
        where = f"`{self.path}:{getattr(node, 'lineno', 0)}` `{before}` → `{first_line(node)}`"
        return ast.unparse(ast.fix_missing_locations(tree)), where


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    for number, node in enumerate(nodes(ast.parse((ROOT / path).read_text()))):
        yield from (Mutant(path, number, change) for change in range(len(list(changes(node)))))


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes that run, parents first."""
    yield tree
    for name, value in ast.iter_fields(tree):
        for child in value if isinstance(value, list) else [value]:
            is_typing = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            if isinstance(child, ast.AST) and name not in NOT_RUN and not is_typing:
                yield from nodes(child)


def changes(node: ast.AST) -> Iterator[Callable[[], None]]:
    """The ways to change a node in its place."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in OPPOSITES:
            yield lambda: setattr(node, "ops", [OPPOSITES[type(op)]()])
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OPPOSITES:
            yield lambda: setattr(node, "op", OPPOSITES[type(op)]())
        case ast.Constant(value=bool(value)):
            yield lambda: setattr(node, "value", not value)
        case ast.Constant(value=int(value)):
            yield lambda: setattr(node, "value", value + 1)
            yield lambda: setattr(node, "value", value - 1)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield lambda: setattr(node, "value", ast.Constant(None))
        case ast.If(test=test) | ast.IfExp(test=test):
            yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), test))


def first_line(node: ast.AST) -> str:
    """A node as it is written, but for its body."""
    return ast.unparse(ast.fix_missing_locations(node)).split("\n", 1)[0]


def copy_tree(folder: Path) -> Path:
    """A copy of the working tree, with the installed packages linked."""
    left_out = shutil.ignore_patterns(".*", "node_modules", "cache", "out", "data", "__pycache__")
    copy = Path(shutil.copytree(ROOT, folder / "copy", ignore=left_out))
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    return copy


def is_green(folder: Path, tests: list[str]) -> bool:
    """Whether the tests pass in a copy; one that does not end has failed."""
    command = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-p", "no:cacheprovider", *tests]
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


def main() -> None:
    """Runs a set and prints its row of the table in docs/mutants.md, and each mutant that survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=SETS, required=True)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    globs, tests = (words.split() for words in SETS[arguments.set])
    found = [m for glob in globs for path in sorted(ROOT.glob(glob)) for m in mutants(path.relative_to(ROOT))]
    chosen = random.Random(arguments.seed).sample(found, min(arguments.count, len(found)))
    with TemporaryDirectory() as temporary:
        folder, survivors = copy_tree(Path(temporary)), []
        if not is_green(folder, tests):
            sys.exit(f"the tests of {arguments.set} fail without a mutant")
        for mutant in chosen:
            text, where = mutant.apply()
            (folder / mutant.path).write_text(text)
            if is_green(folder, tests):
                survivors.append(where)
            shutil.copy(ROOT / mutant.path, folder / mutant.path)
    killed = f"{len(chosen) - len(survivors)} of {len(chosen)}"
    sys.stdout.write(f"| {arguments.set} | {len(found)} | {killed} | {'; '.join(survivors) or '–'} |\n")


if __name__ == "__main__":
    main()
