"""JSON forms of enterprises, work orders, lots and earnings."""

from __future__ import annotations

from pydantic import Field

from contracts.enums import LotState
from contracts.events import (
    EnterpriseOpened,
    LotSettled,
    LotTaken,
    PayoutProven,
    RateCardPublished,
    WorkOrderOpened,
)
from ledger_api.finality import Answer, Record
from ledger_api.forms import ByName, Form, Id16, Id32, MemberId, Moment, event_field


class Parts(Form):
    """How proceeds were split. The four parts add up to the proceeds."""

    proceeds_fen: int = event_field(LotSettled, "proceeds_fen")
    worker_fen: int = event_field(LotSettled, "worker_fen")
    reserve_fen: int = event_field(LotSettled, "reserve_fen")
    fund_fen: int = event_field(LotSettled, "fund_fen")
    remainder_fen: int = event_field(LotSettled, "remainder_fen")


class Enterprise(Record, Parts):
    """An enterprise, and the sums over all its lots."""

    enterprise: int = event_field(EnterpriseOpened, "enterprise")
    levy_purpose: int = event_field(EnterpriseOpened, "levy_purpose")
    reserve_purpose: int = event_field(EnterpriseOpened, "reserve_purpose")
    remainder_purpose: int = event_field(EnterpriseOpened, "remainder_purpose")
    lots: int = Field(description="Lots settled.")
    paid_fen: int = Field(description="Earnings whose payment is proven, in fen.")


class RateCard(Record):
    """A version of a rate card."""

    product: int = event_field(RateCardPublished, "product")
    version: int = event_field(RateCardPublished, "version")
    piece_fen: int = event_field(RateCardPublished, "piece_fen")
    worker_bps: int = event_field(RateCardPublished, "worker_bps")
    reserve_bps: int = event_field(RateCardPublished, "reserve_bps")
    fund_bps: int = event_field(RateCardPublished, "fund_bps")


class WorkOrder(Record):
    """A work order."""

    order: Id16 = event_field(WorkOrderOpened, "order")
    product: int = event_field(WorkOrderOpened, "product")
    version: int = event_field(WorkOrderOpened, "version")
    pieces: int = event_field(WorkOrderOpened, "pieces")
    due_at: Moment = event_field(WorkOrderOpened, "due_at")
    worker_pieces: int = event_field(WorkOrderOpened, "worker_pieces")
    accepted_pieces: int = Field(description="Pieces accepted so far.")
    taken_pieces: int = Field(description="Pieces taken and not free again, accepted ones included.")

    @property
    def free_pieces(self) -> int:
        """Pieces that somebody may still take."""
        return self.pieces - self.taken_pieces

    def is_past_due(self, now: int) -> bool:
        """Whether its pieces were wanted before a moment, seconds since 1970. Pages offer them no more; the contract still would."""
        return now >= self.due_at


class Lot(Record, Parts):
    """A settled lot."""

    lot: Id16 = event_field(LotSettled, "lot")
    order: Id16 = event_field(LotTaken, "order")
    product: int = event_field(WorkOrderOpened, "product")
    worker: MemberId | None = Field(description="Who made it; null for whom that is not.")
    accepted_pieces: int = event_field(LotSettled, "accepted_pieces")
    rejected_pieces: int = event_field(LotSettled, "rejected_pieces")
    document: Id32 = event_field(LotSettled, "document")
    taken_back: bool = Field(description="Whether the settlement was taken back.")


class OpenLot(Record):
    """A lot that is not settled, or is disputed."""

    lot: Id16 = event_field(LotTaken, "lot")
    order: Id16 = event_field(LotTaken, "order")
    product: int = event_field(WorkOrderOpened, "product")
    worker: MemberId | None = Field(description="Who took it; null for whom that is not.")
    pieces: int = event_field(LotTaken, "pieces")
    state: ByName[LotState] = Field(description="State on the chain.")
    until: Moment = Field(description="When it lapses, or its dispute does.")


class Band(Form):
    """Workers whose earnings of a month are in a band."""

    from_fen: int = Field(description="Lower end, included, in fen.")
    below_fen: int | None = Field(description="Upper end, not included, in fen; null for the highest band.")
    workers: int | None = Field(
        description="Workers in the band; null where fewer than five, there or at another enterprise, or where the rest would"
        " tell them."
    )


class EarningsMonth(Form):
    """Earnings of a month in bands."""

    month: str = Field(description="Year and month in China's time, such as 2026-03.")
    bands: list[Band] = Field(description="From the lowest.")


class EnterpriseDetail(Answer):
    """An enterprise with its rate cards, work orders and earnings in bands."""

    enterprise: Enterprise
    rate_cards: list[RateCard] = Field(
        description="The latest 100, newest first; all are at /v1/enterprises/{enterprise}/rate-cards."
    )
    orders: list[WorkOrder] = Field(
        description="The latest 100, newest first; all are at /v1/enterprises/{enterprise}/orders."
    )
    earnings: list[EarningsMonth] = Field(
        description="By month, the last 24; all are at /v1/enterprises/{enterprise}/earnings."
    )


class WorkDay(Form):
    """What a worker earned on a day."""

    day: str = Field(description="Day in China's time, such as 2026-03-01.")
    lots: int = Field(description="Lots settled.")
    accepted_pieces: int = event_field(LotSettled, "accepted_pieces")
    rejected_pieces: int = event_field(LotSettled, "rejected_pieces")
    earned_fen: int = Field(description="Part of the worker, in fen.")


class WorkMonth(Form):
    """What a worker earned and was paid in a month."""

    month: str = Field(description="Year and month in China's time, such as 2026-03.")
    earned_fen: int = Field(description="Part of the worker, in fen.")
    paid_fen: int = Field(description="Payments proven by a bank line, in fen.")


class Payout(Record):
    """A payment of earnings."""

    enterprise: int = event_field(PayoutProven, "enterprise")
    bank_line: Id32 = event_field(PayoutProven, "bank_line")
    amount_fen: int = event_field(PayoutProven, "amount_fen")
    taken_back: bool = Field(description="Whether the payment was taken back, so that it is owed again.")


class WorkerSums(Form):
    """What a worker earned and was paid since the beginning."""

    member: MemberId = Field(description="The worker.")
    earned_fen: int = Field(description="All earnings, in fen.")
    paid_fen: int = Field(description="All payments proven by a bank line, in fen.")
    owed_fen: int = Field(description="Earned and not yet paid, in fen.")


class Worker(Answer, WorkerSums):
    """A worker's statement."""

    months: list[WorkMonth] = Field(
        description="The latest 24 with earnings or payments, newest first; all are at /v1/workers/{member}/months."
    )
    days: list[WorkDay] = Field(
        description="The latest 366 with earnings, newest first; all are at /v1/workers/{member}/days."
    )
    payouts: list[Payout] = Field(
        description="The latest 100, newest first; all are at /v1/workers/{member}/payouts."
    )
