"""What each bank line was used for. A line is used once; only a donation attested by mistake makes it free for another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from operator import attrgetter

from contracts.enums import Reason
from contracts.events import (
    DisbursementReversed,
    DonationReversed,
    GiftAttested,
    GiftRefunded,
    PaymentProven,
    PayoutProven,
    ProceedsAttested,
    Transferred,
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


@dataclass(kw_only=True)
class BankLineUse(Version):
    """A bank line that was used, or whose donation was taken back as a mistake."""

    bank_line: bytes = column("Key of the line, 32 bytes.")
    use: Use = column("What it was used for.")


bank_line_uses = Noun("bank_line_uses", BankLineUse, key=("bank_line",))


@bank_line_uses.sets(
    Transferred, key={"bank_line": "cause"}, when=lambda event: event.reason == Reason.DONATION
)
def _donated(line: BankLineUse | None, event: Transferred, _: Block) -> BankLineUse:
    if line is None:
        return BankLineUse(bank_line=event.cause, use=Use.DONATION)
    _require_use(line, event, Use.UNUSED)
    line.use = Use.DONATION
    return line


@bank_line_uses.changes(DonationReversed)
def _reversed(line: BankLineUse, event: DonationReversed, _: Block) -> None:
    _require_use(line, event, Use.DONATION)
    line.use = Use.UNUSED if event.outgoing_bank_line == _NO_LINE else Use.DONATION_RETURNED


def _uses(event: type[Event], name: str, use: Use) -> None:
    """Each line that an event names was not used before, and is from now on; zero names no line."""
    read = attrgetter(name)
    register = bank_line_uses.begins(
        event, key={"bank_line": name}, when=lambda event: read(event) != _NO_LINE
    )
    register(lambda event, _: BankLineUse(bank_line=read(event), use=use))


_uses(GiftAttested, "bank_line", Use.GIFT)
_uses(GiftRefunded, "outgoing_bank_line", Use.GIFT_REFUND)
_uses(PaymentProven, "bank_line", Use.PAYMENT)
_uses(DonationReversed, "outgoing_bank_line", Use.DONATION_RETURN)
_uses(DisbursementReversed, "incoming_bank_line", Use.DISBURSEMENT_RETURN)
_uses(ProceedsAttested, "bank_line", Use.PROCEEDS)
_uses(PayoutProven, "bank_line", Use.PAYOUT)


def _require_use(line: BankLineUse, event: object, use: Use) -> None:
    require(line.use == use, event, f"a line that is {use.name}", Use(line.use).name)
