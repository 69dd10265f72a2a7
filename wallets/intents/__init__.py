"""Intents: what a member signs, one class per business action.

Each class is the EIP-712 message of one function of one contract. Its type string must hash to what the contract has; a
test compares them on chain. `INTENTS` holds them all by primary type.
"""

from __future__ import annotations

from wallets.intents.base import Call, Domain, Intent, SignedIntent, Struct
from wallets.intents.campaigns import AttestGifts, Gift, RefundGift
from wallets.intents.cooperative import (
    AttestProceeds,
    OpenWorkOrder,
    PayOut,
    Payout,
    PublishRateCard,
    RateCard,
    SettleLot,
    TakeLot,
)
from wallets.intents.disbursements import (
    ActOnProposal,
    ApproveProposal,
    Proposal,
    ProposalAct,
    ReverseDisbursement,
    SubmitProposal,
)
from wallets.intents.funds import AttestDonations, Donation, ReverseDonation
from wallets.intents.members import RotateKey
from wallets.intents.time import ActOnRedemption, ActOnTask, OpenTask, Redeem, RedemptionAct, TaskAct

INTENTS: dict[str, type[Intent]] = {
    intent.__name__: intent
    for intent in (
        ActOnProposal, ActOnRedemption, ActOnTask, ApproveProposal, AttestDonations, AttestGifts, AttestProceeds,
        OpenTask, OpenWorkOrder, PayOut, PublishRateCard, Redeem, RefundGift, ReverseDisbursement, ReverseDonation,
        RotateKey, SettleLot, SubmitProposal, TakeLot,
    )
}  # fmt: skip

__all__ = [
    "INTENTS", "ActOnProposal", "ActOnRedemption", "ActOnTask", "ApproveProposal", "AttestDonations", "AttestGifts",
    "AttestProceeds", "Call", "Domain", "Donation", "Gift", "Intent", "OpenTask", "OpenWorkOrder", "PayOut", "Payout",
    "Proposal", "ProposalAct", "PublishRateCard", "RateCard", "Redeem", "RedemptionAct", "RefundGift",
    "ReverseDisbursement", "ReverseDonation", "RotateKey", "SettleLot", "SignedIntent", "Struct", "SubmitProposal",
    "TakeLot", "TaskAct",
]  # fmt: skip
