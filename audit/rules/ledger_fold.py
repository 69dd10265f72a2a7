"""Balances as the verified transfers add up to: the independent fold that storage, mirror and portal are compared with."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from audit.chain.history import once

if TYPE_CHECKING:
    from audit.chain.history import History, Log


@dataclass(kw_only=True, slots=True)
class Book:
    """One account.

    Attributes:
        unit: 1 CNY, 2 MINUTE, 3 POINT (`ILedger.Unit`).
        world: Whether it may go negative.
        fund: Fund that it belongs to; 0 if to none.
        opened: Block that opened it.
        balances: Balance after each block that changed it, by block, in order.
    """

    unit: int
    world: bool
    fund: int
    opened: int
    balances: dict[int, int] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        """Balance at the head, in the unit of the account."""
        return next(reversed(self.balances.values()), 0)

    def at(self, block: int) -> int:
        """Balance after a block, in the unit of the account."""
        blocks = list(self.balances)
        index = bisect_right(blocks, block)
        return self.balances[blocks[index - 1]] if index else 0


@dataclass(kw_only=True, slots=True)
class Fold:
    """The ledger as its events make it.

    Attributes:
        books: Every account by its id.
        sequence: Number of the last transfer.
        modules: Kinds of accounts that each address may open and debit, a bit for each kind.
        closing: Addresses that only end what they began.
        anchored_size: Size of the last anchored head of the log of signed events.
    """

    books: dict[bytes, Book] = field(default_factory=dict)
    sequence: int = 0
    modules: dict[bytes, int] = field(default_factory=dict)
    closing: set[bytes] = field(default_factory=set)
    anchored_size: int = 0


@once
def fold(history: History) -> Fold:
    """Adds up a history. A transfer from or to an account that was never opened opens it with unit 0."""
    ledger = Fold()
    for log in history.logs("Ledger.AccountOpened", "Ledger.Transferred"):
        if log.event == "AccountOpened":
            values = log.values
            unit, world, fund = (values[name] for name in ("unit", "world", "fund"))
            book = Book(unit=unit, world=world, fund=fund, opened=log.block.number)
            ledger.books.setdefault(values["account"], book)
        else:
            _move(ledger, log)
    for log in history.logs("Ledger.ModuleAdmitted", "Ledger.ModuleClosing", "Ledger.ModuleRetired"):
        if log.event == "ModuleClosing":
            ledger.closing.add(log.values["module"])
            continue
        ledger.modules[log.values["module"]] = log.values.get("kinds", 0)
        ledger.closing.discard(log.values["module"])
    for log in history.logs("EventLog.HeadAnchored", "EventLog.LogResumed"):
        ledger.anchored_size = log.values["size"]
    return ledger


def _move(ledger: Fold, log: Log) -> None:
    block, amount = log.block.number, log.values["amount"]
    ledger.sequence = log.values["sequence"]
    for account, change in ((log.values["payer"], -amount), (log.values["payee"], amount)):
        book = ledger.books.setdefault(account, Book(unit=0, world=False, fund=0, opened=block))
        book.balances[block] = book.balance + change
