"""What a sheet says before anybody signs, and after: what was entered, and what is known of what the act is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.projections.campaign import Gift
from indexer.projections.redemption import Redemption
from indexer.projections.task import Task
from indexer.projections.work import Lot, OrderProgress, RateCard, WorkOrder
from ledger_api.formats import yuan
from ledger_api.portal.acting.declared import acts_of_nouns
from ledger_api.portal.acting.fields import inputs_of
from ledger_api.portal.acting.lookup import Donation, Owed, Wage
from ledger_api.portal.acting.shown import fact_label, label, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from contracts.acts import Act
    from ledger_api.locale import Locale
    from ledger_api.portal.acting.fields import Input

    Text = Callable[[Locale, Any], str]


def _named(group: str) -> Text:
    return lambda locale, number: locale.name(group, number)


def _person(locale: Locale, member: bytes) -> str:
    return locale.person(member)


def _minutes(locale: Locale, minutes: int) -> str:
    return locale.minutes(minutes)


def _yuan(_: Locale, amount_fen: int) -> str:
    return yuan(amount_fen)


def _donor(locale: Locale, donor: bytes) -> str:
    return locale.donor(donor)


def _pieces(_: Locale, pieces: int) -> str:
    return str(pieces)


# What is told of a thing, by its type: attribute, name of the field, and how its value is told.
THING_FACTS: dict[type, tuple[tuple[str, str, Text], ...]] = {
    Task: (
        ("service", "service", _named("services")),
        ("authorised_minutes", "authorisedMinutes", _minutes),
        ("volunteer", "volunteer", _person),
    ),
    Redemption: (
        ("service", "service", _named("services")),
        ("held_minutes", "heldMinutes", _minutes),
        ("member", "redeemer", _person),
        ("provider", "provider", _person),
    ),
    Lot: (("worker", "worker", _person), ("product", "product", _named("products")), ("pieces", "pieces", _pieces)),
    WorkOrder: (("enterprise", "enterprise", _named("enterprises")), ("product", "product", _named("products"))),
    OrderProgress: (("free_pieces", "freePieces", _pieces),),
    RateCard: (("piece_fen", "pieceFen", _yuan),),
    Wage: (("proceeds_fen", "proceedsFen", _yuan), ("worker_fen", "workerFen", _yuan)),
    Gift: (("donor", "donor", _donor), ("amount_fen", "amountFen", _yuan)),
    Donation: (
        ("donor", "donor", _donor),
        ("amount_fen", "amountFen", _yuan),
        ("purpose", "purpose", lambda locale, purpose: locale.purpose(purpose)),
    ),
    Owed: (("owed_fen", "owedFen", _yuan),),
}  # fmt: skip


def facts(
    locale: Locale, act: Act, values: Mapping[str, Any], things: Sequence[Any], words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What was entered, in the order of the act, and what is known of what it is about: name of each field, and value in names.

    Args:
        locale: Who reads.
        act: The act.
        values: What was entered, by name.
        things: What the act is about (`lookup.things_of`), as far as its reader may know it: an id alone says nothing to people.
        words: What bank lines say and homes are called, by their keys.
    """
    entered_facts = [
        (label(locale, one), words.get(str(values[one.name])) or shown(locale, act, one, values[one.name]))
        for one in inputs_of(act)
        if one.name in values
        and not one.is_written
        and one.field.kind != "new-id"
        and not (things and _is_bare_id(one))
    ]
    return entered_facts + thing_facts(locale, things, {one.name for one in inputs_of(act)})


def thing_facts(locale: Locale, things: Sequence[Any], but: set[str]) -> list[tuple[str, str]]:
    """What is known of some things, each once.

    Args:
        locale: Who reads.
        things: The things.
        but: Names of fields that are told already.
    """
    found: dict[str, tuple[str, str]] = {}
    for thing in things:
        for attribute, field, text in THING_FACTS.get(type(thing), ()):
            value = getattr(thing, attribute)
            if field not in but and value is not None:
                found.setdefault(field, (fact_label(locale, field), text(locale, value)))
    return list(found.values())


def _is_bare_id(one: Input) -> bool:
    """Whether a value is an id that people do not use, of a thing of which something is told in names."""
    known = acts_of_nouns().references.get(one.name)
    return known is not None and bool(known.chosen_at)
