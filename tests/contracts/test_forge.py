"""Fuzz and invariant tests of the committed code, run by forge."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from tests.contracts.tools import ROOT, environment, forge

SUITES = sorted((ROOT / "tests/contracts/forge").glob("*.t.sol"))
TEST = re.compile(r"function ((?:testFuzz|invariant)_\w+)\(")


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """What forge says of each test, by file and name of the test."""
    ran = subprocess.run(
        [forge(), "test", "--json"],
        cwd=ROOT,
        env=environment("default"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.startswith("{"), ran.stdout + ran.stderr
    suites = json.loads(ran.stdout)
    return {
        f"{suite.split(':')[0].rsplit('/', 1)[1]}:{test.split('(')[0]}": result
        for suite, found in suites.items()
        for test, result in found["test_results"].items()
    }


@pytest.mark.parametrize(
    "test", [f"{path.name}:{name}" for path in SUITES for name in TEST.findall(path.read_text())]
)
def test_forge_finds_no_counterexample(results: dict[str, Any], test: str) -> None:
    result = results[test]
    assert result["status"] == "Success", json.dumps(
        {k: result[k] for k in ("reason", "counterexample")}, indent=1
    )
    kind = result["kind"]
    if "Invariant" in kind:
        assert kind["Invariant"]["calls"] >= 64 * 128
        assert kind["Invariant"]["reverts"] == 0
    else:
        assert kind["Fuzz"]["runs"] >= 512
