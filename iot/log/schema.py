"""The schema `events`, as `kit.database` opens it."""

from __future__ import annotations

from pathlib import Path

from iot.log.tables import metadata
from kit.database import Schema

EVENTS = Schema(
    metadata=metadata,
    versions=Path(__file__).parent / "migrations" / "versions",
    version_table="events_version",
    # A statement is planned for the tables as they are. A plan kept from when the log was nearly empty would read all of it.
    settings=("plan_cache_mode=force_custom_plan",),
)
