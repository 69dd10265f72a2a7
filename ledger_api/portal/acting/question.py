"""A value that a sheet asks for, and how its form asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_api.portal.acting.fields import BANK_LINES

if TYPE_CHECKING:
    from ledger_api.portal.acting.choices import Choice
    from ledger_api.portal.acting.fields import Input

# Kinds of which the form says in what they are entered.
UNITS = frozenset({"money", "share", "date", "seconds"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A value that is still to be entered.

    Attributes:
        one: What it is.
        text: What was entered before.
        choices: What may be chosen; None if it is entered freely.
        error: Code of what is wrong with it, of the group "entry"; empty if nothing is.
        also_known: Whether what has its number may exist already, and is changed then.
    """

    one: Input
    text: str
    choices: list[Choice] | None
    error: str
    also_known: bool = False

    @property
    def is_required(self) -> bool:
        """Whether it must be entered; rows after the first may stay empty."""
        return not self.one.is_optional and not self.one.row

    @property
    def unit(self) -> str:
        """In what it is entered: a word of the group "unit_of"; empty if that goes without saying."""
        kind = self.one.field.kind
        if kind == "date" and self.one.field.name.endswith("From"):
            return "date-from"
        return kind if kind in UNITS or (kind == "purpose" and self.one.is_new_number) else ""

    @property
    def number(self) -> str:
        """Which number it takes of what the act makes: a word of the group "number"; a purpose's has a unit of its own."""
        if not self.one.is_new_number or self.one.field.kind == "purpose":
            return ""
        return "new-or-known" if self.also_known else "new"

    @property
    def may_stay_empty(self) -> bool:
        """Whether leaving it empty says that there is none, where no list of choices says so."""
        return self.one.is_optional and (self.choices is None or self.one.field.kind == "member")

    @property
    def lacks_lines(self) -> bool:
        """Whether a bank line is asked for and none is left to choose."""
        return self.choices == [] and self.one.field.kind in BANK_LINES

    def part_of_duration(self, unit: str) -> str:
        """What was entered of hours or minutes."""
        hours, _, minutes = self.text.rpartition(":")
        return {"hours": hours, "minutes": minutes}[unit]

    def count_of(self, place: int) -> str:
        """How many were entered of one of the choices, by its place in their list."""
        counts = self.text.split(" ")
        return (counts[place] if place < len(counts) else "") or "0"
