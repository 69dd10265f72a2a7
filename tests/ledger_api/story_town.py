"""The fixture `story`: the town of the story with everything that serves it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from tests.conftest import member_id, open_town
from tests.ledger_api.client import open_house
from tests.ledger_api.register_entries import write_names, write_people
from tests.ledger_api.story import CARE, COMMITTEE_SEATS, PAID, POT, STAIRS, WORKERS, Story

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from tests.ledger_api.client import House
    from tests.ledger_api.register_entries import Names

NAMES: Names = {
    "funds": {
        "1": ("东城街道互助基金", "Dongcheng street fund"),
        "2": ("春晖社区基金", "Chunhui community fund"),
    },
    "purposes": {
        str(POT): ("配比资金", "Matching pot"),
        str(STAIRS): ("楼道更新", "Stairwells"),
        str(CARE): ("长者关怀", "Care for the old"),
    },
    "campaigns": {
        "1": ("58 号楼楼道更新", "Stairwell of building 58"),
        "2": ("社区图书角", "Reading corner"),
    },
    "services": {
        "1": ("陪伴购物", "Shopping with an old neighbour"),
    },
    "proposals": {
        "20250601": ("长者食堂置换餐桌", "Tables for the canteen"),
        "20250602": ("楼道扶手加装", "Handrails in the stairwell"),
        "20250603": ("助浴椅采购", "Bath chairs"),
        "20250604": ("防滑垫采购", "Non-slip mats"),
    },
    "budget_lines": {
        "20001": ("2025 年长者关怀预算", "Care for the old 2025"),
    },
    "committees": {
        "1": ("春晖基金管委会", "Committee of the Chunhui fund"),
    },
    "enterprises": {
        "1": ("巧手微工厂", "Nimble hands"),
    },
    "payees": {
        f"0x{PAID.payee.hex()}": ("福满社区食堂", "Fuman canteen"),
    },
    "buildings": {
        "0x3045237e293d6f6dd8405a0e26672b92": ("58 号楼", "Building 58"),
    },
    "members": {
        f"0x{member_id('donor').hex()}": ("海川公司", "Haichuan company"),
    },
}


def roles(more: Mapping[str, str]) -> dict[str, str]:
    """Roles of the people whom one can be, by name; `more` are those that only some tests need."""
    known = {"volunteer": "志愿者", "treasurer": "会计", WORKERS[0]: "工友"}
    return dict.fromkeys(COMMITTEE_SEATS, "委员") | known | dict(more)


HOMES = dict.fromkeys(COMMITTEE_SEATS, "/committee") | {
    name: f"/workers/0x{member_id(name).hex()}" for name in WORKERS
}


@contextlib.asynccontextmanager
async def story_house(folder: Path, more: Mapping[str, str]) -> AsyncIterator[House]:
    """The story, played in a folder; for `more` see `roles`."""
    async with open_town(folder, played) as town:
        write_people(folder, roles(more), HOMES)
        async with open_house(town, folder) as house:
            yield house


async def played(folder: Path) -> None:
    """Makes the town of the story, mirrored, and its names."""
    write_names(folder, NAMES)
    async with open_town(folder) as town:
        await Story(town).play()
        async with open_house(town, folder):
            pass


@pytest.fixture(scope="session")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The story, played once; its tests only read."""
    async with story_house(tmp_path_factory.mktemp("story"), {}) as house:
        yield house
