"""What the one sheet signs, and what it asks of the signer before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ledger_api.forms import hexed
from ledger_api.intents.drafting import draft_of
from ledger_api.intents.schemas import ADDRESS, DAY_SECONDS
from ledger_api.proposals.drafts.schemas import ADDRESS as DRAFTS
from ledger_api.proposals.service import signed_form

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from ledger_api.funds.schemas import BudgetLine
    from ledger_api.proposals.acts import Act
    from ledger_api.proposals.drafts.drafted import Drafted
    from ledger_api.proposals.schemas import Proposal
    from ledger_api.statements.schemas import StatementLineAnswer

NOTHING = bytes(32)
COLLECT_SECONDS = 14 * DAY_SECONDS  # So long a request of the page collects approvals.


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """A text or file that is kept as a document before signing; what is signed names its commitment.

    Attributes:
        label: What is asked for: a word of the group "writing".
        field: Where the commitment stands: names and places in the fields of the draft.
        name: Name of the document; empty for a file, which has its own.
        public: Whether everybody may read it.
        text: What stands there at first.
    """

    label: str
    field: tuple[str | int, ...]
    name: str
    public: bool
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A sheet to sign.

    Attributes:
        draft: The act and the body that its drafts are asked with; empty if what is signed is composed already.
        composed: What is signed, as a draft has it.
        submit: Where it is handed in when it is signed.
        writings: What the signer is to write first.
    """

    draft: dict[str, Any] = field(default_factory=dict)
    composed: dict[str, Any] | None = None
    submit: str = ADDRESS
    writings: tuple[Writing, ...] = ()


def draft_of_act(act: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What a sheet has drafted (`Sheet.draft`).

    Args:
        act: Id of an act that members sign, such as "AcceptTask".
        fields: Body of the request to its drafts: its fields, and `valid_seconds` where it differs from the usual.
    """
    return {"act": act, "fields": fields}


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


def donation_sheet(bank: int, line: StatementLineAnswer, purpose: int, donor: bytes | None) -> Sheet:
    """The sheet that attests a bank line as a donation.

    Args:
        bank: Bank account of the host, as on chain.
        line: A line that came in.
        purpose: What it is given to; its upper 16 bits are the fund.
        donor: Member who gives publicly, 16 bytes; None for a private donor, whose name is kept as a document.
    """
    told = {
        "bankLine": hexed(line.bank_line), "purpose": purpose, "amountFen": line.amount_fen,
        "donor": hexed(donor.ljust(32, b"\0") if donor else NOTHING),
    }  # fmt: skip
    draft = draft_of_act("AttestDonations", {"fund": purpose >> 16, "bank": bank, "donations": [told]})
    private = Writing(
        label="donor", field=("donations", 0, "donor"), name="donor.txt", public=False, text=line.counterparty
    )
    return Sheet(draft=draft, writings=() if donor else (private,))


def request_sheet(committee: int, line: BudgetLine, amount_fen: int, number: int, requester: bytes) -> Sheet:
    """The sheet that asks for money. What is signed becomes a draft that collects approvals.

    Args:
        committee: Committee that decides.
        line: Budget line that is to pay.
        amount_fen: In fen.
        number: Number that people use.
        requester: Who asks, 16 bytes.
    """
    asked = {
        "committee": committee, "purpose": line.purpose, "budgetLine": line.budget_line, "amountFen": amount_fen,
        "number": number, "requester": hexed(requester), "payee": hexed(NOTHING), "documents": hexed(NOTHING),
    }  # fmt: skip
    draft = draft_of_act("SubmitProposal", {"proposal": asked, "valid_seconds": COLLECT_SECONDS})
    payee = Writing(label="payee", field=("proposal", "payee"), name="收款方.txt", public=False)
    papers = Writing(label="documents", field=("proposal", "documents"), name="", public=False)
    return Sheet(draft=draft, submit=DRAFTS, writings=(payee, papers))


def approval_sheet(draft: Drafted, deployment: Deployment) -> Sheet:
    """The sheet that approves a draft: what all its approvers sign."""
    composed = draft_of(draft.approval, deployment).model_dump(mode="json")
    return Sheet(composed=composed, submit=f"{DRAFTS}/{hexed(draft.proposal_id)}/approvals")
