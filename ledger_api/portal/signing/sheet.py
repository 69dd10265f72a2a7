"""What the one sheet signs, and what it asks of the signer before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger_api.forms import hexed
from ledger_api.portal.signing.form import signed_form

if TYPE_CHECKING:
    from ledger_api.portal.signing.acts import Act
    from ledger_api.proposals.schemas import Proposal
    from ledger_api.statements.schemas import StatementLineAnswer

NOTHING = bytes(32)


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """A text that is kept as a document before signing; what is signed names its commitment.

    Attributes:
        field: Where the commitment stands: names and places in the fields of the draft.
        name: Name of the file.
        public: Whether everybody may read it.
        text: What stands there at first.
    """

    field: tuple[str | int, ...]
    name: str
    public: bool
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A sheet to sign.

    Attributes:
        draft: What `/v1/intents/drafts` is asked for.
        writing: What the signer is to write first; None if nothing.
    """

    draft: dict[str, Any]
    writing: Writing | None = None


def act_sheet(act: Act, proposal: Proposal, line: StatementLineAnswer | None) -> Sheet:
    """The sheet for an act on a request.

    Args:
        act: The act.
        proposal: The request.
        line: The bank line that proves the payment; None where the act needs none.
    """
    fields: dict[str, Any] = {"proposal": signed_form(proposal).as_json()}
    if act.name == "APPROVE":
        return Sheet(draft=_draft("ApproveProposal", None, fields | {"round": proposal.round}))
    evidence = hexed(line.bank_line if line else NOTHING)
    draft = _draft("ActOnProposal", act.name, fields | {"evidence": evidence})
    writing = Writing(field=("evidence",), name=f"{act.name.lower()}.txt", public=True)
    return Sheet(draft=draft, writing=writing if act.needs_statement else None)


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
    draft = _draft("AttestDonations", None, {"fund": purpose >> 16, "bank": bank, "donations": [told]})
    private = Writing(field=("donations", 0, "donor"), name="donor.txt", public=False, text=line.counterparty)
    return Sheet(draft=draft, writing=None if donor else private)


def _draft(kind: str, act: str | None, fields: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "act": act, "fields": fields}
