"""The town of the benchmark of the indexer, which is made of events and no chain."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from benchmarks.index.paper_town import Town
from tests.indexer.projections.paper_mirror import PaperMirror, time_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.types import Event

ACTS = 1_500


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
