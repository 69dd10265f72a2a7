"""JSON forms of entries and their edits. A secret is in none of what is shown."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ledger_api.forms import Form, Id32, Moment
from register.nouns import (
    BANK_ACCOUNTS,
    HOMES,
    HOUSEHOLDS,
    NAMED,
    PLACES,
    WORDS,
    BankAccount,
    Home,
    Household,
    Name,
    Noun,
    Place,
    Value,
)

NOUNS: dict[str, Noun[Any]] = NAMED | {
    noun.name: noun for noun in (WORDS, HOMES, HOUSEHOLDS, BANK_ACCOUNTS, PLACES)
}


class BankNumber(Form):
    """A bank account of the host. The secret beside it is made here and never shown."""

    number: str = Field(
        min_length=1, max_length=40, description="Number at the bank; only its letters and digits count."
    )


class KnownPlace(Form):
    """The place behind a commitment. Its salt is never shown."""

    place: str = Field(description="Pseudonym of the place, 16 bytes.")


Shown = Name | Home | Household | BankNumber | KnownPlace
Entered = Name | Home | Household | BankNumber | Place


class HomeCommitment(Form):
    """What stands on chain for a home, for one task or device."""

    commitment: Id32 = Field(description="Salted hash of the place, 32 bytes, with a salt of its own.")


class Entry(Form):
    """An entry of the register."""

    key: str = Field(description="Of what: a number, 0x and hex of an id, or a word.")
    value: Shown = Field(description="What it says.")


class Entries(Form):
    """All entries of a noun that its reader may see."""

    items: list[Entry] = Field(description="In the order in which they were last edited or read.")


class EditRecord(Form):
    """An edit of an entry."""

    edited_at: Moment = Field(description="When.")
    editor: str = Field(
        description="Who: an office with its key, such as steward/0x…, a member, or a service of the town."
    )
    before: Shown | None = Field(description="What it said before; null if nothing, or it was forgotten.")
    after: Shown | None = Field(description="What it says since; null if it was taken away or was forgotten.")


class Edits(Form):
    """The history of an entry."""

    items: list[EditRecord] = Field(description="Oldest first.")


class WordEdit(EditRecord):
    """An edit of one of the city's own words."""

    key: str = Field(description="The word, in Chinese, as it is without the city's own.")


class WordEdits(Form):
    """The history of all of the city's own words."""

    items: list[WordEdit] = Field(description="Newest first.")


def form_of(noun: str) -> type[Entered]:
    """What a noun is edited with."""
    form: type[Entered] = BankNumber if noun == BANK_ACCOUNTS.name else NOUNS[noun].value
    return form


def shown(value: Value) -> Shown:
    """What an entry says, without secrets."""
    if isinstance(value, BankAccount):
        return BankNumber(number=value.number)
    if isinstance(value, Place):
        return KnownPlace(place=value.place)
    if isinstance(value, Name | Home | Household):
        return value
    raise TypeError(f"expected an entry that is shown, got {type(value).__name__}")
