"""The schema `town`, as `kit.database` opens it."""

from __future__ import annotations

from pathlib import Path

from kit.database import Schema
from register.tables import town

TOWN = Schema(
    metadata=town,
    versions=Path(__file__).parent / "migrations" / "versions",
    version_table="town_version",
    # What was erased must not stay readable in free pages of the file.
    writer_pragmas=("secure_delete=ON",),
)
