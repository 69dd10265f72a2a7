"""What the tests of the API share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ledger_api.portal_town import busy_house
from tests.ledger_api.story_town import story
from tests.postgres import postgres_server, postgres_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.ledger_api.client import House

__all__ = ["postgres_server", "postgres_url", "story"]


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[House]:
    """The busy town, for a test that changes what others read."""
    async with busy_house(tmp_path) as house:
        yield house
