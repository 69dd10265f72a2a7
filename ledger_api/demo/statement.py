"""The bank statement that a tour of the demo town imports, as of the day on which it is downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.calendar import china_day, day_text

if TYPE_CHECKING:
    from pathlib import Path

NAME = "tour-statement.csv"
# Stands in the file where the day of a line does.
TODAY = "{today}"


def has_statement(data_dir: Path) -> bool:
    """Whether the town has one: a demo town that was built."""
    return (data_dir / NAME).is_file()


def statement_of_today(data_dir: Path, now_seconds: int) -> str:
    """The statement with the day of a moment.

    Args:
        data_dir: Folder of the town.
        now_seconds: Seconds since 1970.
    """
    return (data_dir / NAME).read_text("utf-8").replace(TODAY, day_text(china_day(now_seconds)))
