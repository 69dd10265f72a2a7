"""Which bank lines the chain names, with what amount and direction, and the key of a line of a statement."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from eth_abi import encode

from audit.decode.accounts import owner_of
from audit.decode.keccak import keccak
from audit.rules import postings as p
from audit.rules.postings import posted
from audit.rules.proposal import OBJECTION_GRACE_SECONDS
from audit.rules.state.china import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from audit.chain.history import History, Log
    from audit.rules.postings import Posting

Values = dict[str, Any]
_TAG = "gongji.bank-line.v1"
_CAME_IN = {p.DONATION, p.CAMPAIGN_GIFT, p.PROCEEDS, p.INTEREST}
_WENT_OUT = {p.PAYOUT, p.FEE}
_GOES_BACK = {p.DONATION_REVERSAL, p.PROCEEDS_REVERSAL, p.CAMPAIGN_REVERSAL, p.INTEREST_REVERSAL}
_COMES_BACK = {p.PAYOUT_REVERSAL, p.FEE_REVERSAL}
_PART_COMES_BACK, _NO_PART_CAME_BACK = p.PAYOUT_RETURN, p.PAYOUT_RETURN_REVERSAL


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """A bank line as the chain uses it.

    Attributes:
        log: The event that says so.
        key: Its key, 32 bytes.
        bank: Id of the bank account.
        amount_fen: Positive for money that came in, negative for money that went out.
        booked_on: Day on which the chain says that the bank booked it, from 1970; None where it says nothing.
        frees: Whether the line was attested by mistake and may now be attested again; such a use has no amount.
        corrects: Whether the line was in use before with another amount: a part of a joint payment was a mistake.
    """

    log: Log
    key: bytes
    bank: int
    amount_fen: int
    booked_on: int | None = None
    frees: bool = False
    corrects: bool = False


def line_key(account_salt: bytes, reference: str) -> bytes:
    """Key of a bank line on chain, 32 bytes (`IFunds`).

    Args:
        account_salt: Salt of the bank account, 32 bytes.
        reference: The bank's own reference, in any spelling.
    """
    spelled = "".join(unicodedata.normalize("NFKC", reference).split()).upper()
    return keccak(encode(["string", "bytes32", "string"], [_TAG, account_salt, spelled]))


def uses(history: History) -> Iterator[Use]:
    """Every use of a bank line over all modules, in order."""
    paid: dict[bytes, Posting] = {}
    joint_fen: dict[bytes, int] = {}
    returned: dict[bytes, bytes] = {}
    booked: dict[bytes, int] = {}
    for log in history.logs(*_NAMING, "Ledger.Transferred"):
        v = log.values
        if log.event in _RETURN_LINES:
            # Its transfer follows in the same transaction; without a line of its own it was a mistake.
            returned[v["bank_line"]] = v[_RETURN_LINES[log.event]]
        elif log.event == "GiftAttested":
            booked[v["bank_line"]] = v["booked_on"]
        elif log.event == "JointPaymentProven":
            joint_fen[v["bank_line"]] = 0
        elif log.event != "Transferred":
            if v["proposal_id"] in paid:
                yield from _of_payment(log, paid[v["proposal_id"]], joint_fen)
        else:
            posting = posted(log)
            if posting.reason == p.DISBURSEMENT:
                paid[posting.cause] = posting
            yield from _moved(log, posting, returned, booked)


def _joint(log: Log, paid: Posting, joint_fen: dict[bytes, int]) -> Use:
    """A joint payment with the amount that it comes to, one request more or less."""
    v, fen = log.values, joint_fen[log.values["bank_line"]]
    joint_fen[v["bank_line"]] += -v["amount_fen"] if log.event == "ProofReversed" else paid.amount
    return Use(
        log=log, key=v["bank_line"], bank=owner_of(paid.payee), amount_fen=-joint_fen[v["bank_line"]], corrects=fen != 0
    )  # fmt: skip


def unproven(history: History, bank: int) -> list[tuple[int, int]]:
    """Payments from a bank account whose line is still to be proven: how much, in fen, and the first day on which it was due, from 1970.

    Args:
        history: All events.
        bank: Id of the bank account.
    """
    left: dict[bytes, list[int]] = {}
    due: dict[bytes, int] = {}
    for log in history.logs("Ledger.Transferred", "Rounds.NoticeStarted", *_NAMING):
        v = log.values
        if log.event == "NoticeStarted":
            due[v["proposal_id"]] = day_of(v["notice_ends_at"] + OBJECTION_GRACE_SECONDS)
        elif log.event == "Transferred" and v["reason"] == p.DISBURSEMENT:
            left[v["cause"]] = [owner_of(v["payee"]), v["amount"]]
        elif log.event in _CHANGES_LEFT and v["proposal_id"] in left:
            left[v["proposal_id"]][1] += _CHANGES_LEFT[log.event](v, left[v["proposal_id"]][1])
    found = ((left_fen, due.get(cause, 0)) for cause, (of, left_fen) in left.items() if of == bank)
    return [one for one in found if one[0]]


def _of_payment(log: Log, paid: Posting, joint_fen: dict[bytes, int]) -> Iterator[Use]:
    """The line by which a payment or a part of it went out or came back; or that was a mistake, and its line is free."""
    v, bank = log.values, owner_of(paid.payee)
    column, sign = _OF_PAYMENT[log.event]
    is_joint = v["bank_line"] in joint_fen
    if is_joint and log.event == "PaymentProven":
        yield _joint(log, paid, joint_fen)
    elif any(v.get(column, b"")):
        yield Use(log=log, key=v[column], bank=bank, amount_fen=sign * v.get("amount_fen", paid.amount))
    elif is_joint and log.event == "ProofReversed":
        use = _joint(log, paid, joint_fen)
        yield replace(use, frees=use.amount_fen == 0)
    elif log.event in _MISTAKEN and any(v["bank_line"]):
        yield Use(log=log, key=v["bank_line"], bank=bank, amount_fen=0, frees=True)


def _moved(
    log: Log, posting: Posting, returned: dict[bytes, bytes], booked: dict[bytes, int]
) -> Iterator[Use]:
    """What a transfer between a bank account and another says of bank lines."""
    if posting.reason in _CAME_IN:
        booked_on = booked.get(posting.cause) if posting.reason == p.CAMPAIGN_GIFT else None
        bank = owner_of(posting.payer)
        yield Use(log=log, key=posting.cause, bank=bank, amount_fen=posting.amount, booked_on=booked_on)
    elif posting.reason in _WENT_OUT:
        yield Use(log=log, key=posting.cause, bank=owner_of(posting.payee), amount_fen=-posting.amount)
    elif posting.reason == p.CAMPAIGN_REFUND:
        yield Use(log=log, key=posting.document, bank=owner_of(posting.payee), amount_fen=-posting.amount)
    elif posting.reason in _GOES_BACK:
        yield _taken_back(log, posting, returned, owner_of(posting.payee), -posting.amount)
    elif posting.reason in _COMES_BACK:
        yield _taken_back(log, posting, returned, owner_of(posting.payer), posting.amount)
    elif posting.reason == _PART_COMES_BACK:
        yield Use(log=log, key=posting.cause, bank=owner_of(posting.payer), amount_fen=posting.amount)
    elif posting.reason == _NO_PART_CAME_BACK:
        yield Use(log=log, key=posting.cause, bank=owner_of(posting.payee), amount_fen=0, frees=True)


def _taken_back(log: Log, posting: Posting, returned: dict[bytes, bytes], bank: int, amount_fen: int) -> Use:
    """The line by which money went or came back; none after a mistake, which frees the first line."""
    key = returned.get(posting.cause, bytes(32))
    if any(key):
        return Use(log=log, key=key, bank=bank, amount_fen=amount_fen)
    return Use(log=log, key=posting.cause, bank=bank, amount_fen=0, frees=True)


_RETURN_LINES = {
    "DonationReversed": "outgoing_bank_line",
    "GiftReversed": "outgoing_bank_line",
    "ProceedsReversed": "outgoing_bank_line",
    "PayoutReversed": "incoming_bank_line",
    "FeeReversed": "incoming_bank_line",
    "InterestReversed": "outgoing_bank_line",
}
# What is said of a payment: the line by which money went out or came back, and with which sign.
_OF_PAYMENT = {
    "PaymentProven": ("bank_line", -1),
    "DisbursementReversed": ("incoming_bank_line", 1),
    "InstalmentProven": ("bank_line", -1),
    "ProofReversed": ("incoming_bank_line", 1),
    "PaymentReturned": ("incoming_bank_line", 1),
    "ReturnReversed": ("", 0),
}
# Without a line that brought money back these were mistakes.
_MISTAKEN = ("ProofReversed", "ReturnReversed")
# How much more of a payment is to be proven after an event, by its values and what was before.
_CHANGES_LEFT: dict[str, Callable[[Values, int], int]] = {
    "PaymentProven": lambda _, left_fen: -left_fen,
    "DisbursementReversed": lambda _, left_fen: -left_fen,
    "InstalmentProven": lambda v, _: -v["amount_fen"],
    "ProofReversed": lambda v, _: v["amount_fen"],
    # Without a line: what is left of instalments is not paid, or will be after all.
    "PaymentReturned": lambda v, left_fen: 0 if any(v["incoming_bank_line"]) else -left_fen,
    "ReturnReversed": lambda v, _: 0 if any(v["bank_line"]) else v["amount_fen"],
}
_NAMING = (
    "Campaigns.GiftAttested",
    "Campaigns.GiftReversed",
    "Donations.DonationReversed",
    "Cooperative.ProceedsReversed",
    "Cooperative.PayoutReversed",
    "Disbursements.JointPaymentProven",
    "Disbursements.PaymentProven",
    "Disbursements.DisbursementReversed",
    "PartPayments.InstalmentProven",
    "PartPayments.ProofReversed",
    "PartPayments.PaymentReturned",
    "PartPayments.ReturnReversed",
    "BankCharges.FeeReversed",
    "BankCharges.InterestReversed",
)
