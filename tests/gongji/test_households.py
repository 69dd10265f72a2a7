"""Lists of a campaign's households, drawn from the register and the mirror."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.events import HouseholdPlaced
from gongji.errors import CampaignUnknownError
from gongji.households import draw, exhibit, listed, placed, root_of
from register.errors import EditRefusedError
from register.nouns import HOUSEHOLD_SALTS
from register.register import Register
from tests.gongji.test_due_campaigns import opened
from tests.indexer.projections.small_mirror import SmallMirror

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUILDING, ELSEWHERE = b"b" * 16, b"e" * 16


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened_register = Register.open(f"sqlite:///{tmp_path}/town.db", tmp_path / "register.key")
    yield opened_register
    opened_register.close()


@pytest.fixture
def mirror() -> Iterator[SmallMirror]:
    found = SmallMirror()
    homes = [(b"1" * 16, BUILDING), (b"2" * 16, ELSEWHERE), (b"3" * 16, BUILDING), (b"3" * 16, bytes(16))]
    found.add([opened(1)], [HouseholdPlaced(household=one, building=home) for one, home in homes])
    found.connection.commit()
    yield found
    found.connection.close()


def test_households_of_a_building_or_of_the_town_are_those_that_stand_there_now(mirror: SmallMirror) -> None:
    engine = mirror.connection.engine
    assert placed(engine, BUILDING) == [b"1" * 16]
    assert sorted(placed(engine, bytes(16))) == [b"1" * 16, b"2" * 16]


def test_a_list_is_drawn_once_and_stays_what_it_is(mirror: SmallMirror, register: Register) -> None:
    """(p17) It may be published already; whoever draws it anew gets the same root."""
    engine = mirror.connection.engine
    first = draw(engine, register, 1, "operator")
    mirror.add([HouseholdPlaced(household=b"9" * 16, building=BUILDING)])
    mirror.connection.commit()
    assert draw(engine, register, 1, "operator") == first == listed(register, 1)
    assert [one.leaf for one in first] == sorted(one.leaf for one in first)
    assert len({one.salt for one in first}) == 2
    assert len(root_of(first)) == 32
    assert len(exhibit(1, first)["households"]) == 2
    with pytest.raises(EditRefusedError):
        register.put(HOUSEHOLD_SALTS, first[0].key, None, "operator")


def test_a_campaign_that_is_not_there_has_no_list(mirror: SmallMirror, register: Register) -> None:
    with pytest.raises(CampaignUnknownError):
        draw(mirror.connection.engine, register, 9, "operator")
