"""Python and Solidity name the same kinds of account by the same numbers."""

from __future__ import annotations

import re

from contracts.accounts import AccountKind
from contracts.build.compiler import CONTRACTS

KIND = re.compile(r"uint8 internal constant (\w+) = (0x[0-9a-f]{2});")


def test_kinds_of_account_are_the_contracts() -> None:
    source = (CONTRACTS / "src/libraries/Accounts.sol").read_text()
    assert {name: int(number, 16) for name, number in KIND.findall(source)} == {
        k.name: k.value for k in AccountKind
    }
