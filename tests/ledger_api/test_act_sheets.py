"""A sheet for every act that members sign: offered to whom it belongs, asking for what is missing, and signed as it is shown."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acts import acts
from ledger_api.portal.acting.fields import asked
from ledger_api.portal.acting.shown import SPECIAL_SHEETS
from ledger_api.portal.reader import words
from tests.ledger_api.portal_town import busy_house, person, shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.ledger_api.client import House

SHEETS = sorted(name for name, act in acts().items() if act.message and name not in SPECIAL_SHEETS)


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("sheets")) as opened:
        yield opened


def drafted(text: str) -> dict[str, Any]:
    """What a sheet asks the API to draft."""
    found = re.search(r"data-draft='([^']*)'", text)
    assert found, text
    told: dict[str, Any] = json.loads(html.unescape(found[1]))
    return told


def asks(text: str) -> set[str]:
    """Names of the values that a sheet asks for."""
    return set(re.findall(r'<(?:input|select) (?:type="date" )?name="(\w+)"', text))


def test_every_act_and_field_has_words_in_both_languages() -> None:
    told = words()
    for name in SHEETS:
        act = acts()[name]
        assert told["does"][name][0], name
        assert told["contract"][act.contract], act.contract
        assert all(told["by"][by] for by in act.by), act.by
        assert all(told["field"][one.name] for one in asked(act) if not one.is_written), act


def test_the_values_of_an_act_have_names_of_their_own() -> None:
    for name in SHEETS:
        names = [one.name for one in asked(acts()[name])]
        assert len(set(names)) == len(names), name


@pytest.mark.parametrize("name", SHEETS)
async def test_every_act_has_a_sheet_that_asks_for_its_values(house: House, name: str) -> None:
    for who in ("treasurer", "coordinator", "volunteer"):
        text = await shown(await person(house, who), f"/acts/{name}")
        assert "data-draft" not in text or name == "RotateKey"
