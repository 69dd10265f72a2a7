"""What a person may choose from, by the kind of a field: what exists on chain, by its name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.accounts import AccountKind, account_id, account_parts
from contracts.choices import choices_of
from indexer.projections.account import accounts
from indexer.projections.campaign import campaigns
from indexer.projections.committee import committees
from indexer.projections.enterprise import enterprises
from indexer.projections.fund import funds, purposes
from indexer.projections.service import services
from kit.prepared import prepared
from kit.translation import N_
from ledger_api.formats import yuan
from ledger_api.forms import hexed
from ledger_api.members.rules import SUPERVISOR, seat_name
from ledger_api.members.service import committee_detail, organisations, service_accounts
from ledger_api.mirror import open_rows
from ledger_api.named_fields import GROUPS
from ledger_api.portal.acting.fields import BANK_LINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Select

    from contracts.acts import Act
    from ledger_api.locale import Locale
    from ledger_api.mirror import Reading
    from ledger_api.portal.acting.fields import Input
    from ledger_api.statements.queries import StatementLine
    from ledger_api.statements.schemas import StatementLineAnswer
    from register.names import Names
    from register.nouns import Home

PRIVATE = "private"
# Words for enums that acts choose from.
MOST_TEXT = 80
# Fields that name a person, never an organisation.
PERSONS = ("owner", "worker")
# So much of an id tells those apart who are called the same.
SHOWN_BYTES = 3
FLAGS = {"yes": N_("是"), "no": N_("否")}
# Nouns whose things have numbers and names, and what the number is called there: a field of this name is one of them.
NUMBERED: dict[str, tuple[Any, str, str]] = {
    "service": (services, "services", "service"),
    "enterprise": (enterprises, "enterprises", "enterprise"),
    "campaign": (campaigns, "campaigns", "campaign"),
    "committee": (committees, "committees", "committee"),
    "successor": (committees, "committees", "committee"),
    "fund": (funds, "funds", "fund"),
    "parent": (funds, "funds", "fund"),
    "purpose": (purposes, "purposes", "purpose"),
    "levyPurpose": (purposes, "purposes", "purpose"),
    "reservePurpose": (purposes, "purposes", "purpose"),
    "remainderPurpose": (purposes, "purposes", "purpose"),
    "matchPurpose": (purposes, "purposes", "purpose"),
    "newPurpose": (purposes, "purposes", "purpose"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One of several.

    Attributes:
        value: As the address of the sheet has it.
        text: As people read it.
    """

    value: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chooser:
    """Where choices come from.

    Attributes:
        mirror: A snapshot.
        locale: Who reads.
        lines: Bank lines that are chosen from; None as long as their account is not known.
        homes: Names of the homes that are chosen from, by their ids.
        committee: Committee whose seats are chosen from; None as long as it is not known.
    """

    mirror: Reading
    locale: Locale
    lines: list[StatementLineAnswer] | None
    homes: Mapping[str, str]
    committee: int | None = None

    async def choices(self, act: Act, one: Input) -> list[Choice] | None:
        """What may be chosen; None if it is entered freely, as what the act makes is."""
        kind = one.field.kind
        found: list[Choice] | None = None
        if one.is_new_number:
            return None
        if kind == "choice":
            found = self._options(act, one)
        elif kind == "flag":
            found = [Choice(value=value, text=self.locale.gettext(text)) for value, text in FLAGS.items()]
        elif kind in BANK_LINES:
            found = [
                Choice(value=hexed(line.bank_line), text=line_text(self.locale, line))
                for line in self.lines or ()
            ]
        elif kind == "place" and self.homes:
            found = self._sorted(Choice(value=home, text=name) for home, name in self.homes.items())
        elif kind in ("member", "donor"):
            found = await self._people(one)
        elif one.name == "building" and self.locale.names.named("buildings"):
            named = self.locale.names.named("buildings").items()
            found = self._sorted(Choice(value=key, text=self.locale.in_language(name)) for key, name in named)
        else:
            found = await self._numbered(one)
        return found

    async def _numbered(self, one: Input) -> list[Choice] | None:
        """What has a number: seats, bank accounts, and the things of `NUMBERED`; None of anything else."""
        if one.name == "seat" and self.committee is not None:
            return await self._seats(self.committee)
        if one.field.kind == "bank":
            return [self._named("banks", bank) for bank in await self._banks()]
        if one.name not in NUMBERED:
            return None
        noun, group, key = NUMBERED[one.name]
        numbers = [getattr(v, key) for v in await self.mirror.versions(noun, open_rows(noun))]
        return [self._named(group, number) for number in sorted(numbers)]

    def _options(self, act: Act, one: Input) -> list[Choice]:
        """All but the one that says that nothing was chosen."""
        options = choices_of(act.act)[one.field.name]
        return [
            Choice(value=str(option.value), text=self.locale.word(GROUPS[options.__name__], option.name))
            for option in options
            if option.name != "NONE"
        ]

    def _named(self, group: str, number: int) -> Choice:
        text = self.locale.purpose(number) if group == "purposes" else self.locale.name(group, number)
        return Choice(value=str(number), text=text)

    async def _people(self, one: Input) -> list[Choice]:
        """Members who are public and may be meant, by name; others are entered by their id."""
        by_text, found = member_ids_by_name(self.locale.names), []
        others = {hexed(member) for member in await self._not_meant(one)}
        for key, name in self.locale.names.named("members").items():
            text = self.locale.in_language(name)
            if key not in others:
                found.append(Choice(value=key, text=text if by_text.get(text) == key else with_id(text, key)))
        found = self._sorted(found)
        nobody = Choice(value=PRIVATE, text=self.locale.gettext("不公开姓名"))
        return [nobody, *found] if one.field.kind == "donor" else found

    async def _seats(self, committee: int) -> list[Choice]:
        """Seats of a committee with whom each speaks for and who holds it, then that of a supervisor."""
        found = []
        for seat in (await committee_detail(self.mirror, committee)).seats:
            if seat.seat != SUPERVISOR:
                name = seat_name(self.locale, seat.seat, seat.seat_class)
                holder = self.locale.person(seat.member) if seat.member else self.locale.gettext("空缺")
                text = self.locale.gettext("{seat}：{holder}", seat=name, holder=holder)
                found.append(Choice(value=str(seat.seat), text=text))
        return [*found, Choice(value=str(SUPERVISOR), text=seat_name(self.locale, SUPERVISOR))]

    def _sorted(self, choices: Iterable[Choice]) -> list[Choice]:
        return sorted(choices, key=lambda choice: self.locale.order(choice.text))

    async def _not_meant(self, one: Input) -> set[bytes]:
        """Members whom a field cannot mean; an office may mean anybody."""
        if one.name in PERSONS:
            return await organisations(self.mirror)
        return set() if one.name == "member" else await service_accounts(self.mirror)

    async def _banks(self) -> list[int]:
        return [
            account_parts(account.account)[1] for account in await self.mirror.versions(accounts, _banks())
        ]


