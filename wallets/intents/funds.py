"""Intents of `IFunds`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from wallets.amounts import cny_text
from wallets.intents.base import Call, Intent, Struct, typed


@dataclass(frozen=True, kw_only=True, slots=True)
class Donation(Struct):
    """A donation as a treasurer attests it.

    Attributes:
        bank_line: Key of the incoming bank line, 32 bytes.
        purpose: Purpose it is given to; its upper 16 bits are the fund.
        amount_fen: In fen, over zero.
        donor: Public donor: member id left-aligned, 32 bytes. Private donor: commitment.
    """

    bank_line: bytes = typed("bytes32")
    purpose: int = typed("uint32")
    amount_fen: int = typed("uint64")
    donor: bytes = typed("bytes32")


@dataclass(frozen=True, kw_only=True, slots=True)
class AttestDonations(Intent):
    """A treasurer attests donations to purposes of one fund.

    Attributes:
        fund: The fund.
        bank: Bank account whose statement has the lines.
        donations: One or more.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Funds"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "fund", "bank", "total", "totalFen", "donations", "nonce", "deadline",
    )  # fmt: skip
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = (Donation,)

    fund: int = typed("uint16")
    bank: int = typed("uint32")
    donations: tuple[Donation, ...] = typed("Donation[]")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "确认收到捐赠 Attest donations"

    def made(self) -> dict[str, tuple[str, Any]]:
        """Action and total."""
        total_fen = sum(d.amount_fen for d in self.donations)
        return {
            "action": ("string", self.action()),
            "total": ("string", cny_text(total_fen)),
            "totalFen": ("uint64", total_fen),
        }

    def call(self, signature: bytes) -> Call:
        """`attestDonations`."""
        donations = [d.as_tuple() for d in self.donations]
        args = (self.fund, self.bank, donations, (self.nonce, self.deadline, signature))
        return Call(contract="Funds", function="attestDonations", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReverseDonation(Intent):
    """A treasurer takes a donation back: attested by mistake, or returned to the donor.

    Attributes:
        fund: The fund.
        bank_line: Key of the incoming bank line, 32 bytes.
        outgoing_bank_line: Key of the line that returned it, 32 bytes; zeros if it was a mistake.
        document: Commitment to the explanation, 32 bytes.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Funds"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "fund", "bankLine", "outgoingBankLine", "document", "nonce", "deadline",
    )  # fmt: skip

    fund: int = typed("uint16")
    bank_line: bytes = typed("bytes32")
    outgoing_bank_line: bytes = typed("bytes32")
    document: bytes = typed("bytes32")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "冲正捐赠 Reverse a donation"

    def call(self, signature: bytes) -> Call:
        """`reverseDonation`."""
        authorization = (self.nonce, self.deadline, signature)
        args = (self.fund, self.bank_line, self.outgoing_bank_line, self.document, authorization)
        return Call(contract="Funds", function="reverseDonation", args=args)
