"""A database of the version that kept documents in the schema `app`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from sqlalchemy import MetaData, insert

from kit.migrations import _alone, _config
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
    """Makes the database as that version had migrated it, with rows."""
    config, table = _config(APP.versions), former.to_metadata(MetaData(), name="documents", schema="app")
    with _alone(app_url, APP) as connection:
        config.attributes |= {"connection": connection, "schema": APP}
        command.upgrade(config, LAST_REVISION)
        for one in kept:
            row = {name: getattr(one, name) for name in table.c.keys()}  # noqa: SIM118 it is no dict
            connection.execute(insert(table), row)
