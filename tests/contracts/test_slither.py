"""Static analysis: every finding of slither is answered in `docs/contracts-findings.md`, and every answer has its finding."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from contracts.build.compiler import SETTINGS, SOLC_VERSION, compile_sources
from tests.contracts.tools import ROOT, environment, tool

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = ROOT / "docs" / "contracts-findings.md"
ROW = re.compile(r"^- `([a-z0-9-]+)` ([\w.]+): ", re.MULTILINE)


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Name of the check and place of each finding, such as ("timestamp", "Campaigns.settle")."""
    folder = tmp_path_factory.mktemp("slither")
    report = write_syntax_trees(folder) / "report.json"
    slither = [str(tool("slither") / "slither"), ".", "--filter-paths", "node_modules", "--fail-none"]
    sources = ["--ignore-compile", "--foundry-out-directory", str(folder)]
    ran = subprocess.run(
        [*slither, *sources, "--json", str(report)], cwd=ROOT, env=environment("default"), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return {
        (found["check"], place(found)) for found in json.loads(report.read_text())["results"]["detectors"]
    }


def write_syntax_trees(folder: Path) -> Path:
    """Writes what slither reads of a compilation, as forge lays it out; making code would take the compiler a minute."""
    output = compile_sources({"*": {"": ["ast"], "*": ["abi", "devdoc", "userdoc"]}})
    for contracts in output["contracts"].values():
        for contract in contracts.values():
            contract["evm"] = {
                code: {"object": "", "sourceMap": ""} for code in ("bytecode", "deployedBytecode")
            }
    compilation = {
        "solcVersion": SOLC_VERSION,
        "input": {"language": "Solidity", "settings": SETTINGS},
        "output": output,
    }
    (folder / "build-info").mkdir()
    (folder / "build-info" / "contracts.json").write_text(json.dumps(compilation))
    return folder


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
