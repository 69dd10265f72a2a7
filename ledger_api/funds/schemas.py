"""JSON forms of funds, their purposes and budget lines."""

from __future__ import annotations

from pydantic import Field

from contracts.enums import Level
from contracts.events import BudgetLineSet, FundOpened, PurposeOpened
from ledger_api.finality import Answer, Record
from ledger_api.forms import ByName, Form, event_field


class Figures(Form):
    """What came in, what went out, and what is left. The balance is always what came in less what went out."""

    balance_fen: int = Field(description="In fen.")
    in_fen: int = Field(description="Gifts, matches and levies received, less those taken back, in fen.")
    out_fen: int = Field(description="Payments and matches given, less those that came back, in fen.")
    committed_fen: int = Field(description="Approved and not yet paid, in fen.")


class Purpose(Figures):
    """A purpose of a fund."""

    purpose: int = event_field(PurposeOpened, "purpose")


class Fund(Record, Figures):
    """A fund."""

    fund: int = event_field(FundOpened, "fund")
    parent: int = event_field(FundOpened, "parent")
    level: ByName[Level] = event_field(FundOpened, "level")
    bank: int = event_field(FundOpened, "bank")
    frozen: bool = Field(description="True if spending is stopped.")
    closed: bool = Field(description="True if it takes and spends nothing any more.")
    tree_balance_fen: int = Field(description="Balance of this fund and of all funds below it, in fen.")
    purposes: list[Purpose] = Field(description="By number.")


class BudgetLine(Form):
    """A budget line."""

    budget_line: int = event_field(BudgetLineSet, "budget_line")
    purpose: int = event_field(BudgetLineSet, "purpose")
    limit_fen: int = event_field(BudgetLineSet, "limit_fen")
    spent_fen: int = Field(description="Executed and not reversed, in fen.")
    committed_fen: int = Field(description="Approved and not yet paid, in fen.")
    open_proofs: int = Field(
        description="Payments whose proof is still to come; with three the line is blocked."
    )
    blocked: bool = Field(
        description="A proof is overdue, or three are to come: nothing is submitted or paid on it."
    )


class Month(Form):
    """What came in and went out in a month."""

    month: str = Field(description="Year and month in China's time, such as 2026-03.")
    in_fen: int = Field(description="In fen.")
    out_fen: int = Field(description="In fen.")
    balance_fen: int = Field(description="Balance at the end of the month, in fen.")


class FundDetail(Answer):
    """A fund with its budget lines and months."""

    fund: Fund
    budget_lines: list[BudgetLine] = Field(description="By number.")
    months: list[Month] = Field(
        description="From the first with a transfer to that of the block; the last 24. All are at /v1/funds/{fund}/months."
    )
