"""No error of the contracts is without a test that provokes it."""

from __future__ import annotations

import re
from pathlib import Path

from contracts.abi import artifact
from contracts.build.compiler import DEPLOYED

# OpenZeppelin's, for states that no call can bring about here: names too long for EIP-712, an authority without code.
UNREACHABLE = {
    "InvalidShortString",
    "StringTooLong",
    "AccessManagedInvalidAuthority",
    "AccessManagerInvalidInitialAdmin",
}
# Of the authority's library, for calls with ether or to accounts without code, and for contracts that pretend to be ours.
LIBRARY = {
    "AddressEmptyCode",
    "FailedCall",
    "FailedDeployment",
    "InsufficientBalance",
    "SafeCastOverflowedUintDowncast",
    "AccessManagerUnauthorizedConsume",
}
# Tested with the guards of the functions (`test_guards.py`).
GUARDS = {"AccessManagedUnauthorized", "AccessManagedRequiredDelay"}


def test_every_declared_error_is_provoked() -> None:
    declared = {e["name"] for c in DEPLOYED for e in artifact(c)["abi"] if e["type"] == "error"}
    texts = [path.read_text() for path in Path(__file__).parent.glob("test_*.py")]
    provoked = {name for text in texts for name in re.findall(r'refused\(\s*"(\w+)"', text)}
    assert declared - provoked - UNREACHABLE - LIBRARY - GUARDS == set()
    assert provoked <= declared
