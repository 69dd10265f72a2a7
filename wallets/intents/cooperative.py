"""Intents of `ICooperative`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from wallets.amounts import cny_text
from wallets.intents.base import Call, Intent, Struct, typed


@dataclass(frozen=True, kw_only=True, slots=True)
class RateCard(Struct):
    """What a piece brings and how it is split.

    Attributes:
        enterprise: The enterprise.
        product: Code of the product.
        version: One above the last.
        piece_fen: Proceeds of one accepted piece, in fen, over zero.
        worker_bps: Share of the worker, in basis points.
        reserve_bps: Share of the reserve, in basis points.
        fund_bps: Share of the public fund, in basis points. The rest is the enterprise's.
    """

    enterprise: int = typed("uint32")
    product: int = typed("uint32")
    version: int = typed("uint16")
    piece_fen: int = typed("uint32")
    worker_bps: int = typed("uint16")
    reserve_bps: int = typed("uint16")
    fund_bps: int = typed("uint16")


@dataclass(frozen=True, kw_only=True, slots=True)
class Payout(Struct):
    """A payment of earnings.

    Attributes:
        worker: Member who was paid, 16 bytes.
        amount_fen: In fen, over zero.
        bank_line: Key of the outgoing bank line, 32 bytes.
    """

    worker: bytes = typed("bytes16")
    amount_fen: int = typed("uint64")
    bank_line: bytes = typed("bytes32")


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishRateCard(Intent):
    """A foreman publishes a rate card.

    Attributes:
        card: The card.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Cooperative"
    LAYOUT: ClassVar[tuple[str, ...]] = ("action", "piece", "card", "nonce", "deadline")
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = (RateCard,)

    card: RateCard = typed("RateCard")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "公布计件单价 Publish rate card"

    def made(self) -> dict[str, tuple[str, Any]]:
        """Action and proceeds of a piece."""
        return {"action": ("string", self.action()), "piece": ("string", cny_text(self.card.piece_fen))}

    def call(self, signature: bytes) -> Call:
        """`publishRateCard`."""
        args = (self.card.as_tuple(), (self.nonce, self.deadline, signature))
        return Call(contract="Cooperative", function="publishRateCard", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class AttestProceeds(Intent):
    """A treasurer attests proceeds from a partner firm.

    Attributes:
        enterprise: The enterprise.
        bank: Bank account whose statement has the line.
        bank_line: Key of the incoming bank line, 32 bytes.
        amount_fen: In fen, over zero.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Cooperative"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "enterprise", "bank", "bankLine", "amount", "amountFen", "nonce", "deadline",
    )  # fmt: skip

    enterprise: int = typed("uint32")
    bank: int = typed("uint32")
    bank_line: bytes = typed("bytes32")
    amount_fen: int = typed("uint64")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "确认货款到账 Attest proceeds"

    def made(self) -> dict[str, tuple[str, Any]]:
        """Action and amount."""
        return {"action": ("string", self.action()), "amount": ("string", cny_text(self.amount_fen))}

    def call(self, signature: bytes) -> Call:
        """`attestProceeds`."""
        args = (
            self.enterprise,
            self.bank,
            self.bank_line,
            self.amount_fen,
            (self.nonce, self.deadline, signature),
        )
        return Call(contract="Cooperative", function="attestProceeds", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenWorkOrder(Intent):
    """A foreman opens a work order.

    Attributes:
        order: Random id, 16 bytes.
        enterprise: The enterprise.
        product: Code of the product.
        pieces: Pieces wanted.
        due_at: When they are wanted, seconds since 1970.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Cooperative"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "order", "enterprise", "product", "pieces", "dueAt", "nonce", "deadline",
    )  # fmt: skip

    order: bytes = typed("bytes16")
    enterprise: int = typed("uint32")
    product: int = typed("uint32")
    pieces: int = typed("uint32")
    due_at: int = typed("uint48")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "发布加工单 Open work order"

    def call(self, signature: bytes) -> Call:
        """`openWorkOrder`."""
        authorization = (self.nonce, self.deadline, signature)
        args = (self.order, self.enterprise, self.product, self.pieces, self.due_at, authorization)
        return Call(contract="Cooperative", function="openWorkOrder", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeLot(Intent):
    """A worker takes a lot.

    Attributes:
        lot: Random id, 16 bytes.
        order: Work order it is part of, 16 bytes.
        pieces: Pieces to make.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Cooperative"
    LAYOUT: ClassVar[tuple[str, ...]] = ("action", "lot", "order", "pieces", "nonce", "deadline")

    lot: bytes = typed("bytes16")
    order: bytes = typed("bytes16")
    pieces: int = typed("uint32")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "领取计件 Take a lot"

    def call(self, signature: bytes) -> Call:
        """`takeLot`."""
        args = (self.lot, self.order, self.pieces, (self.nonce, self.deadline, signature))
        return Call(contract="Cooperative", function="takeLot", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class SettleLot(Intent):
    """A foreman accepts and settles a lot.

    Attributes:
        lot: The lot, 16 bytes.
        accepted_pieces: Pieces accepted.
        rejected_pieces: Pieces rejected.
        document: Commitment to the acceptance protocol, 32 bytes.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Cooperative"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "lot", "acceptedPieces", "rejectedPieces", "document", "nonce", "deadline",
    )  # fmt: skip

    lot: bytes = typed("bytes16")
    accepted_pieces: int = typed("uint32")
    rejected_pieces: int = typed("uint32")
    document: bytes = typed("bytes32")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "验收并结算 Accept and settle"

    def call(self, signature: bytes) -> Call:
        """`settleLot`."""
        authorization = (self.nonce, self.deadline, signature)
        args = (self.lot, self.accepted_pieces, self.rejected_pieces, self.document, authorization)
        return Call(contract="Cooperative", function="settleLot", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class PayOut(Intent):
    """A treasurer proves payments of earnings.

    Attributes:
        enterprise: The enterprise.
        bank: Bank account whose statement has the lines.
        payouts: One or more.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Cooperative"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "enterprise", "bank", "total", "totalFen", "payouts", "nonce", "deadline",
    )  # fmt: skip
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = (Payout,)

    enterprise: int = typed("uint32")
    bank: int = typed("uint32")
    payouts: tuple[Payout, ...] = typed("Payout[]")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "确认工钱已付 Prove payouts"

    def made(self) -> dict[str, tuple[str, Any]]:
        """Action and total."""
        total_fen = sum(p.amount_fen for p in self.payouts)
        return {
            "action": ("string", self.action()),
            "total": ("string", cny_text(total_fen)),
            "totalFen": ("uint64", total_fen),
        }

    def call(self, signature: bytes) -> Call:
        """`payOut`."""
        payouts = [p.as_tuple() for p in self.payouts]
        args = (self.enterprise, self.bank, payouts, (self.nonce, self.deadline, signature))
        return Call(contract="Cooperative", function="payOut", args=args)
