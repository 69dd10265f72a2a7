"""The neighbourhood in the EVM of this process, new for each test."""

from __future__ import annotations

import pytest

from tests.contracts.evm import EvmTown
from tests.contracts.neighbourhood import found


@pytest.fixture
def place() -> EvmTown:
    """The neighbourhood, founded and empty."""
    return found(EvmTown())
