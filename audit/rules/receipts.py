"""Receipts of portals: which keys signed them when, and what a receipt says was received.

Rules: `IReceipts`. A receipt names what was signed, by which key, and when it was received; it counts if its own key was in
force at that time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.decode.eip712 import digest, recovered
from audit.errors import DecodeError

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.trust import Trust

RECEIPT = "Receipt(string action,bytes32 digest,address signer,uint48 receivedAt)"
ACTION = "已收到您签的内容 What you signed was received"


@dataclass(slots=True)
class _Term:
    since: int
    ended_at: int | None = None


class ReceiptKeys:
    """The receipt keys that the steward admitted, and until when each was in force."""

    def __init__(self, history: History) -> None:
        self._terms: dict[bytes, _Term] = {}
        for log in history.logs("Receipts.ReceiptKeyAdmitted", "Receipts.ReceiptKeyEnded"):
            key = log.values["key"]
            if log.event == "ReceiptKeyAdmitted":
                self._terms.setdefault(key, _Term(since=log.block.time))
            elif key in self._terms:
                self._terms[key].ended_at = log.block.time

    def in_force(self, key: bytes, time: int) -> bool:
        """Whether a receipt that a key dated so counts.

        Args:
            key: 20 bytes.
            time: Seconds since 1970.
        """
        term = self._terms.get(key)
        return term is not None and term.since <= time and (term.ended_at is None or time < term.ended_at)


def receipt_key(signed: bytes, signer: bytes, acknowledgement: dict[str, Any], trust: Trust) -> bytes | None:
    """The key that signed a receipt, 20 bytes; None if its signature is none.

    Args:
        signed: What the member signed, 32 bytes.
        signer: Key of the member, 20 bytes.
        acknowledgement: `received_at`, seconds since 1970, and `signature`, 65 bytes.
        trust: Tells chain and contract that it was signed for.
    """
    message = {
        "action": ACTION, "digest": signed, "signer": signer, "received_at": acknowledgement["received_at"],
    }  # fmt: skip
    what = digest(
        RECEIPT, message, contract="Receipts", chain_id=trust.chain_id, address=trust.address("Receipts")
    )
    try:
        return recovered(what, acknowledgement["signature"])
    except DecodeError:
        return None
