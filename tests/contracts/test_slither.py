"""Static analysis: every finding of slither is answered in `docs/contracts-findings.md`, and every answer has its finding."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.contracts.tools import ROOT, environment, tool

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = ROOT / "docs" / "contracts-findings.md"
ROW = re.compile(r"^- `([a-z0-9-]+)` ([\w.]+): ", re.MULTILINE)


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Name of the check and place of each finding, such as ("timestamp", "Campaigns.settle")."""
    report: Path = tmp_path_factory.mktemp("slither") / "report.json"
    slither = [str(tool("slither") / "slither"), ".", "--filter-paths", "node_modules", "--fail-none"]
    ran = subprocess.run(
        [*slither, "--json", str(report)], cwd=ROOT, env=environment("slither"), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return {
        (found["check"], place(found)) for found in json.loads(report.read_text())["results"]["detectors"]
    }


def place(found: dict[str, Any]) -> str:
    """Contract and function, variable or struct that a finding is about."""
    element = found["elements"][0]
    names = [element["name"]]
    while element["type"] != "contract" and "parent" in element["type_specific_fields"]:
        element = element["type_specific_fields"]["parent"]
        names.insert(0, element["name"])
    # A finding about a variable of a function is about the function.
    return ".".join(names[-3:][:2])


def test_every_finding_is_answered_and_every_answer_has_a_finding(findings: set[tuple[str, str]]) -> None:
    answered = set(ROW.findall(ANSWERS.read_text()))
    assert findings - answered == set(), "not answered"
    assert answered - findings == set(), "answered but gone"


def test_most_of_the_contracts_were_looked_at(findings: set[tuple[str, str]]) -> None:
    """A run that compiled nothing finds nothing: the checks of time alone must see five contracts."""
    assert len({where.split(".")[0] for check, where in findings if check == "timestamp"}) >= 5
