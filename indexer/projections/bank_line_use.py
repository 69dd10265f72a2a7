"""What each bank line was used for. A line is used once; only what was recorded by mistake makes it free for another use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from operator import attrgetter
from typing import Any

from contracts.enums import Reason
from contracts.events import (
    DisbursementReversed,
    DonationReversed,
    FeeRecorded,
    FeeReversed,
    GiftAttested,
    GiftRefunded,
    GiftReversed,
    InstalmentProven,
    InterestRecorded,
    InterestReversed,
    JointPaymentProven,
    PaymentProven,
    PaymentReturned,
    PayoutProven,
    PayoutReversed,
    ProceedsAttested,
    ProceedsReversed,
    ProofReversed,
    ReturnReversed,
    Transferred,
    WageReturned,
    WageReturnReversed,
)
from contracts.types import Event
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column

_NO_LINE = bytes(32)


class Use(IntEnum):
    """What a bank line was used for."""

    UNUSED = 0
    DONATION = 1
    DONATION_RETURNED = 2
    DONATION_RETURN = 3
    GIFT = 4
    GIFT_REFUND = 5
    PAYMENT = 6
    DISBURSEMENT_RETURN = 7
    PROCEEDS = 8
    PAYOUT = 9
    PROCEEDS_RETURNED = 10
    PROCEEDS_RETURN = 11
    PAYOUT_RETURNED = 12
    PAYOUT_RETURN = 13
    GIFT_RETURNED = 14
    GIFT_RETURN = 15
    FEE = 16
    FEE_RETURNED = 17
    FEE_RETURN = 18
    INTEREST = 19
    INTEREST_RETURNED = 20
    INTEREST_RETURN = 21
    PAYMENT_RETURNED = 22
    JOINT_PAYMENT = 23


@dataclass(kw_only=True)
class BankLineUse(Version):
    """A bank line that was used, or of which what was recorded was taken back as a mistake."""

    bank_line: bytes = column("Key of the line, 32 bytes.")
    use: Use = column("What it was used for.")


bank_line_uses = Noun("bank_line_uses", BankLineUse, key=("bank_line",))


def _uses(event: type[Event], name: str, use: Use, **options: Any) -> None:
    """Each line that an event names was not in use before, and is from now on; zero names no line."""
    read = attrgetter(name)

    def is_used(line: BankLineUse | None, event: Event, _: Block) -> BankLineUse:
        if line is None:
            return BankLineUse(bank_line=read(event), use=use)
        if line.use == Use.JOINT_PAYMENT and use == Use.PAYMENT:
            # One of several requests that it pays.
            return line
        _require_use(line, event, Use.UNUSED)
        line.use = use
        return line

    options.setdefault("when", lambda event: read(event) != _NO_LINE)
    bank_line_uses.sets(event, key={"bank_line": name}, **options)(is_used)


def _takes_back(event: type[Event], name: str, use: Use, returned: Use) -> None:
    """What a line was used for is taken back: the money went back by the line that the event names, or it was a mistake."""
    read = attrgetter(name)

    def is_free(line: BankLineUse, event: Event, _: Block) -> None:
        _require_use(line, event, use)
        line.use = Use.UNUSED if read(event) == _NO_LINE else returned

    bank_line_uses.changes(event)(is_free)


_uses(Transferred, "cause", Use.DONATION, when=lambda event: event.reason == Reason.DONATION)
_uses(GiftAttested, "bank_line", Use.GIFT)
_uses(GiftReversed, "outgoing_bank_line", Use.GIFT_RETURN)
_uses(GiftRefunded, "outgoing_bank_line", Use.GIFT_REFUND)
_uses(JointPaymentProven, "bank_line", Use.JOINT_PAYMENT)
_uses(PaymentProven, "bank_line", Use.PAYMENT)
_uses(DonationReversed, "outgoing_bank_line", Use.DONATION_RETURN)
_uses(DisbursementReversed, "incoming_bank_line", Use.DISBURSEMENT_RETURN)
_uses(ProceedsAttested, "bank_line", Use.PROCEEDS)
_uses(ProceedsReversed, "outgoing_bank_line", Use.PROCEEDS_RETURN)
_uses(PayoutProven, "bank_line", Use.PAYOUT)
_uses(PayoutReversed, "incoming_bank_line", Use.PAYOUT_RETURN)
_uses(InstalmentProven, "bank_line", Use.PAYMENT)
_uses(ProofReversed, "incoming_bank_line", Use.DISBURSEMENT_RETURN)
_uses(PaymentReturned, "incoming_bank_line", Use.DISBURSEMENT_RETURN)
_uses(WageReturned, "incoming_bank_line", Use.PAYOUT_RETURN)
_uses(FeeRecorded, "bank_line", Use.FEE)
_uses(FeeReversed, "incoming_bank_line", Use.FEE_RETURN)
_uses(InterestRecorded, "bank_line", Use.INTEREST)
_uses(InterestReversed, "outgoing_bank_line", Use.INTEREST_RETURN)
_takes_back(DonationReversed, "outgoing_bank_line", Use.DONATION, Use.DONATION_RETURNED)
_takes_back(GiftReversed, "outgoing_bank_line", Use.GIFT, Use.GIFT_RETURNED)
_takes_back(ProceedsReversed, "outgoing_bank_line", Use.PROCEEDS, Use.PROCEEDS_RETURNED)
_takes_back(PayoutReversed, "incoming_bank_line", Use.PAYOUT, Use.PAYOUT_RETURNED)
_takes_back(FeeReversed, "incoming_bank_line", Use.FEE, Use.FEE_RETURNED)
_takes_back(InterestReversed, "outgoing_bank_line", Use.INTEREST, Use.INTEREST_RETURNED)


@bank_line_uses.changes(ProofReversed)
def _unproven(line: BankLineUse, event: ProofReversed, _: Block) -> None:
    """A joint payment is one as long as it pays anything, or money of it came back."""
    if line.use != Use.JOINT_PAYMENT:
        _require_use(line, event, Use.PAYMENT)
        line.use = Use.PAYMENT_RETURNED
    if event.line_free:
        line.use = Use.UNUSED


@bank_line_uses.changes(ReturnReversed, when=lambda event: event.bank_line != _NO_LINE)
def _returned_nothing(line: BankLineUse, event: ReturnReversed, _: Block) -> None:
    """That a part of a payment came back by it was a mistake."""
    _require_use(line, event, Use.DISBURSEMENT_RETURN)
    line.use = Use.UNUSED


@bank_line_uses.changes(WageReturnReversed, key={"bank_line": "incoming_bank_line"})
def _no_wage_returned(line: BankLineUse, event: WageReturnReversed, _: Block) -> None:
    _require_use(line, event, Use.PAYOUT_RETURN)
    line.use = Use.UNUSED


def _require_use(line: BankLineUse, event: object, use: Use) -> None:
    require(line.use == use, event, f"a line that is {use.name}", Use(line.use).name)
