"""EIP-712 hashing from the type strings of the contracts, and the key that signed.

Messages are dicts by field name in snake case, as the decoder gives arguments; type strings have the contracts' spelling.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from coincurve import PublicKey

from audit.decode.abi import camel, snake
from audit.decode.keccak import keccak, keccak_text
from audit.errors import DecodeError

HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
"""Half the order of secp256k1: the contracts refuse a signature with a higher s (EIP-2)."""

_DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_STRUCT = re.compile(r"(\w+)\(([^)]*)\)")

Fields = tuple[tuple[str, str], ...]


def digest(
    type_string: str, message: dict[str, Any], *, contract: str, chain_id: int, address: bytes
) -> bytes:
    """What is signed: keccak256 of 0x1901, domain separator and struct hash; 32 bytes (EIP-712).

    Args:
        type_string: The primary type, followed by the types that it uses.
        message: Its fields.
        contract: Name of the contract that takes it, such as "Funds".
        chain_id: EIP-155 chain id.
        address: Address of the contract, 20 bytes.
    """
    domain = {
        "name": f"Gongji {contract}",
        "version": "1",
        "chain_id": chain_id,
        "verifying_contract": address,
    }
    return keccak(b"\x19\x01" + struct_hash(_DOMAIN, domain) + struct_hash(type_string, message))


def struct_hash(type_string: str, message: dict[str, Any]) -> bytes:
    """HashStruct of EIP-712, 32 bytes."""
    structs = parsed(type_string)
    primary = next(iter(structs))
    encoded = b"".join(_encoded(kind, message[name], structs) for kind, name in structs[primary])
    return keccak(keccak_text(type_string) + encoded)


@cache
def parsed(type_string: str) -> dict[str, Fields]:
    """The structs of a type string, the primary one first: type and snake case name of each field."""
    return {
        name: tuple((kind, snake(field)) for kind, field in (f.split(" ") for f in fields.split(",")))
        for name, fields in _STRUCT.findall(type_string)
    }


def recovered(signed: bytes, signature: bytes) -> bytes:
    """Address of the key that signed a digest, 20 bytes.

    Args:
        signed: The digest, 32 bytes.
        signature: r, s and v, 65 bytes; v is 27 or 28, s in the lower half of the order.

    Raises:
        DecodeError: The signature is none of that, or recovers to no key.
    """
    if len(signature) != 65 or signature[64] not in (27, 28):
        raise DecodeError(f"expected a signature of 65 bytes ending in 27 or 28, got {len(signature)} bytes")
    if int.from_bytes(signature[32:64], "big") > HALF_ORDER:
        raise DecodeError("expected s in the lower half of the order")
    compact = signature[:64] + bytes([signature[64] - 27])
    try:
        key = PublicKey.from_signature_and_message(compact, signed, hasher=None)
    except Exception as error:  # noqa: BLE001 coincurve raises bare exceptions
        raise DecodeError(f"expected a signature that recovers to a key: {error}") from None
    return keccak(key.format(compressed=False)[1:])[12:]


def amount_text(amount_fen: int) -> str:
    """The text of an amount as people sign it: "CNY 12,500.00" for 1250000 fen."""
    return f"CNY {amount_fen // 100:,}.{amount_fen % 100:02}"


def _encoded(kind: str, value: Any, structs: dict[str, Fields]) -> bytes:
    if kind.endswith("[]"):
        return keccak(b"".join(_encoded(kind[:-2], v, structs) for v in value))
    if kind in structs:
        return struct_hash(_type_string(kind, structs), value)
    if kind == "string":
        return keccak_text(value)
    if kind == "bytes":
        return keccak(value)
    if kind.startswith("uint"):
        return int(value).to_bytes(32, "big")
    return bytes(value).rjust(32, b"\0") if kind == "address" else bytes(value).ljust(32, b"\0")


def _type_string(name: str, structs: dict[str, Fields]) -> str:
    """A struct inside another: ours use no further ones."""
    return f"{name}({','.join(f'{kind} {camel(field)}' for kind, field in structs[name])})"
