"""The table of slow files names files that are there, and those in which the demo town runs."""

from __future__ import annotations

from tests.running_order import OF_THE_RUNNING_TOWN, SLOWEST_FIRST, TESTS


def test_every_file_that_is_to_run_first_exists() -> None:
    assert [name for name in SLOWEST_FIRST if not (TESTS / name).is_file()] == []


def test_all_files_in_which_the_demo_town_runs_go_to_one_process_of_the_tests() -> None:
    users = {
        path
        for path in (TESTS / "gongji").rglob("test_*.py")
        if "(running: Running" in path.read_text("utf-8")
    }
    assert {path.relative_to(TESTS).as_posix() for path in users} == {*OF_THE_RUNNING_TOWN}
