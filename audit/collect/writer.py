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
    """A bundle that is being written, beside the older one that it replaces when it is whole.

    Attributes:
        folder: Where it is written.
    """

    def __init__(self, folder: Path) -> None:
        """Starts an empty one; what a collection left that was cut off is removed.

        Args:
            folder: Where it will be: an empty folder, none, or an older bundle.

        Raises:
            FolderTakenError: The folder, or the one beside it, holds something else than a bundle.
        """
        self._whole = folder.resolve()
        self.folder = self._whole.with_name(self._whole.name + ".part")
        for taken in (self.folder, self._whole):
            if not _may_be_replaced(taken):
                raise FolderTakenError(f"expected an empty folder or an older bundle at {taken}")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / MARK).touch()

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
        """Writes the manifest, and puts the bundle where it belongs."""
        (self.folder / MARK).unlink()
        seal(self.folder, chain_id=chain_id, head_number=head_number, head_hash=head_hash)
        shutil.rmtree(self._whole, ignore_errors=True)
        self.folder = self.folder.rename(self._whole)


def _may_be_replaced(folder: Path) -> bool:
    """Whether a folder holds nothing but a bundle, whole or cut off."""
    return (
        not folder.exists()
        or not any(folder.iterdir())
        or any((folder / name).exists() for name in (MARK, MANIFEST))
    )


def seal(folder: Path, *, chain_id: int, head_number: int, head_hash: bytes) -> None:
    """Writes the manifest of the files that are in a folder."""
    files = {}
    for name, path in files_of(folder):
        found = digest(path)
        files[name] = {"bytes": found.size_bytes, "sha256": hexed(found.sha256)}
    head = {"hash": hexed(head_hash), "number": head_number}
    manifest = {"chain_id": chain_id, "files": files, "format": FORMAT, "head": head}
    (folder / MANIFEST).write_bytes(encode(manifest) + b"\n")
