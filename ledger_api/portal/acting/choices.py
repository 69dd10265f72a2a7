"""What a person may choose from, by the kind of a field: what exists on chain, by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.accounts import AccountKind, account_id, account_parts
from indexer.projections.account import accounts
from indexer.projections.campaign import campaigns
from indexer.projections.earning import enterprises
from indexer.projections.fund import funds, purposes
from indexer.projections.service import services
from kit.prepared import prepared
from ledger_api.forms import hexed
from ledger_api.mirror import open_rows
from ledger_api.portal.acting.fields import BANK_LINES
from ledger_api.portal.reader import yuan
from ledger_api.statements.service import unused_of_bank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.mirror import Reading
    from ledger_api.portal.acting.fields import Asked
    from ledger_api.portal.reader import Reader

PRIVATE = "private"
# Nouns whose things have numbers and names: a field of this name is one of them.
NUMBERED: dict[str, tuple[Any, str]] = {
    "service": (services, "services"),
    "enterprise": (enterprises, "enterprises"),
    "campaign": (campaigns, "campaigns"),
    "fund": (funds, "funds"),
    "purpose": (purposes, "purposes"),
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
        app: Engine of the schema `app`.
        reader: Who reads.
        bank: Bank account whose lines are chosen from; None as long as it is not known.
    """

    mirror: Reading
    app: AsyncEngine
    reader: Reader
    bank: int | None

    async def choices(self, one: Asked) -> list[Choice] | None:
        """What may be chosen; None if it is entered freely."""
        kind = one.field.kind
        found: list[Choice] | None = None
        if kind in BANK_LINES:
            found = await self._lines(incoming=kind == "bank-line-in") if self.bank is not None else []
        elif kind in ("member", "donor"):
            found = self._people(private=kind == "donor")
        elif kind == "bank":
            found = [self._named("banks", bank) for bank in await self._banks()]
        elif one.name in NUMBERED:
            noun, group = NUMBERED[one.name]
            numbers = [getattr(v, one.name) for v in await self.mirror.versions(noun, open_rows(noun))]
            found = [self._named(group, number) for number in sorted(numbers)]
        return found

    def _named(self, group: str, number: int) -> Choice:
        return Choice(value=str(number), text=self.reader.name(group, number))

    def _people(self, *, private: bool) -> list[Choice]:
        """Members who are public; others are entered by their id."""
        named = self.reader.labels.named("members")
        found = [Choice(value=key, text=self.reader.t(name.zh, name.en)) for key, name in named.items()]
        nobody = Choice(value=PRIVATE, text=self.reader.t("不公开姓名", "Name not public"))
        return [nobody, *found] if private else found

    async def _lines(self, *, incoming: bool) -> list[Choice]:
        lines = await unused_of_bank(self.app, self.mirror, self.bank or 0, incoming=incoming)
        return [
            Choice(
                value=hexed(line.bank_line),
                text=f"{line.booked_on} {yuan(abs(line.amount_fen))} {line.counterparty} {line.text}"[:80],
            )
            for line in lines
        ]

    async def _banks(self) -> list[int]:
        return [
            account_parts(account.account)[1] for account in await self.mirror.versions(accounts, _banks())
        ]


async def bank_of(mirror: Reading, given: Mapping[str, str]) -> int | None:
    """The bank account that the other values of an act lead to; None if none does yet."""
    numbers = {name: number_of(given.get(name, "")) for name in ("bank", "fund", "campaign")}
    if numbers["bank"] is not None:
        return numbers["bank"]
    fund = numbers["fund"]
    if numbers["campaign"] is not None:
        found = await mirror.versions(campaigns, _campaign(numbers["campaign"]))
        fund = found[0].purpose >> 16 if found else None
    of = await mirror.versions(funds, _fund(fund)) if fund is not None else []
    return of[0].bank if of else None


def number_of(text: str) -> int | None:
    """The number of a thing; None if it is none that a thing could have."""
    return int(text) if re.fullmatch("[0-9]{1,10}", text) else None


@prepared
def _banks() -> Select[Any]:
    account = accounts.table.c.account
    first, last = (account_id(AccountKind.BANK, number) for number in (0, 2**248 - 1))
    return open_rows(accounts).where(account.between(first, last)).order_by(account)


@prepared
def _campaign(number: int) -> Select[Any]:
    return open_rows(campaigns).where(campaigns.table.c.campaign == number)


@prepared
def _fund(number: int) -> Select[Any]:
    return open_rows(funds).where(funds.table.c.fund == number)
