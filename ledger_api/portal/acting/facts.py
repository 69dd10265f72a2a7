"""What a sheet says before anybody signs, and after: what was entered, and what is known of what the act is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.accounts import AccountKind
from contracts.enums import Role
from contracts.ids import NEW_IDS
from indexer.projections.campaign import Gift
from indexer.projections.committee import Committee
from indexer.projections.redemption import Redemption
from indexer.projections.task import Task
from indexer.projections.work import Lot, OrderProgress, RateCard, WorkOrder
from ledger_api.formats import yuan
from ledger_api.members.rules import SUPERVISOR, seat_name, tier_sentence, upper_end
from ledger_api.members.schemas import Tier
from ledger_api.members.service import seat_classes
from ledger_api.portal.acting.declared import acts_of_nouns
from ledger_api.portal.acting.fields import inputs_of
from ledger_api.portal.acting.lookup import BankEntry, Donation, Owed, Wage
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


# A seat of a committee, which the contract counts from 0.
SEAT = "seat"
# The fund or enterprise that a role is for.
SCOPE = "scope"
# The kinds of accounts that a module may debit, a bit for each.
KINDS = "kinds"
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
        ("fund", "fund", _named("funds")),
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
    BankEntry: (("amount_fen", "amountFen", _yuan),),
    Owed: (("owed_fen", "owedFen", _yuan),),
}  # fmt: skip


def facts(
    locale: Locale, act: Act, values: Mapping[str, Any], things: Sequence[Any], words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What was entered, in the order of the act, and what is known of what it is about: name of each field, and value in names.

    For arguments see `entered_facts`.
    """
    known = thing_facts(locale, things, {one.name for one in inputs_of(act)})
    return entered_facts(locale, act, values, things, words) + known


def entered_facts(
    locale: Locale, act: Act, values: Mapping[str, Any], things: Sequence[Any], words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What was entered, in the order of the act: name of each field, and value in names.

    Args:
        locale: Who reads.
        act: The act.
        values: What was entered, by name.
        things: What the act is about (`lookup.things_of`), as far as its reader may know it: an id alone says nothing to people.
        words: What bank lines say and homes are called, by their keys.
    """
    committee = next((thing for thing in things if isinstance(thing, Committee)), None)
    rules = _rules(locale, act, values, committee)
    entered = [
        (_label(locale, one), words.get(str(values[one.name])) or _shown(locale, act, one, values, committee))
        for one in inputs_of(act)
        if one.name in values
        and not one.is_written
        and one.field.kind not in NEW_IDS
        and not (rules and one.in_rows)
        and not (things and _is_bare_id(one))
    ]
    return entered + rules


def _label(locale: Locale, one: Input) -> str:
    """What a field is called; of what a role is for not the number is told but the name."""
    return locale.word("record", SCOPE) if one.name == SCOPE else label(locale, one)


def _shown(
    locale: Locale, act: Act, one: Input, values: Mapping[str, Any], committee: Committee | None
) -> str:
    """One value in names: a seat as people count, with whom it speaks for, and what a role is for by the role."""
    if one.name == SCOPE and "role" in values:
        group = "enterprises" if int(values["role"]) == Role.FOREMAN else "funds"
        return locale.name(group, int(values[SCOPE]))
    if one.name == KINDS:
        kinds = [kind for kind in AccountKind if int(values[KINDS]) >> kind & 1]
        return locale.listed(locale.word("account", kind.name) for kind in kinds)
    if one.name != SEAT:
        return shown(locale, act, one, values[one.name])
    seat = int(values[SEAT])
    is_known = committee is not None and seat != SUPERVISOR and seat < committee.seats
    return seat_name(locale, seat, seat_classes(committee)[seat] if committee and is_known else None)


def _rules(
    locale: Locale, act: Act, values: Mapping[str, Any], committee: Committee | None
) -> list[tuple[str, str]]:
    """The tiers of the rules of a committee, each in a sentence, once all of them are entered."""
    of_tiers = [one for one in inputs_of(act) if one.in_rows]
    rows = {one.row for one in of_tiers if one.name in values}
    needed = [one for one in of_tiers if one.row in rows]
    if not needed or any(one.name not in values for one in needed):
        return []
    seats = committee.seats if committee else None
    texts = [
        tier_sentence(
            locale, _tier({one.field.name: values[one.name] for one in needed if one.row == row}), seats
        )
        for row in sorted(rows)
    ]
    return [(locale.gettext("第 {n} 档", n=number), text) for number, text in enumerate(texts, 1)]


def _tier(values: Mapping[str, Any]) -> Tier:
    """A tier as it is read, from one as it is entered."""
    names = {name: "".join(part.title() for part in name.split("_")) for name in Tier.model_fields}
    found = {name: int(values[camel[0].lower() + camel[1:]]) for name, camel in names.items()}
    return Tier.model_validate({**found, "up_to_fen": upper_end(found["up_to_fen"])})


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
