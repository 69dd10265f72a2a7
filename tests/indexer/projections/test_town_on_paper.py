"""The town of the benchmark of the indexer, which is made of events and no chain."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from benchmarks.index.paper_town import Town
from indexer import projections
from kit.sql import COPIED_ROWS
from tests.indexer.projections.paper_mirror import PaperMirror, time_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.types import Event

ACTS = 1_500
ACTS_OF_BOTH, ACTS_A_BATCH = 300, 40


def hourly(town: Town) -> Iterator[list[Event]]:
    """An act in each block."""
    number = 1
    town.now = time_of(number)
    for act in town.acts():
        yield act
        number += 1
        town.now = time_of(number)


def test_a_town_on_paper_does_only_what_a_chain_would_allow(tmp_path: Path) -> None:
    mirror = PaperMirror(f"sqlite:///{tmp_path}/mirror.db")
    mirror.write(list(islice(hourly(Town(seed=7, now=0)), ACTS)))
    mirror.close()


def test_one_batch_on_sqlite_and_many_on_postgresql_give_the_same_rows(
    tmp_path: Path, postgres_url: str
) -> None:
    """Many rows of a table and few are written in two ways; what begins in a batch is not looked for in the database."""
    acts = list(islice(hourly(Town(seed=7, now=0)), ACTS_OF_BOTH))
    whole, in_parts = PaperMirror(f"sqlite:///{tmp_path}/mirror.db"), PaperMirror(postgres_url)
    whole.write(acts)
    for first in range(0, len(acts), ACTS_A_BATCH):
        in_parts.write(acts[first : first + ACTS_A_BATCH])
    expected = rows_of(whole)
    assert rows_of(in_parts) == expected
    assert max(map(len, expected.values())) > COPIED_ROWS
    whole.close()
    in_parts.close()


def rows_of(mirror: PaperMirror) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all projections, without the numbers that the database gives."""
    with mirror.engine.connect() as connection:
        return {
            noun.name: sorted(
                (
                    tuple(row)
                    for row in connection.execute(select(*(c for c in noun.table.c if c.name != "id")))
                ),
                key=repr,
            )
            for noun in projections.NOUNS
        }
