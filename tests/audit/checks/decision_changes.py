"""How the tests of decisions change the history of votes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.conftest import member_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import Transaction
    from tests.audit.checks.conftest import Evidence

APPROVE = "Disbursements.approve"


def key_number(evidence: Evidence, name: str) -> int:
    """Which of the additions of keys is that of a member's first key."""
    added = [log.values["member"] for log in evidence.history.logs("Members.KeyAdded")]
    return added.index(member_id(name))


def emitter(event: str) -> str:
    """Contract of an event about a request."""
    paying = ("ProposalExecuted", "PaymentProven", "DisbursementReversed")
    return "Disbursements" if event in paying else "Rounds"


def with_arguments(**args: Any) -> Callable[[Transaction], Transaction]:
    return lambda call: replace(call, args=call.args | args)
