"""JSON forms of statements."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

from ledger_api.forms import Form, Id32, Moment

StatementId = Annotated[str, Path(max_length=80, description="Id of the statement.")]


class StatementAnswer(Form):
    """An imported statement."""

    id: str = Field(description="Its id, 32 hex digits.")
    bank: int = Field(description="Bank account of the host, as on chain.")
    format: str = Field(description="camt.053, or name of the CSV mapping.")
    opening_fen: int = Field(description="Balance before the first line, in fen.")
    closing_fen: int = Field(description="Balance after the last line, in fen.")
    lines: int = Field(description="How many lines it has.")
    imported_at: Moment = Field(description="When it was imported.")


class StatementList(Form):
    """Statements of the treasurer's bank accounts."""

    items: list[StatementAnswer] = Field(description="The latest import first.")
    next_cursor: str | None = Field(description="Cursor of the next page; null on the last.")


class StatementLineAnswer(Form):
    """One line."""

    line: int = Field(description="Its number in the statement, from 1.")
    bank_line: Id32 = Field(description="Key by which the chain knows it.")
    reference: str = Field(description="The bank's own reference, normalised.")
    amount_fen: int = Field(description="In fen; below zero if it went out.")
    booked_on: str = Field(description="YYYY-MM-DD.")
    counterparty: str = Field(description="The other side's name; personal.")
    text: str = Field(description="What the line says; personal.")
    use: str = Field(
        description="unused, donation, donation_returned, donation_return, gift, gift_refund, gift_returned, gift_return, payment,"
        " disbursement_return, proceeds, proceeds_returned, proceeds_return, payout, payout_returned or payout_return."
    )
    used_in_block: int | None = Field(description="Block that says so; null if unused.")


class StatementLinePage(Form):
    """Lines of a statement."""

    items: list[StatementLineAnswer] = Field(description="In order.")
    next_after: int | None = Field(description="Value of `after` for the next page; null on the last.")
