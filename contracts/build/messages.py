"""What members sign: the EIP-712 type of a message, and how its fields are those of the acts that it carries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.build.syntax import snake
from contracts.errors import BuildError

if TYPE_CHECKING:
    from contracts.acts import Act, ActField

Layout = tuple[tuple[str, str], ...]

# Parameters that carry what was signed, and no field of it.
CARRIERS = ("Authorization", "bytes[]")
# What every message has.
COMMON = ("action", "nonce", "deadline")


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """The EIP-712 type of a message.

    Attributes:
        name: Its primary type, such as "AttestDonations".
        layout: ABI type and name of each field, in order.
        structs: The same for each struct that it uses.
    """

    name: str
    layout: Layout
    structs: dict[str, Layout]


def parse(text: str) -> Message:
    """Reads a type such as "RotateKey(string action,address newKey,uint256 nonce,uint48 deadline)"."""
    types = {
        name: tuple((abi, field) for abi, field in (part.split(" ") for part in inside.split(",")))
        for name, inside in re.findall(r"(\w+)\(([^)]*)\)", text)
    }
    name = next(iter(types))
    return Message(name=name, layout=types.pop(name), structs=types)


def signed_as(message: Message, act: Act) -> dict[str, ActField]:
    """Each field of a message that an act fills, and the act's own field. Names are equal, or else types tell.

    Raises:
        BuildError: A parameter is in no field of the message.
    """
    own = [field for field in (*act.fields, *act.signed_only) if field.type not in CARRIERS]
    bound = {field.name: field for field in own if (field.type, field.name) in message.layout}
    for field in own:
        spare = (n for abi, n in message.layout if abi == field.type and n not in (*bound, *COMMON))
        if bound.get(field.name) is not field:
            name = next(spare, None)
            if name is None:
                raise BuildError(
                    f"{act.act}: {field.name} is not signed", f"{message.name} has no field for it", "add one"
                )
            bound[name] = field
    return bound


def derived_fields(message: Message, bound: dict[str, ActField]) -> dict[str, tuple[str, str]]:
    """The fields derived from others: ABI type, and where the number stands, such as "donations.amount_fen".

    A text such as `amount` is that of the number `amountFen`. A number such as `totalFen` that no parameter has is the
    sum over a list.
    """
    found = {}
    for abi, name in message.layout:
        if abi == "string" and name != "action":
            number = f"{name}Fen"
            path = snake(number) if number in bound else _inside(message, number)
            found[name] = (abi, path)
            found |= {n: (a, path) for a, n in message.layout if n == number and n not in bound}
    return found


def _inside(message: Message, number: str) -> str:
    """The number of a struct, or the amounts of a list, that a text is made from."""
    for abi, name in message.layout:
        amount = "amountFen" if abi.endswith("[]") else number
        if amount in (field for _, field in message.structs.get(abi.removesuffix("[]"), ())):
            return f"{snake(name)}.{snake(amount)}"
    raise BuildError(
        f"{message.name}: nothing is the number {number}", "its text would be made of nothing", "add it"
    )
