"""Writes a bundle: lines into files, and the manifest last, so that a bundle that was cut off is none."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from audit.errors import BundleError, FolderTakenError
from audit.evidence.block_files import path_of
from audit.evidence.bundle import FORMAT, MANIFEST, Bundle, digest, files_of, is_path
from audit.evidence.canonical import encode, hexed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from audit.evidence.block_files import RawBlock

MARK = "incomplete"
FOLDERS = ("api", "chain", "events", "exhibits", "mirror")


class BundleWriter:
    """A bundle that is being written, beside the older one that it replaces when it is whole.

    Attributes:
        folder: Where it is written.
    """

    def __init__(self, folder: Path) -> None:
        """Starts an empty one.

        What a collection left that was cut off is removed; a whole bundle that was not yet put in its place is put there.

        Args:
            folder: Where it will be: an empty folder, none, or an older bundle.

        Raises:
            FolderTakenError: The folder, or one beside it that is needed, holds something else.
        """
        self._whole = folder.resolve()
        self.folder, self._old = (
            self._whole.with_name(self._whole.name + ending) for ending in (".part", ".old")
        )
        self._require_room()
        if _is_whole(self.folder):
            self._put_in_place()
            self._require_room()
        if not (_is_empty(self.folder) or _is_incomplete(self.folder)):
            raise FolderTakenError(f"expected nothing at {self.folder}, where a bundle is written")
        _discard(self.folder)
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
        seal(self.folder, chain_id=chain_id, head_number=head_number, head_hash=head_hash)
        (self.folder / MARK).unlink()
        self._put_in_place()
        self.folder = self._whole

    def _require_room(self) -> None:
        """Whole bundles beside the one that is replaced are left to people: they may be copies of theirs."""
        if not (_is_empty(self._whole) or _is_incomplete(self._whole) or _is_whole(self._whole)):
            raise FolderTakenError(f"expected an empty folder or an older bundle at {self._whole}")
        if not (_is_empty(self._whole) or _is_empty(self._old) or _is_incomplete(self._old)):
            raise FolderTakenError(
                f"expected nothing at {self._old}, where the bundle before goes while it is replaced"
            )

    def _put_in_place(self) -> None:
        """Replaces the older bundle; cut off anywhere, both are still there, or the new one is in its place."""
        if _is_empty(self._whole):
            self.folder.rename(self._whole)
            return
        _discard(self._old)
        self._whole.rename(self._old)
        self.folder.rename(self._whole)
        _discard(self._old)


def _is_empty(folder: Path) -> bool:
    return not folder.exists() or not any(folder.iterdir())


def _is_whole(folder: Path) -> bool:
    """Whether a folder holds a bundle, and nothing else."""
    try:
        listed = Bundle(folder).manifest.files
    except BundleError:
        return False
    return all(name in listed for name, _ in files_of(folder))


def _is_incomplete(folder: Path) -> bool:
    """Whether a folder holds part of a bundle, and nothing else."""
    names = {name for name, _ in files_of(folder)}
    return MARK in names and all(
        is_path(name) and name.partition("/")[0] in FOLDERS and name.endswith((".json", ".jsonl"))
        for name in names - {MARK}
    )


def _discard(folder: Path) -> None:
    """Deletes a bundle, its mark last: what is left of it when this is cut off is known as a part."""
    if not folder.exists():
        return
    (folder / MARK).touch()
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()
    shutil.rmtree(folder)


def seal(folder: Path, *, chain_id: int, head_number: int, head_hash: bytes) -> None:
    """Writes the manifest of the files that are in a folder, but the mark of one that is not whole."""
    files = {}
    for name, path in files_of(folder):
        if name == MARK:
            continue
        found = digest(path)
        files[name] = {"bytes": found.size_bytes, "sha256": hexed(found.sha256)}
    head = {"hash": hexed(head_hash), "number": head_number}
    manifest = {"chain_id": chain_id, "files": files, "format": FORMAT, "head": head}
    (folder / MANIFEST).write_bytes(encode(manifest) + b"\n")
