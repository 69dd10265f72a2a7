"""How the call is read that an office makes from its account, as its holder signs it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from contracts.abi import call_of
from contracts.acts import acts
from contracts.roles import GUARDED

if TYPE_CHECKING:
    from contracts.acts import Act

# Where what is no act stands: who holds an office, and which office a function is of.
AUTHORITY = "Authority"
SELECTOR_BYTES = 4


def office_call(data: bytes) -> tuple[str, str, dict[str, Any]]:
    """Contract, function and arguments, in JSON, of what an office calls; empty where no office has such a function.

    Args:
        data: Function and arguments, as they are signed.
    """
    act = office_act(data[:SELECTOR_BYTES])
    contract = act.contract if act else AUTHORITY
    function, arguments = call_of(contract, data)
    return contract if function else "", function, act.named(arguments) if act else arguments


def office_act(selector: bytes) -> Act | None:
    """The act of a function that offices do; None if it is none."""
    return _by_selector().get(selector)


@cache
def _by_selector() -> dict[bytes, Act]:
    """The acts of offices; no two of them have the same selector, and a test says so."""
    return {
        keccak(text=act.signature)[:SELECTOR_BYTES]: act
        for act in acts().values()
        if act.function in GUARDED.get(act.contract, {})
    }
