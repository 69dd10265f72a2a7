"""Python and Solidity name the same kinds of account by the same numbers."""

from __future__ import annotations

import re

import pytest

from contracts.accounts import (
    AccountKind,
    account_id,
    account_owner,
    account_parts,
    is_anonymous,
    worker_account,
)
from contracts.build.compiler import CONTRACTS

KIND = re.compile(r"uint8 internal constant (\w+) = (0x[0-9a-f]{2});")


def test_kinds_of_account_are_the_contracts() -> None:
    source = (CONTRACTS / "src/libraries/Accounts.sol").read_text()
    assert {name: int(number, 16) for name, number in KIND.findall(source)} == {
        k.name: k.value for k in AccountKind
    }


@pytest.mark.parametrize("enterprise", [1, 2**32 - 1])
def test_account_of_a_worker_names_enterprise_and_worker(enterprise: int) -> None:
    worker = b"w" * 16
    account = worker_account(enterprise, worker)
    kind, owner = account_parts(account)
    assert (len(account), kind, owner >> 128) == (32, AccountKind.WORKER, enterprise)
    assert account_owner(account) == worker
    assert is_anonymous(account_id(AccountKind.WORKER))
