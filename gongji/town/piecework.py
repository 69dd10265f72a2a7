"""A month of piecework in the demo town: cards, orders, lots, settlements, and the payout at its end (case E1)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongji.town import lot_scenes
from gongji.town.acts import Act, Calendar, Signed
from gongji.town.bank import Bank, import_day
from gongji.town.founding import ENTERPRISE
from gongji.town.roster import FOREMAN, WORKERS, people
from wallets.intents import (
    AttestProceeds,
    OpenWorkOrder,
    PayOut,
    Payout,
    PublishRateCard,
    RateCard,
    ReversePayout,
    SettleLot,
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
PROCEEDS_FEN = 2_000_000
HUNDRED = 100
# Whose wages come back from the bank.
BOUNCED = WORKERS[-1]
WHY_TAKEN_BACK = "收款账户已销户，银行把钱退了回来，换了账户重发 The account was closed, so the bank sent the money back; paid again to another"


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
    """All acts of the month; proceeds and payouts are booked at the bank on the way."""
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
        yield _settled(calendar.at(lot.day, 18), lot)
    yield from _paid(calendar, bank)


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
            order=book.id16("order", order_name(product)), enterprise=ENTERPRISE, product=product, pieces=ordered_pieces(product),
            worker_pieces=ordered_pieces(product), due_at=due_at, nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=order_name(product), by=FOREMAN, intent=intent)


def _taken(at: int, lot: Lot) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> TakeLot:
        return TakeLot(
            lot=book.id16("lot", lot.name), order=book.id16("order", order_name(lot.product)),
            pieces=lot.accepted + lot.rejected, nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=f"take/{lot.name}", by=lot.worker, intent=intent)


def _settled(at: int, lot: Lot) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> SettleLot:
        return SettleLot(
            lot=book.id16("lot", lot.name), accepted_pieces=lot.accepted, rejected_pieces=lot.rejected,
            document=book.commit(_reasons(lot)), nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key=f"settle/{lot.name}", by=FOREMAN, intent=intent)


def _reasons(lot: Lot) -> str:
    name, pieces = people()[lot.worker].zh, lot.accepted + lot.rejected
    return (
        f"当面清点：{name}交来 {pieces} 件，{lot.accepted} 件合格"
        f" Counted together: {name} handed in {pieces} pieces, and {lot.accepted} were accepted"
    )


def _paid(calendar: Calendar, bank: Bank) -> Iterator[Signed]:
    """The wages of the month. One transfer comes back, since the account was closed, and is made once more."""
    earned = {worker: _earned_fen(worker) for worker in WORKERS}
    lines = {w: bank.book(BANK, LAST_DAY, -fen, people()[w].zh, "计件工资") for w, fen in earned.items()}
    yield _payout("payout/1", calendar.at(import_day(LAST_DAY), 16), earned, lines)
    fen, name = earned[BOUNCED], people()[BOUNCED].zh
    bounced = bank.book(BANK, LAST_DAY + 1, fen, name, "退汇：账户已销户")
    again = bank.book(BANK, LAST_DAY + 2, -fen, name, "计件工资（重发）")
    yield _taken_back(calendar.at(import_day(LAST_DAY + 1), 17), lines[BOUNCED], bounced)
    yield _payout("payout/2", calendar.at(import_day(LAST_DAY + 2), 18), {BOUNCED: fen}, {BOUNCED: again})


def _earned_fen(worker: str) -> int:
    """All that a worker earned: by the lots of the month, and in the first week."""
    of_month = sum(lot.earned_fen for lot in lots() if lot.worker == worker)
    return of_month + sum(wage_fen(BEADS, pieces) for pieces in lot_scenes.accepted_pieces(worker))


def _payout(key: str, at: int, earned: dict[str, int], lines: dict[str, str]) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> PayOut:
        payouts = tuple(
            Payout(worker=book.member(w), amount_fen=fen, bank_line=book.bank_line(BANK, lines[w]))
            for w, fen in earned.items()
        )
        return PayOut(enterprise=ENTERPRISE, bank=BANK, payouts=payouts, nonce=nonce, deadline=deadline)

    return Signed(at=at, key=key, by="treasurer-1", intent=intent)


def _taken_back(at: int, paid: str, bounced: str) -> Signed:
    def intent(book: Book, nonce: int, deadline: int) -> ReversePayout:
        return ReversePayout(
            enterprise=ENTERPRISE, bank_line=book.bank_line(BANK, paid), incoming_bank_line=book.bank_line(BANK, bounced),
            document=book.commit(WHY_TAKEN_BACK), nonce=nonce, deadline=deadline,
        )  # fmt: skip

    return Signed(at=at, key="payout/1/back", by="cashier-1", intent=intent)
