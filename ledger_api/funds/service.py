"""What each fund has, had and owes."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING

from contracts.accounts import fund_of
from indexer.calendar import china_day
from indexer.projections import budget_line, fund
from indexer.projections.request import Phase, phase, requests
from ledger_api.errors import NotFoundError
from ledger_api.funds import queries
from ledger_api.funds.schemas import BudgetLine, Figures, Fund, FundDetail, Month, Purpose

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from indexer.projections.request import Request
    from ledger_api.mirror import Placed, Reading

# So many payments of a budget line may wait for their proof (`ProofWindow.SLOTS`).
PROOF_SLOTS = 3
_NAMES = tuple(Figures.model_fields)
_figures = attrgetter(*_NAMES)
_NOTHING = (0,) * len(_NAMES)


async def all_funds(mirror: Reading) -> list[Fund]:
    """All funds by number, each with its purposes."""
    placed = await mirror.placed(fund.funds, queries.all_funds())
    parents = {p.version.fund: p.version.parent for p in placed}
    purposes = await _purposes(mirror, parents)
    balances_fen = {number: _balance_fen(of_fund) for number, of_fund in purposes.items()}
    tree_fen: defaultdict[int, int] = defaultdict(int)
    for number in parents:
        for above in _lineage(number, parents):
            tree_fen[above] += balances_fen[number]
    return [_fund(mirror, p, purposes[p.version.fund], tree_fen[p.version.fund]) for p in placed]


async def funds_by_number(mirror: Reading) -> list[fund.Fund]:
    """All funds by number, without their money."""
    return await mirror.versions(fund.funds, queries.funds_by_number())


async def fund_numbered(mirror: Reading, number: int) -> fund.Fund | None:
    """A fund without its money; None if there is none of this number."""
    found = await mirror.versions(fund.funds, queries.fund_numbered(number))
    return found[0] if found else None


async def require_fund(mirror: Reading, number: int) -> None:
    """Refuses a number that is no fund's.

    Raises:
        NotFoundError: That is so.
    """
    if await fund_numbered(mirror, number) is None:
        raise NotFoundError("fund", number)


async def fund_detail(mirror: Reading, number: int, months: list[Month]) -> FundDetail:
    """A fund with its budget lines and months.

    Args:
        mirror: A snapshot.
        number: The fund.
        months: Its latest months, in order.

    Raises:
        NotFoundError: There is no such fund.
    """
    placed = {p.version.fund: p for p in await mirror.placed(fund.funds, queries.all_funds())}
    if number not in placed:
        raise NotFoundError("fund", number)
    parents = {p.version.fund: p.version.parent for p in placed.values()}
    purposes = await _purposes(mirror, [n for n in parents if number in _lineage(n, parents)])
    tree_fen = sum(map(_balance_fen, purposes.values()))
    return FundDetail(
        fund=_fund(mirror, placed[number], purposes[number], tree_fen),
        budget_lines=[line for line in await budget_lines(mirror) if fund_of(line.purpose) == number],
        months=months,
        **mirror.head.stands(),
    )


async def budget_lines(mirror: Reading) -> list[BudgetLine]:
    """All budget lines by number."""
    lines = await mirror.versions(budget_line.budget_lines, queries.all_budget_lines())
    unproven: defaultdict[int, list[Request]] = defaultdict(list)
    for request in await mirror.versions(requests, queries.unproven()):
        unproven[request.budget_line].append(request)
    committed_fen: defaultdict[int, int] = defaultdict(int)
    for row in await mirror.rows(queries.committed(mirror.head.time)):
        committed_fen[row.budget_line] += row.amount_fen
    return [
        _budget_line(line, unproven[line.budget_line], committed_fen[line.budget_line], mirror.head.time)
        for line in lines
    ]


async def _purposes(mirror: Reading, funds: Collection[int]) -> dict[int, list[Purpose]]:
    """Purposes by fund."""
    committed_fen: defaultdict[int, int] = defaultdict(int)
    for row in await mirror.rows(queries.committed(mirror.head.time)):
        committed_fen[row.purpose] += row.amount_fen
    found: dict[int, list[Purpose]] = {number: [] for number in funds}
    for row in await mirror.rows(queries.totals(funds, (china_day(mirror.head.time),))):
        figures = Purpose(
            purpose=row.purpose,
            balance_fen=row.in_fen - row.out_fen,
            in_fen=row.in_fen,
            out_fen=row.out_fen,
            committed_fen=committed_fen[row.purpose],
        )
        found[row.fund].append(figures)
    return found


def _fund(mirror: Reading, placed: Placed[fund.Fund], purposes: Sequence[Purpose], tree_fen: int) -> Fund:
    sums = map(sum, zip(_NOTHING, *map(_figures, purposes), strict=True))
    figures = dict(zip(_NAMES, sums, strict=True))
    return mirror.placed_record(Fund, placed, purposes=purposes, tree_balance_fen=tree_fen, **figures)


def _balance_fen(purposes: Sequence[Purpose]) -> int:
    return sum(purpose.balance_fen for purpose in purposes)


def _lineage(number: int, parents: Mapping[int, int]) -> list[int]:
    """A fund, and all above it."""
    return [number, *_lineage(parents[number], parents)] if number else []


def _budget_line(
    line: budget_line.BudgetLine, unproven: Sequence[Request], committed_fen: int, now: int
) -> BudgetLine:
    overdue = any(phase(request, now) is Phase.PROOF_OVERDUE for request in unproven)
    return BudgetLine(
        budget_line=line.budget_line,
        purpose=line.purpose,
        limit_fen=line.limit_fen,
        spent_fen=line.spent_fen,
        committed_fen=committed_fen,
        open_proofs=len(unproven),
        blocked=len(unproven) >= PROOF_SLOTS or overdue,
    )
