"""The neighbourhood on a real chain, for the stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contracts.neighbourhood import found_on_chain

if TYPE_CHECKING:
    from tests.conftest import Town


@pytest.fixture
async def place(town: Town) -> Town:
    """The neighbourhood, founded and empty."""
    return await found_on_chain(town)
