"""The benchmark of pages tells the year of the demo town again and again, and the mirror has to believe it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.pages.copies import batches
from benchmarks.pages.history import History
from benchmarks.pages.under_test import write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_year_that_comes_again_is_one_that_a_chain_would_allow(
    folder: Path, summary: dict[str, Any], tmp_path: Path
) -> None:
    write(f"sqlite:///{tmp_path}/mirror.db", batches(History(folder / "mirror.db"), 2))
