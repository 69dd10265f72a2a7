"""Intents of `ICampaigns`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from wallets.amounts import cny_text
from wallets.intents.base import Call, Intent, Struct, typed


@dataclass(frozen=True, kw_only=True, slots=True)
class Gift(Struct):
    """A gift as a treasurer attests it.

    Attributes:
        bank_line: Key of the incoming bank line, 32 bytes.
        amount_fen: In fen, over zero.
        donor: Public donor: member id left-aligned, 32 bytes. Private donor: commitment.
        household: Pseudonymous household, 16 bytes; zeros if unknown.
    """

    bank_line: bytes = typed("bytes32")
    amount_fen: int = typed("uint64")
    donor: bytes = typed("bytes32")
    household: bytes = typed("bytes16")


@dataclass(frozen=True, kw_only=True, slots=True)
class AttestGifts(Intent):
    """A treasurer attests gifts to a campaign.

    Attributes:
        campaign: The campaign.
        bank: Bank account whose statement has the lines.
        gifts: One or more.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Campaigns"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "campaign", "bank", "total", "totalFen", "gifts", "nonce", "deadline",
    )  # fmt: skip
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = (Gift,)

    campaign: int = typed("uint32")
    bank: int = typed("uint32")
    gifts: tuple[Gift, ...] = typed("Gift[]")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "确认收到众筹款 Attest gifts"

    def made(self) -> dict[str, tuple[str, Any]]:
        """Action and total."""
        total_fen = sum(g.amount_fen for g in self.gifts)
        return {
            "action": ("string", self.action()),
            "total": ("string", cny_text(total_fen)),
            "totalFen": ("uint64", total_fen),
        }

    def call(self, signature: bytes) -> Call:
        """`attestGifts`."""
        gifts = [g.as_tuple() for g in self.gifts]
        args = (self.campaign, self.bank, gifts, (self.nonce, self.deadline, signature))
        return Call(contract="Campaigns", function="attestGifts", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundGift(Intent):
    """A treasurer records the return of a gift to a missed campaign.

    Attributes:
        campaign: The campaign.
        bank_line: Key of the incoming line of the gift, 32 bytes.
        outgoing_bank_line: Key of the line that returned it, 32 bytes.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Campaigns"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action",
        "campaign",
        "bankLine",
        "outgoingBankLine",
        "nonce",
        "deadline",
    )

    campaign: int = typed("uint32")
    bank_line: bytes = typed("bytes32")
    outgoing_bank_line: bytes = typed("bytes32")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "退回众筹款 Refund a gift"

    def call(self, signature: bytes) -> Call:
        """`refundGift`."""
        args = (
            self.campaign,
            self.bank_line,
            self.outgoing_bank_line,
            (self.nonce, self.deadline, signature),
        )
        return Call(contract="Campaigns", function="refundGift", args=args)
