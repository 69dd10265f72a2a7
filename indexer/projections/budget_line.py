"""Budget lines: what may be spent on each, and what was. Payments whose proof is still to come are open requests."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import (
    BudgetLineSet,
    DisbursementReversed,
    PaymentReturned,
    ProposalExecuted,
    ReturnReversed,
)
from contracts.types import Uint64
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.request import Request, requests
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class BudgetLine(Version):
    """A budget line."""

    budget_line: int = column("Number of the line.")
    purpose: int = column("Purpose that it is part of.")
    limit_fen: Uint64 = column("All that may be spent on it, in fen.")
    spent_fen: int = column("Executed and not come back, in fen.")


budget_lines = Noun("budget_lines", BudgetLine, key=("budget_line",))


@budget_lines.sets(BudgetLineSet)
def _set(line: BudgetLine | None, event: BudgetLineSet, _: Block) -> BudgetLine:
    line = line or BudgetLine(
        budget_line=event.budget_line, purpose=event.purpose, limit_fen=event.limit_fen, spent_fen=0
    )
    require(event.purpose == line.purpose, event, f"purpose {line.purpose}", event.purpose)
    line.limit_fen = event.limit_fen
    _require_within_limit(line, event)
    return line


@budget_lines.changes(ProposalExecuted, look_up=requests)
def _spent(line: BudgetLine, event: ProposalExecuted, _: Block, request: Request) -> None:
    require(event.amount_fen == request.amount_fen, event, request.amount_fen, event.amount_fen)
    line.spent_fen += event.amount_fen
    _require_within_limit(line, event)


@budget_lines.changes(DisbursementReversed, look_up=requests)
def _returned(line: BudgetLine, _: DisbursementReversed, __: Block, request: Request) -> None:
    line.spent_fen -= request.amount_fen


@budget_lines.changes(PaymentReturned, look_up=requests)
def _part_returned(line: BudgetLine, event: PaymentReturned, _: Block, __: Request) -> None:
    line.spent_fen -= event.amount_fen


@budget_lines.changes(ReturnReversed, look_up=requests)
def _return_reversed(line: BudgetLine, event: ReturnReversed, _: Block, __: Request) -> None:
    line.spent_fen += event.amount_fen
    _require_within_limit(line, event)


def _require_within_limit(line: BudgetLine, event: object) -> None:
    limit_fen = line.limit_fen % 2**64  # The mirror holds a limit from 2^63 up as a negative number.
    require(line.spent_fen <= limit_fen, event, f"at most {limit_fen} fen spent", line.spent_fen)
