"""A database of the version that kept documents in the schema `app`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import MetaData, insert, text

from kit.database import open_engine, writing
from kit.migrations import upgrade
from ledger_api.documents.former import former
from ledger_api.schema import APP
from register.commitments import document_commitment
from register.documents import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

LAST_REVISION = "20261124_proposal_drafts"


def former_document(content: bytes, *, public: bool = False) -> Document:
    """A document as it was kept."""
    salt = content[:1] * 32
    return Document(
        commitment=document_commitment(salt, content), salt=salt, media_type="text/plain", name="报价单.txt",
        size_bytes=len(content), public=public, stored_by=b"m" * 16, stored_at=1_750_000_000,
    )  # fmt: skip


def write_former(app_url: str, kept: Sequence[Document]) -> None:
    """Makes the database, with rows."""
    upgrade(app_url, APP)
    engine, table = open_engine(app_url, APP), former.to_metadata(MetaData(), name="documents", schema="app")
    with writing(engine) as connection:
        table.create(connection)
        for one in kept:
            row = {name: getattr(one, name) for name in table.c.keys()}  # noqa: SIM118 it is no dict
            connection.execute(insert(table), row)
        schema = "" if connection.dialect.name == "sqlite" else "app."
        connection.execute(text(f"UPDATE {schema}alembic_version SET version_num = '{LAST_REVISION}'"))
    engine.dispose()
