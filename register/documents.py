"""Documents: the salt and content behind a commitment on chain. Those that not everybody may read are encrypted.

The subject of a document is `documents/0x…`, its commitment: when that is forgotten, the document was never kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from kit.database import writing
from register.commitments import document_commitment
from register.errors import EditRefusedError
from register.tables import documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from register.register import Register


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


# All but the content.
DESCRIBED = [column for column in documents.c if column is not documents.c.content]


class Documents:
    """The documents of a register. It blocks."""

    def __init__(self, register: Register) -> None:
        self._engine, self._vault = register.engine, register.vault

    def store(self, document: Document, content: bytes) -> None:
        """Stores a document, whole or not at all. One that is kept already stays as it is.

        Raises:
            EditRefusedError: Its salt and content do not give its commitment.
        """
        commitment = document_commitment(document.salt, content)
        if commitment != document.commitment:
            why = f"salt and content give the commitment 0x{commitment.hex()}"
            raise EditRefusedError(_subject(document.commitment), why, "check that they belong together")
        this = documents.c.commitment == document.commitment
        with writing(self._engine) as connection:
            if not self._found(connection, this):
                # What is left of it if it was kept and forgotten.
                connection.execute(delete(documents).where(this))
                connection.execute(insert(documents), self._row(connection, document, content))

    def find(self, commitments: Sequence[bytes]) -> list[Document]:
        """Some documents, by name; those that are not kept are left out."""
        with self._engine.connect() as connection:
            found = self._found(connection, documents.c.commitment.in_(commitments))
        return sorted(found, key=lambda document: document.name)

    def with_content(self, content: bytes) -> list[Document]:
        """The documents that have a content."""
        with self._engine.connect() as connection:
            same_size = self._found(connection, documents.c.size_bytes == len(content))
        return [one for one in same_size if document_commitment(one.salt, content) == one.commitment]

    def content(self, commitment: bytes) -> bytes | None:
        """Content of a document; None if it is not kept."""
        query: Select[Any] = select(documents.c.subject, documents.c.content).where(
            documents.c.commitment == commitment
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
            return None if row is None else self._opened(connection, row, "content")

    def _found(self, connection: Connection, chosen: ColumnElement[bool]) -> list[Document]:
        rows = connection.execute(select(*DESCRIBED).where(chosen)).all()
        found = (self._document(connection, row) for row in rows)
        return [document for document in found if document is not None]

    def _document(self, connection: Connection, row: Row[Any]) -> Document | None:
        salt, name = (self._opened(connection, row, column) for column in ("salt", "name"))
        if salt is None or name is None:
            return None
        return Document(
            commitment=row.commitment, salt=salt, media_type=row.media_type, name=name.decode(),
            size_bytes=row.size_bytes, public=row.public, stored_by=row.stored_by, stored_at=row.stored_at,
        )  # fmt: skip

    def _opened(self, connection: Connection, row: Row[Any], column: str) -> bytes | None:
        """What stands in a column; None if the document was forgotten."""
        value: bytes = getattr(row, column)
        if row.subject is None:
            return value
        return self._vault.unseal(connection, row.subject, f"{row.subject}/{column}", value)

    def _row(self, connection: Connection, document: Document, content: bytes) -> dict[str, Any]:
        values = {"salt": document.salt, "name": document.name.encode(), "content": content}
        subject = None if document.public else _subject(document.commitment)
        if subject is not None:
            values = {
                column: self._vault.seal(connection, subject, f"{subject}/{column}", value)
                for column, value in values.items()
            }
        return values | {
            "commitment": document.commitment, "subject": subject, "media_type": document.media_type,
            "size_bytes": document.size_bytes, "public": document.public, "stored_by": document.stored_by,
            "stored_at": document.stored_at,
        }  # fmt: skip


def _subject(commitment: bytes) -> str:
    return f"documents/0x{commitment.hex()}"
