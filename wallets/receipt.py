"""Receipts: the word of a portal for what it received from a member, and when.

A receipt is the EIP-712 message `Receipt` in the domain of the contract `Receipts`, signed by the receipt key of a portal. A
person keeps it in a file together with what was signed, so that anybody can check it, and carry an objection, without the portal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_canonical_address, to_checksum_address

from wallets.errors import IntentInvalidError, ReceiptInvalidError, WalletError
from wallets.intents.domain import DOMAIN_TYPES, Domain
from wallets.intents.signature import recover
from wallets.show import parse
from wallets.signing_key import named_key

if TYPE_CHECKING:
    from wallets.intents import Intent
    from wallets.signer import Signer

FORMAT = "gongji.receipt.v1"
CONTRACT = "Receipts"
ACTION = "已收到您签的内容 What you signed was received"
FIELDS = [
    {"name": "action", "type": "string"},
    {"name": "digest", "type": "bytes32"},
    {"name": "signer", "type": "address"},
    {"name": "receivedAt", "type": "uint48"},
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What a portal says that it received.

    Attributes:
        digest: What the member signed, 32 bytes.
        signer: Key of the member, 20 bytes.
        received_at: When it was received, seconds since 1970.
    """

    digest: bytes
    signer: bytes
    received_at: int

    def typed_data(self, domain: Domain) -> dict[str, Any]:
        """The whole EIP-712 message."""
        message = {
            "action": ACTION, "digest": "0x" + self.digest.hex(), "signer": to_checksum_address(self.signer),
            "receivedAt": self.received_at,
        }  # fmt: skip
        types = {"EIP712Domain": DOMAIN_TYPES, "Receipt": FIELDS}
        return {"types": types, "primaryType": "Receipt", "domain": domain.as_json(), "message": message}

    def sign(self, key: Signer, domain: Domain) -> bytes:
        """The signature of a portal's receipt key, 65 bytes."""
        return key.sign_digest(self._digest(domain))

    def key(self, domain: Domain, signature: bytes) -> str:
        """Checksummed address of the receipt key that signed.

        Raises:
            IntentSignatureInvalidError: The signature is none.
        """
        return recover(self._digest(domain), signature)

    def _digest(self, domain: Domain) -> bytes:
        message = encode_typed_data(full_message=self.typed_data(domain))
        return keccak(b"\x19" + message.version + message.header + message.body)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptReceipt:
    """A receipt in its file, whose parts fit each other.

    Attributes:
        intent: What the member signed.
        typed_data: The same as the wallet has it.
        signatures: Of the member, or of several members.
        receipt: What the portal says.
        domain: For which chain and contract the receipt is.
        signature: The portal's, 65 bytes.
        key: Checksummed address of the receipt key.
    """

    intent: Intent
    typed_data: dict[str, Any]
    signatures: tuple[bytes, ...]
    receipt: Receipt
    domain: Domain
    signature: bytes
    key: str


def file_of(
    typed_data: dict[str, Any], signatures: list[str], receipt: dict[str, Any], signature: bytes
) -> dict[str, Any]:
    """The file that a person keeps.

    Args:
        typed_data: What the member signed.
        signatures: Of the member, 0x and hex.
        receipt: The receipt's own EIP-712 message.
        signature: The portal's, 65 bytes.
    """
    return {
        "format": FORMAT, "typed_data": typed_data, "signatures": signatures, "receipt": receipt,
        "receipt_signature": "0x" + signature.hex(),
    }  # fmt: skip


def read(file: Any) -> KeptReceipt:
    """Reads a file strictly: the receipt is of what stands beside it and of a key that signed that.

    Of a passkey or P-256 key it is compared that the signature names it; chain and auditor verify what it signed.

    Args:
        file: The file's JSON.

    Raises:
        ReceiptInvalidError: It is not such a file, or its parts do not fit each other.
    """
    if not isinstance(file, dict) or file.get("format") != FORMAT:
        raise ReceiptInvalidError(f"expected a file of the format {FORMAT}")
    try:
        return _read(file)
    except (KeyError, TypeError, ValueError, WalletError) as error:
        raise ReceiptInvalidError(str(error)) from None


def _read(file: dict[str, Any]) -> KeptReceipt:
    intent, domain = parse(file["typed_data"])
    digest, signatures = intent.digest(domain), tuple(_bytes(s) for s in file["signatures"])
    signers = [to_canonical_address(named_key(digest, signature)) for signature in signatures]
    message, of_chain = file["receipt"]["message"], file["receipt"]["domain"]
    receipt = Receipt(
        digest=_bytes(message["digest"]),
        signer=_bytes(message["signer"]),
        received_at=int(message["receivedAt"]),
    )
    where = Domain(contract=CONTRACT, chain_id=domain.chain_id, address=str(of_chain["verifyingContract"]))
    if file["receipt"] != receipt.typed_data(where):
        raise IntentInvalidError("expected a receipt as Receipts has it, for the chain of what was signed")
    if receipt.digest != digest:
        raise IntentInvalidError("expected the receipt of what stands beside it, got that of something else")
    if receipt.signer not in signers:
        raise IntentInvalidError("expected the receipt of a key that signed, got that of another")
    signature = _bytes(file["receipt_signature"])
    return KeptReceipt(
        intent=intent, typed_data=file["typed_data"], signatures=signatures, receipt=receipt, domain=where,
        signature=signature, key=receipt.key(where, signature),
    )  # fmt: skip


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
