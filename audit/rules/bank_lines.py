"""Which bank lines the chain names, with what amount and direction, and the key of a line of a statement."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eth_abi import encode
from eth_utils import keccak

from audit.decode.accounts import owner_of
from audit.rules import postings as p
from audit.rules.postings import posted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.chain.history import History, Log
    from audit.rules.postings import Posting

_TAG = "gongji.bank-line.v1"
_CAME_IN = {p.DONATION, p.CAMPAIGN_GIFT, p.PROCEEDS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """A bank line as the chain uses it.

    Attributes:
        log: The event that says so.
        key: Its key, 32 bytes.
        bank: Id of the bank account.
        amount_fen: Positive for money that came in, negative for money that went out.
        booked_on: Day on which the chain says that the bank booked it, from 1970; None where it says nothing.
        frees: Key of a line that was attested by mistake and may now be attested again, or None; such a use has no amount.
    """

    log: Log
    key: bytes
    bank: int
    amount_fen: int
    booked_on: int | None = None
    frees: bool = False


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
    returned: dict[bytes, bytes] = {}
    booked: dict[bytes, int] = {}
    for log in history.logs(*_NAMING, "Ledger.Transferred"):
        v = log.values
        if log.event in _RETURN_LINES:
            # Its transfer follows in the same transaction; without a line of its own it was a mistake.
            returned[v["bank_line"]] = v[_RETURN_LINES[log.event]]
        elif log.event == "GiftAttested":
            booked[v["bank_line"]] = v["booked_on"]
        elif log.event == "PaymentProven" and v["proposal_id"] in paid:
            posting = paid[v["proposal_id"]]
            yield Use(log=log, key=v["bank_line"], bank=owner_of(posting.payee), amount_fen=-posting.amount)
        elif (
            log.event == "DisbursementReversed" and any(v["incoming_bank_line"]) and v["proposal_id"] in paid
        ):
            posting = paid[v["proposal_id"]]
            yield Use(
                log=log, key=v["incoming_bank_line"], bank=owner_of(posting.payee), amount_fen=posting.amount
            )
        elif log.event == "Transferred":
            posting = posted(log)
            if posting.reason == p.DISBURSEMENT:
                paid[posting.cause] = posting
            yield from _moved(log, posting, returned, booked)


def unproven_fen(history: History, bank: int) -> list[int]:
    """Amounts that were paid from a bank account and whose line is still to be proven, in fen.

    Args:
        history: All events.
        bank: Id of the bank account.
    """
    paid: dict[bytes, Posting] = {}
    for log in history.logs(
        "Ledger.Transferred", "Disbursements.PaymentProven", "Disbursements.DisbursementReversed"
    ):
        if log.event != "Transferred":
            paid.pop(log.values["proposal_id"], None)
        elif log.values["reason"] == p.DISBURSEMENT:
            posting = posted(log)
            paid[posting.cause] = posting
    return [posting.amount for posting in paid.values() if owner_of(posting.payee) == bank]


def _moved(
    log: Log, posting: Posting, returned: dict[bytes, bytes], booked: dict[bytes, int]
) -> Iterator[Use]:
    """What a transfer between a bank account and another says of bank lines."""
    if posting.reason in _CAME_IN:
        booked_on = booked.get(posting.cause) if posting.reason == p.CAMPAIGN_GIFT else None
        bank = owner_of(posting.payer)
        yield Use(log=log, key=posting.cause, bank=bank, amount_fen=posting.amount, booked_on=booked_on)
    elif posting.reason == p.PAYOUT:
        yield Use(log=log, key=posting.cause, bank=owner_of(posting.payee), amount_fen=-posting.amount)
    elif posting.reason == p.CAMPAIGN_REFUND:
        yield Use(log=log, key=posting.document, bank=owner_of(posting.payee), amount_fen=-posting.amount)
    elif posting.reason in (p.DONATION_REVERSAL, p.PROCEEDS_REVERSAL, p.CAMPAIGN_REVERSAL):
        yield _taken_back(log, posting, returned, owner_of(posting.payee), -posting.amount)
    elif posting.reason == p.PAYOUT_REVERSAL:
        yield _taken_back(log, posting, returned, owner_of(posting.payer), posting.amount)


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
}
_NAMING = (
    "Campaigns.GiftAttested",
    "Campaigns.GiftReversed",
    "Donations.DonationReversed",
    "Cooperative.ProceedsReversed",
    "Cooperative.PayoutReversed",
    "Disbursements.PaymentProven",
    "Disbursements.DisbursementReversed",
)
