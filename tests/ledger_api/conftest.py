"""What the tests of the API share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ledger_api.portal_town import busy_house
from tests.ledger_api.small_limits import small
from tests.ledger_api.story_town import story
from tests.postgres import postgres_server, postgres_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.ledger_api.client import House

__all__ = ["postgres_server", "postgres_url", "small", "story"]


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[House]:
    """The busy town, for a test that changes what others read."""
    async with busy_house(tmp_path) as house:
        yield house


@pytest.fixture(autouse=True)
def what_a_reader_chose_is_forgotten(request: pytest.FixtureRequest) -> Iterator[None]:
    """The shared town has one browser: the language that one test chose is not that of the next."""
    yield
    if "story" in request.fixturenames:
        cookies = request.getfixturevalue("story").http.cookies
        for name in ("lang", "size"):
            cookies.pop(name, None)
