"""What a service desk calls for a person: an act without an authorization of its own, and how such a call is read."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from contracts.abi import call_of, encode_call
from contracts.acts import acts

if TYPE_CHECKING:
    from contracts.acts import Act
    from wallets.intents import Intent

# What a direct call ends with: where the authorization begins, nonce, deadline, where the signature begins, its length.
EMPTY_AUTHORIZATION_BYTES = 5 * 32
SELECTOR_BYTES = 4


def desk_call(intent: Intent) -> bytes:
    """The call of an act as a desk signs it: function and arguments, without the authorization at their end.

    Args:
        intent: The act of the person; its nonce and deadline count for nothing.
    """
    call = intent.call(b"")
    return encode_call(call.contract, call.function, *call.args)[:-EMPTY_AUTHORIZATION_BYTES]


def desk_act(selector: bytes) -> Act | None:
    """The act of a function that desks do for persons; None if they do not."""
    return _by_selector().get(selector)


def desk_arguments(call: bytes) -> tuple[Act, dict[str, Any]] | None:
    """The act that a desk calls and its arguments in JSON; None if desks do no such act, or the arguments do not fit.

    Args:
        call: As `desk_call` gives it.
    """
    act = desk_act(call[:SELECTOR_BYTES])
    if act is None:
        return None
    offset = len(call) - SELECTOR_BYTES + 32
    words = (offset, 0, 0, 3 * 32, 0)
    _, arguments = call_of(act.contract, call + b"".join(word.to_bytes(32, "big") for word in words))
    named = {name: value for name, value in act.named(arguments).items() if name != "authorization"}
    return (act, named) if named else None


@cache
def _by_selector() -> dict[bytes, Act]:
    return {keccak(text=act.signature)[:SELECTOR_BYTES]: act for act in acts().values() if act.desk}
