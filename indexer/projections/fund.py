"""Funds and the purposes that they are divided into."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import Level
from contracts.events import FundClosed, FundFrozen, FundOpened, PurposeOpened
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Fund(Version):
    """A fund."""

    fund: int = column("Number of the fund.")
    parent: int = column("Fund above it, or 0.")
    level: Level = column("Where it stands.")
    bank: int = column("Bank account that holds its money.")
    frozen: bool = column("Whether spending is stopped.")
    closed: bool = column("Whether it takes and spends nothing any more.")


@dataclass(kw_only=True)
class Purpose(Version):
    """A purpose of a fund. It never changes."""

    purpose: int = column("Number of the purpose, whose upper 16 bits are its fund's.")
    fund: int = column("Fund that it is part of.")


funds = Noun("funds", Fund, key=("fund",))
purposes = Noun("purposes", Purpose, key=("purpose",), open_indexes=[("fund", "purpose")])


@funds.begins(FundOpened)
def _opened(event: FundOpened, _: Block) -> Fund:
    return Fund(
        fund=event.fund, parent=event.parent, level=Level(event.level), bank=event.bank, frozen=False, closed=False
    )  # fmt: skip


@funds.changes(FundFrozen)
def _frozen(fund: Fund, event: FundFrozen, _: Block) -> None:
    fund.frozen = event.frozen


@funds.changes(FundClosed)
def _closed(fund: Fund, event: FundClosed, _: Block) -> None:
    require(
        fund.closed != event.closed,
        event,
        "a fund that is open or closed in turn",
        f"closed twice: {event.closed}",
    )
    fund.closed = event.closed


@purposes.begins(PurposeOpened)
def _purpose_opened(event: PurposeOpened, _: Block) -> Purpose:
    return Purpose(purpose=event.purpose, fund=event.fund)
