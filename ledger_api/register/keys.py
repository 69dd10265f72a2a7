"""Nouns of the register, and the keys of their entries: as they come in, and as the register has them."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from ledger_api.errors import NotFoundError, QueryInvalidError
from ledger_api.forms import hexed, id_bytes
from ledger_api.register.queries import KEY_COLUMNS
from ledger_api.register.schemas import NOUNS
from register.names import entry_key
from register.nouns import HOMES, PLACES, WORDS, Text

if TYPE_CHECKING:
    from register.nouns import Noun

WORD: TypeAdapter[str] = TypeAdapter(Text)


class KeyedBy(StrEnum):
    """What finds an entry: the words of the groups `register_key` and `register_find`."""

    WORD = "word"
    NUMBER = "number"


def keyed_by(noun: str) -> KeyedBy:
    """What finds the entries of a noun."""
    return KeyedBy.WORD if noun == WORDS.name else KeyedBy.NUMBER


def noun_called(name: str) -> Noun[Any]:
    """A noun of the register.

    Raises:
        NotFoundError: None is called so, or it is nobody's to edit.
    """
    if name not in NOUNS:
        raise NotFoundError("noun of the register", name[:40])
    return NOUNS[name]


def is_listed(noun: str) -> bool:
    """Whether what the entries of a noun are of is on chain; words, places and homes are not."""
    return noun in KEY_COLUMNS


def parsed(noun: str, text: str) -> int | bytes | str:
    """The key of an entry that came in.

    Raises:
        QueryInvalidError: It is none.
    """
    if noun == WORDS.name:
        try:
            return WORD.validate_python(text)
        except ValidationError as error:
            raise QueryInvalidError(f"expected a word, got {text[:80]!r}") from error
    if noun in (PLACES.name, HOMES.name):
        return hexed(id_bytes(text, 32 if noun == PLACES.name else 16))
    if (size := KEY_COLUMNS[noun].bytes_long) is not None:
        return id_bytes(text, size)
    if not re.fullmatch("0|[1-9][0-9]{0,17}", text):
        raise QueryInvalidError(f"expected a number, got {text[:80]!r}")
    return int(text)


def entry_text(key: int | bytes | str) -> str:
    """A key as the register has it."""
    return key if isinstance(key, str) else entry_key(key)
