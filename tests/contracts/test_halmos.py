"""Proofs by symbolic execution of the committed code: all inputs at once, for money arithmetic and once-only rules."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from contracts.abi import artifact
from contracts.build.compiler import DEPLOYED
from tests.contracts.tools import ROOT, environment, tool

if TYPE_CHECKING:
    from pathlib import Path

PROOF = re.compile(r"function (check_\w+)\(")
SOURCES = sorted((ROOT / "tests/contracts/halmos").glob("*.t.sol"))


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What halmos says of each proof, by its name."""
    shutil.rmtree(ROOT / "out" / "halmos", ignore_errors=True)
    lay_out_code(ROOT / "out" / "committed")
    report: Path = tmp_path_factory.mktemp("halmos") / "report.json"
    halmos = [str(tool("halmos") / "halmos"), "--forge-build-out", "out/halmos", "--json-output", str(report)]
    # The longest loop of a proof runs three times; a proof that ran into the bound would be none.
    limits = ["--loop", "8", "--solver-timeout-assertion", "120s", "--no-status"]
    ran = subprocess.run(
        [*halmos, *limits], cwd=ROOT, env=environment("halmos"), capture_output=True, text=True, check=False
    )
    assert report.exists(), ran.stdout + ran.stderr
    assert "loop unrolling bound" not in ran.stdout + ran.stderr, ran.stdout
    results = json.loads(report.read_text())["test_results"]
    return {result["name"].split("(")[0]: result for found in results.values() for result in found}


def lay_out_code(folder: Path) -> None:
    """Writes the committed code of all contracts as halmos reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in DEPLOYED:
        (folder / f"{name}.json").write_text(json.dumps({"bytecode": {"object": artifact(name)["bytecode"]}}))


@pytest.mark.parametrize("name", [name for path in SOURCES for name in PROOF.findall(path.read_text())])
def test_halmos_proves(proofs: dict[str, Any], name: str) -> None:
    assert proofs[name]["exitcode"] == 0, proofs[name]
