"""Documents as former versions kept them: a row of `app` each, which a migration set aside, and a file with the content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Table, Text, inspect, select

from ledger_api.tables import SCHEMA
from register.documents import Document

if TYPE_CHECKING:
    from sqlalchemy import Connection

former = Table(
    "documents_to_import", MetaData(schema=SCHEMA),
    Column("commitment", LargeBinary, primary_key=True),
    Column("salt", LargeBinary), Column("media_type", Text), Column("name", Text), Column("size_bytes", BigInteger),
    Column("public", Boolean), Column("stored_by", LargeBinary), Column("stored_at", BigInteger),
)  # fmt: skip


def former_documents(connection: Connection) -> list[Document]:
    """The rows that wait to be imported."""
    schema = None if connection.dialect.name == "sqlite" else SCHEMA
    if not inspect(connection).has_table(former.name, schema):
        return []
    return [Document(**row) for row in connection.execute(select(former)).mappings()]


def drop_former(connection: Connection) -> None:
    """Drops the rows for good."""
    former.drop(connection, checkfirst=True)
