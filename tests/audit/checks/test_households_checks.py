"""What the check of opened lists of households finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.checks import households
from audit.report.findings import State
from gongji.households import root_of
from register.commitments import household_leaf
from tests.audit.checks import rules_town
from tests.contracts.neighbourhood import household

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.audit.checks.conftest import Evidence

LISTED = "Campaigns.HouseholdsListed"
OF_BUILDING = "exhibits/households/0000000058.json"
Entries = list[dict[str, str]]


def test_opened_lists_of_households_pass(evidence: Evidence) -> None:
    assert evidence.run(households.households).state is State.PASSED


def _without_one(entries: Entries) -> None:
    entries.pop()


def _another_salt(entries: Entries) -> None:
    entries[0]["salt"] = "0x" + "77" * 32


def _one_twice(entries: Entries) -> None:
    entries[0] = entries[1]


def _one_invented(entries: Entries) -> None:
    entries[0]["household"] = "0x" + household("nobody").hex()


@pytest.mark.parametrize("change", [_without_one, _another_salt, _one_twice, _one_invented])
def test_a_list_that_was_opened_otherwise_than_published_is_told(
    evidence: Evidence, tmp_path: Path, change: Callable[[Entries], None]
) -> None:
    """(p17)"""

    def changed(lines: list[Any]) -> None:
        change(lines[0]["households"])

    assert evidence.red(bundle=evidence.rewritten(tmp_path / "b", OF_BUILDING, changed)) == {"C40"}


@pytest.mark.parametrize("invented", ["nobody", "resident two"])
def test_a_published_list_with_an_invented_or_a_doubled_household_is_told(
    evidence: Evidence, tmp_path: Path, invented: str
) -> None:
    """(p17) Root and opening agree: what is wrong is whom they list."""
    listed = [*rules_town.BUILDING_LIST]
    place = next(n for n, one in enumerate(listed) if one.household != f"0x{household('resident two').hex()}")
    fields = {"household": f"0x{household(invented).hex()}", "salt": "0x" + "77" * 32}
    listed[place] = listed[place].model_copy(update=fields)
    listed.sort(key=lambda one: one.leaf)

    def changed(lines: list[Any]) -> None:
        lines[0]["households"] = [{"household": one.household, "salt": one.salt} for one in listed]

    bundle = evidence.rewritten(tmp_path / "b", OF_BUILDING, changed)
    result = evidence.run(households.households, evidence.altered(LISTED, 1, root=root_of(listed)), bundle)
    said = "distinct households" if invented == "resident two" else "stood elsewhere or nowhere"
    assert [said in finding.what for finding in result.findings] == [True]


def test_a_list_of_a_campaign_that_published_none_is_told(evidence: Evidence) -> None:
    assert "C40" in evidence.red(evidence.without(LISTED, 1))


def test_a_list_that_was_published_and_is_not_opened_is_not_passed(
    evidence: Evidence, tmp_path: Path
) -> None:
    """Whoever opens the honest lists alone could have households of the other ones listed twice, and matched twice."""
    bundle = evidence.lacking(tmp_path / "b", "exhibits/households/0000000008.json")
    result = evidence.run(households.households, bundle=bundle)
    assert result.state is State.UNDECIDED
    assert "were not opened: [8]" in result.findings[-1].what


def test_the_leaf_is_that_of_the_register() -> None:
    assert households.leaf_of(b"s" * 32, 8, b"h" * 16) == household_leaf(b"s" * 32, 8, b"h" * 16)
