"""One field of a record of the API as people read it: its label, and its value by the declared type and the name."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from contracts.enums import Role
from gongji.commands.values import flag
from indexer.calendar import CHINA_SECONDS
from ledger_api.finality import Record
from ledger_api.forms import LAST_MOMENT, Form, Id32, Moment, Of
from ledger_api.locale import words
from ledger_api.named_fields import BY_UNIT, GROUPS, NAMED
from ledger_api.small_groups import HIDDEN_CELLS
from wallets.intents.struct import camel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger_api.locale import Locale

Item = dict[str, Any]
# Where words for a field are looked for, one group after the other.
LABELS = ("record", "signed", "field")
# What another field says: places in a block, the second language, the side that is taken, the unit of an amount beside it, and the
# rule behind how many approvals are needed. What holds now stands beside what would be set.
SAID_ELSEWHERE = {
    "log_index", "text_en", "present", "sign", "unit", "tier", "rules_version", "yes_numerator", "yes_denominator",
}  # fmt: skip


def fields_of(form: type[Form]) -> dict[str, Any]:
    """Fields of a form that people read, with their declared types; hashes, commitments and codes without words are no reading.

    Args:
        form: The form.
    """
    hints = get_type_hints(form, include_extras=True)
    declared = [name for kind in form.__mro__ for name in vars(kind).get("__annotations__", ())]
    # A title stands first, and where the chain has it last.
    names = sorted(
        (name for name in declared if name in form.model_fields),
        key=lambda name: (name in Record.model_fields, name != "documents"),
    )
    own = {name: without_none(hints[name]) for name in names}
    computed = {name: field.return_type for name, field in form.model_computed_fields.items()}
    return {name: hint for name, hint in (own | computed).items() if is_read(name, hint)}


def is_read(name: str, hint: Any) -> bool:
    """Whether people read a field of this name and type."""
    if name in BESIDE_OTHERS:
        return True
    kind = base(hint)
    is_code = isinstance(kind, type) and issubclass(kind, Enum)
    return hint != Id32 and name not in SAID_ELSEWHERE and (not is_code or kind.__name__ in GROUPS)


def without_none(hint: Any) -> Any:
    """A type, whether it may be left out or not."""
    if get_origin(hint) in (Union, UnionType):
        return next(option for option in get_args(hint) if option is not type(None))
    return hint


def base(hint: Any) -> Any:
    """A type without what is noted of it."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def label(locale: Locale, name: str) -> str:
    """What a field is called.

    Args:
        locale: Who reads.
        name: Its name in snake case.
    """
    key = camel(name)
    group = next((group for group in LABELS if key in words()[group]), None)
    return locale.word(group, key) if group else name


def text(locale: Locale, name: str, hint: Any, record: Mapping[str, Any]) -> str | None:
    """A value as people read it; None where there is none.

    Args:
        locale: Who reads.
        name: Name of the field.
        hint: Its declared type.
        record: The record that has it, as the API gave it.
    """
    value = record[name]
    if value is None:
        return locale.gettext(HIDDEN_CELLS[name]) if name in HIDDEN_CELLS else None
    if name in BESIDE_OTHERS:
        return BESIDE_OTHERS[name](locale, record)
    return _by_type(locale, name, hint, value)


def _entry(_: Locale, record: Mapping[str, Any]) -> str | None:
    """Where the chain has it, as `gongji verify` takes it."""
    number, transaction_hash = record["block_number"], record["transaction_hash"]
    return None if number is None else f"{number}-{transaction_hash[2:10]}"


def _title(locale: Locale, record: Mapping[str, Any]) -> str:
    return locale.request(record["number"], bytes.fromhex(record["documents"][2:]))


def _scope(locale: Locale, record: Mapping[str, Any]) -> str:
    return locale.name("enterprises" if record["role"] == Role.FOREMAN.name else "funds", record["scope"])


def _argument(name: str, value: Any, present: Mapping[str, Any]) -> str:
    """What a change would set, after what holds now where that is something else."""
    return f"{name}={value}" if present.get(name, value) == value else f"{name}={present[name]} → {value}"


# Fields that are read beside others of their record.
BESIDE_OTHERS: dict[str, Callable[[Locale, Mapping[str, Any]], str | None]] = {
    "transaction_hash": _entry,
    "documents": _title,
    "scope": _scope,
    "text_zh": lambda locale, record: str(record[f"text_{locale.lang}"]),
    "amount": lambda locale, record: locale.amount(record["amount"], record["unit"]),
    "balance": lambda locale, record: locale.amount(record["balance"], record["unit"]),
    "arguments": lambda _, record: ", ".join(
        _argument(name, value, record["present"]) for name, value in record["arguments"].items()
    ),
}


def _by_type(locale: Locale, name: str, hint: Any, value: Any) -> str | None:
    kind = base(hint)
    if hint == Moment:
        return moment(int(datetime.fromisoformat(value).timestamp()))
    if kind is bytes:
        thing = next((note.thing for note in get_args(hint) if isinstance(note, Of)), camel(name))
        return _named(locale, thing, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return locale.word(GROUPS[kind.__name__], value)
    if kind is bool:
        return flag(locale, value)
    if kind is int:
        return _number(locale, camel(name), value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _named(locale: Locale, thing: str, value: str) -> str:
    """The name of what an id is of; the id where it has none, or is what commands ask for."""
    key = bytes.fromhex(value[2:])
    match thing:
        case "member":
            return locale.person(key) if locale.names.has("members", key) else value
        case "donor":
            return locale.donor(key)
        case "account":
            return locale.account(key)
        case "payee":
            return locale.name("payees", key)
    return locale.name(NAMED[thing], key) if thing in NAMED else value


def _number(locale: Locale, key: str, value: int) -> str | None:
    """A number with its unit, or the name of what has it; nothing has the number zero."""
    if key not in NAMED:
        return next((shown(locale, value) for end, shown in BY_UNIT if key.endswith(end)), str(value))
    if not value:
        return None
    return locale.purpose(value) if NAMED[key] == "purposes" else locale.name(NAMED[key], value)


def moment(seconds: int) -> str | None:
    """A moment in China's time, alike in both languages; None for one that never comes.

    Args:
        seconds: Seconds since 1970.

    >>> moment(1750000000)
    '2025-06-15 23:06'
    """
    if seconds >= LAST_MOMENT:
        return None
    return datetime.fromtimestamp(seconds + CHINA_SECONDS, UTC).strftime("%Y-%m-%d %H:%M")
