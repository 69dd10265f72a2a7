"""What each bank line was used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.rules import postings

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.rules.state.tables import Rule, Town

Values = dict[str, Any]

(
    UNUSED, DONATION, DONATION_RETURNED, DONATION_RETURN, GIFT, GIFT_REFUND, PAYMENT, DISBURSEMENT_RETURN, PROCEEDS,
    PAYOUT, PROCEEDS_RETURNED, PROCEEDS_RETURN, PAYOUT_RETURNED, PAYOUT_RETURN, GIFT_RETURNED, GIFT_RETURN,
    FEE, FEE_RETURNED, FEE_RETURN, INTEREST, INTEREST_RETURNED, INTEREST_RETURN, PAYMENT_RETURNED,
    JOINT_PAYMENT,
) = range(24)  # fmt: skip

# Events that use a line, each with the parameter that names it and what it is used for.
USES = {
    "Campaigns.GiftAttested": ("bank_line", GIFT),
    "Campaigns.GiftRefunded": ("outgoing_bank_line", GIFT_REFUND),
    "Disbursements.JointPaymentProven": ("bank_line", JOINT_PAYMENT),
    "Disbursements.PaymentProven": ("bank_line", PAYMENT),
    "Disbursements.DisbursementReversed": ("incoming_bank_line", DISBURSEMENT_RETURN),
    "PartPayments.InstalmentProven": ("bank_line", PAYMENT),
    "PartPayments.PaymentReturned": ("incoming_bank_line", DISBURSEMENT_RETURN),
    "BankCharges.FeeRecorded": ("bank_line", FEE),
    "BankCharges.InterestRecorded": ("bank_line", INTEREST),
    "Cooperative.ProceedsAttested": ("bank_line", PROCEEDS),
    "Cooperative.PayoutProven": ("bank_line", PAYOUT),
    "PartPayments.WageReturned": ("incoming_bank_line", PAYOUT_RETURN),
}
# Those that take back what a line was used for, each with the line by which the money goes back, what the first line was and
# what the second is.
REVERSALS = {
    "Donations.DonationReversed": ("outgoing_bank_line", DONATION_RETURNED, DONATION_RETURN),
    "Campaigns.GiftReversed": ("outgoing_bank_line", GIFT_RETURNED, GIFT_RETURN),
    "Cooperative.ProceedsReversed": ("outgoing_bank_line", PROCEEDS_RETURNED, PROCEEDS_RETURN),
    "Cooperative.PayoutReversed": ("incoming_bank_line", PAYOUT_RETURNED, PAYOUT_RETURN),
    "BankCharges.FeeReversed": ("incoming_bank_line", FEE_RETURNED, FEE_RETURN),
    "BankCharges.InterestReversed": ("outgoing_bank_line", INTEREST_RETURNED, INTEREST_RETURN),
}
KEYS = {"bank_line_uses": ("bank_line",)}


def _transferred(town: Town, log: Log, v: Values) -> None:
    if v["reason"] == postings.DONATION:
        town["bank_line_uses"].ensure(log, bank_line=v["cause"], use=DONATION)["use"] = DONATION


def _taken_back(column: str, returned: int, way: int) -> Rule:
    def rule(town: Town, log: Log, v: Values) -> None:
        is_mistake = not any(v[column])
        row = town["bank_line_uses"].change(log, v["bank_line"])
        row["use"] = UNUSED if is_mistake else returned
        _use(town, log, v[column], way)

    return rule


def _proof_reversed(town: Town, log: Log, v: Values) -> None:
    """A joint payment stays one as long as it pays anything, or money of it came back."""
    row = town["bank_line_uses"].change(log, v["bank_line"])
    if v["line_free"]:
        row["use"] = UNUSED
    elif row["use"] != JOINT_PAYMENT:
        row["use"] = PAYMENT_RETURNED
    _use(town, log, v["incoming_bank_line"], DISBURSEMENT_RETURN)


def _freed(parameter: str) -> Rule:
    def rule(town: Town, log: Log, v: Values) -> None:
        if any(v[parameter]):
            town["bank_line_uses"].change(log, v[parameter])["use"] = UNUSED

    return rule


def _used(column: str, use: int) -> Rule:
    return lambda town, log, v: _use(town, log, v[column], use)


def _use(town: Town, log: Log, line: bytes, use: int) -> None:
    """Zeros name no line."""
    if not any(line):
        return
    row = town["bank_line_uses"].ensure(log, bank_line=line, use=use)
    # One of several requests that a joint payment pays leaves it one.
    if (row["use"], use) != (JOINT_PAYMENT, PAYMENT):
        row["use"] = use


RULES: dict[str, Rule] = {
    "Ledger.Transferred": _transferred,
    **{name: _used(*use) for name, use in USES.items()},
    **{name: _taken_back(*ways) for name, ways in REVERSALS.items()},
    "PartPayments.ProofReversed": _proof_reversed,
    "PartPayments.ReturnReversed": _freed("bank_line"),
    "PartPayments.WageReturnReversed": _freed("incoming_bank_line"),
}
