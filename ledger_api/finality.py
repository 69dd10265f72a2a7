"""Finality of a figure: confirmed is in a block that the indexer verified, final as deep as the network's finality asks.

What the chain has not taken yet is told by `/v1/commands`, never by the mirror.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import Field

from ledger_api.forms import Form, Id32, Moment

T = TypeVar("T")


class Finality(StrEnum):
    """How sure a figure of the mirror is."""

    CONFIRMED = "confirmed"
    FINAL = "final"


def finality_of(block_number: int, final_number: int) -> Finality:
    """Finality of something in a verified block.

    Args:
        block_number: Block that holds it.
        final_number: Highest final block.
    """
    return Finality.FINAL if block_number <= final_number else Finality.CONFIRMED


class Answer(Form):
    """Base of every answer: the block at which all its figures hold."""

    block_number: int = Field(description="Block at which these figures hold.")
    block_hash: Id32 = Field(description="Hash of that block.")
    finality: Finality = Field(description="confirmed: in a verified block; final: as deep as finality asks.")


class Page(Answer, Generic[T]):
    """One page of a list."""

    items: list[T] = Field(description="In the order that the list names.")
    next_cursor: str | None = Field(description="Cursor of the next page; null on the last.")


class Record(Form):
    """Base of what one event recorded: where on the chain it is."""

    block_number: int = Field(description="Block that holds the record.")
    block_hash: Id32 = Field(description="Hash of that block.")
    transaction_hash: Id32 = Field(description="Hash of the chain transaction that carried it.")
    time: Moment = Field(description="Time of the block.")
    finality: Finality = Field(description="confirmed: in a verified block; final: as deep as finality asks.")
