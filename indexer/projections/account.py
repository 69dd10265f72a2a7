"""Accounts of the ledger. They are opened once and never change; what they hold is in `balances`."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import Unit
from contracts.events import AccountOpened
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Account(Version):
    """An account."""

    account: bytes = column("Its id, 32 bytes: a kind and an owner (`contracts.accounts`).")
    unit: Unit = column("What it holds.")
    world: bool = column("Whether it stands for the world outside and may go below zero.")
    fund: int = column("Fund that it belongs to; 0 if to none.")


accounts = Noun("accounts", Account, key=("account",))


@accounts.begins(AccountOpened)
def _opened(event: AccountOpened, _: Block) -> Account:
    return Account(account=event.account, unit=Unit(event.unit), world=event.world, fund=event.fund)
