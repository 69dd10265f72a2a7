"""Strict reader of an evidence bundle (`docs/bundle.md`): bounded, canonical, and nothing beside what the manifest lists."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from audit.errors import BundleError
from audit.evidence.canonical import decode, integer, record, shown, unhexed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = "gongji.bundle.v1"
MANIFEST = "manifest.json"
MAX_LINE_BYTES = 16 * 1024 * 1024
MAX_FILES = 100_000
MAX_PATH_CHARS = 200

_PATH = re.compile(r"(?:[a-z0-9_-][a-z0-9._-]*/)*[a-z0-9_-][a-z0-9._-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRecord:
    """What the manifest says of a file.

    Attributes:
        size_bytes: Its size.
        sha256: Its digest, 32 bytes.
    """

    size_bytes: int
    sha256: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """The table of contents.

    Attributes:
        chain_id: EIP-155 chain id.
        head_number: Number of the last block.
        head_hash: Its hash, 32 bytes.
        files: Every other file by its path.
    """

    chain_id: int
    head_number: int
    head_hash: bytes
    files: dict[str, FileRecord]


class Bundle:
    """An opened bundle.

    Attributes:
        folder: Where it is.
        manifest: Its table of contents.
    """

    def __init__(self, folder: Path) -> None:
        """Opens a bundle; reads its manifest only.

        Raises:
            BundleError: There is no manifest of this format.
        """
        self.folder = folder
        self.manifest = _manifest(folder)

    def has(self, path: str) -> bool:
        """Whether the manifest lists the file."""
        return path in self.manifest.files

    def paths(self, prefix: str) -> list[str]:
        """Paths that begin so, in order."""
        return sorted(p for p in self.manifest.files if p.startswith(prefix))

    def json(self, path: str) -> Any:
        """The value of a `.json` file.

        Raises:
            BundleError: It is missing, too large, or not canonical.
        """
        return _one(self.lines(path), path)

    def lines(self, path: str) -> Iterator[Any]:
        """The values of a `.jsonl` file, one by one.

        Raises:
            BundleError: It is missing, or a line is too large or not canonical.
        """
        if not self.has(path):
            raise BundleError(f"the manifest lists no {path}")
        yield from _lines(self.folder / path, path)


def digest(path: Path) -> FileRecord:
    """Size and digest of a file.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").digest()
    return FileRecord(size_bytes=path.stat().st_size, sha256=sha256)


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file of a folder but the manifest, with its path in the bundle, links and what else is there included.

    Raises:
        OSError: A folder in it cannot be read.
    """
    # Not `rglob`, which runs out of stack where folders are nested deeply.
    folders = [folder]
    while folders:
        for path in folders.pop().iterdir():
            name = path.relative_to(folder).as_posix()
            if path.is_dir() and not path.is_symlink():
                folders.append(path)
            elif name != MANIFEST:
                yield name, path


def is_path(name: str) -> bool:
    """Whether a file of a bundle may have this path."""
    return _PATH.fullmatch(name) is not None and ".." not in name and len(name) <= MAX_PATH_CHARS


def is_plain(path: Path) -> bool:
    """Whether a path is a file of its own: no link, no folder, and no pipe, which whoever reads it would wait for."""
    return not path.is_symlink() and path.is_file()


def _lines(path: Path, name: str) -> Iterator[Any]:
    try:
        if not is_plain(path):
            raise BundleError(f"{name}: expected a file, got none, or something else")
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                yield _line(line, f"{name} line {number}")
    except OSError as error:
        raise BundleError(f"{name}: {error}") from None


def _one(values: Iterator[Any], name: str) -> Any:
    first = list(islice(values, 2))
    if len(first) != 1:
        raise BundleError(f"{name}: expected one JSON value, got {'more' if first else 'none'}")
    return first[0]


def _line(line: bytes, where: str) -> Any:
    if not line.endswith(b"\n"):
        raise BundleError(f"{where}: expected at most {MAX_LINE_BYTES} bytes that end in a line feed")
    try:
        return decode(line[:-1])
    except BundleError as error:
        raise BundleError(f"{where}: {error}") from None


def _manifest(folder: Path) -> Manifest:
    manifest = _one(_lines(folder / MANIFEST, MANIFEST), MANIFEST)
    manifest = record(manifest, ("chain_id", "files", "format", "head"))
    if manifest["format"] != FORMAT:
        raise BundleError(f"expected a {FORMAT} bundle, got {shown(manifest['format'])}")
    head = record(manifest["head"], ("hash", "number"))
    return Manifest(
        chain_id=integer(manifest["chain_id"], low=1),
        head_number=integer(head["number"]),
        head_hash=unhexed(head["hash"], 32),
        files=_files(manifest["files"]),
    )


def _files(entries: Any) -> dict[str, FileRecord]:
    if not isinstance(entries, dict) or len(entries) > MAX_FILES:
        raise BundleError(f"expected up to {MAX_FILES} files by their paths")
    return {path: _file(path, entry) for path, entry in entries.items()}


def _file(path: str, entry: Any) -> FileRecord:
    if not is_path(path) or path == MANIFEST:
        raise BundleError(f"expected a path of up to {MAX_PATH_CHARS} of a-z 0-9 . _ - /, got {path!r:.80}")
    entry = record(entry, ("bytes", "sha256"))
    return FileRecord(size_bytes=integer(entry["bytes"]), sha256=unhexed(entry["sha256"], 32))
