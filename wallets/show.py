"""An intent in plain words: the second way to read what is about to be signed.

It takes the EIP-712 message that a wallet or page shows, reads it strictly, and computes the digest by itself. The eight
words must be the same on the page, here, and on the slip that the service desk prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from contracts.choices import choices_of
from contracts.roles import AuthorityRole
from wallets.amounts import cny_text
from wallets.errors import IntentInvalidError
from wallets.inner_call import inner_call
from wallets.intents import INTENTS, Domain, Intent
from wallets.words import digest_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.acts import Act, ActField

# 9999-12-31 23:59:59 UTC, the last that the calendar writes; intents may end later.
LAST_SECOND = 253_402_300_799
FIRST_DAY = date(1970, 1, 1)
LAST_DAY = (date.max - FIRST_DAY).days


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What an intent says.

    Attributes:
        title: What the member does, Chinese and English.
        lines: Name and value of every field, in the order in which they are signed.
        contract: Contract and chain it is for.
        digest: What is signed, 0x and 64 hex digits.
        words_zh: The eight words in Chinese, one character each.
        words_en: The eight words in English.
    """

    title: str
    lines: tuple[tuple[str, str], ...]
    contract: str
    digest: str
    words_zh: tuple[str, ...]
    words_en: tuple[str, ...]


def show(typed_data: Any) -> Shown:
    """Reads an EIP-712 message and says what it says.

    Args:
        typed_data: What `eth_signTypedData_v4` takes: types, primaryType, domain, message.

    Raises:
        IntentInvalidError: It is none of Gongji's intents, or its types or fields are not exactly those.
    """
    intent, domain = parse(typed_data)
    digest = intent.digest(domain)
    return Shown(
        title=intent.action(),
        lines=tuple(_lines(typed_data["message"])),
        contract=f"Gongji {domain.contract} {domain.address}, chain {domain.chain_id}",
        digest="0x" + digest.hex(),
        words_zh=tuple(digest_words(digest)),
        words_en=tuple(digest_words(digest, "english")),
    )


def parse(typed_data: Any) -> tuple[Intent, Domain]:
    """The intent and the domain of an EIP-712 message.

    Raises:
        IntentInvalidError: As `show`.
    """
    name = typed_data.get("primaryType") if isinstance(typed_data, dict) else None
    if name not in INTENTS:
        raise IntentInvalidError(f"expected one of {', '.join(INTENTS)}, got {name!r}")
    intent = INTENTS[name].from_message(typed_data.get("message"))
    domain_data: Any = typed_data.get("domain")
    try:
        chain_id, address = int(domain_data["chainId"]), str(domain_data["verifyingContract"])
    except (KeyError, TypeError, ValueError):
        raise IntentInvalidError(
            f"expected a domain with chainId and verifyingContract, got {domain_data!r}"
        ) from None
    domain = Domain(contract=intent.CONTRACT, chain_id=chain_id, address=address)
    domain.check(domain_data)
    if typed_data.get("types") != intent.typed_data(domain)["types"]:
        raise IntentInvalidError("the types are not those of the contract")
    return intent, domain


def _lines(message: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in message.items():
        if isinstance(value, dict):
            yield from _lines(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            for number, entry in enumerate(value, 1):
                yield from _lines(entry, f"{prefix}{name} {number}.")
        else:
            yield prefix + name, _words_for(name, value)
            if name == "data":
                yield from _lines_inside(message)


def _lines_inside(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is called from the account of a person or an office, read from the bytes that are signed."""
    found = inner_call(message)
    if found is None:
        return
    yield "data.act", found.name
    if found.act is None:
        yield from ((f"data.{name}", str(value)) for name, value in found.arguments.items())
    elif found.arguments:
        yield from _fields(found.act, found.act.input_fields, found.arguments, "data.")


def _fields(
    act: Act, fields: Sequence[ActField], values: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, str]]:
    """Name and value of every field of an act; of a list, of each entry."""
    for field in fields:
        name, value = prefix + field.name, values[field.name]
        entries = (
            [(f"{name} {n}", e) for n, e in enumerate(value, 1)]
            if isinstance(value, list)
            else [(name, value)]
        )
        for own, entry in entries:
            if field.fields:
                yield from _fields(act, field.fields, entry, f"{own}.")
            else:
                yield own, _words_of(act, field, entry)


def _words_of(act: Act, field: ActField, value: Any) -> str:
    """A value as people read it, and as it is called with."""
    if field.kind == "choice":
        chosen = {one.value: one.name for one in choices_of(act.act)[field.name]}
        return f"{chosen.get(value, 'unknown')} ({value})"
    if field.kind == "money":
        return f"{cny_text(value)} ({value} fen)"
    if field.kind in ("date", "day"):
        return f"{value} ({_moment(value) if field.kind == 'date' else _day(value)})"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else _words_for(field.name, value)


def _words_for(name: str, value: Any) -> str:
    if name in ("deadline", "dueAt"):
        return f"{value} ({_moment(int(value))})"
    if name == "bookedOn":
        return f"{value} ({_day(int(value))})"
    if name == "office":
        return f"{value} ({_office(int(value))})"
    if name == "purpose":
        return f"{value} (fund {int(value) >> 16}, purpose {int(value) & 0xFFFF})"
    return str(value)


def _office(role: int) -> str:
    return AuthorityRole(role).name if role in set(AuthorityRole) else "unknown"


def _day(days: int) -> str:
    """A day of a bank statement."""
    if days > LAST_DAY:
        return "after the year 9999"
    return f"{FIRST_DAY + timedelta(days=days)}"


def _moment(seconds: int) -> str:
    if seconds > LAST_SECOND:
        return "after the year 9999"
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
