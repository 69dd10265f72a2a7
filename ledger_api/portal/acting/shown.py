"""Values of an act in names, before anybody signs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.choices import choices_of
from indexer.calendar import day_start
from ledger_api.formats import yuan
from ledger_api.named_fields import GROUPS, NAMED
from ledger_api.portal.acting.choices import FLAGS
from ledger_api.portal.acting.fields import REQUEST
from ledger_api.proposals.schemas import Proposal

if TYPE_CHECKING:
    from contracts.acts import Act
    from ledger_api.locale import Locale
    from ledger_api.portal.acting.fields import Input

SHOWN_HEX = 10


def state_word(locale: Locale, thing: Any | None) -> str:
    """Where the thing stands that an act is about; empty if it has no states."""
    if isinstance(thing, Proposal):
        return locale.word("phase", thing.phase)
    state: Any = getattr(thing, "state", None)
    group = GROUPS.get(type(state).__name__)
    return locale.word(group, state.name) if group else ""


def fact_label(locale: Locale, name: str) -> str:
    """What a field is called where its value is told, which may be otherwise than where it is asked for."""
    own = locale.word("signed", name)
    return locale.word("field", name) if own == name else own


def label(locale: Locale, one: Input) -> str:
    """What a field is called; in a list of several, which entry it is of."""
    word = locale.word("field", one.field.name)
    return locale.gettext("第 {n} 档 {field}", n=one.row + 1, field=word) if one.in_rows else word


def shown(locale: Locale, act: Act, one: Input, value: Any) -> str:
    """One value in names."""
    if one.field.kind == "choice":
        return _chosen(locale, act, one, value)
    if one.field.type == REQUEST:
        title = locale.request(int(value["number"]), bytes.fromhex(value["documents"][2:]))
        return f"{title} {yuan(int(value['amountFen']))}"
    if one.bytes_long:
        return _bytes(locale, one, bytes.fromhex(value[2:]))
    return _scalar(locale, one, value)


def _scalar(locale: Locale, one: Input, value: Any) -> str:
    """A number, or yes and no. What the act makes has no name yet; what it sets anew may have one."""
    if one.is_new_number and not locale.names.has(NAMED.get(one.name, ""), int(value)):
        return f"{value >> 16}-{value & 0xFFFF}" if one.field.kind == "purpose" else str(value)
    if one.field.kind == "flag":
        return locale.gettext(FLAGS["yes" if value else "no"])
    if one.is_optional and not value:
        return locale.gettext("没有")
    if NAMED.get(one.name) == "purposes":
        return locale.purpose(int(value))
    if one.name in NAMED:
        return locale.name(NAMED[one.name], int(value))
    return _number(locale, one.field.kind, int(value))


def _chosen(locale: Locale, act: Act, one: Input, value: Any) -> str:
    """Options by their words; of a list, how many of each."""
    options = choices_of(act.act)[one.field.name]
    word = {o.value: locale.word(GROUPS[options.__name__], o.name) for o in options}
    if not isinstance(value, list):
        return word.get(int(value), str(value))
    return locale.listed(
        locale.gettext("{kind} {n} 席", kind=word[o.value], n=n)
        for o in options
        if (n := value.count(o.value))
    )


def _bytes(locale: Locale, one: Input, value: bytes) -> str:
    if one.field.kind == "donor":
        # Zeros stand where the commitment to a private donor will.
        return locale.donor(value) if any(value) else locale.gettext("不公开")
    if not any(value):
        return locale.gettext("没有")
    if one.name in NAMED:
        return locale.name(NAMED[one.name], value)
    return locale.person(value) if one.field.kind == "member" else "0x" + value.hex()[:SHOWN_HEX] + "…"


def _number(locale: Locale, kind: str, value: int) -> str:
    if kind == "money":
        return yuan(value)
    if kind == "minutes":
        return locale.minutes(value)
    if kind == "seconds":
        return locale.length(value)
    if kind == "day":
        return locale.day(day_start(value))
    if kind == "date":
        return locale.moment(value)
    return f"{value / 100:g}%" if kind == "share" else str(value)
