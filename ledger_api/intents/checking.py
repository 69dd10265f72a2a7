"""Reads a signed intent as strictly as the contracts do, before anything is sent.

1. It is one of our intents with exactly its types and fields, and every text is that of its number.
2. It is for this chain and this contract, and for the version that takes it.
3. Each signature is by a key, of whatever kind; no key signed twice.
4. The chain would take it: members, roles, seats, nonces, deadlines and all rules are the contracts' to judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_utils import to_canonical_address

from contracts.abi import encode_call
from ledger_api.errors import FormerVersionError, SignaturesInvalidError
from ledger_api.intents.drafting import domain_of
from wallets.errors import IntentInvalidError, IntentSignatureInvalidError
from wallets.intents import INTENTS, ApproveProposal, Call, Domain, Intent
from wallets.show import parse
from wallets.signing_key import Verifiers, is_signature, signing_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.deployment import Deployment
    from ledger_api.chain import ChainClient

MAX_SIGNATURES = 15
# An intent carries its own authority: who submits it makes no difference.
ANYONE = "0x" + "00" * 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """An intent that was read strictly.

    Attributes:
        intent: What it says.
        signers: Keys that signed, 20 bytes each.
        digest: What they signed, 32 bytes.
        call: The call that carries it.
        address: Checksummed address of the version of the contract for which it was signed.
    """

    intent: Intent
    signers: tuple[bytes, ...]
    digest: bytes
    call: Call
    address: str


def check(typed_data: Any, signatures: Sequence[bytes], deployment: Deployment) -> Checked:
    """Steps 1 to 3.

    Args:
        typed_data: The EIP-712 message that was signed.
        signatures: As `wallets.signing_key` has them; more than one only for an approval.
        deployment: Our chain and contracts; it may be signed for any version.

    Raises:
        WalletError: The intent or a signature is not valid; the class says how.
        SignaturesInvalidError: There are too many or too few, or a key signed twice.
    """
    kind = INTENTS.get(str(typed_data.get("primaryType")))
    if kind is None:
        raise IntentInvalidError(
            f"expected one of {', '.join(INTENTS)}, got {str(typed_data.get('primaryType'))[:80]!r}"
        )
    domain = _signed_domain(deployment, kind, typed_data.get("domain"))
    domain.check(typed_data.get("domain"))
    intent, _ = parse(typed_data)
    most = MAX_SIGNATURES if isinstance(intent, ApproveProposal) else 1
    if not 1 <= len(signatures) <= most:
        raise SignaturesInvalidError(f"expected 1 to {most} signatures, got {len(signatures)}")
    digest = intent.digest(domain)
    verifiers = Verifiers.of(deployment)
    signers = tuple(to_canonical_address(signing_key(digest, one, verifiers)) for one in signatures)
    if len(set(signers)) < len(signers):
        raise SignaturesInvalidError("expected each key to sign once, got one twice")
    call = _call(intent, signatures)
    return Checked(intent=intent, signers=signers, digest=digest, call=call, address=domain.address)


def _signed_domain(deployment: Deployment, kind: type[Intent], signed: Any) -> Domain:
    """The domain of the version that an intent names; of the one in force if it names none of ours."""
    named = str(signed.get("verifyingContract")).lower() if isinstance(signed, dict) else ""
    versions = deployment.versions(kind.CONTRACT)
    found = next((one.address for one in versions if one.address.lower() == named), None)
    return domain_of(deployment, kind, found)


def require_home(checked: Checked, address: str) -> None:
    """Makes sure that an intent was signed for the version of the contract that takes it.

    Args:
        checked: The intent.
        address: Checksummed address of that version.

    Raises:
        FormerVersionError: It was signed for another version.
    """
    if checked.address != address:
        raise FormerVersionError(checked.call.contract, address, checked.address)


def signature_bytes(text: str) -> bytes:
    """A signature that came in, of a length that some kind of key has.

    Raises:
        IntentSignatureInvalidError: It is not 0x and so many hex digits.
    """
    digits = text[2:]
    if not re.fullmatch("0x(?:[0-9a-fA-F]{2})+", text) or not is_signature(bytes.fromhex(digits)):
        raise IntentSignatureInvalidError(
            f"expected 0x and the hex digits of a signature, got {len(text)} characters: {text[:80]!r}"
        )
    return bytes.fromhex(digits)


async def simulate(chain: ChainClient, address: str, call: Call, now: int, sender: str = ANYONE) -> None:
    """Step 4.

    Args:
        chain: Connection to a node.
        address: Checksummed address of the version of the contract that would be called.
        call: What would be called.
        now: Seconds since 1970.
        sender: Address that would call it.

    Raises:
        RuleRefusedError: A contract refuses it.
    """
    data = encode_call(call.contract, call.function, *call.args)
    at_time = await chain.next_block_time(now)
    await chain.estimate_gas(sender, address, data, at_time=at_time)


def _call(intent: Intent, signatures: Sequence[bytes]) -> Call:
    if isinstance(intent, ApproveProposal):
        args = (intent.proposal.as_tuple(), intent.deadline, list(signatures))
        return Call(contract="Disbursements", function="approve", args=args)
    return intent.call(signatures[0])
