"""The sheet that attests a bank line as a donation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.forms import hexed, id_bytes
from ledger_api.portal.signing import Sheet, Writing, draft_of_act
from ledger_api.statements.donations import PRIVATE

if TYPE_CHECKING:
    from ledger_api.statements.donations import Choices
    from ledger_api.statements.schemas import StatementLineAnswer


def donation_sheet(choices: Choices, line: StatementLineAnswer, purpose: int, donor: str) -> Sheet | None:
    """The sheet to sign; None if the line is no gift, or purpose or donor is none of the choices.

    Args:
        choices: What the line may be attested as.
        line: The bank line.
        purpose: What it is given to; its upper 16 bits are the fund.
        donor: 0x and hex of a public member's id; or "private", and the name is kept as a document.
    """
    if not choices.have(line, purpose, donor):
        return None
    is_private = donor == PRIVATE
    giver = bytes(32) if is_private else id_bytes(donor, 16).ljust(32, b"\0")
    donation = {
        "bankLine": hexed(line.bank_line), "purpose": purpose, "amountFen": line.amount_fen, "donor": hexed(giver),
    }  # fmt: skip
    fields = {"fund": purpose >> 16, "bank": choices.bank, "donations": [donation]}
    private = Writing(
        label="donor", field=("donations", 0, "donor"), name="donor.txt", public=False, text=line.counterparty
    )
    return Sheet(draft=draft_of_act("AttestDonations", fields), writings=(private,) if is_private else ())
