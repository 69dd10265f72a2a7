"""What the bank takes and pays: recorded against its lines, within limits, and taken back by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind
from contracts.enums import BankLineState
from tests.conftest import member_id, signer
from tests.contracts.deciding import fund
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BANK,
    DAY,
    DEADLINE,
    FUND,
    GENERAL,
    LIMIT_FEN,
    STAIRWELL,
    STREET,
    account,
    donation,
    fresh_nonce,
    line,
)
from wallets.intents import AttestDonations, RecordFee, RecordInterest, ReverseFee, ReverseInterest

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Intent

# `Floors.MAX_FEE_FEN`, `Floors.MAX_FEES_FEN`.
MAX_FEE_FEN, MAX_FEES_FEN = 5_000, 20_000
# `RecentSum.PERIOD_SECONDS`.
PERIOD = 30 * DAY
NO_LINE, NO_USE, WHY = bytes(32), bytes(15), b"w" * 32


def carry(place: EvmTown, by: str, kind: type[Intent], name: str, **fields: Any) -> None:
    values = {"purpose": GENERAL, "bank_line": line(name), "nonce": fresh_nonce(), "deadline": DEADLINE}
    place.carry(signer(by), kind(**values | fields))


def take_fee(
    place: EvmTown, name: str, amount_fen: int = 1_000, by: str = "treasurer", **fields: Any
) -> None:
    carry(place, by, RecordFee, name, **{"bank": BANK, "amount_fen": amount_fen} | fields)


def return_fee(
    place: EvmTown, name: str, incoming: bytes = NO_LINE, by: str = "cashier", **fields: Any
) -> None:
    carry(place, by, ReverseFee, name, **{"incoming_bank_line": incoming, "document": WHY} | fields)


def pay_interest(
    place: EvmTown, name: str, amount_fen: int = 1_234, by: str = "treasurer", **fields: Any
) -> None:
    carry(place, by, RecordInterest, name, **{"bank": BANK, "amount_fen": amount_fen} | fields)


def return_interest(
    place: EvmTown, name: str, outgoing: bytes = NO_LINE, by: str = "cashier", **fields: Any
) -> None:
    carry(place, by, ReverseInterest, name, **{"outgoing_bank_line": outgoing, "document": WHY} | fields)


def held(place: EvmTown, purpose: int = GENERAL) -> int:
    return int(place.read("Ledger", "balanceOf", account(AccountKind.PURPOSE, purpose)))


def state(place: EvmTown, name: str) -> BankLineState:
    return BankLineState(place.read("Funds", "bankLineState", line(name)))


class TestFees:
    def test_fee_goes_out_of_the_purpose_that_bears_it(self, place: EvmTown) -> None:
        fund(place)
        take_fee(place, "fee", 1_550)
        assert held(place) == LIMIT_FEN - 1_550
        assert place.read("Ledger", "balanceOf", account(AccountKind.BANK, BANK)) == 1_550 - LIMIT_FEN

    def test_treasurer_alone_books_no_more_than_a_little_as_fees(self, place: EvmTown) -> None:
        fund(place)
        with refused("FundsFeeTooHigh", fund=FUND, left_fen=MAX_FEE_FEN, fee_fen=MAX_FEE_FEN + 1):
            take_fee(place, "too much at once", MAX_FEE_FEN + 1)
        for number in range(4):
            take_fee(place, f"fee {number}", MAX_FEE_FEN)
        with refused("FundsFeeTooHigh", left_fen=0, fee_fen=1):
            take_fee(place, "one more", 1)
        with refused("FundsFeeTooHigh", left_fen=0, fee_fen=1):
            take_fee(place, "of another purpose by another", 1, by="cashier", purpose=STAIRWELL)
        place.wait(2 * PERIOD)
        assert place.read("Funds", "leftForFees", FUND) == MAX_FEES_FEN
        take_fee(place, "of the next season", MAX_FEE_FEN)

    def test_fees_of_the_period_before_still_count(self, place: EvmTown) -> None:
        fund(place)
        place.wait(PERIOD - place.now % PERIOD)
        for number in range(4):
            take_fee(place, f"fee {number}", MAX_FEE_FEN)
        place.wait(2 * PERIOD - place.now % PERIOD - PERIOD + DAY)
        with refused("FundsFeeTooHigh", left_fen=0):
            take_fee(place, "one more", 1)

    def test_fee_that_was_a_mistake_is_taken_back_by_another_and_counts_no_more(self, place: EvmTown) -> None:
        fund(place)
        take_fee(place, "fee", 1_000)
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            return_fee(place, "fee", by="treasurer")
        return_fee(place, "fee")
        assert (held(place), state(place, "fee")) == (LIMIT_FEN, BankLineState.UNUSED)
        assert place.read("Funds", "leftForFees", FUND) == MAX_FEES_FEN
        with refused("FundsSecondPersonNeeded", treasurer=member_id("cashier")):
            take_fee(place, "fee", 900, by="cashier")
        take_fee(place, "fee", 900)
        assert held(place) == LIMIT_FEN - 900

    def test_fee_that_the_bank_returned_is_taken_back_with_its_line_once(self, place: EvmTown) -> None:
        fund(place)
        take_fee(place, "fee")
        with refused("FundsBankLineUsed"):
            return_fee(place, "fee", line("funds"))
        return_fee(place, "fee", line("refund of the fee"))
        assert (held(place), state(place, "fee")) == (LIMIT_FEN, BankLineState.REFUNDED)
        with refused("FundsEntryUnknown", bank_line=line("fee")):
            return_fee(place, "fee", line("another"))
        with refused("FundsBankLineUsed", state=BankLineState.USED):
            pay_interest(place, "refund of the fee")

    def test_line_that_was_no_fee_may_be_a_gift_to_the_same_fund(self, place: EvmTown) -> None:
        fund(place)
        take_fee(place, "gift")
        return_fee(place, "gift")
        gift = (donation("gift", 1_000, STAIRWELL),)
        place.carry(
            signer("treasurer"),
            AttestDonations(fund=FUND, bank=BANK, donations=gift, nonce=fresh_nonce(), deadline=DEADLINE),
        )
        assert held(place, STAIRWELL) == 1_000

    def test_fee_is_none_of_another_purpose_kind_or_line(self, place: EvmTown) -> None:
        fund(place)
        take_fee(place, "fee")
        for wrong in (
            lambda: return_fee(place, "fee", purpose=STAIRWELL),
            lambda: return_interest(place, "fee"),
            lambda: return_fee(place, "never"),
            lambda: return_fee(place, "funds"),
        ):
            with refused("FundsEntryUnknown"):
                wrong()

    def test_fee_from_a_line_of_another_bank_fund_or_treasurer_is_refused(self, place: EvmTown) -> None:
        fund(place)
        with refused("FundsBankNotOfFund"):
            take_fee(place, "fee", bank=BANK + 1)
        with refused("MembersRoleMissing", scope=FUND):
            take_fee(place, "fee", by="requester")
        with refused("MembersRoleMissing", scope=STREET):
            take_fee(place, "fee", purpose=STREET << 16 | 1)
        with refused("FundsBankLineUsed", state=BankLineState.DONATION):
            take_fee(place, "funds")
        with refused("FundsBankLineMissing"):
            carry(place, "treasurer", RecordFee, "", bank_line=NO_LINE, bank=BANK, amount_fen=1)

    def test_fee_above_what_the_purpose_has_or_of_nothing_is_refused(self, place: EvmTown) -> None:
        with refused("LedgerBalanceInsufficient"):
            take_fee(place, "fee")
        with refused("LedgerAmountOutOfRange"):
            take_fee(place, "nothing", 0)

    def test_nothing_leaves_a_frozen_fund_as_a_fee(self, place: EvmTown) -> None:
        fund(place)
        place.send(signer("guardian"), "Funds", "freeze", FUND)
        with refused("LedgerFundFrozen", fund=FUND):
            take_fee(place, "fee")
        pay_interest(place, "interest")
        with refused("LedgerFundFrozen", fund=FUND):
            return_interest(place, "interest")


class TestInterest:
    def test_interest_comes_into_a_purpose_and_another_takes_it_back(self, place: EvmTown) -> None:
        pay_interest(place, "quarter")
        assert held(place) == 1_234
        with refused("FundsSecondPersonNeeded", treasurer=member_id("treasurer")):
            return_interest(place, "quarter", by="treasurer")
        return_interest(place, "quarter", line("correction"))
        assert (held(place), state(place, "quarter")) == (0, BankLineState.REFUNDED)

    def test_interest_that_was_spent_is_not_taken_back(self, place: EvmTown) -> None:
        pay_interest(place, "quarter", 1_000)
        take_fee(place, "fee", 1)
        with refused("LedgerBalanceInsufficient"):
            return_interest(place, "quarter")

    def test_interest_to_a_purpose_that_is_not_open_is_refused(self, place: EvmTown) -> None:
        with refused("LedgerAccountUnknown"):
            pay_interest(place, "quarter", purpose=FUND << 16 | 99)

    def test_interest_has_no_limit_and_is_no_fee(self, place: EvmTown) -> None:
        pay_interest(place, "quarter", 100 * MAX_FEES_FEN)
        assert place.read("Funds", "leftForFees", FUND) == MAX_FEES_FEN


@pytest.mark.parametrize(
    ("function", "args"),
    [
        ("recordEntry", (FUND, BankLineState.FEE, (line("x"), 1, NO_USE))),
        ("recordGifts", (FUND, BANK, [(line("x"), 1, NO_USE)])),
        ("reverseEntry", (line("x"), NO_LINE, FUND, BankLineState.FEE, NO_USE)),
        ("returnGift", (line("x"), line("y"), FUND, NO_USE)),
    ],
)
def test_nobody_but_a_module_writes_entries(place: EvmTown, function: str, args: tuple[Any, ...]) -> None:
    with refused("FundsModuleNotAdmitted"):
        place.send(signer("treasurer"), "Funds", function, *args, signer("treasurer").address)
