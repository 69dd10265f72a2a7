"""Reads the files of former versions: each gives entries for the register, or says what is wrong in it."""

from __future__ import annotations

import io
import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from gongji.importing import former_files
from register.errors import EditRefusedError
from register.nouns import BANK_ACCOUNTS, DEMO_PEOPLE, HOUSEHOLDS, NAMED, PLACES, WORDS, Noun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from register.nouns import Value

    Entry = tuple[Noun[Any], str, Value]

# The only service that former versions raised visits of.
FORMER_SERVICE = 5


class BrokenError(Exception):
    """A file is not what a former version wrote; the text says where and why."""


def read(name: str, content: bytes) -> list[Entry]:
    """The entries in a file.

    Args:
        name: One of `READERS`.
        content: Its content.

    Raises:
        BrokenError: It cannot be read, or contradicts itself.
    """
    return list(READERS[name](content))


def _labels(content: bytes) -> Iterator[Entry]:
    """`[funds]` with `3 = ["春晖社区基金", "Chunhui community fund"]`, and `[words]`, by the Chinese word."""
    nouns = NAMED | {WORDS.name: WORDS}
    for group, names in _toml(content).items():
        if group not in nouns:
            raise BrokenError(f"there is no kind of names {group!r}, only {', '.join(nouns)}")
        for key, pair in _table(group, names).items():
            where = f"{group}.{key}"
            if group != WORDS.name and not re.fullmatch("[0-9]+|0x([0-9a-f]{2})+", key):
                raise BrokenError(f"{where}: expected a number, or 0x and hex digits, as key")
            if not isinstance(pair, list) or len(pair) != 2:
                raise BrokenError(f"{where}: expected a Chinese and an English name, got {pair!r}")
            yield _entry(nouns[group], key, {"zh": pair[0], "en": pair[1]}, where)


def _places(content: bytes) -> Iterator[Entry]:
    """A line per binding, with commitment, place and salt in hex without 0x."""
    for number, line in enumerate(io.BytesIO(content), 1):
        where = f"line {number}"
        if not line.endswith(b"\n"):
            # A writer that was killed leaves such a line, and so does a copy that was cut off: only a person can tell.
            raise BrokenError(
                f"{where} has no end; if the town was killed while it wrote it, delete the line"
            )
        fields = _table(where, _json(line, where))
        values = {name: f"0x{_part(fields, name, where)}" for name in ("commitment", "place", "salt")}
        yield _entry(PLACES, values.pop("commitment"), values, where)


def _households(content: bytes) -> Iterator[Entry]:
    """A table per meter, by device id."""
    for meter, fields in _toml(content).items():
        key = f"0x{meter.removeprefix('0x').lower()}"
        yield _entry(HOUSEHOLDS, key, {"service": FORMER_SERVICE} | _table(meter, fields), meter)


def _people(content: bytes) -> Iterator[Entry]:
    """The list `people`, names and roles in both languages."""
    listed = _table("the file", _json(content, "the file")).get("people")
    if not isinstance(listed, list):
        raise BrokenError(f"expected a list of people, got {listed!r}")
    for number, one in enumerate(listed, 1):
        where = f"person {number}"
        fields = _table(where, one)
        both = {n: {"zh": fields.get(n), "en": fields.get(f"{n}_en")} for n in ("name", "role")}
        plain = {n: fields.get(n) for n in ("home", "address", "key")}
        yield _entry(DEMO_PEOPLE, str(_part(fields, "member", where)), both | plain, where)


def _bank_accounts(content: bytes) -> Iterator[Entry]:
    """Number and salt by the account's id on chain."""
    for bank, fields in _table("the file", _json(content, "the file")).items():
        yield _entry(BANK_ACCOUNTS, bank, _table(bank, fields), f"bank account {bank}")


READERS: dict[str, Callable[[bytes], Iterator[Entry]]] = {
    former_files.LABELS: _labels,
    former_files.PLACES: _places,
    former_files.HOUSEHOLDS: _households,
    former_files.PEOPLE: _people,
    former_files.BANK_ACCOUNTS: _bank_accounts,
}


def _entry(noun: Noun[Any], key: str, fields: dict[str, Any], where: str) -> Entry:
    try:
        value = noun.value.model_validate(fields, strict=True)
        noun.check(key, None, value)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BrokenError(f"{where}: {name}: {first['msg']}, got {first['input']!r}") from None
    except EditRefusedError as error:
        raise BrokenError(f"{where}: {error.why}") from None
    return noun, key, value


def _toml(content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenError(f"it is not TOML: {error}") from None


def _json(content: bytes, where: str) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise BrokenError(f"{where} is not JSON: {error}") from None


def _table(where: str, fields: Any) -> dict[str, Any]:
    if not isinstance(fields, dict):
        raise BrokenError(f"{where}: expected names with values, got {fields!r}")
    return fields


def _part(fields: dict[str, Any], name: str, where: str) -> Any:
    if name not in fields:
        raise BrokenError(f"{where}: expected {name}, got {', '.join(fields) or 'nothing'}")
    return fields[name]
