"""What a noun says in its `acts` of the acts on its things, as `NounActs`, and all of it together."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from ledger_api.scan import declared
from ledger_api.sessions.offices import is_of_office

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import IntEnum

    from contracts.acts import Act
    from indexer.projections.noun import Noun
    from ledger_api.sessions.access import DataClass


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """When an act is open on a thing, as the contract has it, which has the last word.

    Attributes:
        states: States of the thing in which the contract takes the act; None where it has no states.
        ends_at: Field of the thing that says when it ends, seconds since 1970; empty if it has no end.
        not_by: Fields of the thing that name members who may not do it.
        is_done: Whether it was done to the thing already, so that doing it again would change nothing.
    """

    states: frozenset[IntEnum] | None = None
    ends_at: str = ""
    not_by: tuple[str, ...] = ()
    is_done: Callable[[Any], bool] = lambda _: False


@dataclass(frozen=True, kw_only=True, slots=True)
class NounReference:
    """What a field of an act names.

    Attributes:
        noun: Where the mirror has it.
        page: Address of the page that tells of one, with columns of its row in braces; empty if none does.
        chosen_at: Page on which it is chosen, if it has no number that people use; else empty.
        data: What the page is about, where that is not for everybody; else None.
    """

    noun: Noun[Any]
    page: str = ""
    chosen_at: str = ""
    data: DataClass | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """The page on which a value of an act is chosen, because people have no number for it.

    Attributes:
        page: Address of the page.
        word: What leads there: a word of the group `chosen_at`.
    """

    page: str
    word: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NounActs:
    """What a noun says of the acts on its things.

    Attributes:
        on_page: Acts that the page of one thing offers, in the order of the page.
        open: By id of an act; one that is left out does not depend on a state.
        references: By name of the field that names one, such as "task".
        origins: By id of an act, where values are chosen that name no thing of a noun, such as the line of a donation: by name of
            the field.
        own_sheets: Acts whose sheet stands on a page of the noun, where more is shown and checked, and its address.
    """

    on_page: tuple[str, ...] = ()
    open: Mapping[str, When] = field(default_factory=dict)
    references: Mapping[str, NounReference] = field(default_factory=dict)
    origins: Mapping[str, Mapping[str, Origin]] = field(default_factory=dict)
    own_sheets: Mapping[str, str] = field(default_factory=dict)


@cache
def acts_of_nouns() -> NounActs:
    """What all nouns say."""
    nouns = declared("acts", NounActs)
    return NounActs(
        open={act: when for one in nouns for act, when in one.open.items()},
        references={name: reference for one in nouns for name, reference in one.references.items()},
        origins={act: found for one in nouns for act, found in one.origins.items()},
        own_sheets={act: address for one in nouns for act, address in one.own_sheets.items()},
    )


def has_sheet(act: Act) -> bool:
    """Whether an act has a sheet that derives from its record: it is signed, and no page of a noun has its own."""
    return (act.message is not None or is_of_office(act)) and act.act not in acts_of_nouns().own_sheets


def page_of(act: Act) -> str | None:
    """Address of the sheet of an act, with what it is about in braces; None if nobody does it on a page."""
    return f"/acts/{act.act}" if has_sheet(act) else acts_of_nouns().own_sheets.get(act.act)
