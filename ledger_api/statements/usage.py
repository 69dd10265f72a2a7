"""What became of bank lines on chain, by the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select

from contracts.enums import Reason
from contracts.events import (
    DisbursementReversed,
    DonationReversed,
    GiftAttested,
    GiftRefunded,
    PaymentProven,
    PayoutProven,
    ProceedsAttested,
    Transferred,
)
from indexer.history import EVENT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Select

    from ledger_api.mirror import Reading

UNUSED = "unused"
TRANSFERS, REVERSALS = EVENT_TABLES[Transferred], EVENT_TABLES[DonationReversed]
# Event, the column with the key, and what the line became by it.
USES = (
    (GiftAttested, "bank_line", "gift"),
    (GiftRefunded, "outgoing_bank_line", "gift_refund"),
    (PaymentProven, "bank_line", "payment"),
    (DonationReversed, "outgoing_bank_line", "donation_return"),
    (DisbursementReversed, "incoming_bank_line", "disbursement_return"),
    (ProceedsAttested, "bank_line", "proceeds"),
    (PayoutProven, "bank_line", "payout"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a bank line was used for.

    Attributes:
        use: donation, gift, payment, …; "unused" if its donation was taken back as a mistake.
        block_number: Block that says so.
    """

    use: str
    block_number: int


async def usage_of(reading: Reading, keys: Sequence[bytes]) -> dict[bytes, Usage]:
    """What became of these lines; a line that is not in the answer is unused.

    Args:
        reading: A snapshot of the mirror.
        keys: 32 bytes each.
    """
    found = [tuple(row) for query in _queries(keys) for row in await reading.rows(query)]
    # The last word counts: a donation attested by mistake is taken back and may be attested again.
    return {
        bytes(key): Usage(use=use, block_number=block)
        for block, _, key, use in sorted(found, key=lambda r: r[:2])
    }


def _queries(keys: Sequence[bytes]) -> Iterator[Select[tuple[int, int, bytes, str]]]:
    donations = TRANSFERS.c.reason == Reason.DONATION
    yield _query(TRANSFERS, "cause", "donation", keys).where(donations)
    yield _query(REVERSALS, "bank_line", UNUSED, keys).where(REVERSALS.c.outgoing_bank_line == bytes(32))
    yield _query(REVERSALS, "bank_line", "donation_returned", keys).where(
        REVERSALS.c.outgoing_bank_line != bytes(32)
    )
    for event, column, use in USES:
        yield _query(EVENT_TABLES[event], column, use, keys)


def _query(table: Any, column: str, use: str, keys: Sequence[bytes]) -> Select[tuple[int, int, bytes, str]]:
    shown = (table.c.block_number, table.c.log_index, table.c[column], literal(use))
    return select(*shown).where(table.c[column].in_(keys))
