"""Funds and the purposes that they are divided into."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import Level
from contracts.events import FundFrozen, FundOpened, PurposeOpened
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


@dataclass(kw_only=True)
class Purpose(Version):
    """A purpose of a fund. It never changes."""

    purpose: int = column("Number of the purpose, whose upper 16 bits are its fund's.")
    fund: int = column("Fund that it is part of.")


funds = Noun("funds", Fund, key=("fund",))
purposes = Noun("purposes", Purpose, key=("purpose",), open_indexes=[("fund", "purpose")])


@funds.begins(FundOpened)
def _opened(event: FundOpened, _: Block) -> Fund:
    return Fund(fund=event.fund, parent=event.parent, level=Level(event.level), bank=event.bank, frozen=False)


@funds.changes(FundFrozen)
def _frozen(fund: Fund, event: FundFrozen, _: Block) -> None:
    fund.frozen = event.frozen


@purposes.begins(PurposeOpened)
def _purpose_opened(event: PurposeOpened, _: Block) -> Purpose:
    return Purpose(purpose=event.purpose, fund=event.fund)
