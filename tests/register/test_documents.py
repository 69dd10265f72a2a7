"""Documents are kept whole, opened by their commitments, and read by nobody from the files."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select, update

from kit.database import writing
from register import KEY_FILE
from register.commitments import document_commitment
from register.documents import Document, Documents
from register.errors import EditRefusedError, RegisterAlteredError
from register.register import Register
from register.tables import documents as table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SALT, CONTENT = b"s" * 32, "报价单：楼道照明，80 元".encode()


@pytest.fixture
def register(database_url: str, tmp_path: Path) -> Iterator[Register]:
    with closing(Register.open(database_url, tmp_path / KEY_FILE)) as opened:
        yield opened


@pytest.fixture
def documents(register: Register) -> Documents:
    return Documents(register)


def described(content: bytes = CONTENT, salt: bytes = SALT, *, public: bool = False) -> Document:
    return Document(
        commitment=document_commitment(salt, content), salt=salt, media_type="text/plain", name="报价单.txt",
        size_bytes=len(content), public=public, stored_by=b"m" * 16, stored_at=1_750_000_000,
    )  # fmt: skip


@pytest.mark.parametrize("public", [False, True])
def test_a_document_is_found_by_commitment_and_by_content(documents: Documents, *, public: bool) -> None:
    document, other = described(public=public), described(CONTENT[::-1])
    documents.store(document, CONTENT)
    documents.store(other, CONTENT[::-1])
    assert documents.find([document.commitment, b"?" * 32]) == [document]
    assert documents.with_content(CONTENT) == [document]
    assert documents.content(document.commitment) == CONTENT
    assert documents.content(b"?" * 32) is None


def test_only_what_everybody_may_read_stands_in_clear(register: Register, documents: Documents) -> None:
    for number, public in enumerate((False, True)):
        document = described(salt=bytes([number]) * 32, public=public)
        documents.store(document, CONTENT)
        with register.engine.connect() as connection:
            row = connection.execute(select(table).where(table.c.commitment == document.commitment)).one()
        for stored, clear in (
            (row.salt, document.salt),
            (row.name, "报价单.txt".encode()),
            (row.content, CONTENT),
        ):
            assert (clear in stored) == public


def test_a_document_that_is_stored_again_stays_as_it_is(documents: Documents) -> None:
    document = described()
    documents.store(document, CONTENT)
    documents.store(replace(document, public=True, name="other", stored_at=0), CONTENT)
    assert documents.find([document.commitment]) == [document]


def test_a_document_that_does_not_open_its_commitment_is_refused(documents: Documents) -> None:
    document = described()
    with pytest.raises(EditRefusedError, match="salt and content give the commitment 0x"):
        documents.store(document, CONTENT + b"!")
    assert documents.find([document.commitment]) == []


def test_a_writer_that_dies_leaves_nothing_of_a_document(register: Register, documents: Documents) -> None:
    document = described()

    def die(_: Any) -> None:
        raise InterruptedError

    event.listen(register.engine, "commit", die)
    with pytest.raises(InterruptedError):
        documents.store(document, CONTENT)
    event.remove(register.engine, "commit", die)
    assert (documents.find([document.commitment]), documents.content(document.commitment)) == ([], None)
    documents.store(document, CONTENT)
    assert documents.content(document.commitment) == CONTENT


def test_a_document_that_is_forgotten_was_never_kept_and_may_be_stored_again(
    register: Register, documents: Documents
) -> None:
    document = described()
    documents.store(document, CONTENT)
    assert register.forget(f"documents/0x{document.commitment.hex()}", "steward")
    assert documents.find([document.commitment]) == documents.with_content(CONTENT) == []
    assert documents.content(document.commitment) is None
    documents.store(document, CONTENT)
    assert documents.find([document.commitment]) == [document]
    assert documents.content(document.commitment) == CONTENT


def test_a_name_put_in_the_contents_place_is_found(register: Register, documents: Documents) -> None:
    document = described()
    documents.store(document, CONTENT)
    with writing(register.engine) as connection:
        connection.execute(update(table).values(content=table.c.name))
    with pytest.raises(RegisterAlteredError, match="/content of the register was altered"):
        documents.content(document.commitment)
