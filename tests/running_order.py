"""Which file runs when: the slowest first, so that all processes of a run end together; the others in random order."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# By the processor's time they took when they were measured; the first also builds the demo town, for which the others
# that need it would have to wait.
SLOWEST_FIRST = (
    "gongji/test_audit_of_the_town.py",
    "audit/test_collect.py",
    "browser/test_act_sheets.py",
    "gongji/test_commands.py",
    "contracts/test_build.py",
    "contracts/test_halmos.py",
    "contracts/test_slither.py",
    "browser/test_pages.py",
    "audit/test_fuzz.py",
    "gongji/test_kill.py",
    "browser/test_acts_pages.py",
    "contracts/test_forge.py",
    "network/test_town.py",
    "indexer/test_mirror.py",
    "indexer/test_lying_node.py",
    "ledger_api/test_app_schemathesis.py",
    "gongji/test_bad_input.py",
    "ledger_api/test_long_history.py",
    "browser/test_office_sheets.py",
    "ledger_api/test_access.py",
    "browser/test_acts.py",
    "gongji/keeper/test_claims.py",
    "indexer/test_reorg.py",
    "audit/test_tamper.py",
    "browser/test_phone.py",
    "indexer/test_kill.py",
    "architecture/test_hygiene.py",
    "gongji/test_demo_page.py",
    "indexer/test_schema.py",
    "ledger_api/test_known_query.py",
    "contracts/test_model.py",
    "ledger_api/test_app.py",
    "ledger_api/test_statement_xml.py",
    "ledger_api/test_relayer.py",
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
