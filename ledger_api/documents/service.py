"""Stores and opens documents: the row says what it is, the file in `documents/` holds the content."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from kit.database import writing_async
from ledger_api.documents.commitment import commitment
from ledger_api.errors import DocumentMismatchError, NotFoundError
from ledger_api.tables import documents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Row
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


async def find_document(engine: AsyncEngine, made: bytes) -> Row[Any]:
    """What is known of a document.

    Raises:
        NotFoundError: None with this commitment is kept.
    """
    async with engine.connect() as connection:
        row = (await connection.execute(select(documents).where(documents.c.commitment == made))).first()
    if row is None:
        raise NotFoundError("document", "0x" + made.hex())
    return row


async def kept_documents(engine: AsyncEngine, commitments: Sequence[bytes]) -> list[Row[Any]]:
    """What is known of some documents; those that are not kept are left out."""
    async with engine.connect() as connection:
        query = select(documents).where(documents.c.commitment.in_(commitments)).order_by(documents.c.name)
        return list((await connection.execute(query)).all())


def read_content(data_dir: Path, made: bytes) -> bytes:
    """Content of a document."""
    return _path(data_dir, made).read_bytes()


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
