"""What enterprises and workers earned and were paid: since the beginning, and by day and month in China's time."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import (
    LotDecided,
    LotReversed,
    LotSettled,
    PayoutProven,
    PayoutReversed,
    WageReturned,
    WageReturnReversed,
)
from indexer.calendar import china_day, month_of
from indexer.projections.enterprise import Enterprise, enterprises
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column
from indexer.projections.work import PARTS


@dataclass(kw_only=True)
class Worker(Version):
    """What a worker earned at an enterprise and was paid by it since the beginning."""

    worker: bytes = column("Member id, 16 bytes.")
    enterprise: int = column("Number of the enterprise.")
    earned_fen: int = column("Part of the worker in all settled lots, in fen.")
    paid_fen: int = column("Payments proven by a bank line, in fen.")


@dataclass(kw_only=True)
class WorkerDay(Version):
    """What a worker earned on a day, less what was taken back on it."""

    worker: bytes = column("Member id, 16 bytes.")
    day: int = column("Number of the day in China's time, from 1970.")
    lots: int = column("Lots settled.")
    accepted_pieces: int = column("Pieces accepted.")
    rejected_pieces: int = column("Pieces rejected.")
    earned_fen: int = column("Part of the worker, in fen.")


@dataclass(kw_only=True)
class WorkerMonth(Version):
    """What a worker earned at an enterprise and was paid by it in a month, less what was taken back in it."""

    worker: bytes = column("Member id, 16 bytes.")
    month: int = column("Number of the month in China's time, from January 1970.")
    enterprise: int = column("Number of the enterprise.")
    lots: int = column("Lots settled.")
    earned_fen: int = column("Part of the worker, in fen.")
    paid_fen: int = column("Payments proven by a bank line, less those taken back in the month, in fen.")


def _day(block: Block) -> int:
    return china_day(block.time)


def _month(block: Block) -> int:
    return month_of(china_day(block.time))


workers = Noun("workers", Worker, key=("worker", "enterprise"))
worker_days = Noun("worker_days", WorkerDay, key=("worker", "day"))
worker_months = Noun(
    "worker_months",
    WorkerMonth,
    key=("month", "worker", "enterprise"),
    open_indexes=[("worker", "month")],
)


@enterprises.changes(LotSettled)
def _settled(enterprise: Enterprise, event: LotSettled, _: Block) -> None:
    enterprise.lots += 1
    _split(enterprise, event, 1)


@enterprises.changes(LotDecided)
def _decided(enterprise: Enterprise, event: LotDecided, _: Block) -> None:
    _split(enterprise, event, 1)


@enterprises.changes(LotReversed)
def _taken_back(enterprise: Enterprise, event: LotReversed, _: Block) -> None:
    enterprise.lots -= 1
    _split(enterprise, event, -1)


def _split(enterprise: Enterprise, event: LotSettled | LotDecided | LotReversed, sign: int) -> None:
    for part in PARTS:
        setattr(enterprise, part, getattr(enterprise, part) + sign * getattr(event, part))


@enterprises.changes(WageReturnReversed)
@enterprises.changes(PayoutProven)
def _paid_by(enterprise: Enterprise, event: PayoutProven | WageReturnReversed, _: Block) -> None:
    enterprise.paid_fen += event.amount_fen


@enterprises.changes(WageReturned)
@enterprises.changes(PayoutReversed)
def _owed_again_by(enterprise: Enterprise, event: PayoutReversed | WageReturned, _: Block) -> None:
    enterprise.paid_fen -= event.amount_fen


@workers.sets(LotSettled)
def _earned(worker: Worker | None, event: LotSettled, _: Block) -> Worker:
    worker = worker or Worker(worker=event.worker, enterprise=event.enterprise, earned_fen=0, paid_fen=0)
    worker.earned_fen += event.worker_fen
    return worker


@workers.changes(LotDecided)
def _earned_more(worker: Worker, event: LotDecided, _: Block) -> None:
    worker.earned_fen += event.worker_fen


@workers.changes(LotReversed)
def _earned_less(worker: Worker, event: LotReversed, _: Block) -> None:
    worker.earned_fen -= event.worker_fen
    owed_fen = worker.earned_fen - worker.paid_fen
    require(owed_fen >= 0, event, "at most what is owed", f"{-owed_fen} fen more")


@workers.changes(WageReturnReversed)
@workers.changes(PayoutProven)
def _paid(worker: Worker, event: PayoutProven | WageReturnReversed, _: Block) -> None:
    worker.paid_fen += event.amount_fen
    owed_fen = worker.earned_fen - worker.paid_fen
    require(owed_fen >= 0, event, "at most what is owed", f"{-owed_fen} fen more")


@workers.changes(WageReturned)
@workers.changes(PayoutReversed)
def _owed_again(worker: Worker, event: PayoutReversed | WageReturned, _: Block) -> None:
    worker.paid_fen -= event.amount_fen
    require(worker.paid_fen >= 0, event, "at most what was paid", f"{-worker.paid_fen} fen more")


@worker_days.sets(LotSettled, key={"day": _day})
def _earned_on(day: WorkerDay | None, event: LotSettled, block: Block) -> WorkerDay:
    day = day or _new_day(event.worker, block)
    day.lots += 1
    day.accepted_pieces += event.accepted_pieces
    day.rejected_pieces += event.rejected_pieces
    day.earned_fen += event.worker_fen
    return day


@worker_days.sets(LotDecided, key={"day": _day})
def _earned_more_on(day: WorkerDay | None, event: LotDecided, block: Block) -> WorkerDay:
    day = day or _new_day(event.worker, block)
    day.accepted_pieces += event.accepted_pieces
    day.rejected_pieces -= event.accepted_pieces
    day.earned_fen += event.worker_fen
    return day


@worker_days.sets(LotReversed, key={"day": _day})
def _earned_less_on(day: WorkerDay | None, event: LotReversed, block: Block) -> WorkerDay:
    day = day or _new_day(event.worker, block)
    day.lots -= 1
    day.accepted_pieces -= event.free_pieces + event.accepted_pieces
    day.earned_fen -= event.worker_fen
    return day


@worker_months.sets(LotSettled, key={"month": _month})
def _earned_in(month: WorkerMonth | None, event: LotSettled, block: Block) -> WorkerMonth:
    month = month or _new_month(event.worker, event.enterprise, block)
    month.lots += 1
    month.earned_fen += event.worker_fen
    return month


@worker_months.sets(LotDecided, key={"month": _month})
def _earned_more_in(month: WorkerMonth | None, event: LotDecided, block: Block) -> WorkerMonth:
    month = month or _new_month(event.worker, event.enterprise, block)
    month.earned_fen += event.worker_fen
    return month


@worker_months.sets(LotReversed, key={"month": _month})
def _earned_less_in(month: WorkerMonth | None, event: LotReversed, block: Block) -> WorkerMonth:
    month = month or _new_month(event.worker, event.enterprise, block)
    month.lots -= 1
    month.earned_fen -= event.worker_fen
    return month


@worker_months.sets(WageReturnReversed, key={"month": _month})
@worker_months.sets(PayoutProven, key={"month": _month})
def _paid_in(
    month: WorkerMonth | None, event: PayoutProven | WageReturnReversed, block: Block
) -> WorkerMonth:
    month = month or _new_month(event.worker, event.enterprise, block)
    month.paid_fen += event.amount_fen
    return month


@worker_months.sets(WageReturned, key={"month": _month})
@worker_months.sets(PayoutReversed, key={"month": _month})
def _owed_again_in(
    month: WorkerMonth | None, event: PayoutReversed | WageReturned, block: Block
) -> WorkerMonth:
    month = month or _new_month(event.worker, event.enterprise, block)
    month.paid_fen -= event.amount_fen
    return month


def _new_day(worker: bytes, block: Block) -> WorkerDay:
    return WorkerDay(
        worker=worker, day=_day(block), lots=0, accepted_pieces=0, rejected_pieces=0, earned_fen=0
    )


def _new_month(worker: bytes, enterprise: int, block: Block) -> WorkerMonth:
    return WorkerMonth(
        worker=worker, month=_month(block), enterprise=enterprise, lots=0, earned_fen=0, paid_fen=0
    )
