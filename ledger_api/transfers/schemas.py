"""JSON form of a transfer."""

from __future__ import annotations

from pydantic import Field, computed_field

from contracts.enums import Reason, Unit
from contracts.events import Transferred
from ledger_api.finality import Record
from ledger_api.forms import AccountId, ByName, Id32, event_field


class Transfer(Record):
    """One line of the ledger. Of a personal account who may not read it gets the kind alone, and zeros for whose it is."""

    sequence: int = event_field(Transferred, "sequence")
    payer: AccountId = event_field(Transferred, "payer")
    payee: AccountId = event_field(Transferred, "payee")
    unit: ByName[Unit] = event_field(Transferred, "unit")
    amount: int = event_field(Transferred, "amount")
    reason: ByName[Reason] = event_field(Transferred, "reason")
    cause: Id32 = event_field(Transferred, "cause")
    document: Id32 = event_field(Transferred, "document")
    log_index: int = Field(description="Place of its event in the block.")

    @computed_field(description="What a receipt prints: the number, and 8 digits of the transaction hash.")  # type: ignore[prop-decorator]
    @property
    def code(self) -> str:
        """Receipt code."""
        return receipt_code(self.sequence, self.transaction_hash)


class LedgerLine(Transfer):
    """One line of the ledger with what it was."""

    text_zh: str = Field(description="What it was, as a sentence in Chinese.")
    text_en: str = Field(description="The same in English.")
    sign: int = Field(
        description="1 if it brings something to the account that was asked for, else to the fund, else to the town; -1 if it takes"
        " something away, 0 if it does neither."
    )


def receipt_code(sequence: int, transaction_hash: bytes) -> str:
    """The code that a receipt prints.

    Args:
        sequence: Number of the transfer.
        transaction_hash: 32 bytes; four of them bind the paper to the record.

    >>> receipt_code(128, bytes.fromhex("9f3a01bc" + 56 * "0"))
    '128-9f3a01bc'
    """
    return f"{sequence}-{transaction_hash[:4].hex()}"
