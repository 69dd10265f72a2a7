"""Pages that are asked again: not made anew while head and reader are the same, and never another reader's."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2
import pytest

from ledger_api.app import create_app
from ledger_api.context import Context
from register.nouns import NAMED, Name
from tests.conftest import member_id, signer
from tests.ledger_api.client import PUBLIC_URL, Person
from tests.ledger_api.story import VOTING, named_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.ledger_api.client import House

HEAD_PAGES = (
    "/", "/funds", "/funds/1", "/ledger", "/ledger?fund=2", "/proposals", "/campaigns", "/campaigns/1", "/verify",
)  # fmt: skip
# What is signed and in no block, drafts, devices, written reasons, and the time of day show here.
OTHER_PAGES = (
    f"/proposals/0x{VOTING.proposal_id().hex()}", "/committee", "/ledger/1",
    f"/visits/0x{named_id('visit').hex()}", "/me/day", "/ask", "/statements", "/demo",
)  # fmt: skip


@pytest.fixture
async def reader(story: House) -> AsyncIterator[Person]:
    """Somebody with a browser of their own, not signed in yet."""
    person = Person(story, signer("seat2"))
    yield person
    await person.http.aclose()


def no_clock() -> int:
    raise AssertionError("somebody asked what time it is")


async def tag_of(reader: Person, address: str) -> str:
    return str((await reader.http.get(address)).headers["etag"])


async def again(reader: Person, address: str, tag: str) -> httpx2.Response:
    return await reader.http.get(address, headers={"if-none-match": tag})


@pytest.mark.parametrize("address", HEAD_PAGES)
async def test_a_page_that_its_reader_has_is_not_sent_again(reader: Person, address: str) -> None:
    first = await reader.http.get(address)
    assert first.headers["cache-control"] == "private, no-cache"
    second = await again(reader, address, first.headers["etag"])
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("address", OTHER_PAGES)
async def test_a_page_that_shows_more_than_the_mirror_is_kept_nowhere(reader: Person, address: str) -> None:
    shown = await reader.http.get(address)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    assert "etag" not in shown.headers


async def test_a_page_with_a_tag_asks_neither_what_time_it_is_nor_what_is_not_mirrored(
    story: House, tmp_path: Path
) -> None:
    config = replace(story.config, app_url=f"sqlite:///{tmp_path}/app.db")
    app = create_app(Context.open(config, clock=no_clock))
    with closing(sqlite3.connect(tmp_path / "app.db")) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            database.execute(f"DROP TABLE {table}")
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http,
    ):
        assert {(await http.get(address)).status_code for address in HEAD_PAGES} == {200}


async def test_after_a_new_block_a_page_is_sent_again(story: House, reader: Person) -> None:
    before = await tag_of(reader, "/")
    await story.town.chain.mine(empty=True)
    await story.syncer.catch_up()
    after = await again(reader, "/", before)
    assert after.status_code == 200
    assert after.headers["etag"] != before


@pytest.mark.parametrize(("choice", "value"), [("lang", "en"), ("size", "huge")])
async def test_a_page_in_another_language_or_size_is_sent_again(
    reader: Person, choice: str, value: str
) -> None:
    before = await tag_of(reader, "/")
    reader.http.cookies.set(choice, value)
    assert (await again(reader, "/", before)).status_code == 200


async def test_an_address_that_changes_the_language_always_does(reader: Person) -> None:
    english = await reader.http.get("/?lang=en")
    await reader.http.get("/?lang=zh")
    back = await again(reader, "/?lang=en", english.headers.get("etag", ""))
    assert back.status_code == 200
    assert "lang=en" in back.headers["set-cookie"]


async def test_signing_in_and_out_sends_a_page_again(reader: Person) -> None:
    outside = await tag_of(reader, "/")
    await reader.sign_in()
    greeted = await again(reader, "/", outside)
    assert (greeted.status_code, "您好" in greeted.text) == (200, True)
    await reader.http.delete("/v1/sessions/current")
    left = await again(reader, "/", greeted.headers["etag"])
    assert (left.status_code, "您好" in left.text) == (200, False)


async def test_two_readers_never_share_a_page(story: House, reader: Person) -> None:
    other = Person(story, signer("seat3"))
    await reader.sign_in()
    await other.sign_in()
    shown = await again(other, "/", await tag_of(reader, "/"))
    assert shown.status_code == 200
    assert member_id("seat3").hex()[:6] in shown.text
    await other.http.aclose()


async def test_the_tag_of_one_address_does_not_answer_for_another(reader: Person) -> None:
    assert (await again(reader, "/ledger?fund=2", await tag_of(reader, "/ledger"))).status_code == 200


async def test_a_name_that_changes_sends_a_page_again(story: House, reader: Person) -> None:
    before, register = await tag_of(reader, "/funds"), story.context.register
    kept = register.get(NAMED["funds"], "2")
    register.put(NAMED["funds"], "2", Name(zh="春晖", en="Chunhui"), "steward")
    story.context.names.look()
    after = await again(reader, "/funds", before)
    register.put(NAMED["funds"], "2", kept, "steward")
    assert (after.status_code, "春晖社区基金" in after.text) == (200, False)


async def test_what_goes_wrong_has_no_tag(reader: Person) -> None:
    missing = await reader.http.get("/funds/999")
    assert (missing.status_code, "etag" in missing.headers) == (404, False)
    assert missing.headers["cache-control"] == "no-store"


async def test_a_tag_is_known_weak_or_strong_and_a_part_of_one_is_not(reader: Person) -> None:
    tag = await tag_of(reader, "/")
    strong = tag.removeprefix("W/")
    assert (await again(reader, "/", f'"other", {tag}')).status_code == 304
    assert (await again(reader, "/", f'"other", {strong}')).status_code == 304
    assert (await again(reader, "/", f'"more {strong[1:]}')).status_code == 200
