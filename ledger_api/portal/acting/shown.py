"""Values of an act in names, before anybody signs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger_api.portal.acting.fields import REQUEST, asked
from ledger_api.portal.reader import yuan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.acts import Act
    from ledger_api.portal.acting.fields import Asked
    from ledger_api.portal.reader import Reader

NAMED = {
    "fund": "funds", "bank": "banks", "service": "services", "enterprise": "enterprises",
    "campaign": "campaigns", "product": "products",
}  # fmt: skip
SHOWN_HEX = 10
# What is told of the thing that an act is about: attribute, name of the field, and the value in names.
THING_FACTS: tuple[tuple[str, str, Callable[[Reader, Any], str]], ...] = (
    ("service", "service", lambda reader, value: reader.name("services", value)),
    ("authorised_minutes", "authorisedMinutes", lambda reader, value: reader.minutes(value)),
    ("held_minutes", "heldMinutes", lambda reader, value: reader.minutes(value)),
    ("product", "product", lambda reader, value: reader.name("products", value)),
    ("pieces", "pieces", lambda _, value: str(value)),
)


def facts(reader: Reader, act: Act, values: Mapping[str, Any], thing: Any | None) -> list[tuple[str, str]]:
    """What was entered, in the order of the act: the name of each field, and its value in names.

    Args:
        reader: Who reads.
        act: The act.
        values: What was entered, by name.
        thing: What the act is about, if that is there: an id alone says nothing to people.
    """
    told = [
        (reader.word("field", one.name), shown(reader, one, values[one.name]))
        for one in asked(act)
        if one.name in values and not one.is_written and one.field.kind != "new-id"
    ]
    own = {one.name for one in asked(act)}
    return told + [
        (reader.word("field", field), text(reader, getattr(thing, name)))
        for name, field, text in THING_FACTS
        if hasattr(thing, name) and field not in own
    ]


def shown(reader: Reader, one: Asked, value: Any) -> str:
    """One value in names."""
    if one.field.type == REQUEST:
        return f"{reader.name('proposals', int(value['number']))} {yuan(int(value['amountFen']))}"
    if one.name in NAMED:
        return reader.name(NAMED[one.name], int(value))
    if one.bytes_long:
        return _bytes(reader, one, bytes.fromhex(value[2:]))
    return _number(reader, one.field.kind, int(value))


def _bytes(reader: Reader, one: Asked, value: bytes) -> str:
    if one.field.kind == "donor":
        # Zeros stand where the commitment to a private donor will.
        return reader.donor(value) if any(value) else reader.t("不公开", "private")
    if not any(value):
        return reader.t("没有", "none")
    return reader.person(value) if one.field.kind == "member" else "0x" + value.hex()[:SHOWN_HEX] + "…"


def _number(reader: Reader, kind: str, value: int) -> str:
    if kind == "money":
        return yuan(value)
    if kind == "minutes":
        return reader.minutes(value)
    if kind == "date":
        return reader.moment(value)
    return f"{value / 100:g}%" if kind == "share" else str(value)
