"""Finds files of former versions whose content is in the register now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.errors import FilesUnimportedError

if TYPE_CHECKING:
    from pathlib import Path

    from gongji.settings import Settings

LABELS, PEOPLE = "labels.toml", "people.json"
PLACES, HOUSEHOLDS, BANK_ACCOUNTS = "places.jsonl", "households.toml", "keys/bank-accounts.json"
DOCUMENTS = "documents"
FILES = (LABELS, PLACES, HOUSEHOLDS, PEOPLE, BANK_ACCOUNTS, DOCUMENTS)


def found(settings: Settings) -> dict[str, Path]:
    """Files that wait to be imported, by name."""
    paths = {name: settings.path(name) for name in FILES}
    return {name: path for name, path in paths.items() if path.exists()}


def set_aside(settings: Settings) -> list[Path]:
    """Files that a former version imported and kept, not encrypted, under other names."""
    return sorted(settings.data_dir.glob("**/*.imported*"))


def refuse_unimported(settings: Settings) -> None:
    """Makes sure that nothing waits to be imported.

    A town that did not see its files would make new secrets for its bank accounts and not know its places.

    Raises:
        FilesUnimportedError: Something does.
    """
    if names := list(found(settings)):
        raise FilesUnimportedError(settings.data_dir, names)
