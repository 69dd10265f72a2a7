"""Whom requests named as payee, where the operator opened it, and what the bank says of whom it paid (`docs/bundle.md` §9)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from eth_abi import encode

from audit.decode.keccak import keccak
from audit.errors import BundleError
from audit.evidence.canonical import record, text, unhexed
from audit.evidence.formats import PAYEE_FIELDS, PAYEES
from audit.rules.proposal import OBJECTION_GRACE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.report.findings import Tally

# Events by which a treasurer names the line that paid a request.
PROOFS = ("Disbursements.PaymentProven", "PartPayments.InstalmentProven")
# The event by which a line had not paid what it was named for, or was paid back.
_MISTAKES = "PartPayments.ProofReversed"
_TAG = "gongji.document.v1"
# A letter stands in too many texts.
MIN_NAME_CHARS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """A payment that a treasurer proved.

    Attributes:
        log: The event that says so.
        bank_line: Key of the bank's line, 32 bytes.
        payee: Commitment to whom the request named, 32 bytes.
        payable_from: First second at which the bank might pay it; None if no notice of the request began.
    """

    log: Log
    bank_line: bytes
    payee: bytes
    payable_from: int | None


def payments(history: History) -> Iterator[Payment]:
    """The payments of requests, in order; also those that came back, but not what was none."""
    payees, payable_from = named_payees(history), dict[bytes, int]()
    found: dict[tuple[bytes, bytes], Payment] = {}
    for log in history.logs("Rounds.NoticeStarted", *PROOFS, _MISTAKES):
        v = log.values
        request = v["proposal_id"]
        if log.event == "NoticeStarted":
            payable_from[request] = v["notice_ends_at"] + OBJECTION_GRACE_SECONDS
        elif log.name == _MISTAKES:
            if not any(v["incoming_bank_line"]):
                found.pop((request, v["bank_line"]), None)
        elif request in payees:
            found[request, v["bank_line"]] = Payment(
                log=log,
                bank_line=v["bank_line"],
                payee=payees[request],
                payable_from=payable_from.get(request),
            )
    yield from found.values()


def named_payees(history: History) -> dict[bytes, bytes]:
    """Commitment to the payee of each request, by the request's id."""
    submitted = history.logs("Rounds.ProposalSubmitted")
    return {log.values["proposal_id"]: log.values["proposal"]["payee"] for log in submitted}


def read_payees(bundle: Bundle, tally: Tally) -> dict[bytes, str]:
    """What was opened of commitments to payees.

    Args:
        bundle: A bundle with such an exhibit.
        tally: Gets an expectation for each that its text and salt make it.

    Raises:
        BundleError: The exhibit is not of its shape.
    """
    found: list[tuple[bytes, str]] = []
    for number, line in enumerate(bundle.lines(PAYEES), 1):
        row = record(line, PAYEE_FIELDS)
        payee, written = unhexed(row["payee"], 32), text(row["text"])
        content = written.encode("utf-8", "surrogatepass")
        commitment = keccak(
            encode(["string", "bytes32", "bytes32"], [_TAG, unhexed(row["salt"], 32), keccak(content)])
        )
        what = "承诺打开后 commitment that salt and text make"
        tally.expect_equal(f"{PAYEES} line {number}", what, expected=payee, got=commitment)
        found.append((payee, written))
    if any(first >= second for (first, _), (second, _) in pairwise(found)):
        raise BundleError(f"{PAYEES}: expected each commitment once, in ascending order")
    return dict(found)


def is_named(counterparty: str, written: str) -> bool:
    """Whether the name of the other side at the bank stands in what a request says of its payee."""
    name = _spelled(counterparty)
    return len(name) >= MIN_NAME_CHARS and name in _spelled(written)


def _spelled(name: str) -> str:
    """Without white space and what is not seen, full-width and capital letters as usual ones."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")
