"""The wages of a month of piecework in the demo town, of which one comes back from the bank (case E1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town import lot_scenes
from gongji.town.acts import Signed
from gongji.town.bank import import_day
from gongji.town.founding import ENTERPRISE
from gongji.town.piecework import BANK, BEADS, LAST_DAY, lots, wage_fen
from gongji.town.roster import WORKERS, people
from wallets.intents import PayOut, Payout, ReversePayout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.acts import Calendar
    from gongji.town.bank import Bank
    from gongji.town.book import Book

# Whose wages come back from the bank.
BOUNCED = WORKERS[-1]
WHY_TAKEN_BACK = "收款账户已销户，银行把钱退了回来，换了账户重发 The account was closed, so the bank sent the money back; paid again to another"


def acts(calendar: Calendar, bank: Bank) -> Iterator[Signed]:
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
