"""What the tests of the auditor share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.audit.audited import audited
from tests.audit.fuzzing.memo import remembering

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["audited"]


@pytest.fixture(scope="module")
def memory() -> Iterator[None]:
    """The verifier remembers what it made of the same bytes, for files that verify one town's evidence again and again."""
    with remembering():
        yield
