"""The single values of an act that a sheet asks for, and the message that they make."""

from __future__ import annotations

import copy
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger_api.forms import hexed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.acts import Act, ActField

DOCUMENTS = ("document-public", "document-private")
BANK_LINES = ("bank-line-in", "bank-line-out")
REQUEST = "Proposal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One value.

    Attributes:
        path: Where it stands in the message: names, and places in lists, which have one member here.
        field: What it is.
    """

    path: tuple[str | int, ...]
    field: ActField

    @property
    def name(self) -> str:
        """Its name in the address of the sheet."""
        return self.field.name

    @property
    def is_written(self) -> bool:
        """Whether it is a text or file that is kept as a document, which the sheet takes before signing."""
        return self.field.kind in DOCUMENTS

    @property
    def bytes_long(self) -> int:
        """Length of a value of bytes; 0 of a number."""
        return 20 if self.field.type == "address" else int(self.field.type.partition("bytes")[2] or 0)


def asked(act: Act) -> list[Asked]:
    """The values of an act, in the order of its parameters. A request that exists counts as one."""
    return list(_leaves(act.asked, ()))


def message(values: Sequence[tuple[Asked, Any]]) -> dict[str, Any]:
    """The fields of an act as they are drafted.

    Args:
        values: What was asked for and its value, as JSON.
    """
    fields: dict[str, Any] = {}
    for one, value in values:
        _put(fields, one.path, copy.deepcopy(value))
    return fields


def nothing(one: Asked) -> str:
    """Zeros: that there is none, or that the sheet puts a document's commitment there."""
    return hexed(bytes(one.bytes_long))


def new_id(one: Asked) -> str:
    """A random id for what the act makes."""
    return hexed(secrets.token_bytes(one.bytes_long))


def given(act: Act, query: Mapping[str, str]) -> dict[str, str]:
    """What the address of a sheet says of an act's values, by their names; empty where it was left empty."""
    return {one.name: query[one.name].strip() for one in asked(act) if one.name in query}


def _leaves(fields: Sequence[ActField], path: tuple[str | int, ...]) -> Iterator[Asked]:
    for field in fields:
        here = (*path, field.name)
        if field.fields and field.type != REQUEST:
            yield from _leaves(field.fields, (*here, 0) if field.kind == "list" else here)
        else:
            yield Asked(path=here, field=field)


def _put(inside: Any, path: tuple[str | int, ...], value: Any) -> None:
    """Puts a value where a path leads, and makes what is missing on the way."""
    first, *rest = path
    if not rest:
        inside[first] = value
        return
    empty: Any = [] if rest[0] == 0 else {}
    if isinstance(inside, list):
        if not inside:
            inside.append(empty)
        following = inside[0]
    else:
        following = inside.setdefault(first, empty)
    _put(following, tuple(rest), value)
