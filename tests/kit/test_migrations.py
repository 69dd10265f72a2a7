"""Migrating: by several processes at once, and never back from a later version."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from kit.database import open_engine
from kit.errors import DatabaseNewerError
from kit.migrations import _config, _down_revisions, drop, refuse_newer, upgrade
from tests.kit.notes import NOTES

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = [*ROOT.glob("*/migrations/versions"), *ROOT.glob("iot/*/migrations/versions")]


def test_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=upgrade, args=(database_url, NOTES)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 3
    upgrade(database_url, NOTES)
    assert _tables(database_url) == {"notes", "alembic_version"}


def test_a_database_of_a_later_version_is_refused_and_left_alone(database_url: str) -> None:
    upgrade(database_url, NOTES)
    engine = open_engine(database_url, NOTES)
    place = "alembic_version" if engine.dialect.name == "sqlite" else "notes.alembic_version"
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {place} SET version_num = '2099_something'"))
    with pytest.raises(DatabaseNewerError, match="2099_something is not among those"):
        upgrade(database_url, NOTES)
    with pytest.raises(DatabaseNewerError, match="2099_something is not among those"):
        refuse_newer(database_url, NOTES)
    with pytest.raises(DatabaseNewerError, match="2099_something is not among those"):
        drop(database_url, NOTES)
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {place}")).scalar_one() == "2099_something"
    engine.dispose()


def test_a_database_of_this_version_or_none_at_all_may_be_used(database_url: str, tmp_path: Path) -> None:
    upgrade(database_url, NOTES)
    refuse_newer(database_url, NOTES)
    refuse_newer(f"sqlite:///{tmp_path / 'none.db'}", NOTES)
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("versions", VERSIONS, ids=lambda path: path.parts[-3])
def test_the_migrations_in_a_folder_are_those_that_alembic_finds_there(versions: Path) -> None:
    found = ScriptDirectory.from_config(_config(versions)).walk_revisions()
    assert _down_revisions(versions) == {script.revision: script.down_revision for script in found}


def test_dropped_tables_can_be_made_again(database_url: str) -> None:
    upgrade(database_url, NOTES)
    drop(database_url, NOTES)
    assert _tables(database_url) == set()
    upgrade(database_url, NOTES)
    assert _tables(database_url) == {"notes", "alembic_version"}


def _tables(database_url: str) -> set[str]:
    engine = open_engine(database_url, NOTES)
    schema = None if engine.dialect.name == "sqlite" else NOTES.name
    names = set(inspect(engine).get_table_names(schema))
    engine.dispose()
    return names
