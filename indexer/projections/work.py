"""Piecework: rate cards, work orders, and the lots that workers take and foremen settle."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import LotSettled, LotTaken, RateCardPublished, WorkOrderOpened
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


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
    pieces: int = column("Pieces wanted.")
    due_at: int = column("Due, seconds since 1970.")


@dataclass(kw_only=True)
class OrderProgress(Version):
    """How far a work order is. It begins with the order."""

    order: bytes = column("Id of the order, 16 bytes.")
    free_pieces: int = column("Pieces that nobody has taken, or that were rejected.")
    taken_pieces: int = column("Pieces taken and not rejected, accepted ones included.")
    accepted_pieces: int = column("Pieces accepted.")


@dataclass(kw_only=True)
class Lot(Version):
    """Pieces that a worker took. It never changes."""

    lot: bytes = column("Its id, 16 bytes.")
    order: bytes = column("Id of the order, 16 bytes.")
    enterprise: int = column("Number of the enterprise.")
    product: int = column("Number of the product.")
    worker: bytes = column("Who took it, 16 bytes.")
    pieces: int = column("Pieces taken.")


@dataclass(kw_only=True)
class LotSettlement(Version):
    """A lot that was accepted, and how its proceeds were split. It never changes."""

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
lots = Noun("lots", Lot, key=("lot",))
# Lots from when they are taken until they are settled: what a foreman has still to look at, however many were settled since.
open_lots = Noun("open_lots", Lot, key=("lot",), open_indexes=[("enterprise", "block_number", "log_index")])
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


@work_orders.begins(WorkOrderOpened)
def _ordered(event: WorkOrderOpened, _: Block) -> WorkOrder:
    return WorkOrder(
        order=event.order,
        enterprise=event.enterprise,
        product=event.product,
        version=event.version,
        pieces=event.pieces,
        due_at=event.due_at,
    )


@open_lots.begins(LotTaken, look_up=work_orders)
@lots.begins(LotTaken, look_up=work_orders)
def _taken(event: LotTaken, block: Block, order: WorkOrder) -> Lot:
    require(block.time < order.due_at, event, f"a lot taken before {order.due_at}", block.time)
    return Lot(
        lot=event.lot,
        order=event.order,
        enterprise=order.enterprise,
        product=order.product,
        worker=event.worker,
        pieces=event.pieces,
    )


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
    )


@open_lots.ends(LotSettled)
def _no_more_open(lot: Lot, event: LotSettled, _: Block) -> None:
    require(event.worker == lot.worker, event, lot.worker.hex(), event.worker.hex())


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
