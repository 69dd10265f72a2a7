"""JSON forms of accounts."""

from __future__ import annotations

from pydantic import Field

from contracts.enums import Unit
from contracts.events import AccountOpened
from ledger_api.finality import Answer
from ledger_api.forms import AccountId, ByName, event_field


class Account(Answer):
    """An account and its balance at a block."""

    account: AccountId = event_field(AccountOpened, "account")
    unit: ByName[Unit] = event_field(AccountOpened, "unit")
    world: bool = event_field(AccountOpened, "world")
    balance: int = Field(
        description="Sum of all transfers up to the block, in fen for CNY, minutes for MINUTE, points for POINT."
    )
