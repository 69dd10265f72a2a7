"""Writes a bundle: lines into files, and the manifest last, so that a bundle that was cut off is none."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from audit.errors import FolderTakenError
from audit.evidence.block_files import path_of
from audit.evidence.bundle import FORMAT, MANIFEST, digest, files_of
from audit.evidence.canonical import encode, hexed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from audit.evidence.block_files import RawBlock


MARK = "incomplete"


class BundleWriter:
    """A bundle that is being written."""

    def __init__(self, folder: Path) -> None:
        """Starts in an empty folder; an older bundle there is removed, and nothing that is not one.

        Raises:
            FolderTakenError: The folder holds something else than a bundle.
        """
        if (
            folder.exists()
            and any(folder.iterdir())
            and not any((folder / m).exists() for m in (MARK, MANIFEST))
        ):
            raise FolderTakenError(f"expected an empty folder or an older bundle at {folder}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / MARK).touch()
        self.folder = folder

    def add_block(self, number: int, block: RawBlock) -> None:
        """Adds the next block."""
        self.add_lines(path_of(number), [block.to_json()])

    def add_lines(self, path: str, values: Iterable[Any]) -> None:
        """Adds lines to a file; with none it makes sure that the file is there."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("ab") as file:
            file.writelines(encode(value) + b"\n" for value in values)

    def close(self, *, chain_id: int, head_number: int, head_hash: bytes) -> None:
        """Writes the manifest."""
        (self.folder / MARK).unlink()
        seal(self.folder, chain_id=chain_id, head_number=head_number, head_hash=head_hash)


def seal(folder: Path, *, chain_id: int, head_number: int, head_hash: bytes) -> None:
    """Writes the manifest of the files that are in a folder."""
    files = {}
    for name, path in files_of(folder):
        found = digest(path)
        files[name] = {"bytes": found.size_bytes, "sha256": hexed(found.sha256)}
    head = {"hash": hexed(head_hash), "number": head_number}
    manifest = {"chain_id": chain_id, "files": files, "format": FORMAT, "head": head}
    (folder / MANIFEST).write_bytes(encode(manifest) + b"\n")
