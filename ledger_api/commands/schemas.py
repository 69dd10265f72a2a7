"""JSON forms of commands."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ledger_api.forms import Address, Form, Id32, Moment

CommandStatus = Literal["pending", "confirmed", "final", "refused"]


class CommandAnswer(Form):
    """What became of a command."""

    id: str = Field(description="Its id, 32 hex digits.")
    kind: str = Field(description="Name of the intent, or contract and function of a service's own call.")
    signer: Address | None = Field(
        description="First key that signed it; null for a service's own call, and for everybody else."
    )
    accepted_at: Moment = Field(description="When it was accepted.")
    status: CommandStatus = Field(
        description="pending: accepted, in no verified block yet. confirmed: in a verified block. final: as deep as"
        " finality asks. refused: a rule stood against it, for good."
    )
    transaction_hash: Id32 | None = Field(
        description="Hash of its chain transaction; null until it is signed."
    )
    block_number: int | None = Field(description="Verified block that holds it; null until then.")
    refusal: dict[str, Any] | None = Field(description="The problem that it is, if refused.")


class CommandPage(Form):
    """Commands, the latest first."""

    items: list[CommandAnswer] = Field(description="The latest first.")
    next_before: int | None = Field(description="Value of `before` for the next page; null on the last.")
