"""Which lines of the product run in the processes of the tests, by package, with `-p tests.line_coverage`.

Lines are noted by bytecode that slipcover adds and takes away again: a trace function, which coverage.py needs before
Python 3.12, makes the tests take more than twice the time. Programs that the tests start are not measured.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = [
    ROOT / name
    for name in ("audit", "contracts", "gongji", "indexer", "iot", "kit", "ledger_api", "register", "wallets")
]


class LineCoverage:
    """The lines of one process, and in the first also those of the others."""

    def __init__(self, *, is_worker: bool) -> None:
        # Files that nobody imported count as well, but once.
        self.lines = Slipcover(source=None if is_worker else [os.fspath(path) for path in PACKAGES])
        self.of_workers: list[dict[str, Any]] = []
        ImportManager(self.lines, FileMatcher(sources=PACKAGES)).__enter__()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Sends the lines of a worker to the first process."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["lines"] = json.dumps(self.lines.get_coverage())

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController) -> None:
        """Takes the lines of a worker; one that died has none."""
        self.of_workers.append(json.loads(getattr(node, "workeroutput", {}).get("lines", "null")))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Prints lines and share of each package, and of all."""
        merged = self.lines.get_coverage()
        for lines in filter(None, self.of_workers):
            merge_coverage(merged, lines)
        packages: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for name, file in sorted(merged["files"].items()):
            for package in (Path(name).resolve().relative_to(ROOT).parts[0], "all"):
                packages[package][0] += len(file["executed_lines"])
                packages[package][1] += len(file["executed_lines"]) + len(file["missing_lines"])
        terminalreporter.section("lines that ran in the processes of the tests")
        for package, (ran, lines) in packages.items():
            terminalreporter.write_line(f"{package:<12} {ran:>6} of {lines:>6} {100 * ran / lines:>6.1f} %")


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Starts before anything of the product is imported."""
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    early_config.pluginmanager.register(LineCoverage(is_worker=is_worker), "lines of the product")
