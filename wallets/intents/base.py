"""What all intents share: the EIP-712 form, strict reading of it, and the call that carries it to the chain.

The classes themselves are generated from the acts of the contracts. A field of an intent is declared once, with its ABI
type; the text fields that people read beside the numbers (`action`, `amount`, `total`, `piece`) are made from them and
checked when a message comes in, so that text and number cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils import keccak

from wallets.amounts import cny_text
from wallets.errors import AmountTextMismatchError, IntentInvalidError
from wallets.intents.domain import DOMAIN_TYPES, Domain
from wallets.intents.reading import names, read_fields
from wallets.intents.struct import Struct, as_argument, camel, to_json, typed

__all__ = ["Call", "Domain", "Intent", "SignedIntent", "Struct"]

# What a function takes that carries one signature.
AUTHORIZATION = ("nonce", "deadline", "signature")

Json = Any


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
class Intent:
    """Base of all intents.

    Attributes:
        CONTRACT: Contract that takes it.
        LAYOUT: EIP-712 names of all fields in order, the derived ones included.
        STRUCTS: Structs that its fields use.
        DERIVED: Fields derived from numbers: EIP-712 name to ABI type and where the number stands, such as
            "donations.amount_fen". One of the type "string" is the text of the amount, any other the number itself.
        ACTION: What the member does, in Chinese and English, as the contract has it.
        FUNCTION: Function that takes it.
        ARGUMENTS: What the function is called with: names of fields, "signature", "signatures".
        deadline: Last second at which it may arrive, seconds since 1970.
    """

    CONTRACT: ClassVar[str]
    LAYOUT: ClassVar[tuple[str, ...]]
    STRUCTS: ClassVar[tuple[type[Struct], ...]] = ()
    DERIVED: ClassVar[dict[str, tuple[str, str]]] = {}
    ACTION: ClassVar[str]
    FUNCTION: ClassVar[str]
    ARGUMENTS: ClassVar[tuple[object, ...]]

    deadline: int = typed("uint48")

    def action(self) -> str:
        """What the member does, in Chinese and English, as the contract has it."""
        return self.ACTION

    def derived(self) -> dict[str, tuple[str, Json]]:
        """The fields derived from others: EIP-712 name to ABI type and value.

        Raises:
            IntentInvalidError: A sum is more than its field holds.
        """
        found: dict[str, tuple[str, Json]] = {"action": ("string", self.action())}
        for name, (abi, path) in self.DERIVED.items():
            amount_fen = _number(self, path)
            if abi != "string" and amount_fen >> int(abi.removeprefix("uint")):
                raise IntentInvalidError(f"expected {name} to fit {abi}, got {amount_fen}")
            found[name] = (abi, cny_text(amount_fen) if abi == "string" else amount_fen)
        return found

    def call(self, signature: bytes) -> Call:
        """The call that carries this intent to the chain; with an empty signature, a direct call of the signer's."""
        return self.call_of(self.FUNCTION, self.ARGUMENTS, signature)

    def call_of(self, function: str, arguments: tuple[object, ...], signature: bytes) -> Call:
        """The call of a function with the fields that it takes, see `ARGUMENTS`."""
        signature_arguments = {"signature": signature, "signatures": [signature] if signature else []}

        def value(argument: Any) -> Any:
            if isinstance(argument, tuple):
                return tuple(value(a) for a in argument)
            return (
                signature_arguments[argument]
                if argument in signature_arguments
                else as_argument(getattr(self, argument))
            )

        return Call(contract=self.CONTRACT, function=function, args=tuple(map(value, arguments)))

    @classmethod
    def abi_types(cls) -> dict[str, tuple[str, str]]:
        """EIP-712 name to field name and ABI type, for the declared fields."""
        return {camel(f.name): (f.name, f.metadata["abi"]) for f in fields(cls)}

    def message(self) -> Json:
        """The message in the form that wallets take."""
        derived, declared = self.derived(), self.abi_types()
        return {
            n: derived[n][1] if n in derived else to_json(getattr(self, declared[n][0])) for n in self.LAYOUT
        }

    def types(self) -> dict[str, list[dict[str, str]]]:
        """EIP-712 types, the primary one first."""
        derived, declared = self.derived(), self.abi_types()
        own = [{"name": n, "type": derived[n][0] if n in derived else declared[n][1]} for n in self.LAYOUT]
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
    def from_message(cls, message: Json) -> Self:
        """Reads a message strictly.

        Raises:
            IntentInvalidError: A field is missing, unknown or malformed, or the action is not this one's.
            AmountTextMismatchError: The text of an amount is not the text of its number.
        """
        structs = {s.__name__: s for s in cls.STRUCTS}
        declared = cls.abi_types()
        known = {n: declared[n] for n in cls.LAYOUT if n in declared}
        derived_names = [n for n in cls.LAYOUT if n not in known]
        if not isinstance(message, dict) or sorted(message) != sorted(cls.LAYOUT):
            raise IntentInvalidError(f"expected the fields {', '.join(cls.LAYOUT)}, got {names(message)}")
        values = read_fields(
            cls.__name__, {n: v for n, v in message.items() if n not in derived_names}, known, structs
        )
        intent = cls(**values, **cls.chosen(message))
        for name, (_, expected) in intent.derived().items():
            if message[name] != expected and str(message[name]) != str(expected):
                if name in cls.DERIVED and cls.DERIVED[name][0] == "string":
                    raise AmountTextMismatchError(str(expected), message[name])
                raise IntentInvalidError(f"expected {name} {expected!r}, got {message[name]!r}")
        return intent

    @classmethod
    def chosen(cls, message: Json) -> dict[str, Any]:
        """Fields that are told by the action text; none unless a class has several actions."""
        del message
        return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIntent:
    """An intent with the signature of a member's key."""

    intent: Intent
    signature: bytes


def _number(value: Any, path: str) -> int:
    """The number at a path; over a list, the sum."""
    for name in path.split("."):
        value = sum(getattr(v, name) for v in value) if isinstance(value, tuple) else getattr(value, name)
    return int(value)
