"""Which file runs when: the slowest first, so that all processes of a run end together; the others in random order."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# By the processor's time they took when they were measured; the first also builds the demo town, for which the others
# that need it would have to wait.
SLOWEST_FIRST = (
    "gongji/test_audit_of_the_town.py",
    "contracts/test_forge.py",
    "contracts/test_build.py",
    "ledger_api/test_relayer.py",
    "contracts/test_halmos.py",
    "indexer/test_kill.py",
    "gongji/test_commands.py",
    "gongji/test_acting.py",
    "indexer/test_lying_node.py",
    "gongji/test_kill.py",
    "indexer/test_mirror.py",
    "ledger_api/test_drafts_killed.py",
    "gongji/test_act_options.py",
    "gongji/test_proposal_drafts.py",
    "contracts/test_model.py",
    "browser/test_acts.py",
    "browser/test_pages.py",
    "browser/test_acts_pages.py",
    "indexer/test_reorg.py",
    "contracts/test_slither.py",
    "ledger_api/test_app_schemathesis.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files in order and leaves the order of tests within a file as it is."""
    ranks = {TESTS / name: rank for rank, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the seed of the random order, by which the same order can be had again; none with `-p no:randomly`."""
    if (seed := config.getoption("randomly_seed", None)) is not None:
        terminalreporter.write_line(f"random order: --randomly-seed={seed}")
