"""Acknowledges what members signed: a receipt, signed by this portal, that is kept before anybody is told.

An objection is carried with its receipt, so that it counts although it may reach the chain after the notice (`Rounds`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.relayer.receipts import Acknowledged
from wallets.errors import IntentInvalidError
from wallets.intents import ActOnProposal, Call, Domain, ProposalAct
from wallets.receipt import CONTRACT, Receipt, file_of

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from ledger_api.intents.checking import Checked
    from ledger_api.intents.schemas import Submission
    from wallets.signer import Signer


def acknowledge(
    body: Submission, checked: Checked, signer: Signer, deployment: Deployment, now: int
) -> Acknowledged:
    """Signs a receipt for what came in.

    Args:
        body: What came in.
        checked: The same, read strictly.
        signer: The receipt key.
        deployment: Our chain and contracts.
        now: Seconds since 1970.
    """
    receipt = Receipt(digest=checked.digest, signer=checked.signers[0], received_at=now)
    domain = receipt_domain(deployment)
    signature = receipt.sign(signer, domain)
    file = file_of(body.typed_data, body.signatures, receipt.typed_data(domain), signature)
    # An objection that brings an older receipt counts by that one.
    call = call_of(body, checked) if body.receipt else carrying(checked, now, signature)
    return Acknowledged(received_at=now, call=call, file=file)


def call_of(body: Submission, checked: Checked) -> Call:
    """The call as it came in: with the receipt of another portal, if it brought one.

    Raises:
        IntentInvalidError: It brought one with something else than an objection.
    """
    if body.receipt is None:
        return checked.call
    if not is_objection(checked):
        raise IntentInvalidError("expected a receipt with an objection alone, got one with another intent")
    return carrying(checked, body.receipt.received_at, bytes.fromhex(body.receipt.signature[2:]))


def carrying(checked: Checked, received_at: int, signature: bytes) -> Call:
    """The call that carries an intent together with a receipt of it; an intent other than an objection alone.

    Args:
        checked: The intent.
        received_at: When it was received, seconds since 1970.
        signature: Of the receipt, 65 bytes.
    """
    if not is_objection(checked):
        return checked.call
    args = (*checked.call.args, (received_at, signature))
    return Call(contract=checked.call.contract, function="objectAcknowledged", args=args)


def is_objection(checked: Checked) -> bool:
    """Whether a receipt makes an intent count longer."""
    return isinstance(checked.intent, ActOnProposal) and checked.intent.act is ProposalAct.OBJECT


def receipt_domain(deployment: Deployment) -> Domain:
    """For which chain and contract receipts are signed."""
    return Domain(contract=CONTRACT, chain_id=deployment.chain_id, address=deployment.address(CONTRACT))
