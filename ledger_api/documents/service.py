"""Stores and opens documents: the row says what it is, the file in `documents/` holds the content."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from kit.database import writing_async
from ledger_api.documents.commitment import commitment
from ledger_api.errors import DocumentMismatchError, NotFoundError
from ledger_api.rows import fetch, select_fields
from ledger_api.tables import documents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDocument:
    """A document to keep.

    Attributes:
        content: Its bytes.
        salt: 32 bytes of a commitment made before; None makes them.
        commitment: The commitment made before, 32 bytes; None where the salt is made here.
        media_type: Such as "application/pdf".
        name: Name of the file.
        public: Whether anyone may read it.
        member: Who stores it, 16 bytes.
    """

    content: bytes
    salt: bytes | None = None
    commitment: bytes | None = None
    media_type: str
    name: str
    public: bool
    member: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A document that is kept.

    Attributes:
        commitment: What stands on chain for it, 32 bytes.
        salt: What opens the commitment together with the content, 32 bytes.
        media_type: Such as "application/pdf".
        name: Name of the file.
        size_bytes: Size of its content.
        public: Whether anyone may read it.
        stored_by: Member, 16 bytes.
        stored_at: Seconds since 1970.
    """

    commitment: bytes
    salt: bytes
    media_type: str
    name: str
    size_bytes: int
    public: bool
    stored_by: bytes
    stored_at: int


DOCUMENTS = select_fields(Document, documents)


async def store_document(engine: AsyncEngine, data_dir: Path, new: NewDocument, now: int) -> bytes:
    """Stores a document. Storing the same one again changes nothing.

    Returns:
        Its commitment, 32 bytes.

    Raises:
        DocumentMismatchError: Salt and content do not give the commitment that came with them.
    """
    salt = new.salt or secrets.token_bytes(32)
    made = commitment(salt, new.content)
    if new.commitment is not None and made != new.commitment:
        raise DocumentMismatchError(f"expected 0x{new.commitment.hex()}, got 0x{made.hex()}")
    _write(_path(data_dir, made), new.content)
    row = {
        "commitment": made, "salt": salt, "media_type": new.media_type, "name": new.name,
        "size_bytes": len(new.content), "public": new.public, "stored_by": new.member, "stored_at": now,
    }  # fmt: skip
    async with writing_async(engine) as connection:
        known = await connection.scalar(select(documents.c.commitment).where(documents.c.commitment == made))
        if known is None:
            await connection.execute(insert(documents), row)
    return made


async def find_document(engine: AsyncEngine, made: bytes) -> Document:
    """What is known of a document.

    Raises:
        NotFoundError: None with this commitment is kept.
    """
    found = await _documents(engine, documents.c.commitment == made)
    if not found:
        raise NotFoundError("document", "0x" + made.hex())
    return found[0]


async def kept_documents(engine: AsyncEngine, commitments: Sequence[bytes]) -> list[Document]:
    """What is known of some documents; those that are not kept are left out."""
    return await _documents(engine, documents.c.commitment.in_(commitments))


async def documents_with(engine: AsyncEngine, content: bytes) -> list[Document]:
    """What is known of the documents that have a content."""
    same_size = await _documents(engine, documents.c.size_bytes == len(content))
    return [document for document in same_size if commitment(document.salt, content) == document.commitment]


def read_content(data_dir: Path, made: bytes) -> bytes:
    """Content of a document."""
    return _path(data_dir, made).read_bytes()


async def _documents(engine: AsyncEngine, chosen: ColumnElement[bool]) -> list[Document]:
    async with engine.connect() as connection:
        return await fetch(connection, Document, DOCUMENTS.where(chosen).order_by(documents.c.name))


def _path(data_dir: Path, made: bytes) -> Path:
    return data_dir / "documents" / made.hex()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
