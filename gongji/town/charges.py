"""What the streets' banks took and paid in the year: a fee for keeping the account and interest, each quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town.acts import Act, Calendar, Signed
from gongji.town.bank import FIRST_DAY, PERIOD_DAYS, PERIODS, Bank, import_day
from gongji.town.places import FUNDS, GENERAL, Fund, purpose
from wallets.intents import RecordFee, RecordInterest, ReverseFee

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.book import Book

STREET = 2
QUARTER_PERIODS = 3
FEE_FEN, INTEREST_FEN = 1_500, 12_345
# The bank's own name on its statements.
PARTY = "开户银行"


def acts(calendar: Calendar, bank: Bank) -> Iterator[Act]:
    """Fees and interest of the streets, and a fee that the bank gave back."""
    for fund in (one for one in FUNDS.values() if one.level == STREET):
        for period in range(QUARTER_PERIODS - 1, PERIODS, QUARTER_PERIODS):
            yield from _quarter(calendar, bank, fund, FIRST_DAY + (period + 1) * PERIOD_DAYS - 1)


def _quarter(calendar: Calendar, bank: Bank, fund: Fund, day: int) -> Iterator[Act]:
    at, number = calendar.at(import_day(day), 15), purpose(fund.number, GENERAL)
    fee = bank.book(fund.bank, day, -FEE_FEN, PARTY, "账户管理费")
    interest = bank.book(fund.bank, day, INTEREST_FEN, PARTY, "结息")

    def taken(book: Book, nonce: int, deadline: int) -> RecordFee:
        return RecordFee(
            purpose=number, bank=fund.bank, bank_line=book.bank_line(fund.bank, fee), amount_fen=FEE_FEN,
            nonce=nonce, deadline=deadline,
        )  # fmt: skip

    def paid(book: Book, nonce: int, deadline: int) -> RecordInterest:
        return RecordInterest(
            purpose=number, bank=fund.bank, bank_line=book.bank_line(fund.bank, interest), amount_fen=INTEREST_FEN,
            nonce=nonce, deadline=deadline,
        )  # fmt: skip

    yield Signed(at=at, key=f"fee/{fund.number}/{day}", by=fund.treasurer, intent=taken)
    yield Signed(at=at, key=f"interest/{fund.number}/{day}", by=fund.treasurer, intent=paid)
    if fund.number == 1 and day == FIRST_DAY + QUARTER_PERIODS * PERIOD_DAYS - 1:
        yield _given_back(calendar, bank, fund, day + 3, fee)


def _given_back(calendar: Calendar, bank: Bank, fund: Fund, day: int, fee: str) -> Signed:
    """Funds for the public good keep their account for free, as the bank found out."""
    back = bank.book(fund.bank, day, FEE_FEN, PARTY, "退账户管理费")

    def intent(book: Book, nonce: int, deadline: int) -> ReverseFee:
        return ReverseFee(
            purpose=purpose(fund.number, GENERAL), bank_line=book.bank_line(fund.bank, fee),
            incoming_bank_line=book.bank_line(fund.bank, back),
            document=book.commit("公益基金免收账户管理费，银行退回 The bank waives the fee for public funds"),
            nonce=nonce, deadline=deadline,
        )  # fmt: skip

    at = calendar.at(import_day(day), 15)
    return Signed(at=at, key=f"fee-back/{fund.number}/{day}", by=fund.cashier, intent=intent)
