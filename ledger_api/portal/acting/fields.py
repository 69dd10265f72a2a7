"""The single values of an act that a sheet asks for, and the message that they make."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger_api.forms import hexed
from wallets.intents.signature import WALLET_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.acts import Act, ActField

DOCUMENTS = ("document-public", "document-private")
BANK_LINES = ("bank-line-in", "bank-line-out")
REQUEST = "Proposal"
# Entries that the contract takes of a list; of any other a sheet has one.
ROWS = {"tiers": 4}
# What a form asks of a length of time.
DURATION = ("hours", "minutes")
# More than any list of choices has.
CHOICES = 10
# What an act of an office makes, which therefore nobody can choose among what exists.
MAKES = {
    "OpenBankAccount": "bank", "OpenCampaign": "campaign", "OpenCommittee": "committee", "OpenEnterprise": "enterprise",
    "OpenFund": "fund", "OpenPurpose": "purpose", "SetBudgetLine": "budgetLine", "SetService": "service",
}  # fmt: skip
# What the contracts take as zero of an act of an office, where it says that there is none.
MAY_BE_NONE = {
    "EnrolDevice": ("keyY", "owner", "place"), "OpenCampaign": ("building", "matchPurpose"), "OpenFund": ("parent",),
    "RegisterMember": ("household",), "ChangeHousehold": ("household",),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One value.

    Attributes:
        path: Where it stands in the message: names, and places in lists.
        field: What it is.
        is_new_number: Whether it is the number of what the act makes.
        is_optional: Whether it may be left empty, which says that there is none.
    """

    path: tuple[str | int, ...]
    field: ActField
    is_new_number: bool = False
    is_optional: bool = False

    @property
    def name(self) -> str:
        """Its name in the address of the sheet."""
        return f"{self.field.name}.{self.row + 1}" if self.row else self.field.name

    @property
    def row(self) -> int:
        """Which entry of a list it belongs to, from 0."""
        return next((part for part in self.path if isinstance(part, int)), 0)

    @property
    def in_rows(self) -> bool:
        """Whether its list may have several entries on a sheet."""
        return str(self.path[0]) in ROWS

    @property
    def counts_choices(self) -> bool:
        """Whether it is a list of choices, of which a sheet asks how many of each."""
        return self.field.kind == "choice" and self.field.type.endswith("[]")

    @property
    def is_duration(self) -> bool:
        """Whether it is a length of time, of which a sheet asks hours and minutes."""
        return self.field.kind == "minutes"

    @property
    def is_written(self) -> bool:
        """Whether it is a text or file that is kept as a document, which the sheet takes before signing."""
        return self.field.kind in DOCUMENTS

    @property
    def bytes_long(self) -> int:
        """Length of a value of bytes, the least one of a proof, which has no fixed length; 0 of a number."""
        if self.field.kind == "possession":
            return WALLET_BYTES
        return 20 if self.field.type == "address" else int(self.field.type.partition("bytes")[2] or 0)


def inputs_of(act: Act) -> list[Input]:
    """The values of an act, in the order of its parameters. A request that exists counts as one."""
    none = MAY_BE_NONE.get(act.act, ())
    return [
        Input(
            path=path,
            field=field,
            is_new_number=MAKES.get(act.act) == field.name,
            is_optional=field.optional or field.name in none,
        )
        for path, field in _leaves(act.input_fields, ())
    ]


def message(values: Sequence[tuple[Input, Any]]) -> dict[str, Any]:
    """The fields of an act as they are drafted.

    Args:
        values: What was asked for and its value, as JSON.
    """
    fields: dict[str, Any] = {}
    rows = sorted({one.row for one, _ in values})
    for one, value in values:
        # Whoever leaves a row empty and fills in the next means it to be the next entry.
        path = tuple(rows.index(part) if isinstance(part, int) else part for part in one.path)
        _put(fields, path, copy.deepcopy(value))
    return fields


def values_in(act: Act, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an act by their names, out of what its function is called with.

    Args:
        act: The act.
        arguments: The arguments in JSON, by name.
    """
    found = {one.name: _found_at(arguments, one.path) for one in inputs_of(act)}
    return {name: value for name, value in found.items() if value is not None}


def _found_at(inside: Any, path: tuple[str | int, ...]) -> Any | None:
    """What stands where a path leads; None if it leads nowhere, or to one of more entries than a sheet has: it speaks for no other."""
    for before, part in zip(("", *path), path, strict=False):
        if isinstance(part, int) and len(inside) > ROWS.get(str(before), 1):
            return None
        known = range(len(inside)) if isinstance(part, int) else inside
        if part not in known:
            return None
        inside = inside[part]
    return inside


def nothing(one: Input) -> str | int:
    """Zeros: that there is none, or that the sheet puts a document's commitment there."""
    return hexed(bytes(one.bytes_long)) if one.bytes_long else 0


def entered_values(act: Act, query: Mapping[str, str]) -> dict[str, str]:
    """What the address of a sheet says of an act's values, by their names; empty where it was left empty."""
    texts = {one.name: _entered_value(one, query) for one in inputs_of(act)}
    return {name: text.strip() for name, text in texts.items() if text is not None}


def query_names(act: Act) -> frozenset[str]:
    """Names that the address of a sheet may have: of the act's values, and of the parts in which its form asks for some."""
    inputs = inputs_of(act)
    return frozenset(name for one in inputs for name in (one.name, *_part_names(one)))


def _part_names(one: Input) -> list[str]:
    """Names in the address of what a form asks for one by one: how many of each choice, or hours and minutes."""
    choices = map(str, range(CHOICES)) if one.counts_choices else ()
    return [f"{one.name}.{part}" for part in (DURATION if one.is_duration else choices)]


def _entered_value(one: Input, query: Mapping[str, str]) -> str | None:
    parts = [query[name].strip() for name in _part_names(one) if name in query]
    if one.is_duration and parts:
        return ":".join(parts) if any(parts) else ""
    if one.counts_choices and parts:
        return " ".join(count or "0" for count in parts)
    return query.get(one.name)


def _leaves(
    fields: Sequence[ActField], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], ActField]]:
    for field in fields:
        here = (*path, field.name)
        if field.fields and field.type != REQUEST:
            rows = ROWS.get(field.name, 1) if field.kind == "list" else 0
            for inner in [(*here, row) for row in range(rows)] or [here]:
                yield from _leaves(field.fields, inner)
        else:
            yield here, field


def _put(inside: Any, path: tuple[str | int, ...], value: Any) -> None:
    """Puts a value where a path leads, and makes what is missing on the way."""
    first, *rest = path
    if not rest:
        inside[first] = value
        return
    empty: Any = [] if isinstance(rest[0], int) else {}
    if isinstance(inside, list):
        while len(inside) <= int(first):
            inside.append(copy.copy(empty))
        following = inside[int(first)]
    else:
        following = inside.setdefault(first, empty)
    _put(following, tuple(rest), value)
