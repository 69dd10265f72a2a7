"""Which file runs when: the slowest first, so that all processes of a run end together; the others in random order."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# The first builds the demo town, for which the others that need it would have to wait, and the second compiles meanwhile.
# Next come those in which that town runs, together, so that it ends with them; then all by the processor's time they took.
SLOWEST_FIRST = (
    "gongji/test_audit_of_the_town.py",
    "contracts/test_build.py",
    "gongji/test_commands.py",
    "gongji/test_list_commands.py",
    "gongji/test_demo_page.py",
    "gongji/test_ledger_command.py",
    "gongji/test_private_files.py",
    "browser/test_act_sheets.py",
    "browser/test_pages.py",
    "browser/test_acts_pages.py",
    "gongji/test_kill.py",
    "audit/test_collect.py",
    "network/test_town.py",
    "ledger_api/test_app_schemathesis.py",
    "indexer/test_mirror.py",
    "contracts/test_forge.py",
    "indexer/test_lying_node.py",
    "ledger_api/test_long_history.py",
    "browser/test_office_sheets.py",
    "ledger_api/test_access.py",
    "audit/test_fuzz.py",
    "browser/test_acts.py",
    "gongji/keeper/test_claims.py",
    "indexer/test_reorg.py",
    "browser/test_phone.py",
    "indexer/test_kill.py",
    "architecture/test_hygiene.py",
    "contracts/test_slither.py",
    "indexer/test_schema.py",
    "ledger_api/test_known_query.py",
    "contracts/test_halmos.py",
    "contracts/test_model.py",
    "gongji/test_bad_input.py",
    "ledger_api/test_app.py",
    "ledger_api/test_statement_xml.py",
    "ledger_api/test_relayer.py",
    "audit/test_tamper.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files in order and leaves the order of tests within a file as it is."""
    ranks = {TESTS / name: rank for rank, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the seed of the random order, by which the same order can be had again; none with `-p no:randomly`."""
    if config.pluginmanager.has_plugin("randomly"):
        terminalreporter.write_line(f"random order: --randomly-seed={config.getoption('randomly_seed')}")
