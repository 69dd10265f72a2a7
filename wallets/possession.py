"""That whoever names a key holds it: the key itself signs for which member it is to be (`IMembers`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_account.messages import encode_typed_data
from eth_utils import keccak

from wallets.intents.domain import DOMAIN_TYPES

if TYPE_CHECKING:
    from wallets.intents.domain import Domain
    from wallets.signer import Signer

ACTION = "我持有这把密钥 I hold this key"
TYPE = [{"name": "action", "type": "string"}, {"name": "member", "type": "bytes16"}]


def possession_data(member: bytes, domain: Domain) -> dict[str, Any]:
    """The EIP-712 message that a key signs, ready for `eth_signTypedData_v4`.

    Args:
        member: Id of the member, 16 bytes.
        domain: That of the contract Members.
    """
    return {
        "types": {"EIP712Domain": DOMAIN_TYPES, "HoldKey": TYPE},
        "primaryType": "HoldKey",
        "domain": domain.as_json(),
        "message": {"action": ACTION, "member": "0x" + member.hex()},
    }


def possession_digest(member: bytes, domain: Domain) -> bytes:
    """What a key signs, 32 bytes; arguments as `possession_data`."""
    signable = encode_typed_data(full_message=possession_data(member, domain))
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


def prove_possession(key: Signer, member: bytes, domain: Domain) -> bytes:
    """Signs with a key that it is to be this member's; arguments as `possession_data`."""
    return key.sign_digest(possession_digest(member, domain))
