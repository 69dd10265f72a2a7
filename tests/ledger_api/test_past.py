"""What things were is read where their noun says so, and nowhere else: of all others the auditor proves only open rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from indexer.projections.hours import town_hours
from indexer.projections.task import tasks
from indexer.schema import MIRROR
from kit.reader import open_reader
from ledger_api.balances import SqliteBalances
from ledger_api.mirror import open_rows, placed_rows
from ledger_api.overview.queries import hours_at
from tests.indexer.projections.paper_mirror import PaperMirror
from tests.past_rows import past_read_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Executable

    from kit.reader import ReaderConnection


@pytest.fixture
async def reader_connection(tmp_path: Path) -> AsyncIterator[ReaderConnection]:
    url = f"sqlite:///{tmp_path / 'mirror.db'}"
    PaperMirror(url).close()
    reader = open_reader(url, MIRROR)
    async with reader.connect() as connection:
        yield connection
    await reader.dispose()


TASK = tasks.table.alias()


@pytest.mark.parametrize(
    "query",
    [
        select(tasks.table).where(tasks.table.c.from_block <= 5),
        select(tasks.table.c.task),
        select(TASK).where(TASK.c.from_block <= 5),
        open_rows(tasks).join(TASK, TASK.c.task == tasks.table.c.task),
        open_rows(tasks).where(tasks.table.c.task.in_(select(TASK.c.task))),
        select(tasks.table).where(tasks.table.c.to_block.is_not(None)),
    ],
    ids=["at a block", "a column", "under another name", "beside open rows", "in a condition", "closed ones"],
)
async def test_a_query_for_the_past_of_a_noun_that_does_not_say_so_is_refused(
    reader_connection: ReaderConnection, query: Executable
) -> None:
    with pytest.raises(AssertionError, match="not declared by"):
        await reader_connection.execute(query)


@pytest.mark.parametrize("query", [open_rows(tasks), placed_rows(tasks), open_rows(town_hours)])
async def test_a_query_for_open_rows_is_answered(
    reader_connection: ReaderConnection, query: Executable
) -> None:
    assert (await reader_connection.execute(query)).all() == []


async def test_a_query_for_the_past_is_answered_where_the_noun_says_so(
    reader_connection: ReaderConnection,
) -> None:
    query = hours_at(0)
    assert (await reader_connection.execute(query.statement, query.values)).all() == []
    assert town_hours.past_is_read


def test_the_question_for_a_balance_that_goes_straight_to_the_driver_reads_open_rows() -> None:
    sql = SqliteBalances("mirror.db")._sql.replace("main.", "mirror.")
    assert past_read_by(sql) == set()
    assert past_read_by(sql.replace("to_block IS NULL", "to_block > 0")) == {"accounts"}
