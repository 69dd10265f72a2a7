"""The migrations lead to the tables that the code uses; and what the tables keep comes back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    MetaData,
    Table,
    create_engine,
    delete,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import BLANK_SCHEMA

from contracts.events import EVENTS, GiftRefunded
from indexer.history import EVENT_TABLES
from indexer.schema import MIRROR, upgrade
from indexer.tables import SCHEMA, Uint64, balances, blocks, mirror
from kit.database import open_engine
from kit.migrations import drop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database of each kind, migrated."""
    upgrade(database_url)
    engine = open_engine(database_url, MIRROR)
    yield engine
    engine.dispose()


def test_the_migrations_lead_to_the_tables_that_the_code_uses(engine: Engine) -> None:
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "target_metadata": mirror,
                "include_schemas": not sqlite,
                "include_name": lambda name, kind, _: kind != "schema" or name in (None, SCHEMA),
                "version_table_schema": None if sqlite else SCHEMA,
            },
        )
        metadata = mirror if not sqlite else _without_schema()
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(engine: Engine, database_url: str) -> None:
    with engine.begin() as connection:
        connection.execute(insert(blocks).values(number=0, hash=b"h", parent_hash=b"p", time=1))
    upgrade(database_url)
    with engine.connect() as connection:
        assert connection.execute(select(blocks.c.number)).scalars().all() == [0]


def test_the_table_of_a_new_event_is_made_without_a_migration(engine: Engine, database_url: str) -> None:
    table = EVENT_TABLES[GiftRefunded]
    with engine.begin() as connection:
        table.drop(connection)
    upgrade(database_url)
    with engine.connect() as connection:
        assert connection.execute(select(table)).all() == []


def test_dropped_tables_can_be_made_again(engine: Engine, database_url: str) -> None:
    drop(database_url, MIRROR)
    upgrade(database_url)
    with engine.connect() as connection:
        assert connection.execute(select(blocks)).all() == []


def test_a_migration_that_fails_half_way_leaves_nothing(database_url: str) -> None:
    def fail(_: object, __: object, statement: str, *___: object) -> None:
        if "CREATE TABLE" in statement and "work_order_opened" in statement:
            raise RuntimeError("the power went")

    event.listen(Engine, "before_cursor_execute", fail)
    with pytest.raises(RuntimeError):
        upgrade(database_url)
    event.remove(Engine, "before_cursor_execute", fail)
    upgrade(database_url)


def test_deleting_a_block_deletes_all_that_hangs_on_it(engine: Engine) -> None:
    with engine.begin() as connection:
        for number in (1, 2):
            connection.execute(
                insert(blocks).values(number=number, hash=bytes([number]), parent_hash=b"", time=1)
            )
            connection.execute(insert(balances).values(account=b"a", block_number=number, balance=number))
        connection.execute(delete(blocks).where(blocks.c.number > 1))
        assert connection.execute(select(balances.c.balance)).scalars().all() == [1]


def test_a_row_without_its_block_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(balances).values(account=b"a", block_number=9, balance=1))


def test_every_event_has_a_table_with_its_fields_in_order() -> None:
    assert set(EVENT_TABLES) == set(EVENTS)
    for event_type, table in EVENT_TABLES.items():
        fields = [param.name for param in event_type.params()]
        assert [column.name for column in table.columns] == ["block_number", "log_index", "tx_index", *fields]


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_uint64_comes_back_as_it_was(number: int) -> None:
    engine = create_engine("sqlite://")
    table = Table("t", MetaData(), Column("id", BigInteger, primary_key=True), Column("n", Uint64))
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table).values(id=1, n=number))
        assert connection.execute(select(table.c.n)).scalar_one() == number
        assert connection.execute(text("SELECT n FROM t")).scalar_one() == number - 2**64 * (number >= 2**63)
    engine.dispose()


def _without_schema() -> MetaData:
    blank: Any = BLANK_SCHEMA
    none: Any = None
    metadata = MetaData(naming_convention=mirror.naming_convention)
    for table in mirror.sorted_tables:
        table.to_metadata(metadata, schema=none, referred_schema_fn=lambda *_: blank)
    return metadata
