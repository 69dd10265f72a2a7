"""What was signed, once it was: in names, and the page of what it is about. Both derive from the calldata that carried it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.acts import ADDED
from contracts.ids import NEW_IDS
from ledger_api.forms import hexed
from ledger_api.portal.acting.declared import acts_of_nouns
from ledger_api.portal.acting.facts import entered_facts, thing_facts
from ledger_api.portal.acting.fields import inputs_of, values_in
from ledger_api.portal.acting.lookup import find, key_of, request_numbered, things_of
from ledger_api.portal.acting.shown import label
from ledger_api.portal.acting.signed import signed_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.acts import Act
    from ledger_api.locale import Locale
    from ledger_api.mirror import Reading
    from ledger_api.portal.acting.declared import NounReference
    from ledger_api.sessions.access import Viewer


@dataclass(frozen=True, kw_only=True, slots=True)
class ThingPage:
    """The page of what an act is about.

    Attributes:
        name: What kind of thing it is: a word of the group "thing_page".
        address: Address of the page.
    """

    name: str
    address: str


def new_ids(locale: Locale, act: Act | None, arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The ids that an order gave to what it makes, by which an office goes on: label and whole id.

    Args:
        locale: Who reads.
        act: What was done; None if the function is no act.
        arguments: What the function was called with, as JSON.
    """
    if act is None or act.message is not None:
        return []
    values = values_in(act, arguments)
    return [(label(locale, one), values[one.name]) for one in inputs_of(act) if one.field.kind in NEW_IDS]


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedFacts:
    """What was signed, and what the page knows besides; label and value of each.

    Attributes:
        signed: What stood in what was signed.
        known: What the page adds about what it is about; nobody signed that.
    """

    signed: list[tuple[str, str]]
    known: list[tuple[str, str]]


async def signed_facts(
    mirror: Reading, viewer: Viewer, locale: Locale, act: Act | None, arguments: Mapping[str, Any]
) -> SignedFacts:
    """What was signed, for whoever signed it, and what is known of what it is about.

    Args:
        mirror: A snapshot.
        viewer: Who asks.
        locale: Who reads.
        act: What was done; None if the function is no act.
        arguments: What the function was called with, as JSON.
    """
    if act is None:
        return SignedFacts(signed=[], known=[])
    values = values_in(act, arguments)
    things = await things_of(mirror, viewer, act, values)
    known = thing_facts(locale, things, but=set(values))
    if act.message is None:
        return SignedFacts(signed=entered_facts(locale, act, values, things, {}), known=known)
    own = {name: value for name, value in arguments.items() if name not in ADDED}
    return SignedFacts(signed=signed_words(locale, own).facts, known=known)


async def page_of_thing(
    mirror: Reading, viewer: Viewer, act: Act | None, arguments: Mapping[str, Any]
) -> ThingPage | None:
    """The page of the first thing that an act names, that is there, and that its reader may open.

    What an act makes is not there before it is recorded.

    Args:
        mirror: A snapshot.
        viewer: Who asks.
        act: What was done; None if the function is no act.
        arguments: What the function was called with, as JSON.
    """
    references = acts_of_nouns().references
    for name, value in values_in(act, arguments).items() if act else ():
        if isinstance(value, dict):
            return await _page_of_request(mirror, int(value["number"]))
        if name in references and _has_page(references[name], viewer):
            row = await find(mirror, references[name].noun, key_of(value))
            if row is not None:
                return ThingPage(name=name, address=_filled(references[name].page, row))
    return None


def _has_page(reference: NounReference, viewer: Viewer) -> bool:
    """Whether a page tells a reader of a thing. Which one it is may be what others must not know."""
    return bool(reference.page) and (reference.data is None or viewer.may_read(reference.data))


async def _page_of_request(mirror: Reading, number: int) -> ThingPage | None:
    known = await request_numbered(mirror, number)
    return ThingPage(name="proposal", address=f"/proposals/{number}") if known else None


def _filled(address: str, row: Any) -> str:
    """An address with the columns of a row in its braces."""
    texts = {name: hexed(value) if isinstance(value, bytes) else value for name, value in vars(row).items()}
    return address.format(**texts)
