"""Documents of former versions: their rows in the schema `app`, their contents in the folder `documents/`."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gongji.importing.files import BrokenError
from kit.database import open_engine, writing
from kit.migrations import upgrade
from ledger_api.documents.former import drop_former, former_documents
from ledger_api.schema import APP
from register.commitments import document_commitment
from register.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from register.documents import Document
    from register.register import Register


class Papers:
    """Documents that wait to be imported."""

    def __init__(self, app_url: str, folder: Path) -> None:
        """Reads the rows and compares each with its file.

        Args:
            app_url: SQLAlchemy URL of the database with the schema `app`.
            folder: The folder `documents/`.

        Raises:
            BrokenError: A file is missing, or does not open its commitment.
        """
        upgrade(app_url, APP)
        self._app_url, self._folder = app_url, folder
        with _engine(app_url) as engine, engine.connect() as connection:
            self._documents = former_documents(connection)
        for document in self._documents:
            self._compare(document)

    def take(self, register: Register) -> int:
        """Stores all of them and drops the rows if they are kept; killed anywhere, it goes on when it is called again.

        Returns:
            How many documents.
        """
        documents = Documents(register)
        for document in self._documents:
            documents.store(document, self._path(document).read_bytes())
        if self.are_kept(register):
            with _engine(self._app_url) as engine, writing(engine) as connection:
                drop_former(connection)
        return len(self._documents)

    def are_kept(self, register: Register) -> bool:
        """Whether the register gives back the content of each."""
        documents = Documents(register)
        return all(
            documents.content(one.commitment) == self._path(one).read_bytes() for one in self._documents
        )

    def delete(self, register: Register) -> list[str]:
        """Deletes each file whose content the register gives back, and the folder once it is empty.

        Rows are no measure: those of an import that was killed are dropped already.

        Returns:
            Names of what stays.
        """
        documents, unknown = Documents(register), []
        for path in sorted(self._folder.iterdir()):
            if _is_commitment(path.name) and _gives_back(documents, path):
                path.unlink()
            else:
                unknown.append(path.name)
        if not unknown:
            self._folder.rmdir()
        return unknown

    def _compare(self, document: Document) -> None:
        path = self._path(document)
        if not path.exists():
            raise BrokenError(f"{path.name} is missing, which was stored as {document.name!r}")
        if document_commitment(document.salt, path.read_bytes()) != document.commitment:
            raise BrokenError(f"{path.name} is not what was stored as {document.name!r}")

    def _path(self, document: Document) -> Path:
        return self._folder / document.commitment.hex()


def _is_commitment(name: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", name) is not None


def _gives_back(documents: Documents, path: Path) -> bool:
    return path.is_file() and documents.content(bytes.fromhex(path.name)) == path.read_bytes()


@contextmanager
def _engine(app_url: str) -> Iterator[Engine]:
    engine = open_engine(app_url, APP)
    try:
        yield engine
    finally:
        engine.dispose()
