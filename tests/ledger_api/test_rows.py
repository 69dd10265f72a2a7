"""A row becomes a dataclass whose fields are columns of its tables; whatever does not fit is refused before any query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from kit.database import open_async_engine, writing_async
from kit.migrations import upgrade
from ledger_api.rows import fetch, select_fields
from ledger_api.schema import APP
from ledger_api.tables import challenges, commands, sessions

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    csrf: str
    address: bytes


async def test_each_row_becomes_a_dataclass_of_the_columns_that_it_names(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'app.db'}"
    upgrade(url, APP)
    engine = open_async_engine(url, APP)
    row = {"token_hash": bytes(32), "address": bytes(20), "csrf": "once", "expires_at": 7}
    async with writing_async(engine) as connection:
        await connection.execute(insert(sessions), row)
    async with engine.connect() as connection:
        found = await fetch(
            connection, Visit, select_fields(Visit, sessions).where(sessions.c.expires_at == 7)
        )
    await engine.dispose()
    assert found == [Visit(csrf="once", address=bytes(20))]


def test_of_two_columns_with_one_name_that_of_the_earlier_table_is_read() -> None:
    query = select_fields(Visit, challenges, sessions)
    assert [column.table.name for column in query.selected_columns] == ["sessions", "challenges"]


def test_a_field_that_is_no_column_is_refused() -> None:
    @dataclass
    class Renamed:
        csrf_token: str

    with pytest.raises(TypeError, match=r"Renamed.csrf_token: expected a column of sessions, got none"):
        select_fields(Renamed, sessions)


def test_a_field_of_another_type_than_its_column_is_refused() -> None:
    @dataclass
    class Mistyped:
        expires_at: str

    with pytest.raises(
        TypeError, match=r"Mistyped.expires_at: expected <class 'int'>, .*, got <class 'str'>"
    ):
        select_fields(Mistyped, sessions)


def test_a_column_that_may_be_null_needs_a_field_that_may_be_none() -> None:
    @dataclass
    class NeverNull:
        nonce: int

    with pytest.raises(TypeError, match=r"NeverNull.nonce: expected int \| None"):
        select_fields(NeverNull, commands)


def test_a_field_may_be_none_where_the_column_is_null_only_after_an_outer_join() -> None:
    @dataclass
    class Joined:
        state: str | None

    assert select_fields(Joined, commands).selected_columns.keys() == ["state"]
