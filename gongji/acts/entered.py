"""What was entered for an act: read before anything is asked or kept, then as a contract or the API takes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.ids import within
from gongji.acts.names import kebab, plain
from gongji.acts.option import ValueInvalidError
from gongji.acts.options import options_of
from gongji.errors import GongjiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from contracts.acts import Act, ActField
    from gongji.acts.option import FieldOption

FILE = "_file"
NONE = "0"
NUMBER_OR_ID = "[0-9]{1,20}|0x[0-9a-fA-F]{64}"


class FieldMissingError(GongjiError):
    """A field of an act was not told."""

    def __init__(self, act: Act, option: FieldOption) -> None:
        super().__init__(
            f"{act.action} 缺少 {option.flag} lacks {option.flag}",
            f"应为 expected: {option.meaning}",
            f"加上 add {option.written}；详见 see `gongji act {kebab(act.act)} --help`",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A document that is not kept yet.

    Attributes:
        content: Its bytes.
        name: Name of the file.
        kind: Kind of the field that it is for, which says who may read it.
    """

    content: bytes
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A record that the portal keeps, by its number or id."""

    text: str


def entered(act: Act, texts: Mapping[str, Any]) -> dict[str, Any]:
    """What was entered, by the names of the options; a `Paper` or `Reference` where the portal has to be asked.

    Args:
        act: The act.
        texts: Text or texts of each option, and the path of a file under the option's name and `FILE`; None or nothing
            if it was not given.

    Raises:
        FieldMissingError: A field was not told.
        ValueInvalidError: A value is not of the form that it must have.
        OSError: A file cannot be read.
    """
    found = {
        option.name: _entered(act, option, texts[option.name], texts.get(option.name + FILE))
        for option in options_of(act)
    }
    for option in options_of(act):
        if option.field.kind == "new-lot-id":
            found[option.name] = within(found["order"], found[option.name])
    return found


def nested(act: Act, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the names of options, as records by the names of fields."""
    tree: dict[str, Any] = {}
    for option in options_of(act):
        inside = tree
        for field in option.fields[:-1]:
            inside = inside.setdefault(field.name, {})
        inside[option.field.name] = values[option.name]
    return tree


def arguments(fields: Sequence[ActField], record: Mapping[str, Any]) -> tuple[Any, ...]:
    """A record as a contract takes it: the values in order, records in it as tuples."""
    return tuple(_argument(field, record[field.name]) for field in fields)


def in_json(value: Any) -> Any:
    """A value as the API takes it."""
    if isinstance(value, dict):
        return {name: in_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_json(inner) for inner in value]
    return f"0x{value.hex()}" if isinstance(value, bytes) else value


def _entered(act: Act, option: FieldOption, text: Any, file: Path | None) -> Any:
    kind = option.field.kind
    if text and file:
        raise ValueInvalidError(
            f"{option.flag}-file", str(file), f"二者只写一个 give only one of the file and {option.flag}"
        )
    if file:
        return Paper(content=file.read_bytes(), name=file.name, kind=kind)
    if not text and option.field.optional:
        return option.read(NONE)
    if not text:
        raise FieldMissingError(act, option)
    if option.kept:
        return [_reference(option, each) for each in text] if option.repeated else _reference(option, text)
    # What begins like a commitment is meant as one, and never kept as a text because a digit is missing.
    if option.document and not text.startswith("0x"):
        return Paper(content=text.encode(), name=f"{plain(option.field)}.txt", kind=kind)
    return [option.read(each) for each in text] if option.repeated else option.read(text)


def _reference(option: FieldOption, text: str) -> Reference:
    if not re.fullmatch(NUMBER_OR_ID, text):
        raise ValueInvalidError(option.flag, text, "编号 a number, or an id, 0x and 64 hex digits")
    return Reference(text=text)


def _argument(field: ActField, value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(field, each) for each in value]
    return arguments(field.fields, value) if field.fields else value
