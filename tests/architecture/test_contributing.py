"""What `docs/contributing.md` sends a newcomer to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/contributing.md").read_text("utf-8")
PATHS = sorted(set(re.findall(r"`([a-z_]+/[\w./]+)`", TEXT)))
LINKS = sorted(set(re.findall(r"\]\(([\w.]+)(?:#[\w-]+)?\)", TEXT)))


@pytest.mark.parametrize("path", PATHS)
def test_a_file_that_a_newcomer_is_sent_to_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("link", LINKS)
def test_a_page_that_is_linked_exists(link: str) -> None:
    assert (ROOT / "docs" / link).exists()


def test_there_are_eighteen_changes() -> None:
    rows = re.findall(r"^\| [A-Z].*\. \|", TEXT, flags=re.MULTILINE)
    assert len(rows) == 18
