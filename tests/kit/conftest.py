"""A schema of one table, and an empty database of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.postgres import own_postgres, postgres_server, postgres_url

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["own_postgres", "postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'a folder?#%20'}.db"
    return str(request.getfixturevalue("postgres_url"))
