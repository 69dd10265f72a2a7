"""The house is clean: formatted, linted and typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Folders whose templates are read as they are printed: a line fits the screen.
TEMPLATES = sorted(path.parent.name for path in (ROOT / "ledger_api").glob("*/templates"))
TEMPLATE_COLUMNS = 160


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--quiet", "."],
        ["ruff", "format", "--check", "--quiet", "."],
        [
            "mypy",
            "audit",
            "contracts",
            "gongji",
            "indexer",
            "iot",
            "kit",
            "ledger_api",
            "register",
            "wallets",
        ],
    ],
    ids=["ruff check", "ruff format", "mypy"],
)
def test_tool_finds_nothing(command: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("folder", TEMPLATES)
def test_a_line_of_a_template_fits_the_screen(folder: str) -> None:
    templates = sorted((ROOT / "ledger_api" / folder / "templates").glob("*.html"))
    lines = [
        (path.name, *line)
        for path in templates
        for line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]
    assert [(name, number) for name, number, text in lines if len(text) > TEMPLATE_COLUMNS] == []
