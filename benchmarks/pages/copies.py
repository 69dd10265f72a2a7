"""Passes over a demo town's history, one after the other, as batches that the indexer's writer takes.

The last pass is the demo town's own year; those before it have a year each, or share the 29 years before it. Copies have new ids,
numbers and times. Lots of a copy reject nothing, so that their order is used up, and budgets have a limit for all passes.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from benchmarks.pages.history import ACCOUNTS, CAMPAIGN_KINDS
from contracts import events as e
from contracts.accounts import account_id, account_parts
from indexer.batch import Batch
from indexer.names import table_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.pages.history import History, Record, Row

YEARS_SECONDS = 29 * 365 * 86_400
IDS = {
    "proposal_id", "task", "redemption", "order", "lot", "bank_line", "incoming_bank_line", "outgoing_bank_line",
    "check_in", "check_out",
}  # fmt: skip
# As contracts keep seconds since 1970. What stands alone lasts as long as it did, but for its own date.
MOMENTS, OWN_MOMENTS = (
    ("uint40", "uint48"),
    {("WorkOrderOpened", "due_at"), ("ChangeScheduled", "due_at"), ("DelegationOpened", "valid_from")},
)
CAMPAIGNS_A_PASS, NUMBERS_A_PASS = 1_000, 100_000_000
NO_ID = bytes(16)


def batches(history: History, times: int) -> Iterator[Batch]:
    """The history so many times over, a batch a pass."""
    sequence, parent = 0, bytes(32)
    for number in range(times):
        copy = Copy(history, number, times, sequence, parent)
        yield copy.batch()
        sequence, parent = copy.sequence, copy.parent


class Copy:
    """One pass.

    Attributes:
        sequence: Number of the last transfer so far.
        parent: Hash of the last block so far, 32 bytes.
    """

    def __init__(self, history: History, number: int, times: int, sequence: int, parent: bytes) -> None:
        self.sequence, self.parent = sequence, parent
        self._history, self._number, self._times, self._earlier = history, number, times, times - 1 - number
        self._began, ended = history.blocks[0]["time"], history.blocks[-1]["time"]
        self._seconds = ended - self._began
        self._pass_seconds = (
            min(self._seconds, YEARS_SECONDS // (times - 1)) if self._earlier else self._seconds
        )
        self._first_block = number * len(history.blocks)
        self._leaves = max(r.fields["size"] for r in history.records if r.event is e.HeadAnchored)
        self._pieces: Counter[bytes] = Counter()
        for order, accepted in history.lots.values():
            self._pieces[order] += accepted

    def batch(self) -> Batch:
        """Its blocks, transactions and events."""
        batch = Batch()
        for block in self._history.blocks:
            block_hash = self._new_hash(block["hash"])
            batch.blocks.append(
                (self._block(block["number"]), block_hash, self.parent, self._time(block["time"]))
            )
            self.parent = block_hash
        for transaction in self._history.transactions:
            number, tx_hash = self._block(transaction["block_number"]), self._new_hash(transaction["hash"])
            changes = {"block_number": number, "hash": tx_hash}
            batch.transactions.append(tuple((transaction | changes).values()))
        for record in self._history.of_pass(first=self._number == 0, last=self._earlier == 0):
            block_number, *place = record.place
            row = (self._block(block_number), *place, *self._fields(record).values())
            batch.events.setdefault(table_name(record.event), []).append(row)
        return batch

    def _fields(self, record: Record) -> Row:
        fields = {name: self._value(name, value) for name, value in record.fields.items()}
        fields |= {name: self._time(record.fields[name]) for name in _moments(record)}
        fields |= {name: self._account(record.fields[name]) for name in ACCOUNTS.get(record.event, ())}
        if record.event is e.Transferred:
            self.sequence += 1
            fields["sequence"] = self.sequence
        elif record.event is e.BudgetLineSet:
            fields["limit_fen"] *= self._times
        elif record.event is e.HeadAnchored:
            fields["size"] += self._number * self._leaves
        elif record.event is e.ProposalSubmitted:
            fields["number"] += self._earlier * NUMBERS_A_PASS
        elif self._earlier:
            fields |= self._exhaust(record)
        return fields

    def _exhaust(self, record: Record) -> Row:
        if record.event is e.WorkOrderOpened:
            return {"pieces": self._pieces[record.fields["order"]]}
        if record.event is e.LotTaken:
            return {"pieces": self._history.lots[record.fields["lot"]][1]}
        return {"rejected_pieces": 0} if record.event is e.LotSettled else {}

    def _value(self, name: str, value: Any) -> Any:
        if name == "campaign":
            return value + self._earlier * CAMPAIGNS_A_PASS
        if name == "cause" and value[:16] == NO_ID:
            return self._value("campaign", int.from_bytes(value, "big")).to_bytes(32, "big")
        return self._new_id(value) if name in IDS or name == "cause" else value

    def _account(self, account: bytes) -> bytes:
        kind, owner = account_parts(account)
        return account_id(kind, self._value("campaign", owner)) if kind in CAMPAIGN_KINDS else account

    def _new_id(self, value: bytes) -> bytes:
        """An id of 16 bytes, which a cause of 32 bytes begins with."""
        return value if value[:16] == NO_ID else self._new_hash(value[:16])[:16] + value[16:]

    def _new_hash(self, value: bytes) -> bytes:
        return sha256(self._earlier.to_bytes(4, "big") + value).digest() if self._earlier else value

    def _block(self, number: int) -> int:
        return self._first_block + int(number)

    def _time(self, moment: int) -> int:
        began = self._began - self._earlier * self._pass_seconds
        return int(began + (moment - self._began) * self._pass_seconds // self._seconds)


def _moments(record: Record) -> Iterator[str]:
    for param in record.event.params():
        if param.scalar.abi in MOMENTS and (
            record.story or (record.event.__name__, param.name) in OWN_MOMENTS
        ):
            yield param.name
