"""The call inside a message: what a clerk does for a person, and an office from its account, as both sign it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.acts import act_of
from wallets.desk import desk_arguments
from wallets.office import office_call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.acts import Act

UNKNOWN = "不是能这样办的事 nothing that is done in this way"


@dataclass(frozen=True, kw_only=True, slots=True)
class InnerCall:
    """A call inside a message.

    Attributes:
        is_office: Whether an office does it, and not a clerk for a person.
        act: The act that it is; None if it is none.
        name: What it is called; a function that is no act by its own name.
        arguments: With what, in JSON by name; nothing where that cannot be read.
    """

    is_office: bool
    act: Act | None = None
    name: str = UNKNOWN
    arguments: dict[str, Any] = field(default_factory=dict)


def inner_call(message: Mapping[str, Any]) -> InnerCall | None:
    """The call inside a message; None if it carries none.

    Args:
        message: Its fields, as typed data has them.
    """
    if "data" not in message:
        return None
    data = bytes.fromhex(message["data"][2:])
    return _of_office(data) if "office" in message else _of_desk(data)


def _of_desk(data: bytes) -> InnerCall:
    found = desk_arguments(data)
    if found is None:
        return InnerCall(is_office=False)
    act, arguments = found
    return InnerCall(is_office=False, act=act, name=act.action, arguments=arguments)


def _of_office(data: bytes) -> InnerCall:
    contract, function, arguments = office_call(data)
    if not function:
        return InnerCall(is_office=True)
    act = act_of(contract, function)
    name = act.action if act else f"{contract}.{function}"
    return InnerCall(is_office=True, act=act, name=name, arguments=arguments)
