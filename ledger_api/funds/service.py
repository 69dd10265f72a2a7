"""What each fund has, had and owes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from contracts.accounts import account_parts
from contracts.enums import ProposalState
from indexer.projections.request import EXECUTION_SECONDS
from ledger_api.errors import NotFoundError
from ledger_api.funds import repository
from ledger_api.funds.schemas import BudgetLine, Fund, FundDetail, Month, Purpose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from ledger_api.mirror import Reading

# So many payments of a budget line may wait for their proof (`ProofWindow.SLOTS`).
PROOF_SLOTS = 3


@dataclass
class Flow:
    """What came in and went out, in fen."""

    in_fen: int = 0
    out_fen: int = 0

    @property
    def balance_fen(self) -> int:
        """What is left, in fen."""
        return self.in_fen - self.out_fen

    def add(self, row: Row[Any]) -> None:
        """Adds a row of `repository.flows`."""
        self.in_fen += row.in_fen
        self.out_fen += row.out_fen


async def all_funds(mirror: Reading) -> list[Fund]:
    """All funds by number, each with its purposes."""
    rows = await mirror.rows(repository.funds())
    purposes = await _purposes(mirror)
    frozen = {row.fund: row.frozen for row in await mirror.rows(repository.freezes())}
    own_fen = {row.fund: sum(p.balance_fen for p in purposes[row.fund]) for row in rows}
    parents = {row.fund: row.parent for row in rows}
    return [
        mirror.record(
            Fund,
            row,
            frozen=frozen.get(row.fund, False),
            purposes=purposes[row.fund],
            tree_balance_fen=sum(fen for fund, fen in own_fen.items() if _is_below(fund, row.fund, parents)),
            **_sums(purposes[row.fund]),
        )
        for row in rows
    ]


async def fund_detail(mirror: Reading, fund: int) -> FundDetail:
    """A fund with its budget lines and months.

    Raises:
        NotFoundError: There is no such fund.
    """
    found = next((f for f in await all_funds(mirror) if f.fund == fund), None)
    if found is None:
        raise NotFoundError("fund", fund)
    lines = [line for line in await budget_lines(mirror) if line.purpose >> 16 == fund]
    return FundDetail(
        fund=found, budget_lines=lines, months=await months(mirror, fund), **mirror.head.stands()
    )


async def budget_lines(mirror: Reading) -> list[BudgetLine]:
    """All budget lines by number."""
    limits = {row.budget_line: row for row in await mirror.rows(repository.budget_lines())}
    decided = defaultdict(list)
    for row in await mirror.rows(repository.decisions()):
        decided[row.budget_line].append(row)
    return [_budget_line(limits[number], decided[number], mirror.head.time) for number in sorted(limits)]


async def months(mirror: Reading, fund: int) -> list[Month]:
    """What came in and went out of a fund, by month in China's time."""
    flows: defaultdict[str, Flow] = defaultdict(Flow)
    for row in await mirror.rows(repository.flows(fund << 16, (fund << 16) | 0xFFFF, by_day=True)):
        flows[month_of(row.day)].add(row)
    if not flows:
        return []
    told, balance_fen = [], 0
    for month in _months_between(min(flows), month_of(china_day(mirror.head.time))):
        flow = flows[month]
        balance_fen += flow.balance_fen
        told.append(Month(month=month, in_fen=flow.in_fen, out_fen=flow.out_fen, balance_fen=balance_fen))
    return told


def china_day(seconds: int) -> int:
    """Number of a day in China's time, from 1970.

    Args:
        seconds: Seconds since 1970.
    """
    return (seconds + repository.CHINA_SECONDS) // repository.DAY_SECONDS


def month_of(day: int) -> str:
    """Month of a day, such as 2026-03.

    Args:
        day: Number of the day, from 1970.
    """
    return datetime.fromtimestamp(day * repository.DAY_SECONDS, UTC).strftime("%Y-%m")


def _months_between(first: str, last: str) -> list[str]:
    start, end = ((int(m[:4]) * 12 + int(m[5:]) - 1) for m in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1)]


async def _purposes(mirror: Reading) -> dict[int, list[Purpose]]:
    flows: defaultdict[int, Flow] = defaultdict(Flow)
    for row in await mirror.rows(repository.flows()):
        flows[account_parts(row.account)[1]].add(row)
    committed = await _committed(mirror)
    purposes = defaultdict(list)
    for row in await mirror.rows(repository.purposes()):
        flow = flows[row.purpose]
        figures = {"balance_fen": flow.balance_fen, "in_fen": flow.in_fen, "out_fen": flow.out_fen}
        purposes[row.fund].append(
            Purpose(purpose=row.purpose, committed_fen=committed[row.purpose], **figures)
        )
    return purposes


async def _committed(mirror: Reading) -> dict[int, int]:
    committed: defaultdict[int, int] = defaultdict(int)
    for row in await mirror.rows(repository.decisions()):
        if _binds(row, mirror.head.time):
            committed[row.purpose] += row.amount_fen
    return committed


def _binds(decision: Row[Any], now: int) -> bool:
    """Whether a proposal is approved and may still be paid."""
    return bool(
        decision.state == ProposalState.APPROVED and now < decision.notice_ends_at + EXECUTION_SECONDS
    )


def _sums(purposes: list[Purpose]) -> dict[str, int]:
    names = ("balance_fen", "in_fen", "out_fen", "committed_fen")
    return {name: sum(getattr(purpose, name) for purpose in purposes) for name in names}


def _is_below(fund: int, top: int, parents: dict[int, int]) -> bool:
    while fund and fund != top:
        fund = parents[fund]
    return fund == top


def _budget_line(limit: Row[Any], decided: Sequence[Row[Any]], now: int) -> BudgetLine:
    paid = [row for row in decided if row.state in (ProposalState.EXECUTED, ProposalState.CLOSED)]
    unproven = [row for row in paid if row.state == ProposalState.EXECUTED]
    return BudgetLine(
        budget_line=limit.budget_line,
        purpose=limit.purpose,
        limit_fen=limit.limit_fen,
        spent_fen=sum(row.amount_fen for row in paid),
        committed_fen=sum(row.amount_fen for row in decided if _binds(row, now)),
        open_proofs=len(unproven),
        blocked=len(unproven) >= PROOF_SLOTS or any(row.proof_due_at < now for row in unproven),
    )
