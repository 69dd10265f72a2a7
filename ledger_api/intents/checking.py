"""Reads a signed intent as strictly as the contracts do, before anything is sent.

1. It is one of our intents with exactly its types and fields, and every text is that of its number.
2. It is for this chain and this contract.
3. Each signature is 65 bytes with a low s and recovers to a key; no key signed twice.
4. The chain would take it: members, roles, seats, nonces, deadlines and all rules are the contracts' to judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_utils import to_canonical_address

from contracts.abi import encode_call
from ledger_api.errors import SignaturesInvalidError
from ledger_api.intents.drafting import domain_of
from wallets.errors import IntentInvalidError, IntentSignatureInvalidError
from wallets.intents import INTENTS, ApproveProposal, Call, Intent
from wallets.intents.signature import recover
from wallets.show import parse

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
    """

    intent: Intent
    signers: tuple[bytes, ...]
    digest: bytes
    call: Call


def check(typed_data: Any, signatures: Sequence[bytes], deployment: Deployment) -> Checked:
    """Steps 1 to 3.

    Args:
        typed_data: The EIP-712 message that was signed.
        signatures: 65 bytes each; more than one only for an approval.
        deployment: Our chain and contracts.

    Raises:
        WalletError: The intent or a signature is not valid; the class says how.
        SignaturesInvalidError: There are too many or too few, or a key signed twice.
    """
    kind = INTENTS.get(str(typed_data.get("primaryType")))
    if kind is None:
        raise IntentInvalidError(
            f"expected one of {', '.join(INTENTS)}, got {str(typed_data.get('primaryType'))[:80]!r}"
        )
    domain = domain_of(deployment, kind)
    domain.check(typed_data.get("domain"))
    intent, _ = parse(typed_data)
    most = MAX_SIGNATURES if isinstance(intent, ApproveProposal) else 1
    if not 1 <= len(signatures) <= most:
        raise SignaturesInvalidError(f"expected 1 to {most} signatures, got {len(signatures)}")
    digest = intent.digest(domain)
    signers = tuple(to_canonical_address(recover(digest, signature)) for signature in signatures)
    if len(set(signers)) < len(signers):
        raise SignaturesInvalidError("expected each key to sign once, got one twice")
    return Checked(intent=intent, signers=signers, digest=digest, call=_call(intent, signatures))


def signature_bytes(text: str) -> bytes:
    """A signature that came in, 65 bytes.

    Raises:
        IntentSignatureInvalidError: It is not 0x and 130 hex digits.
    """
    if not re.fullmatch("0x[0-9a-fA-F]{130}", text):
        raise IntentSignatureInvalidError(f"expected 0x and 130 hex digits, got {text[:80]!r}")
    return bytes.fromhex(text[2:])


async def simulate(
    chain: ChainClient, deployment: Deployment, call: Call, now: int, sender: str = ANYONE
) -> None:
    """Step 4.

    Args:
        chain: Connection to a node.
        deployment: Where the contracts are.
        call: What would be called.
        now: Seconds since 1970.
        sender: Address that would call it.

    Raises:
        RuleRefusedError: A contract refuses it.
    """
    data = encode_call(call.contract, call.function, *call.args)
    at_time = await chain.next_block_time(now)
    await chain.estimate_gas(sender, deployment.address(call.contract), data, at_time=at_time)


def _call(intent: Intent, signatures: Sequence[bytes]) -> Call:
    if isinstance(intent, ApproveProposal):
        args = (intent.proposal.as_tuple(), intent.deadline, list(signatures))
        return Call(contract="Disbursements", function="approve", args=args)
    return intent.call(signatures[0])
