"""What is on chain that the register may say something of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from contracts.accounts import AccountKind, account_id, account_parts
from contracts.enums import DeviceClass
from indexer.projections.account import accounts
from indexer.projections.budget_line import budget_lines
from indexer.projections.campaign import campaigns
from indexer.projections.committee import committees
from indexer.projections.device import enrolments
from indexer.projections.enterprise import enterprises
from indexer.projections.fund import funds, purposes
from indexer.projections.member import members
from indexer.projections.request import requests
from indexer.projections.service import services
from indexer.projections.work import rate_cards

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Select


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyColumn:
    """Where the mirror has the keys of a noun of the register.

    Attributes:
        column: Column with their numbers or ids.
        bytes_long: Length of an id; None for numbers.
        among: Which rows; None for all.
    """

    column: Column[Any]
    bytes_long: int | None = None
    among: ColumnElement[bool] | None = None

    def all(self) -> Select[Any]:
        """Each of them once, in order."""
        query = select(self.column).where(self.column.table.c.to_block.is_(None)).distinct()
        return (query if self.among is None else query.where(self.among)).order_by(self.column)

    def one(self, stored: int | bytes) -> Select[Any]:
        """One of them."""
        return self.all().where(self.column == stored).limit(1)


ACCOUNT = accounts.table.c.account
BANKS = KeyColumn(
    column=ACCOUNT,
    among=ACCOUNT.between(account_id(AccountKind.BANK), account_id(AccountKind.BANK, 2**248 - 1)),
)
# Words and places are on no list.
KEY_COLUMNS = {
    "banks": BANKS,
    "bank_accounts": BANKS,
    "budget_lines": KeyColumn(column=budget_lines.table.c.budget_line),
    "buildings": KeyColumn(
        column=campaigns.table.c.building, bytes_long=16, among=campaigns.table.c.building != bytes(16)
    ),
    "campaigns": KeyColumn(column=campaigns.table.c.campaign),
    "committees": KeyColumn(column=committees.table.c.committee),
    "enterprises": KeyColumn(column=enterprises.table.c.enterprise),
    "funds": KeyColumn(column=funds.table.c.fund),
    "households": KeyColumn(
        column=enrolments.table.c.device,
        bytes_long=8,
        among=enrolments.table.c.device_class == DeviceClass.METER,
    ),
    "members": KeyColumn(column=members.table.c.member, bytes_long=16),
    "payees": KeyColumn(column=requests.table.c.payee, bytes_long=32),
    "products": KeyColumn(column=rate_cards.table.c.product),
    "proposals": KeyColumn(column=requests.table.c.number),
    "purposes": KeyColumn(column=purposes.table.c.purpose),
    "services": KeyColumn(column=services.table.c.service),
}


def stored(noun: str, key: int | bytes) -> int | bytes:
    """What the mirror has for a number or id."""
    return account_id(AccountKind.BANK, key) if KEY_COLUMNS[noun] is BANKS else key


def key_of(noun: str, value: Any) -> int | bytes:
    """The number or id that the mirror has something for."""
    key: int | bytes = account_parts(value)[1] if KEY_COLUMNS[noun] is BANKS else value
    return key


def makers_of(product: int) -> Select[Any]:
    """Enterprises that have a rate card for a product."""
    columns = rate_cards.table.c
    return select(columns.enterprise).where(columns.product == product, columns.to_block.is_(None)).distinct()


def products_of(enterprises: set[int]) -> Select[Any]:
    """Products for which some enterprises have a rate card, and no other has."""
    columns = rate_cards.table.c
    current = select(columns.product).where(columns.to_block.is_(None))
    others = current.where(columns.enterprise.not_in(enterprises))
    return current.where(columns.enterprise.in_(enterprises), columns.product.not_in(others)).distinct()
