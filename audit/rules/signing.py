"""Which key authorised an act: the one whose signature the call carries, or its sender's."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from audit.decode.eip712 import digest
from audit.rules.intents import ACTS
from audit.rules.signatures import KeyKind, Verifiers, halves, require_p256, signer_of

if TYPE_CHECKING:
    from audit.chain.history import Transaction
    from audit.evidence.trust import Trust

HOLD_KEY = "HoldKey(string action,bytes16 member)"
HOLD_KEY_ACTION = "我持有这把密钥 I hold this key"


def signing_key(call: Transaction, trust: Trust) -> bytes:
    """Address of the key that authorised a call of an act by intent.

    Args:
        call: The call.
        trust: Tells the chain that the key signed for; the version of the contract is the one that was called.

    Raises:
        DecodeError: Nobody signed so.
        KeyError: The call is of no act by intent, or a field of the message is missing.
        TypeError: A field of the message has another type.
    """
    authorization = call.args["authorization"]
    if not authorization["signature"]:
        return call.sender
    return signer_of(signed_digest(call, trust), authorization["signature"], verifiers_of(trust))[0]


def signed_digest(call: Transaction, trust: Trust) -> bytes:
    """What a key signed for a call of an act by intent, or would have where the key called itself; 32 bytes.

    Args:
        call: The call.
        trust: Tells chain and contract that the key signs for.

    Raises:
        KeyError: The call is of no act by intent, or a field of the message is missing.
        TypeError: A field of the message has another type.
    """
    contract = str(call.target)
    act = ACTS[f"{contract}.{call.function}"]
    return digest(
        act.type_string,
        act.message(call.args),
        contract=contract,
        chain_id=trust.chain_id,
        address=bytes(call.to or b""),
    )


def verifiers_of(trust: Trust) -> Verifiers:
    """What is pinned of the keys that are no wallets."""
    p256, passkey = (trust.address(name) for name in ("P256Verifier", "PasskeyVerifier"))
    return Verifiers(p256=p256, passkey=passkey, domain=trust.passkey_domain)


def proven_phone(owner: bytes, point: bytes, possession: bytes, trust: Trust) -> None:
    """Refuses unless the key of a phone signed that a member holds it.

    Args:
        owner: The member that it names, 16 bytes.
        point: x and y of the key, 64 bytes.
        possession: The signature.
        trust: Tells chain and registry that it signed for.

    Raises:
        DecodeError: The key did not sign so.
    """
    registry = trust.address("DeviceRegistry")
    signed = b"gongji/phone/1" + trust.chain_id.to_bytes(8, "big") + registry + owner
    require_p256(hashlib.sha256(signed).digest(), *halves(possession), point)


def proven_holder(member: bytes, possession: bytes, trust: Trust) -> tuple[bytes, KeyKind]:
    """The key that signed that a member holds it, 20 bytes, and its kind.

    Args:
        member: The member that it names, 16 bytes.
        possession: The signature.
        trust: Tells chain and contract that it signed for.

    Raises:
        DecodeError: Nobody signed so.
    """
    signed = digest(
        HOLD_KEY,
        {"action": HOLD_KEY_ACTION, "member": member},
        contract="Members",
        chain_id=trust.chain_id,
        address=trust.address("Members"),
    )
    return signer_of(signed, possession, verifiers_of(trust))
