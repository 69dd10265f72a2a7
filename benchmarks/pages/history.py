"""What happened in a demo town, and which of it a longer history has again.

In thirty years what is over grows; what is open does not, and neither do members, funds, committees and devices. So a history
of N times has N passes over the demo town's year. Each has the donations, payouts and anchored heads, and the requests, tasks,
redemptions, campaigns and lots that ended. What founds the town is in the first pass alone, what is open in the last. `copies`
writes the passes. The people stay the same, so that a volunteer has N times the visits: the hardest case for the pages.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import events as e
from contracts.accounts import AccountKind, account_parts
from contracts.enums import Reason
from contracts.events import EVENTS
from indexer.names import table_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from contracts.types import Event

Row = dict[str, Any]


def _events(*names: str) -> tuple[type[Event], ...]:
    """Events by name. The code before lacks some."""
    return tuple(event for event in EVENTS if event.__name__ in names)


# What is over, by the column that names it and the events that end it.
ENDINGS: dict[str, tuple[type[Event], ...]] = {
    "proposal_id": _events("PaymentProven", "DisbursementReversed", "ProposalWithdrawn"),
    "task": _events("ClaimCredited", "ClaimRejected"),
    "redemption": _events(
        "RedemptionConfirmed", "RedemptionCompleted", "RedemptionSettled", "DecidedForProvider", "DecidedForMember", "RedemptionCancelled",
        "RedemptionDeclined", "RedemptionVoided", "RedemptionLapsed",
    ),
    "campaign": _events("CampaignSettled"),
    "lot": _events("LotSettled"),
}  # fmt: skip
LOTS_IN_DISPUTE = _events("LotDisputed", "LotDecided", "LotReversed")
# What is in every pass though no story of `ENDINGS` holds it.
ALONE = _events(
    "Transferred", "DonationsAttested", "DonationReversed", "HeadAnchored", "JointPaymentProven", "ProceedsAttested", "PayoutProven", "WorkOrderOpened",
)  # fmt: skip
CAUSES = {
    reason: column
    for reason in Reason
    for column, beginnings in (
        ("proposal_id", ("DISBURSEMENT",)), ("task", ("CREDIT",)), ("redemption", ("REDEMPTION",)),
        ("lot", ("LOT", "WAGE", "RESERVE", "LEVY", "REMAINDER")),
    )
    if reason.name.startswith(beginnings)
}  # fmt: skip
# The columns that hold ledger accounts.
ACCOUNTS: dict[type[Event], tuple[str, ...]] = {
    e.AccountOpened: ("account",),
    e.Transferred: ("payer", "payee"),
}
CAMPAIGN_KINDS = (AccountKind.CAMPAIGN, AccountKind.MATCH_LOCK)


@dataclass(frozen=True, slots=True)
class Record:
    """An event of the demo town.

    Attributes:
        event: What it is.
        place: Block, index in the block, index of its transaction.
        fields: As its table holds them.
        story: Column and value that name what it is part of; None of what founds the town or stands alone.
    """

    event: type[Event]
    place: tuple[int, int, int]
    fields: Row
    story: tuple[str, Any] | None


class History:
    """What a demo town's mirror holds.

    Attributes:
        blocks: Number, hash and time of each.
        transactions: Rows of their table.
        records: All events, rising.
        lots: Order and accepted pieces of each lot that was settled without a dispute.
    """

    def __init__(self, mirror: Path) -> None:
        with sqlite3.connect(f"file:{mirror}?mode=ro", uri=True) as database:
            database.row_factory = sqlite3.Row
            self.blocks = _rows(database, "SELECT number, hash, time FROM blocks ORDER BY number")
            self.transactions = _rows(database, "SELECT * FROM transactions ORDER BY block_number, tx_index")
            records = [_record(event, row) for event in EVENTS for row in _rows(database, _select(event))]
        self.records = sorted(records, key=lambda record: record.place)
        self._ended_stories = {r.story for r in self.records if r.story and r.event in ENDINGS[r.story[0]]}
        # A copy rejects nothing, so nobody disputes its lots, and who did is not paid for them.
        in_dispute = {r.story for r in self.records if r.event in LOTS_IN_DISPUTE}
        self._ended_stories -= in_dispute
        self._disputants = {
            r.fields["worker"] for r in self.records if r.story in in_dispute and "worker" in r.fields
        }
        orders = {r.fields["lot"]: r.fields["order"] for r in self.records if r.event is e.LotTaken}
        self.lots: dict[bytes, tuple[bytes, int]] = {
            lot: (orders[lot], accepted)
            for lot, accepted in (
                (r.fields["lot"], r.fields["accepted_pieces"])
                for r in self.records
                if r.event is e.LotSettled and r.story in self._ended_stories
            )
        }

    def of_pass(self, *, first: bool, last: bool) -> Iterator[Record]:
        """The events that belong into a pass."""
        for record in self.records:
            if record.story is None:
                if (first or record.event in ALONE) and (last or self._is_copied(record)):
                    yield record
            elif last or record.story in self._ended_stories:
                yield record

    def _is_copied(self, record: Record) -> bool:
        """Whether what stands alone can be without what is not copied."""
        return record.fields.get("worker") not in self._disputants

    def most(self, event: type[Event], column: str, among: Collection[Any] | None = None) -> Any:
        """The value that a column of an event has most often, of all or among some."""
        found = (r.fields[column] for r in self.records if r.event is event)
        return Counter(v for v in found if among is None or v in among).most_common(1)[0][0]


def _rows(database: sqlite3.Connection, query: str) -> list[Row]:
    return [dict(row) for row in database.execute(query)]


def _select(event: type[Event]) -> str:
    columns = ", ".join(f'"{param.name}"' for param in event.params())
    return f"SELECT block_number, log_index, tx_index, {columns} FROM {table_name(event)}"


def _record(event: type[Event], row: Row) -> Record:
    place = (row.pop("block_number"), row.pop("log_index"), row.pop("tx_index"))
    return Record(event, place, row, _story(event, row))


def _story(event: type[Event], row: Row) -> tuple[str, Any] | None:
    for account in (row[name] for name in ACCOUNTS.get(event, ())):
        kind, owner = account_parts(account)
        if kind in CAMPAIGN_KINDS:
            return "campaign", owner
    if event is e.Transferred:
        column = CAUSES.get(row["reason"])
        if column is None:
            return None
        return column, row["cause"] if column == "proposal_id" else row["cause"][:16]
    return next(((name, row[name]) for name in ENDINGS if name in row), None)
