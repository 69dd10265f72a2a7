"""What all intents share: the EIP-712 form, strict reading of it, and the call that carries it to the chain.

A field of an intent is declared once, with its ABI type; the text fields that people read beside the numbers (`action`,
`amount`, `total`) are made from them and checked when a message comes in, so that text and number cannot disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self

from coincurve import PublicKey
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils import keccak, to_checksum_address

from wallets.errors import (
    AmountTextMismatchError,
    IntentInvalidError,
    IntentSignatureInvalidError,
    IntentWrongChainError,
    IntentWrongContractError,
)

# Half the order of secp256k1: a signature with a higher s is a twin of a valid one and is refused (EIP-2).
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
DOMAIN_TYPES = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]

Json = Any


def typed(abi: str) -> Any:
    """A field of an intent or struct with its EIP-712 type."""
    return field(metadata={"abi": abi})


def camel(name: str) -> str:
    """`amount_fen` to `amountFen`."""
    return re.sub(r"_([a-z0-9])", lambda m: m.group(1).upper(), name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain:
    """EIP-712 domain of one deployed contract.

    Attributes:
        contract: Name of the contract, such as "Funds".
        chain_id: EIP-155 chain id.
        address: Checksummed address of the contract.
    """

    contract: str
    chain_id: int
    address: str

    def as_json(self) -> Json:
        """The form that wallets take."""
        name = f"Gongji {self.contract}"
        return {"name": name, "version": "1", "chainId": self.chain_id, "verifyingContract": self.address}

    def check(self, told: Json) -> None:
        """Makes sure that a domain that came in is this one.

        Raises:
            IntentWrongChainError: Its chain id differs.
            IntentWrongContractError: Its name, version or contract differs.
        """
        if not isinstance(told, dict):
            raise IntentInvalidError(f"expected a domain, got {told!r}")
        if str(told.get("chainId")) != str(self.chain_id):
            raise IntentWrongChainError(self.chain_id, told.get("chainId"))
        for name, expected in self.as_json().items():
            if name != "chainId" and str(told.get(name)).lower() != str(expected).lower():
                raise IntentWrongContractError(name, expected, told.get(name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call of a contract.

    Attributes:
        contract: Name of the contract.
        function: Name of the function.
        args: Its arguments, structs as tuples.
    """

    contract: str
    function: str
    args: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Struct:
    """A struct inside an intent."""

    @classmethod
    def layout(cls) -> list[tuple[str, str]]:
        """Names and ABI types of the fields, in order."""
        return [(camel(f.name), f.metadata["abi"]) for f in fields(cls)]

    def as_tuple(self) -> tuple[Any, ...]:
        """The values in order, as a contract takes them."""
        return tuple(getattr(self, f.name) for f in fields(self))

    def as_json(self) -> Json:
        """The form that wallets take."""
        return {camel(f.name): _to_json(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_json(cls, told: Json) -> Self:
        """Reads a struct strictly.

        Raises:
            IntentInvalidError: A field is missing, unknown or malformed.
        """
        return cls(
            **_read(cls.__name__, told, {camel(f.name): (f.name, f.metadata["abi"]) for f in fields(cls)}, {})
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """Base of all intents.

    Attributes:
        CONTRACT: Contract that takes it.
        LAYOUT: EIP-712 names of all fields in order, the made ones included.
        STRUCTS: Structs that its fields use.
        deadline: Last second at which it may arrive, seconds since 1970.
    """

    CONTRACT: ClassVar[str]
    LAYOUT: ClassVar[tuple[str, ...]]
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = ()

    deadline: int = typed("uint48")

    def action(self) -> str:
        """What the member does, in Chinese and English, as the contract has it."""
        raise NotImplementedError

    def made(self) -> dict[str, tuple[str, Json]]:
        """The fields made from others: EIP-712 name to ABI type and value."""
        return {"action": ("string", self.action())}

    def call(self, signature: bytes) -> Call:
        """The call that carries this intent to the chain; with an empty signature, a direct call of the signer's."""
        raise NotImplementedError

    @classmethod
    def abi_types(cls) -> dict[str, tuple[str, str]]:
        """EIP-712 name to field name and ABI type, for the declared fields."""
        return {camel(f.name): (f.name, f.metadata["abi"]) for f in fields(cls)}

    def message(self) -> Json:
        """The message in the form that wallets take."""
        made, declared = self.made(), self.abi_types()
        return {n: made[n][1] if n in made else _to_json(getattr(self, declared[n][0])) for n in self.LAYOUT}

    def types(self) -> dict[str, list[dict[str, str]]]:
        """EIP-712 types, the primary one first."""
        made, declared = self.made(), self.abi_types()
        own = [{"name": n, "type": made[n][0] if n in made else declared[n][1]} for n in self.LAYOUT]
        structs = {s.__name__: [{"name": n, "type": t} for n, t in s.layout()] for s in self.STRUCTS}
        return {type(self).__name__: own, **structs}

    def typed_data(self, domain: Domain) -> Json:
        """The whole EIP-712 message, ready for `eth_signTypedData_v4`."""
        return {
            "types": {"EIP712Domain": DOMAIN_TYPES, **self.types()},
            "primaryType": type(self).__name__,
            "domain": domain.as_json(),
            "message": self.message(),
        }

    def signable(self, domain: Domain) -> SignableMessage:
        """The message as eth-account signs it."""
        return encode_typed_data(full_message=self.typed_data(domain))

    def digest(self, domain: Domain) -> bytes:
        """What is signed: keccak256 of 0x1901, domain and struct hash; 32 bytes."""
        signable = self.signable(domain)
        return keccak(b"\x19" + signable.version + signable.header + signable.body)

    @classmethod
    def from_message(cls, told: Json) -> Self:
        """Reads a message strictly.

        Raises:
            IntentInvalidError: A field is missing, unknown or malformed, or the action is not this one's.
            AmountTextMismatchError: The text of an amount is not the text of its number.
        """
        structs = {s.__name__: s for s in cls.STRUCTS}
        declared = cls.abi_types()
        known = {n: declared[n] for n in cls.LAYOUT if n in declared}
        made_names = [n for n in cls.LAYOUT if n not in known]
        if not isinstance(told, dict) or sorted(told) != sorted(cls.LAYOUT):
            raise IntentInvalidError(f"expected the fields {', '.join(cls.LAYOUT)}, got {_names(told)}")
        values = _read(cls.__name__, {n: v for n, v in told.items() if n not in made_names}, known, structs)
        intent = cls(**values, **cls.chosen(told))
        for name, (_, expected) in intent.made().items():
            if told[name] != expected and str(told[name]) != str(expected):
                if name in ("amount", "total", "piece"):
                    raise AmountTextMismatchError(str(expected), told[name])
                raise IntentInvalidError(f"expected {name} {expected!r}, got {told[name]!r}")
        return intent

    @classmethod
    def chosen(cls, told: Json) -> dict[str, Any]:
        """Fields that are told by the action text; none unless a class has several actions."""
        del told
        return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIntent:
    """An intent with the signature of a member's key."""

    intent: Intent
    signature: bytes

    def signer(self, domain: Domain) -> str:
        """Checksummed address of the key that signed.

        Raises:
            IntentSignatureInvalidError: The signature is not 65 bytes, has a high s, or recovers to no key.
        """
        return recover(self.intent.digest(domain), self.signature)


def recover(digest: bytes, signature: bytes) -> str:
    """Checksummed address of the key that signed a digest.

    Args:
        digest: 32 bytes.
        signature: r, s and v, 65 bytes; v is 27 or 28, s in the lower half.

    Raises:
        IntentSignatureInvalidError: The signature is none of that.
    """
    if len(signature) != 65 or signature[64] not in (27, 28):
        raise IntentSignatureInvalidError(f"expected 65 bytes ending in 27 or 28, got {len(signature)} bytes")
    if int.from_bytes(signature[32:64], "big") > HALF_ORDER:
        raise IntentSignatureInvalidError("expected s in the lower half of the order")
    try:
        key = PublicKey.from_signature_and_message(
            signature[:64] + bytes([signature[64] - 27]), digest, hasher=None
        )
    except Exception as error:  # noqa: BLE001 coincurve raises bare exceptions
        raise IntentSignatureInvalidError(f"the signature recovers to no key: {error}") from None
    return to_checksum_address(keccak(key.format(compressed=False)[1:])[12:])


def _names(told: Json) -> str:
    return ", ".join(map(str, told)) if isinstance(told, dict) else repr(told)


def _to_json(value: Any) -> Json:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return [_to_json(v) for v in value]
    return value.as_json() if isinstance(value, Struct) else value


def _read(
    owner: str, told: Json, known: dict[str, tuple[str, str]], structs: dict[str, type[Struct]]
) -> dict[str, Any]:
    if not isinstance(told, dict) or sorted(told) != sorted(known):
        raise IntentInvalidError(f"{owner}: expected the fields {', '.join(known)}, got {_names(told)}")
    return {name: _from_json(f"{owner}.{n}", told[n], abi, structs) for n, (name, abi) in known.items()}


def _from_json(where: str, value: Json, abi: str, structs: dict[str, type[Struct]]) -> Any:
    if abi.endswith("[]"):
        if not isinstance(value, list) or len(value) > 1000:
            raise IntentInvalidError(f"{where}: expected a list of at most 1000, got {type(value).__name__}")
        return tuple(_from_json(where, v, abi[:-2], structs) for v in value)
    if abi in structs:
        return structs[abi].from_json(value)
    if abi.startswith("uint"):
        return _integer(where, value, int(abi[4:]))
    return _bytes(where, value, 20 if abi == "address" else int(abi[5:]))


def _integer(where: str, value: Json, bits: int) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"0|[1-9][0-9]{0,77}", text) or int(text) >> bits:
        raise IntentInvalidError(f"{where}: expected a whole number below 2^{bits}, got {value!r}")
    return int(text)


def _bytes(where: str, value: Json, size: int) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(f"0x[0-9a-fA-F]{{{2 * size}}}", value):
        raise IntentInvalidError(f"{where}: expected 0x and {2 * size} hex digits, got {str(value)[:80]!r}")
    return bytes.fromhex(value[2:])
