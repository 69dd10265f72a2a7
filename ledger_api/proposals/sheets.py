"""The sheets that are signed for a request: to ask for it, to approve its draft, and each act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger_api.forms import hexed
from ledger_api.intents.drafting import domain_of, draft_of
from ledger_api.intents.schemas import DAY_SECONDS
from ledger_api.portal.signing import Sheet, Writing, draft_of_act
from ledger_api.proposals.drafts.schemas import ADDRESS
from ledger_api.proposals.service import signed_form

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from ledger_api.funds.schemas import BudgetLine
    from ledger_api.proposals.acts import Act
    from ledger_api.proposals.drafts.drafted import Drafted
    from ledger_api.proposals.joint import Joint
    from ledger_api.proposals.schemas import Proposal
    from ledger_api.statements.schemas import StatementLineAnswer

NOTHING = hexed(bytes(32))
COLLECT_SECONDS = 14 * DAY_SECONDS  # So long a request of the page collects approvals.


def act_sheet(act: Act, proposal: Proposal, line: StatementLineAnswer | None) -> Sheet:
    """The sheet for an act on a request.

    Args:
        act: The act.
        proposal: The request.
        line: The bank line that proves the payment; None where the act needs none.
    """
    fields: dict[str, Any] = {"proposal": signed_form(proposal).as_json()}
    if act.name == "APPROVE":
        fields["round"] = proposal.round
    if line:
        fields["bankLine"] = hexed(line.bank_line)
    writing = Writing(label=act.name, field=("statement",), name=f"{act.name.lower()}.txt", public=True)
    return Sheet(draft=draft_of_act(act.id, fields), writings=(writing,) if act.needs_statement else ())


def joint_sheet(joint: Joint) -> Sheet | None:
    """The sheet for a payment of several requests; None as long as they do not come to what the bank paid."""
    if joint.line is None or not joint.adds_up:
        return None
    proposals = [signed_form(request).as_json() for request in joint.chosen]
    fields = {"proposals": proposals, "bankLine": hexed(joint.line.bank_line)}
    return Sheet(draft=draft_of_act("ProveJointPayment", fields))


def request_sheet(committee: int, line: BudgetLine, amount_fen: int, number: int, requester: bytes) -> Sheet:
    """The sheet that asks for money. What is signed becomes a draft that collects approvals.

    Args:
        committee: Committee that decides.
        line: Budget line that is to pay.
        amount_fen: In fen.
        number: Number that people use.
        requester: Who asks, 16 bytes.
    """
    proposal = {
        "committee": committee, "purpose": line.purpose, "budgetLine": line.budget_line, "amountFen": amount_fen,
        "number": number, "requester": hexed(requester), "payee": NOTHING, "documents": NOTHING,
    }  # fmt: skip
    draft = draft_of_act("SubmitProposal", {"proposal": proposal, "valid_seconds": COLLECT_SECONDS})
    payee = Writing(label="payee", field=("proposal", "payee"), name="收款方.txt", public=False)
    text = Writing(label="request", field=("proposal", "documents"), name="", public=True, is_request=True)
    return Sheet(draft=draft, submit=ADDRESS, writings=(text, payee))


def approval_sheet(draft: Drafted, deployment: Deployment) -> Sheet:
    """The sheet that approves a draft: what all its approvers sign."""
    domain = domain_of(deployment, type(draft.approval))
    composed = draft_of(draft.approval, domain).model_dump(mode="json")
    return Sheet(composed=composed, submit=f"{ADDRESS}/{hexed(draft.proposal_id)}/approvals")
