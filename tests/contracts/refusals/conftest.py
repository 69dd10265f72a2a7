"""The neighbourhood in the EVM of this process, new for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contracts.earning import working
from tests.contracts.neighbourhood import fresh_neighbourhood

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown

__all__ = ["working"]


@pytest.fixture
def place() -> EvmTown:
    """The neighbourhood, founded and empty."""
    return fresh_neighbourhood()
