"""What a draft asks of whoever touches it, beyond what the contract judges in a simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.errors import (
    ApprovalForeignError,
    ApprovalRepeatedError,
    ApprovalStaleError,
    DraftUnapprovedError,
    SessionForbiddenError,
    SignaturesInvalidError,
)
from ledger_api.forms import hexed
from ledger_api.intents.schemas import MAX_VALID_SECONDS
from ledger_api.members.service import committee_detail
from ledger_api.proposals.drafts.counting import seats_of_keys
from wallets.errors import IntentInvalidError
from wallets.intents import ApproveProposal

if TYPE_CHECKING:
    from ledger_api.intents.checking import Checked
    from ledger_api.mirror import Reading
    from ledger_api.proposals.drafts.counting import Count
    from ledger_api.proposals.drafts.drafted import Drafted
    from ledger_api.proposals.schemas import Tally
    from wallets.intents import SubmitProposal


def require_end(intent: SubmitProposal, now: int) -> None:
    """A draft must come to an end.

    Raises:
        IntentInvalidError: It is too far away.
    """
    if intent.deadline > now + MAX_VALID_SECONDS:
        raise IntentInvalidError(
            f"expected a deadline within {MAX_VALID_SECONDS} seconds, got {intent.deadline - now}"
        )


def require_of_draft(checked: Checked, draft: Drafted) -> None:
    """An approval must be exactly what the draft offers to sign, signed once.

    Raises:
        IntentInvalidError: It is no approval.
        SignaturesInvalidError: It has several signatures.
        ApprovalForeignError: It is of another request.
        ApprovalStaleError: It has another round or deadline.
    """
    signed, expected = checked.intent, draft.approval
    if not isinstance(signed, ApproveProposal):
        raise IntentInvalidError(f"expected ApproveProposal, got {type(signed).__name__}")
    if len(checked.signers) != 1:
        raise SignaturesInvalidError(f"expected 1 signature, got {len(checked.signers)}")
    if signed.proposal != expected.proposal:
        raise ApprovalForeignError(
            f"expected an approval of {hexed(draft.proposal_id)}, got one of {hexed(signed.proposal.proposal_id())}"
        )
    if signed != expected:
        raise ApprovalStaleError(
            f"expected round {expected.round} and deadline {expected.deadline}, got {signed.round} and {signed.deadline}"
        )


async def require_first(mirror: Reading, draft: Drafted, signer: bytes, now: int) -> None:
    """A seat approves once, whichever of its keys it uses.

    Raises:
        ApprovalRepeatedError: Another key of the seat approved.
    """
    seats = (await committee_detail(mirror, draft.intent.proposal.committee)).seats
    held = await seats_of_keys(mirror, seats, [*draft.approvals, signer], now)
    seat = held.pop(signer, None)
    if seat is not None and seat in held.values():
        raise ApprovalRepeatedError(f"expected the first approval of seat {seat}, got a second")


async def require_may_send(mirror: Reading, draft: Drafted, member: bytes, now: int) -> None:
    """A draft is sent by its applicant or by a seat of the committee, supervisors included.

    Raises:
        SessionForbiddenError: The member is neither.
    """
    proposal = draft.intent.proposal
    seats = (await committee_detail(mirror, proposal.committee)).seats
    seated = {seat.member for seat in seats if seat.valid_until is not None and seat.valid_until > now}
    if member not in seated | {proposal.requester}:
        raise SessionForbiddenError(
            f"expected the applicant or a member of committee {proposal.committee}, got somebody else"
        )


def require_passed(counted: Count) -> None:
    """A draft is sent when its approvals suffice.

    Raises:
        DraftUnapprovedError: They do not.
    """
    if counted.passed:
        return
    if counted.tally is None:
        raise DraftUnapprovedError("expected a rule of the committee that reaches the amount, got none")
    raise DraftUnapprovedError(_missing(counted.tally))


def _missing(tally: Tally) -> str:
    classes = ", ".join(f"{c.approvals} of {c.needed} {c.seat_class.name}" for c in tally.classes)
    return (
        f"expected {tally.needed} approvals and the minimum of each class, got {tally.approvals}: {classes}"
    )
