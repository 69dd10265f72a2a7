"""Imports the files of former versions, each whole or not at all, and deletes them: they are not encrypted."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongji.errors import FileBrokenError, FileKeptError, FilesUnknownError
from gongji.importing.files import BrokenError, read
from gongji.importing.former_files import DOCUMENTS, found
from gongji.importing.papers import Papers
from gongji.output import tell
from gongji.single_instance import only_one
from register import KEY_FILE
from register.register import Register

if TYPE_CHECKING:
    from pathlib import Path

    from gongji.importing.files import Entry
    from gongji.settings import Settings

EDITOR = "operator"
# Those that wrote these files, and those that read what is imported.
PROCESSES = ("portal", "ingest", "keeper")


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """A file that was imported.

    Attributes:
        file: Its name.
        entries: How many entries or documents were in it.
    """

    file: str
    entries: int


def import_files(settings: Settings) -> list[Imported]:
    """Imports all files that wait for it. All are read before the first is taken.

    Raises:
        FileBrokenError: One cannot be read; nothing was imported.
        ProcessRunningError: The town runs, and might write to a file that was read.
        EditRefusedError: What is in the register already contradicts a file.
        FileKeptError: The register does not give back what is in a file, which stays.
        FilesUnknownError: Files stay of which no row of the database tells.
    """
    if not found(settings):
        return []
    with ExitStack() as stack:
        for name in PROCESSES:
            stack.enter_context(only_one(name, settings))
        waiting = {path: _read(settings, name, path) for name, path in found(settings).items()}
        key = settings.path("keys") / KEY_FILE
        register = stack.enter_context(closing(Register.open(settings.database_url("town"), key)))
        return [_take(settings, register, path, content) for path, content in waiting.items()]


def _read(settings: Settings, name: str, path: Path) -> list[Entry] | Papers:
    try:
        if name == DOCUMENTS:
            return Papers(settings.database_url("app"), path)
        return read(name, path.read_bytes())
    except BrokenError as error:
        raise FileBrokenError(path, str(error)) from None


def _take(settings: Settings, register: Register, path: Path, content: list[Entry] | Papers) -> Imported:
    if isinstance(content, Papers):
        entries = content.take(register)
    else:
        register.put_entries(content, EDITOR)
        entries = len(content)
    if not (content.are_kept(register) if isinstance(content, Papers) else _are_kept(register, content)):
        raise FileKeptError(path)
    # Only now, so that a file that is still there is imported again, which changes nothing.
    if not isinstance(content, Papers):
        path.unlink()
    elif unknown := content.delete(register):
        raise FilesUnknownError(path, unknown)
    file = str(path.relative_to(settings.data_dir))
    tell(f"已导入并删除未加密的文件 imported, and the unencrypted file deleted: {file}")
    return Imported(file=file, entries=entries)


def _are_kept(register: Register, entries: list[Entry]) -> bool:
    """Whether the register gives back what a file says; of a key that stands in it twice, the last."""
    last = {(noun.name, key): (noun, value) for noun, key, value in entries}
    return all(register.get(noun, key) == value for (_, key), (noun, value) in last.items())
