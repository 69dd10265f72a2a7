"""The table of slow files names files that are there."""

from __future__ import annotations

from tests.running_order import SLOWEST_FIRST, TESTS


def test_every_file_that_is_to_run_first_exists() -> None:
    assert [name for name in SLOWEST_FIRST if not (TESTS / name).is_file()] == []
