"""An empty database of each kind."""

from __future__ import annotations

from tests.kit.conftest import database_url
from tests.postgres import own_postgres, postgres_server, postgres_url

__all__ = ["database_url", "own_postgres", "postgres_server", "postgres_url"]
