"""Piecework: rate cards, work orders, and the lots that workers take and foremen settle."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.accounts import fund_of
from contracts.enums import LotState
from contracts.events import (
    LotDecided,
    LotDisputed,
    LotDisputeLapsed,
    LotLapsed,
    LotReturned,
    LotReversed,
    LotSettled,
    LotTaken,
    RateCardPublished,
    WorkOrderOpened,
)
from indexer.projections.enterprise import Enterprise, enterprises
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column

PARTS = ("proceeds_fen", "worker_fen", "reserve_fen", "fund_fen", "remainder_fen")


@dataclass(kw_only=True)
class RateCard(Version):
    """A version of a rate card. It never changes."""

    enterprise: int = column("Number of the enterprise.")
    product: int = column("Number of the product.")
    version: int = column("From 1.")
    piece_fen: int = column("What a piece brings, in fen.")
    worker_bps: int = column("Share of the worker, in basis points.")
    reserve_bps: int = column("Share of the reserve, in basis points.")
    fund_bps: int = column("Share of the fund, in basis points.")


@dataclass(kw_only=True)
class WorkOrder(Version):
    """A work order, as it was opened. It never changes."""

    order: bytes = column("Its id, 16 bytes.")
    enterprise: int = column("Number of the enterprise.")
    product: int = column("Number of the product.")
    version: int = column("Version of the rate card.")
    fund: int = column("Fund to which the enterprise belongs.")
    pieces: int = column("Pieces wanted.")
    worker_pieces: int = column("Most of them that one worker may have taken and not returned.")
    due_at: int = column("Due, seconds since 1970.")


@dataclass(kw_only=True)
class OrderProgress(Version):
    """How far a work order is. It begins with the order."""

    order: bytes = column("Id of the order, 16 bytes.")
    free_pieces: int = column("Pieces that nobody has taken, or that were rejected.")
    taken_pieces: int = column("Pieces taken and not free again, accepted ones included.")
    accepted_pieces: int = column("Pieces accepted, those that a dispute brought on top included.")


@dataclass(kw_only=True)
class Lot(Version):
    """Pieces that a worker took, and what became of them. What belongs to a settlement or a dispute is null without one."""

    lot: bytes = column("Its id, 16 bytes.")
    order: bytes = column("Id of the order, 16 bytes.")
    enterprise: int = column("Number of the enterprise.")
    product: int = column("Number of the product.")
    fund: int = column("Fund to which the enterprise belongs.")
    worker: bytes = column("Who took it, 16 bytes.")
    pieces: int = column("Pieces taken.")
    state: LotState = column("State on the chain.")
    until: int = column("When its state ends, or may be disputed no more, seconds since 1970.")
    rejected_pieces: int | None = column("Pieces that the foreman rejected.")
    foreman: bytes | None = column("Who settled it, 16 bytes.")
    dispute: bytes | None = column("Commitment to why the worker disputed it, 32 bytes.")
    judge: bytes | None = column("Treasurer who decided the dispute, 16 bytes.")
    decision: bytes | None = column("Commitment to the treasurer's reasons, 32 bytes.")
    reversal: bytes | None = column("Commitment to why the settlement was taken back, 32 bytes.")


@dataclass(kw_only=True)
class LotSettlement(Version):
    """A lot that was accepted, and how its proceeds were split, with what was accepted after a dispute."""

    lot: bytes = column("Id of the lot, 16 bytes.")
    order: bytes = column("Id of the order, 16 bytes.")
    enterprise: int = column("Number of the enterprise.")
    product: int = column("Number of the product.")
    worker: bytes = column("Who made the pieces, 16 bytes.")
    accepted_pieces: int = column("Pieces accepted.")
    rejected_pieces: int = column("Pieces rejected.")
    proceeds_fen: int = column("What the accepted pieces bring, in fen.")
    worker_fen: int = column("Of it to the worker, in fen.")
    reserve_fen: int = column("To the reserve, in fen.")
    fund_fen: int = column("To the fund, in fen.")
    remainder_fen: int = column("What is left, in fen.")
    document: bytes = column("Commitment to the protocol, 32 bytes.")
    taken_back: bool = column("Whether the settlement was taken back.")


rate_cards = Noun(
    "rate_cards",
    RateCard,
    key=("enterprise", "product", "version"),
    open_indexes=[("enterprise", "block_number", "log_index")],
)
work_orders = Noun(
    "work_orders", WorkOrder, key=("order",), open_indexes=[("enterprise", "block_number", "log_index")]
)
order_progress = Noun("order_progress", OrderProgress, key=("order",))
lots = Noun(
    "lots",
    Lot,
    key=("lot",),
    open_indexes=[
        ("state", "enterprise", "block_number", "log_index"),
        ("state", "until"),
        ("dispute",),
        ("decision",),
        ("reversal",),
    ],
)
lot_settlements = Noun(
    "lot_settlements",
    LotSettlement,
    key=("lot",),
    open_indexes=[
        ("enterprise", "block_number", "log_index"),
        ("worker", "block_number", "log_index"),
        ("document",),
    ],
)


@rate_cards.begins(RateCardPublished)
def _published(event: RateCardPublished, _: Block) -> RateCard:
    return RateCard(
        enterprise=event.enterprise,
        product=event.product,
        version=event.version,
        piece_fen=event.piece_fen,
        worker_bps=event.worker_bps,
        reserve_bps=event.reserve_bps,
        fund_bps=event.fund_bps,
    )


@work_orders.begins(WorkOrderOpened, look_up=enterprises)
def _ordered(event: WorkOrderOpened, _: Block, enterprise: Enterprise) -> WorkOrder:
    return WorkOrder(
        order=event.order,
        enterprise=event.enterprise,
        product=event.product,
        version=event.version,
        fund=fund_of(enterprise.levy_purpose),
        pieces=event.pieces,
        worker_pieces=event.worker_pieces,
        due_at=event.due_at,
    )


@lots.begins(LotTaken, look_up=work_orders)
def _taken(event: LotTaken, block: Block, order: WorkOrder) -> Lot:
    require(block.time < order.due_at, event, f"a lot taken before {order.due_at}", block.time)
    return Lot(
        lot=event.lot,
        order=event.order,
        enterprise=order.enterprise,
        product=order.product,
        fund=order.fund,
        worker=event.worker,
        pieces=event.pieces,
        state=LotState.TAKEN,
        until=event.until,
        rejected_pieces=None,
        foreman=None,
        dispute=None,
        judge=None,
        decision=None,
        reversal=None,
    )


@lots.changes(LotReturned)
def _returned(lot: Lot, event: LotReturned, _: Block) -> None:
    _require(lot, event, LotState.TAKEN)
    lot.state = LotState.RETURNED


@lots.changes(LotLapsed)
def _lapsed(lot: Lot, event: LotLapsed, block: Block) -> None:
    _require(lot, event, LotState.TAKEN)
    require(block.time >= lot.until, event, f"a time from {lot.until} on", block.time)
    lot.state = LotState.LAPSED


@lots.changes(LotSettled)
def _accepted_by(lot: Lot, event: LotSettled, block: Block) -> None:
    _require(lot, event, LotState.TAKEN)
    _require_before(lot, event, block)
    require(event.enterprise == lot.enterprise, event, f"enterprise {lot.enterprise}", event.enterprise)
    require(event.foreman != lot.worker, event, "another than the worker", event.foreman.hex())
    lot.state, lot.until = LotState.SETTLED, event.until
    lot.rejected_pieces, lot.foreman = event.rejected_pieces, event.foreman


@lots.changes(LotDisputed)
def _disputed(lot: Lot, event: LotDisputed, block: Block) -> None:
    _require(lot, event, LotState.SETTLED)
    _require_before(lot, event, block)
    require(bool(lot.rejected_pieces), event, "a lot with rejected pieces", lot.rejected_pieces)
    lot.state, lot.until, lot.dispute = LotState.DISPUTED, event.until, event.document


@lots.changes(LotDecided)
def _decided(lot: Lot, event: LotDecided, block: Block) -> None:
    _require(lot, event, LotState.DISPUTED)
    _require_before(lot, event, block)
    _require_second(lot, event)
    most = lot.rejected_pieces or 0
    require(event.accepted_pieces <= most, event, f"at most {most} pieces", event.accepted_pieces)
    lot.state, lot.until = LotState.SETTLED, block.time
    lot.judge, lot.decision = event.treasurer, event.document


@lots.changes(LotDisputeLapsed)
def _undecided(lot: Lot, event: LotDisputeLapsed, block: Block) -> None:
    _require(lot, event, LotState.DISPUTED)
    require(block.time >= lot.until, event, f"a time from {lot.until} on", block.time)
    lot.state = LotState.SETTLED


@lots.changes(LotReversed)
def _reversed(lot: Lot, event: LotReversed, _: Block) -> None:
    _require(lot, event, LotState.SETTLED)
    _require_second(lot, event)
    require(event.treasurer != lot.judge, event, "another than who decided", event.treasurer.hex())
    lot.state, lot.reversal = LotState.REVERSED, event.document


def _require(lot: Lot, event: object, state: LotState) -> None:
    require(lot.state is state, event, state.name, lot.state.name)


def _require_before(lot: Lot, event: object, block: Block) -> None:
    require(block.time < lot.until, event, f"a time before {lot.until}", block.time)


def _require_second(lot: Lot, event: LotDecided | LotReversed) -> None:
    is_second = event.treasurer not in (lot.worker, lot.foreman)
    require(is_second, event, "neither worker nor foreman", event.treasurer.hex())


@lot_settlements.begins(LotSettled, look_up=lots)
def _settled(event: LotSettled, _: Block, lot: Lot) -> LotSettlement:
    require(event.worker == lot.worker, event, lot.worker.hex(), event.worker.hex())
    parts_fen = event.worker_fen + event.reserve_fen + event.fund_fen + event.remainder_fen
    require(parts_fen == event.proceeds_fen, event, f"parts of {event.proceeds_fen} fen", parts_fen)
    return LotSettlement(
        lot=event.lot,
        order=lot.order,
        enterprise=lot.enterprise,
        product=lot.product,
        worker=event.worker,
        accepted_pieces=event.accepted_pieces,
        rejected_pieces=event.rejected_pieces,
        proceeds_fen=event.proceeds_fen,
        worker_fen=event.worker_fen,
        reserve_fen=event.reserve_fen,
        fund_fen=event.fund_fen,
        remainder_fen=event.remainder_fen,
        document=event.document,
        taken_back=False,
    )


@lot_settlements.changes(LotDecided)
def _more_accepted(settlement: LotSettlement, event: LotDecided, _: Block) -> None:
    settlement.accepted_pieces += event.accepted_pieces
    settlement.rejected_pieces -= event.accepted_pieces
    for part in PARTS:
        setattr(settlement, part, getattr(settlement, part) + getattr(event, part))


@lot_settlements.changes(LotReversed)
def _all_back(settlement: LotSettlement, event: LotReversed, _: Block) -> None:
    for part in PARTS:
        held, got = getattr(settlement, part), getattr(event, part)
        require(got == held, event, f"{held} fen", got)
    settlement.taken_back = True


@order_progress.begins(WorkOrderOpened)
def _begun(event: WorkOrderOpened, _: Block) -> OrderProgress:
    return OrderProgress(order=event.order, free_pieces=event.pieces, taken_pieces=0, accepted_pieces=0)


@order_progress.changes(LotTaken)
def _less_free(progress: OrderProgress, event: LotTaken, _: Block) -> None:
    require(
        event.pieces <= progress.free_pieces, event, f"at most {progress.free_pieces} pieces", event.pieces
    )
    progress.free_pieces -= event.pieces
    progress.taken_pieces += event.pieces


@order_progress.changes(LotSettled, look_up=lots)
def _accepted(progress: OrderProgress, event: LotSettled, _: Block, lot: Lot) -> None:
    pieces = event.accepted_pieces + event.rejected_pieces
    require(pieces == lot.pieces, event, f"{lot.pieces} pieces", pieces)
    progress.free_pieces += event.rejected_pieces
    progress.taken_pieces -= event.rejected_pieces
    progress.accepted_pieces += event.accepted_pieces


@order_progress.changes(LotReturned, look_up=lots)
@order_progress.changes(LotLapsed, look_up=lots)
def _free_again(progress: OrderProgress, _: LotReturned | LotLapsed, __: Block, lot: Lot) -> None:
    progress.free_pieces += lot.pieces
    progress.taken_pieces -= lot.pieces


@order_progress.changes(LotDecided, look_up=lots)
def _accepted_on_top(progress: OrderProgress, event: LotDecided, _: Block, __: Lot) -> None:
    progress.accepted_pieces += event.accepted_pieces


@order_progress.changes(LotReversed, look_up=lots)
def _accepted_no_more(progress: OrderProgress, event: LotReversed, _: Block, __: Lot) -> None:
    progress.free_pieces += event.free_pieces
    progress.taken_pieces -= event.free_pieces
    progress.accepted_pieces -= event.free_pieces + event.accepted_pieces
