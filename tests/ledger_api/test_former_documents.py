"""Documents that former versions kept lose nothing when the schema is migrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect

from kit.database import open_engine, writing
from kit.migrations import upgrade
from ledger_api.documents.former import drop_former, former_documents
from ledger_api.schema import APP
from tests.ledger_api.former_documents import former_document, write_former

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["sqlite", "postgresql"])
def app_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return (
        f"sqlite:///{tmp_path}/app.db"
        if request.param == "sqlite"
        else str(request.getfixturevalue("postgres_url"))
    )


def test_rows_of_documents_are_set_aside_until_they_are_dropped(app_url: str) -> None:
    kept = [former_document(b"one"), former_document(b"two", public=True)]
    write_former(app_url, kept)
    upgrade(app_url, APP)
    upgrade(app_url, APP)
    engine = open_engine(app_url, APP)
    with writing(engine) as connection:
        assert sorted(former_documents(connection), key=lambda one: one.salt) == kept
        drop_former(connection)
        drop_former(connection)
        assert former_documents(connection) == []
    engine.dispose()


def test_of_a_town_without_documents_no_table_stays(app_url: str) -> None:
    write_former(app_url, [])
    upgrade(app_url, APP)
    engine = open_engine(app_url, APP)
    with engine.connect() as connection:
        schema = None if connection.dialect.name == "sqlite" else "app"
        names = inspect(connection).get_table_names(schema)
    assert not [name for name in names if "document" in name]
    engine.dispose()
