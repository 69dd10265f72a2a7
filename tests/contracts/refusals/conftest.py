"""The neighbourhood in the EVM of this process, new for each test."""

from __future__ import annotations

import pytest

from tests.contracts.earning import working
from tests.contracts.evm import EvmTown
from tests.contracts.neighbourhood import found

__all__ = ["working"]


@pytest.fixture
def place() -> EvmTown:
    """The neighbourhood, founded and empty."""
    return found(EvmTown())