def line_text(locale: Locale, line: StatementLine | StatementLineAnswer) -> str:
    """A bank line in a few words."""
    words = f"{locale.date(line.booked_on)} {yuan(abs(line.amount_fen))} {line.counterparty} {line.text}"
    return words[:MOST_TEXT]


def number_of(text: str) -> int | None:
    """The number of a thing; None if it is none that a thing could have."""
    return int(text) if re.fullmatch("[0-9]{1,10}", text) else None


@prepared
def _banks() -> Select[Any]:
    account = accounts.table.c.account
    first, last = (account_id(AccountKind.BANK, number) for number in (0, 2**248 - 1))
    return open_rows(accounts).where(account.between(first, last)).order_by(account)


def member_ids_by_name(names: Names) -> dict[str, str]:
    """Ids of public members by their names in both languages; of those who share one, by name and beginning of the id.

    Who is called like an id, or as another is told apart by one, is entered by the own id alone.
    """
    called: defaultdict[str, set[str]] = defaultdict(set)
    for key, name in names.named("members").items():
        for text in (name.zh, name.en):
            called[_skeleton(text)].add(key)
    by_looks: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for key, name in names.named("members").items():
        for text in (name.zh, name.en):
            own = text if len(called[_skeleton(text)]) == 1 else with_id(text, key)
            by_looks[_skeleton(own)].add((own, key))
    return {
        text: key
        for looks, found in by_looks.items()
        if len({key for _, key in found}) == 1 and not looks.startswith("0x")
        for text, key in found
    }


def home_labels(homes: Mapping[str, Home]) -> dict[str, str]:
    """Names of homes by their ids; of those that share one, with the beginning of the id."""
    often = Counter(_skeleton(home.name) for home in homes.values())
    return {
        key: home.name if often[_skeleton(home.name)] == 1 else with_id(home.name, key)
        for key, home in homes.items()
    }


def _skeleton(text: str) -> str:
    """One form of names that a reader hardly tells apart: by letters of another width, marks, blanks and capitals."""
    letters = "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.category(c).startswith("M")
    )
    return " ".join(letters.casefold().split())


def with_id(text: str, key: str) -> str:
    """A name with the beginning of the id."""
    return f"{text} {key[2 : 2 + 2 * SHOWN_BYTES]}"
