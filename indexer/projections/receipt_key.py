"""Receipt keys of portals: whose word counts for when something signed was received."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import ReceiptKeyAdmitted, ReceiptKeyEnded
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class ReceiptKey(Version):
    """A receipt key. Dates are seconds since 1970."""

    key: bytes = column("Address of the key, 20 bytes.")
    since: int = column("From when on its receipts count.")
    ended_at: int | None = column("From when on they do not; null while they do.")


receipt_keys = Noun("receipt_keys", ReceiptKey, key=("key",))


@receipt_keys.begins(ReceiptKeyAdmitted)
def _admitted(event: ReceiptKeyAdmitted, block: Block) -> ReceiptKey:
    return ReceiptKey(key=event.key, since=block.time, ended_at=None)


@receipt_keys.changes(ReceiptKeyEnded)
def _ended(key: ReceiptKey, event: ReceiptKeyEnded, block: Block) -> None:
    require(key.ended_at is None, event, "a key in force", "one that was ended")
    key.ended_at = block.time
