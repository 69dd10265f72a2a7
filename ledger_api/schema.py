"""The schema `app`, as `kit.database` opens it."""

from __future__ import annotations

from pathlib import Path

from kit.database import Schema
from ledger_api.tables import app

APP = Schema(metadata=app, versions=Path(__file__).parent / "migrations" / "versions")
