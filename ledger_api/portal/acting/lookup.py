"""The queries of sheets: what an act is about, and what belongs to it, such as the price of the pieces of a lot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.accounts import account_parts
from contracts.enums import Reason
from indexer.projections.campaign import gifts
from indexer.projections.earning import worker_months
from indexer.projections.request import requests
from indexer.projections.work import Lot, RateCard, WorkOrder, order_progress, rate_cards, work_orders
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed
from ledger_api.mirror import open_rows
from ledger_api.portal.acting.declared import acts_of_nouns
from ledger_api.portal.acting.persons import as_seen_by
from ledger_api.proposals.queries import numbered
from ledger_api.transfers.filter import TransferFilter
from ledger_api.transfers.queries import transfers
from ledger_api.transfers.schemas import Transfer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.acts import Act
    from indexer.projections.noun import Noun
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer

BPS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Wage:
    """What pieces bring, if they are accepted.

    Attributes:
        proceeds_fen: What is paid for them, in fen.
        worker_fen: Of it to the worker, in fen.
    """

    proceeds_fen: int
    worker_fen: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """What an enterprise still owes a worker.

    Attributes:
        owed_fen: Earned and not paid, in fen.
    """

    owed_fen: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Donation:
    """A donation that a bank line brought.

    Attributes:
        donor: Member id left-aligned, or a commitment, 32 bytes.
        amount_fen: In fen.
        purpose: What it was given to.
    """

    donor: bytes
    amount_fen: int
    purpose: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BankEntry:
    """Proceeds, a payment of wages, a fee or interest that a bank line brought or took.

    Attributes:
        amount_fen: In fen.
    """

    amount_fen: int


def wage_of(card: RateCard, pieces: int) -> Wage:
    """What pieces bring by a rate card, rounded down as `Cooperative` does."""
    proceeds_fen = pieces * card.piece_fen
    return Wage(proceeds_fen=proceeds_fen, worker_fen=proceeds_fen * card.worker_bps // BPS)


async def find_by_key(mirror: Reading, noun: Noun[Any], *key: int | bytes) -> Any:
    """The row of a noun as it is now, by its whole key.

    Raises:
        NotFoundError: There is none of this key.
    """
    found = await find(mirror, noun, *key)
    if found is None:
        raise NotFoundError(noun.key[0], hexed(key[0]) if isinstance(key[0], bytes) else key[0])
    return found


async def find(mirror: Reading, noun: Noun[Any], *key: int | bytes) -> Any | None:
    """The row of a noun as it is now; None if there is none of this key."""
    query = open_rows(noun)
    for name, value in zip(noun.key, key, strict=True):
        query = query.where(noun.table.c[name] == value)
    return next(iter(await mirror.versions(noun, query)), None)


async def things_of(mirror: Reading, viewer: Viewer, act: Act, values: Mapping[str, Any]) -> list[Any]:
    """What the values of an act name, as it is now and as its reader may know it, and what belongs to it.

    Args:
        mirror: A snapshot.
        viewer: Who asks.
        act: The act.
        values: Its values by name, as a draft takes them.
    """
    references, found = acts_of_nouns().references, []
    for name, value in values.items():
        if name in references:
            found.append(await find(mirror, references[name].noun, key_of(value)))
    lines = [one.name for one in act.input_fields if one.kind == "bank-line-recorded"]
    found += [await _recorded_of(mirror, key_of(values[name])) for name in lines if name in values]
    for thing in list(found):
        found += await _belongings(mirror, thing, values)
    if {"enterprise", "worker"} <= values.keys():
        found.append(await _owed(mirror, values["enterprise"], key_of(values["worker"])))
    return [await as_seen_by(mirror, viewer, thing) for thing in found if thing is not None]


async def request_numbered(mirror: Reading, number: int) -> bool:
    """Whether there is a request of a number."""
    return bool(await mirror.placed(requests, numbered(number, 1)))


def key_of(value: Any) -> int | bytes:
    """A value of a draft as the mirror has it."""
    return bytes.fromhex(value[2:]) if isinstance(value, str) else int(value)


async def _belongings(mirror: Reading, thing: Any, values: Mapping[str, Any]) -> list[Any]:
    """The price of the pieces of a lot or an order, what they bring, and how many of an order are left."""
    if isinstance(thing, Lot):
        order = await find_by_key(mirror, work_orders, thing.order)
        return await _priced(mirror, order, values.get("acceptedPieces", thing.pieces))
    if isinstance(thing, WorkOrder):
        return [
            await find(mirror, order_progress, thing.order),
            *await _priced(mirror, thing, values.get("pieces")),
        ]
    return []


async def _priced(mirror: Reading, order: WorkOrder, pieces: int | None) -> list[Any]:
    card = await find_by_key(mirror, rate_cards, order.enterprise, order.product, order.version)
    return [card, wage_of(card, pieces)] if pieces else [card]


async def _recorded_of(mirror: Reading, bank_line: Any) -> Any | None:
    """What was recorded of a bank line: a gift, a donation, proceeds, a payment of wages, a fee or interest."""
    gift = await find(mirror, gifts, bank_line)
    if gift is not None:
        return gift
    for reason, shape in (
        (Reason.DONATION, _donation), (Reason.PROCEEDS, _entry), (Reason.PAYOUT, _entry), (Reason.FEE, _entry),
        (Reason.INTEREST, _entry),
    ):  # fmt: skip
        found = await mirror.records(
            Transfer, transfers(TransferFilter(cause=bank_line, reason=reason), None, 1)
        )
        if found:
            return shape(found[0])
    return None


def _donation(transfer: Transfer) -> Donation:
    _, purpose = account_parts(transfer.payee)
    return Donation(donor=transfer.document, amount_fen=transfer.amount, purpose=purpose)


def _entry(transfer: Transfer) -> BankEntry:
    return BankEntry(amount_fen=transfer.amount)


async def _owed(mirror: Reading, enterprise: int, worker: Any) -> Owed:
    columns = worker_months.table.c
    query = open_rows(worker_months).where(columns.enterprise == enterprise, columns.worker == worker)
    months = await mirror.versions(worker_months, query)
    return Owed(owed_fen=sum(month.earned_fen - month.paid_fen for month in months))
