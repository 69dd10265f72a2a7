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
        frees: Key of a line that was attested by mistake and may now be attested again, or None; such a use has no amount.
    """

    log: Log
    key: bytes
    bank: int
    amount_fen: int
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
    outgoing: dict[bytes, bytes] = {}
    for log in history.logs(*_NAMING, "Ledger.Transferred"):
        v = log.values
        if log.event == "DonationReversed":
            # Its transfer follows in the same transaction; without a line that went out it was a mistake.
            outgoing[v["bank_line"]] = v["outgoing_bank_line"]
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
            yield from _moved(log, posting, outgoing)


def _moved(log: Log, posting: Posting, outgoing: dict[bytes, bytes]) -> Iterator[Use]:
    """What a transfer between a bank account and another says of bank lines."""
    if posting.reason in _CAME_IN:
        yield Use(log=log, key=posting.cause, bank=owner_of(posting.payer), amount_fen=posting.amount)
    elif posting.reason == p.PAYOUT:
        yield Use(log=log, key=posting.cause, bank=owner_of(posting.payee), amount_fen=-posting.amount)
    elif posting.reason == p.CAMPAIGN_REFUND:
        yield Use(log=log, key=posting.document, bank=owner_of(posting.payee), amount_fen=-posting.amount)
    elif posting.reason == p.DONATION_REVERSAL:
        returned = outgoing.get(posting.cause, bytes(32))
        if any(returned):
            yield Use(log=log, key=returned, bank=owner_of(posting.payee), amount_fen=-posting.amount)
        else:
            yield Use(log=log, key=posting.cause, bank=owner_of(posting.payee), amount_fen=0, frees=True)


_NAMING = ("Funds.DonationReversed", "Disbursements.PaymentProven", "Disbursements.DisbursementReversed")
