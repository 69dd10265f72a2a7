"""JSON form of receipt keys."""

from __future__ import annotations

from pydantic import Field

from ledger_api.finality import Record
from ledger_api.forms import Address, Moment


class ReceiptKey(Record):
    """A key with which a portal acknowledges what members signed."""

    key: Address = Field(description="Address of the key.")
    since: Moment = Field(description="From when on its receipts count.")
    ended_at: Moment | None = Field(description="From when on they do not; null while they do.")
