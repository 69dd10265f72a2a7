"""A schema of one table."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import BigInteger, Column, MetaData, Table

from kit.database import Schema

notes = Table("notes", MetaData(schema="notes"), Column("id", BigInteger, primary_key=True))
NOTES = Schema(metadata=notes.metadata, versions=Path(__file__).with_name("versions"))
