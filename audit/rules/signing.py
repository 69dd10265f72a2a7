"""Which key authorised an act: the one whose signature the call carries, or its sender's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.decode.eip712 import digest, recovered
from audit.rules.intents import ACTS

if TYPE_CHECKING:
    from audit.chain.history import Transaction
    from audit.evidence.trust import Trust


def signing_key(call: Transaction, trust: Trust) -> bytes:
    """Address of the key that authorised a call of an act by intent.

    Args:
        call: The call.
        trust: Tells chain and contract that the key signed for.

    Raises:
        DecodeError: The signature recovers to no key.
        KeyError: The call is of no act by intent, or a field of the message is missing.
        TypeError: A field of the message has another type.
    """
    authorization = call.args["authorization"]
    if not authorization["signature"]:
        return call.sender
    contract = str(call.target)
    act = ACTS[f"{contract}.{call.function}"]
    signed = digest(
        act.type_string,
        act.message(call.args),
        contract=contract,
        chain_id=trust.chain_id,
        address=trust.address(contract),
    )
    return recovered(signed, authorization["signature"])
