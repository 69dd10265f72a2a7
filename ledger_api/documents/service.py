"""Stores and finds documents for those who ask by the API."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_api.errors import DocumentMismatchError, NotFoundError
from register.commitments import document_commitment
from register.documents import Document

if TYPE_CHECKING:
    from register.documents import Documents


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


async def store_document(documents: Documents, new: NewDocument, now: int) -> bytes:
    """Stores a document. Storing the same one again changes nothing.

    Returns:
        Its commitment, 32 bytes.

    Raises:
        DocumentMismatchError: Salt and content do not give the commitment that came with them.
    """
    salt = new.salt or secrets.token_bytes(32)
    commitment = document_commitment(salt, new.content)
    if new.commitment is not None and commitment != new.commitment:
        raise DocumentMismatchError(f"expected 0x{new.commitment.hex()}, got 0x{commitment.hex()}")
    document = Document(
        commitment=commitment, salt=salt, media_type=new.media_type, name=new.name, size_bytes=len(new.content),
        public=new.public, stored_by=new.member, stored_at=now,
    )  # fmt: skip
    await asyncio.to_thread(documents.store, document, new.content)
    return commitment


async def find_document(documents: Documents, commitment: bytes) -> Document:
    """What is known of a document.

    Raises:
        NotFoundError: None with this commitment is kept.
    """
    found = await asyncio.to_thread(documents.find, [commitment])
    if not found:
        raise NotFoundError("document", "0x" + commitment.hex())
    return found[0]


async def read_content(documents: Documents, commitment: bytes) -> bytes:
    """Content of a document.

    Raises:
        NotFoundError: It is not kept.
    """
    content = await asyncio.to_thread(documents.content, commitment)
    if content is None:
        raise NotFoundError("document", "0x" + commitment.hex())
    return content
