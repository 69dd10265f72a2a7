"""Which file runs when and where: the slowest first, so that all processes of a run end together; the others in random order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

TESTS = Path(__file__).parent
# In these the demo town runs. One process of the tests has them all, so that the town is started once; it builds the town first.
OF_THE_RUNNING_TOWN = (
    "gongji/test_audit_of_the_town.py",
    "gongji/test_commands.py",
    "gongji/test_list_commands.py",
    "gongji/test_demo_page.py",
    "gongji/test_ledger_command.py",
    "gongji/test_private_files.py",
)
# Another compiles meanwhile. Then all go by the processor's time they took.
SLOWEST_FIRST = (
    *OF_THE_RUNNING_TOWN,
    "contracts/test_build.py",
    "browser/test_act_sheets.py",
    "browser/test_pages.py",
    "browser/test_acts_pages.py",
    "contracts/test_forge.py",
    "network/test_town.py",
    "gongji/test_kill.py",
    "audit/test_collect.py",
    "ledger_api/test_app_schemathesis.py",
    "indexer/test_mirror.py",
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
    "contracts/test_halmos.py",
    "contracts/test_model.py",
    "ledger_api/test_app.py",
    "ledger_api/test_statement_xml.py",
    "ledger_api/test_relayer.py",
    "audit/test_tamper.py",
)


class RunningTownTogether(LoadFileScheduling):  # type: ignore[misc] # xdist has no types
    """A file goes to one process whole, and the files of the running town go to one together."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "the running town" if file.removeprefix("tests/") in OF_THE_RUNNING_TOWN else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> RunningTownTogether:
    """Takes the place of `--dist loadfile`."""
    return RunningTownTogether(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files in order and leaves the order of tests within a file as it is."""
    ranks = {TESTS / name: rank for rank, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the seed of the random order, by which the same order can be had again; none with `-p no:randomly`."""
    if config.pluginmanager.has_plugin("randomly"):
        terminalreporter.write_line(f"random order: --randomly-seed={config.getoption('randomly_seed')}")
