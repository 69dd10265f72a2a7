"""Values of an act in names, before anybody signs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.choices import choices_of
from contracts.enums import CampaignState, RedemptionState, TaskState
from ledger_api.locale import yuan
from ledger_api.portal.acting.choices import FLAGS, GROUPS
from ledger_api.portal.acting.declared import acts_of_nouns
from ledger_api.portal.acting.fields import REQUEST, inputs_of
from ledger_api.proposals.schemas import Proposal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.acts import Act
    from ledger_api.locale import Locale
    from ledger_api.portal.acting.fields import Input

NAMED = {
    "fund": "funds", "bank": "banks", "service": "services", "enterprise": "enterprises",
    "campaign": "campaigns", "product": "products", "committee": "committees", "parent": "funds", "purpose": "purposes",
    "levyPurpose": "purposes", "matchPurpose": "purposes", "budgetLine": "budget_lines", "building": "buildings",
}  # fmt: skip
SHOWN_HEX = 10
HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS
# Words of the states of things, by their type.
STATES = {CampaignState: "campaign", RedemptionState: "redemption", TaskState: "task"}
# What is told of the thing that an act is about: attribute, name of the field, and the value in names.
THING_FACTS: tuple[tuple[str, str, Callable[[Locale, Any], str]], ...] = (
    ("service", "service", lambda reader, value: reader.name("services", value)),
    ("authorised_minutes", "authorisedMinutes", lambda reader, value: reader.minutes(value)),
    ("held_minutes", "heldMinutes", lambda reader, value: reader.minutes(value)),
    ("product", "product", lambda reader, value: reader.name("products", value)),
    ("pieces", "pieces", lambda _, value: str(value)),
    ("provider", "provider", lambda reader, value: reader.person(value)),
    ("worker", "worker", lambda reader, value: reader.person(value)),
    ("volunteer", "volunteer", lambda reader, value: reader.person(value)),
)


def facts(
    reader: Locale, act: Act, values: Mapping[str, Any], thing: Any | None, words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What was entered, in the order of the act: the name of each field, and its value in names.

    Args:
        reader: Who reads.
        act: The act.
        values: What was entered, by name.
        thing: What the act is about, if that is there: an id alone says nothing to people.
        words: What bank lines say and homes are called, by their keys.
    """
    entered_facts = [
        (label(reader, one), words.get(str(values[one.name])) or shown(reader, act, one, values[one.name]))
        for one in inputs_of(act)
        if one.name in values
        and not one.is_written
        and one.field.kind != "new-id"
        and not _is_in_facts(one, thing)
    ]
    own = {one.name for one in inputs_of(act)}
    return entered_facts + [
        (reader.word("field", field), text(reader, value))
        for name, field, text in THING_FACTS
        if (value := getattr(thing, name, None)) is not None and field not in own
    ]


def state_word(reader: Locale, thing: Any | None) -> str:
    """Where the thing stands that an act is about; empty if it has no states."""
    if isinstance(thing, Proposal):
        return reader.word("phase", thing.phase)
    state: Any = getattr(thing, "state", None)
    return next(
        (reader.word(group, state.name) for kind, group in STATES.items() if isinstance(state, kind)), ""
    )


def _is_in_facts(one: Input, thing: Any | None) -> bool:
    """Whether a value is the bare id of the thing, of which something is told in names."""
    known = acts_of_nouns().references.get(one.name)
    return thing is not None and known is not None and bool(known.chosen_at)


def label(reader: Locale, one: Input) -> str:
    """What a field is called; in a list of several, which entry it is of."""
    word = reader.word("field", one.field.name)
    return reader.gettext("第 {n} 档 {field}", n=one.row + 1, field=word) if one.in_rows else word


def shown(reader: Locale, act: Act, one: Input, value: Any) -> str:
    """One value in names."""
    if one.field.kind == "choice":
        return _chosen(reader, act, one, value)
    if one.field.type == REQUEST:
        title = reader.request(int(value["number"]), bytes.fromhex(value["documents"][2:]))
        return f"{title} {yuan(int(value['amountFen']))}"
    if one.bytes_long:
        return _bytes(reader, one, bytes.fromhex(value[2:]))
    return _scalar(reader, one, value)


def _scalar(reader: Locale, one: Input, value: Any) -> str:
    """A number, or yes and no. What the act makes has no name yet."""
    if one.is_new_number:
        return f"{value >> 16}-{value & 0xFFFF}" if one.field.kind == "purpose" else str(value)
    if one.field.kind == "flag":
        return reader.gettext(FLAGS["yes" if value else "no"])
    if one.is_optional and not value:
        return reader.gettext("没有")
    if one.name in NAMED:
        return reader.name(NAMED[one.name], int(value))
    return _number(reader, one.field.kind, int(value))


def _chosen(reader: Locale, act: Act, one: Input, value: Any) -> str:
    """Options by their words; of a list, how many of each."""
    options = choices_of(act.act)[one.field.name]
    word = {o.value: reader.word(GROUPS[options.__name__], o.name) for o in options}
    if not isinstance(value, list):
        return word.get(int(value), str(value))
    return reader.listed(
        reader.gettext("{kind} {n} 席", kind=word[o.value], n=n)
        for o in options
        if (n := value.count(o.value))
    )


def _bytes(reader: Locale, one: Input, value: bytes) -> str:
    if one.field.kind == "donor":
        # Zeros stand where the commitment to a private donor will.
        return reader.donor(value) if any(value) else reader.gettext("不公开")
    if not any(value):
        return reader.gettext("没有")
    if one.name in NAMED:
        return reader.name(NAMED[one.name], value)
    return reader.person(value) if one.field.kind == "member" else "0x" + value.hex()[:SHOWN_HEX] + "…"


def _length(reader: Locale, seconds: int) -> str:
    """A length of time in the largest unit that it fills."""
    if seconds and seconds % DAY_SECONDS == 0:
        return reader.ngettext("{n} 天", seconds // DAY_SECONDS)
    if seconds and seconds % HOUR_SECONDS == 0:
        return reader.ngettext("{n} 小时", seconds // HOUR_SECONDS)
    return reader.ngettext("{n} 秒", seconds)


def _number(reader: Locale, kind: str, value: int) -> str:
    if kind == "money":
        return yuan(value)
    if kind == "minutes":
        return reader.minutes(value)
    if kind == "seconds":
        return _length(reader, value)
    if kind == "date":
        return reader.moment(value)
    return f"{value / 100:g}%" if kind == "share" else str(value)
