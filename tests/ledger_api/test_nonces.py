"""What is drafted for one person at one contract shares a word of nonces; see `IIntents`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import signer
from tests.ledger_api.client import House, Person, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NEW_KEY = {"newKey": "0x" + "ab" * 20, "possession": "0x55"}
RELEASE = {"task": "0x" + "01" * 16}


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("nonces")) as opened:
        yield opened


async def nonce(person: Person, act: str = "RotateKey") -> int:
    fields = NEW_KEY if act == "RotateKey" else RELEASE
    return int((await person.draft(act, fields))["typed_data"]["message"]["nonce"])


async def test_drafts_of_one_person_at_one_contract_get_neighbouring_numbers(house: House) -> None:
    person = Person(house, signer("volunteer"))
    await person.sign_in()
    first = await nonce(person)
    assert [await nonce(person) for _ in range(3)] == [first + 1, first + 2, first + 3]
    assert (await nonce(person, "ReleaseTask")) >> 64 != first >> 64
    assert await nonce(person) == first + 4


async def test_another_person_gets_other_numbers(house: House) -> None:
    beginnings = set()
    for name in ("coordinator", "treasurer"):
        person = Person(house, signer(name))
        await person.sign_in()
        beginnings.add((await nonce(person)) >> 64)
    assert len(beginnings) == 2


async def test_who_is_not_signed_in_gets_a_number_alone(house: House) -> None:
    person = Person(house, signer("volunteer"))
    numbers = {(await nonce(person)) >> 8 for _ in range(3)}
    assert len(numbers) == 3
