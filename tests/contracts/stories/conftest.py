"""The neighbourhood on a real chain, for the stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import open_town
from tests.contracts.neighbourhood import founded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.conftest import Town


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """The neighbourhood, founded and empty."""
    async with open_town(tmp_path, founded) as town:
        yield town
