"""The stream tells what happens, and continues where a reader left off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger_api.client import House, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("stream")) as opened:
        yield opened


async def events(house: House, last: str | None = None) -> list[tuple[str, str, dict[str, Any]]]:
    """Id, kind and data of what a reader hears in a second."""
    headers = {"last-event-id": last} if last else {}
    text = (await house.http.get("/v1/stream", params={"seconds": 1}, headers=headers)).text
    received = []
    for block in text.replace("\r\n", "\n").strip().split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":")
        )
        if "event" in fields:
            received.append((fields["id"], fields["event"], json.loads(fields["data"])))
    return received


async def test_a_new_reader_hears_nothing_of_the_past(house: House) -> None:
    assert [kind for _, kind, _ in await events(house)] == ["position"]


async def test_a_reader_who_comes_back_misses_nothing_and_hears_nothing_twice(house: House) -> None:
    ((start, _, _),) = await events(house)
    command = await house.serve("steward", "Funds", "openPurpose", 0x10005)
    await house.settle()
    received = await events(house, start)
    heard = [data["state"] for _, kind, data in received if kind == "command" and data["command"] == command]
    # One row per command holds its latest change; a reader who was away hears where it stands now.
    assert heard == ["done"]
    assert [kind for _, kind, _ in received].count("block") >= 1
    middle = received[1][0]
    assert await events(house, middle) == [(middle, "position", {}), *received[2:]]


async def test_a_block_is_told_with_its_hash_and_standing(house: House) -> None:
    ((start, _, _),) = await events(house)
    await house.town.chain.mine(empty=True)
    number = await house.syncer.catch_up()
    (_, (_, kind, data)) = await events(house, start)
    assert (kind, data["block_number"], data["finality"]) == ("block", number, "final")
    assert data["block_hash"] == "0x" + (await house.town.web3.eth.get_block(number))["hash"].hex()


async def test_an_id_that_was_never_given_is_refused(house: House) -> None:
    answer = await house.http.get("/v1/stream", headers={"last-event-id": "yesterday"})
    assert (answer.status_code, answer.json()["code"]) == (422, "QueryInvalidError")
