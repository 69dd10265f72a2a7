"""A month of piecework in the demo town: cards, orders, lots, and settlements (case E1)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from gongji.town import lot_scenes
from gongji.town.acts import Act, Calendar, Signed
from gongji.town.bank import Bank, import_day
from gongji.town.founding import ENTERPRISE
from gongji.town.roster import FOREMAN, WORKERS, people
from wallets.intents import (
    AttestProceeds,
    OpenWorkOrder,
    PublishRateCard,
    RateCard,
    SettleLot,
    SettleLots,
    Settlement,
    TakeLot,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.book import Book

BEADS, KNOTS = 11, 12
BANK = 1
PRODUCTS = {BEADS: ("串珠", "Stringing beads"), KNOTS: ("中国结", "Chinese knots")}
# Proceeds of a piece in fen, and the shares of worker, reserve and public fund in basis points.
CARDS = {BEADS: (80, 6_000, 500, 3_000), KNOTS: (240, 6_000, 500, 3_000)}
FIRST_DAY, LAST_DAY = -62, -34
# From then on the foreman settles the beads of a day by one signature.
LAST_WEEK = LAST_DAY - 7
PROCEEDS_FEN = 2_000_000
HUNDRED = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Lot:
    """A day's work of one worker.

    Attributes:
        worker: Name of the worker.
        product: What is made.
        day: The day.
        accepted: Pieces accepted.
        rejected: Pieces rejected.
    """

    worker: str
    product: int
    day: int
    accepted: int
    rejected: int

    @property
    def name(self) -> str:
        """What makes it different from all others."""
        return f"{self.worker}/{self.day}"

    @property
    def earned_fen(self) -> int:
        """What the worker gets for it."""
        return wage_fen(self.product, self.accepted)


def wage_fen(product: int, accepted: int) -> int:
    """What a worker gets for pieces of a product that were accepted together."""
    piece_fen, worker_bps, _, _ = CARDS[product]
    return accepted * piece_fen * worker_bps // 10_000


def lots() -> list[Lot]:
    """All lots of the month: 60 to 80 yuan a day for each worker, Sundays free."""
    chance = random.Random(7)  # noqa: S311 the town is the same for everybody
    found = []
    for day in (d for d in range(FIRST_DAY + 1, LAST_DAY) if d % 7):
        for i, worker in enumerate(WORKERS):
            product = KNOTS if i == 0 else BEADS
            piece_fen, worker_bps, _, _ = CARDS[product]
            accepted = chance.randint(6_000, 8_000) * 10_000 // (piece_fen * worker_bps)
            found.append(
                Lot(
                    worker=worker,
                    product=product,
                    day=day,
                    accepted=accepted,
                    rejected=chance.choice((0, 0, 0, 1, 2)),
                )
            )
    return found


def ordered_pieces(product: int) -> int:
    """Pieces of the month's order: what its lots took, rounded up to a hundred, so that few are left when it is due."""
    taken = sum(lot.accepted + lot.rejected for lot in lots() if lot.product == product)
    return -(-taken // HUNDRED) * HUNDRED


def acts(calendar: Calendar, bank: Bank) -> Iterator[Act]:
    """All acts of the month but the payment of its wages; proceeds are booked at the bank on the way."""
    for product in PRODUCTS:
        yield _card(calendar.at(FIRST_DAY - 8, 9), product)
    proceeds_day = FIRST_DAY - 2
    line = bank.book(BANK, proceeds_day, PROCEEDS_FEN, "海珠饰品公司", "串珠与中国结加工费")
    yield _proceeds(calendar.at(import_day(proceeds_day), 16), line)
    yield from lot_scenes.acts(calendar, BEADS)
    opened = calendar.at(FIRST_DAY, 8)
    for product in PRODUCTS:
        yield _order(opened, calendar.at(LAST_DAY + 3), product)
    for lot in lots():
        yield _taken(calendar.at(lot.day, 8), lot)
    for (day, product), of_day in groupby(sorted(lots(), key=_bench), _bench):
        yield from _settled(calendar.at(day, 18), product, list(of_day))


def order_name(product: int) -> str:
    """What makes the month's order of a product different from all others."""
    return f"order/{product}"


def _card(at: int, product: int) -> Signed:
    piece_fen, worker_bps, reserve_bps, fund_bps = CARDS[product]

    def intent(_: Book, nonce: int, deadline: int) -> PublishRateCard:
        card = RateCard(
            enterprise=ENTERPRISE, product=product, version=1, piece_fen=piece_fen, worker_bps=worker_bps,
            reserve_bps=reserve_bps, fund_bps=fund_bps,
        )  # fmt: skip
        return PublishRateCard(card=card, nonce=nonce, deadline=deadline)

    return Signed(at=at, key=f"card/{product}", by=FOREMAN, intent=intent)


def _proceeds(at: int, line: str) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> AttestProceeds:
        return AttestProceeds(
            enterprise=ENTERPRISE, bank=BANK, bank_line=book.bank_line(BANK, line), amount_fen=PROCEEDS_FEN,
            nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key="proceeds/1", by="treasurer-1", intent=intent)


def _order(at: int, due_at: int, product: int) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> OpenWorkOrder:
        return OpenWorkOrder(
            order=book.order(order_name(product)), enterprise=ENTERPRISE, product=product, pieces=ordered_pieces(product),
            worker_pieces=ordered_pieces(product), due_at=due_at, nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=order_name(product), by=FOREMAN, intent=intent)


def _taken(at: int, lot: Lot) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> TakeLot:
        return TakeLot(
            lot=_lot(book, lot), order=book.order(order_name(lot.product)),
            pieces=lot.accepted + lot.rejected, nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=f"take/{lot.name}", by=lot.worker, intent=intent)


def _bench(lot: Lot) -> tuple[int, int]:
    """What is looked at together: what was made of one product on one day."""
    return lot.day, lot.product


def _settled(at: int, product: int, of_day: list[Lot]) -> Iterator[Signed]:
    """Lot by lot; in the last week the foreman signs once for all who string beads."""
    if len(of_day) > 1 and of_day[0].day >= LAST_WEEK:
        yield _settled_together(at, product, of_day)
    else:
        yield from (_settled_alone(at, lot) for lot in of_day)


def _settled_alone(at: int, lot: Lot) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> SettleLot:
        return SettleLot(
            lot=_lot(book, lot), accepted_pieces=lot.accepted, rejected_pieces=lot.rejected,
            document=book.commit(_reasons(lot)), nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=f"settle/{lot.name}", by=FOREMAN, intent=intent)


def _settled_together(at: int, product: int, of_day: list[Lot]) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> SettleLots:
        settlements = tuple(
            Settlement(
                lot=_lot(book, lot), accepted_pieces=lot.accepted, rejected_pieces=lot.rejected,
                document=book.commit(_reasons(lot)),
            )
            for lot in of_day
        )  # fmt: skip
        order = book.order(order_name(product))
        return SettleLots(order=order, settlements=settlements, nonce=nonce, deadline=deadline)

    return Signed(at=at, key=f"settle/{product}/{of_day[0].day}", by=FOREMAN, intent=intent)


def _lot(book: Book, lot: Lot) -> bytes:
    return book.lot(order_name(lot.product), lot.name)


def _reasons(lot: Lot) -> str:
    name, pieces = people()[lot.worker].zh, lot.accepted + lot.rejected
    return (
        f"当面清点：{name}交来 {pieces} 件，{lot.accepted} 件合格"
        f" Counted together: {name} handed in {pieces} pieces, and {lot.accepted} were accepted"
    )
