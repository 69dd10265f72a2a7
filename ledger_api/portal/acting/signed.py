"""What is signed, in names: the fields of an EIP-712 message that say something to people, in the order of the message.

Hashes, ids without a name and the nonce are left out; the sheet shows them with all the rest where it is opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from contracts.accounts import fund_of
from contracts.roles import AuthorityRole
from ledger_api.formats import yuan
from ledger_api.named_fields import BY_UNIT, NAMED
from ledger_api.portal.acting.shown import fact_label
from wallets.inner_call import inner_call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ledger_api.locale import Locale

# Texts of the message that the contract makes from the number beside them.
TEXTS = frozenset({"action", "amount", "total", "piece"})
# Which amount is the sum of what is signed: the first of these that the message has.
SUMS = ("totalFen", "amountFen", "pieceFen")
NUMBERS = frozenset({"number", "round", "pieces", "acceptedPieces", "rejectedPieces", "version"})
MEMBERS = frozenset({"requester", "provider", "worker"})


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedWords:
    """What is signed, in names.

    Attributes:
        total: The sum that it is about, as people read it; empty if it is about none.
        facts: Label and value of each field.
    """

    total: str
    facts: list[tuple[str, str]]


def signed_words(locale: Locale, message: Mapping[str, Any]) -> SignedWords:
    """A message in the register's names, and in words that no office can change.

    Args:
        locale: Who signs.
        message: Its fields, as typed data has them; read strictly before (`wallets.show.parse`).
    """
    locale = replace(locale, names=locale.names.in_usual_words())
    called = inner_call(message)
    if called is not None:
        inside = signed_words(locale, called.arguments)
        what = (locale.word("signed", "officeAct" if called.is_office else "deskAct"), called.name)
        own = signed_words(locale, {name: value for name, value in message.items() if name != "data"})
        return SignedWords(total=inside.total, facts=[what, *inside.facts, *own.facts])
    leaves = list(_leaves(message))
    amounts = {name: int(value) for _, name, value in reversed(leaves) if name in SUMS}
    total = next((yuan(amounts[name]) for name in SUMS if name in amounts), "")
    texts = [(place, name, _value(locale, name, value)) for place, name, value in leaves]
    # A budget line stands here although it is called as its purpose: names can be changed while somebody signs.
    facts = [(_label(locale, place, name), text) for place, name, text in texts if text]
    return SignedWords(total=total, facts=[*_request(locale, message), *facts])


def _request(locale: Locale, message: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the request is called that a message is about, and the fund that is to pay."""
    proposal = message.get("proposal")
    if proposal is None:
        return []
    title = locale.request(int(proposal["number"]), bytes.fromhex(proposal["documents"][2:]))
    fund = locale.name("funds", fund_of(int(proposal["purpose"])))
    return [(locale.word("signed", "title"), title), (locale.word("field", "fund"), fund)]


def _leaves(message: Mapping[str, Any], place: int = 0) -> Iterator[tuple[int, str, Any]]:
    """Place in its list, from 1, or 0; name and value of each field."""
    for name, value in message.items():
        if isinstance(value, dict):
            yield from _leaves(value, place)
        elif isinstance(value, list):
            for number, entry in enumerate(value, 1):
                # An entry without a name of its own, such as the class of a seat, is called as its list.
                entries = entry if isinstance(entry, dict) else {name: entry}
                yield from _leaves(entries, number if len(value) > 1 else 0)
        elif name not in TEXTS:
            yield place, name, value


def _label(locale: Locale, place: int, name: str) -> str:
    word = fact_label(locale, name)
    return locale.gettext("第 {n} 笔 {field}", n=place, field=word) if place else word


def _value(locale: Locale, name: str, value: Any) -> str:
    """A value in names; empty where it says nothing to people."""
    if isinstance(value, str) and value.startswith("0x"):
        return _id(locale, name, bytes.fromhex(value[2:]))
    if name in NAMED:
        return locale.name(NAMED[name], int(value))
    if name in NUMBERS:
        return str(value)
    if name == "office" and int(value) in set(AuthorityRole):
        return locale.word("office", AuthorityRole(int(value)).name)
    return next((text(locale, int(value)) for end, text in BY_UNIT if name.endswith(end)), "")


def _id(locale: Locale, name: str, value: bytes) -> str:
    if name == "donor":
        return locale.donor(value)
    if name == "payee":
        return locale.name("payees", value)
    return locale.person(value) if name in MEMBERS else ""
