"""`gongji campaign list` tells of households what the portal does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gongji.commands.campaign import COLUMNS
from gongji.commands.values import Shown
from register.names import Names

if TYPE_CHECKING:
    from gongji.commands.listing import Column


@pytest.fixture
def households() -> Column:
    (column,) = (column for column in COLUMNS if "households" in column.heading)
    return column


@pytest.mark.parametrize(("count", "cell"), [(23, 23), (0, 0), (None, "少于 5 户 Fewer than 5")])
def test_few_households_are_told_to_be_few(households: Column, count: int | None, cell: Any) -> None:
    assert households.cell(Shown(Names()), {"households": count}) == cell
