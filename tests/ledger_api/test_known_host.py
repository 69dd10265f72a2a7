"""The portal answers to its own names, and no address that it gives is made of what somebody called it by."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2
import pytest

from ledger_api.app import create_app
from ledger_api.portal.render import qr
from tests.ledger_api.client import PUBLIC_URL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

    from tests.ledger_api.client import House

BROWSER = {"accept": "text/html"}
OURS = (
    "town.test", "TOWN.test", "town.test:8640", "localhost", "localhost:8640", "127.0.0.1:8640", "[::1]:8640", "0.0.0.0:8640",
    "portal", "192.168.1.20", "192.168.1.20:8640",
)  # fmt: skip
NOT_OURS = (
    "evil.test", "town.test.evil.test", "eviltown.test", "town.test@evil.test", "evil.test/town.test", "192.168.1.21", "evil.test#town.test",
    "town.test:x", "[::1", "", "localhost.evil.test", "town.test\\evil.test",
    "evil.test@town.test", "town.test/evil.test", "town.test?evil.test", "town.test#evil.test",
)  # fmt: skip


@pytest.fixture
async def app(story: House) -> AsyncIterator[FastAPI]:
    """The portal of the story, which is called `portal` inside its container."""
    context = replace(story.context, config=replace(story.config, other_hosts=("Portal",)))
    return create_app(context)


async def asked(
    app: FastAPI, path: str, *hosts: str, accept: str = "", query: str = ""
) -> tuple[int, dict[str, str], str]:
    """What an application answers whose connection came in at 192.168.1.20, under a name of its client's."""
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "scheme": "http", "http_version": "1.1", "server": ("192.168.1.20", 8640), "client": ("192.168.1.9", 50_000),
        "headers": [*((b"host", host.encode()) for host in hosts), (b"accept", accept.encode())],
    }  # fmt: skip
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}  # type: ignore[attr-defined]
    return int(str(sent[0]["status"])), headers, b"".join(m.get("body", b"") for m in sent[1:]).decode()  # type: ignore[misc]


@pytest.mark.parametrize("host", OURS)
async def test_it_answers_to_its_public_name_to_others_that_are_set_and_to_this_machine_s_own(
    app: FastAPI, host: str
) -> None:
    assert (await asked(app, "/v1/funds", host))[0] == 200


@pytest.mark.parametrize("host", NOT_OURS)
async def test_called_by_another_name_it_says_so_in_words_and_nothing_else(app: FastAPI, host: str) -> None:
    for path in ("/v1/funds", "/funds", "/static/style.css", "/nowhere"):
        status, _, text = await asked(app, path, host)
        assert (status, '"code":"HostUnknownError"' in text) == (421, True)
    status, headers, text = await asked(app, "/funds", host, accept="text/html")
    assert (status, headers["content-type"]) == (421, "text/html; charset=utf-8")
    assert "这里不用这个网址" in text
    assert "script-src 'self'" in headers["content-security-policy"]


async def test_of_two_names_both_must_be_its_own_and_without_one_there_is_nothing_to_believe(
    app: FastAPI,
) -> None:
    assert (await asked(app, "/v1/funds", "town.test", "evil.test"))[0] == 421
    assert (await asked(app, "/v1/funds"))[0] == 200


async def test_no_address_that_it_gives_is_made_of_the_name_that_a_client_used(app: FastAPI) -> None:
    _, headers, _ = await asked(app, "/v1/transfers.csv", "localhost:1", query="limit=1&fund=2")
    assert headers["link"].startswith("</v1/transfers.csv?limit=1&fund=2&cursor=")
    _, _, page = await asked(app, "/funds", "localhost:1", accept="text/html")
    assert "localhost" not in page
    assert str(qr(f"{PUBLIC_URL}/funds")) in page


@pytest.mark.parametrize(
    ("path", "query", "location"),
    [
        ("/funds/", "", "/funds"), ("/ledger/", "fund=2", "/ledger?fund=2"), ("/v1/funds/", "", "/v1/funds"),
        ("//evil.test/", "", "/evil.test"), ("/nowhere///", "", "/nowhere"),
    ],
)  # fmt: skip
async def test_a_slash_at_the_end_leads_to_the_address_without_it_on_the_same_site(
    app: FastAPI, path: str, query: str, location: str
) -> None:
    status, headers, _ = await asked(app, path, "localhost:1", query=query)
    assert (status, headers["location"]) == (307, location)


async def test_a_redirect_leads_to_a_path_alone(story: House) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=story.app), base_url=PUBLIC_URL) as http:
        answer = await http.get("/v1/documents/", headers=BROWSER)
    assert answer.headers["location"] == "/v1/documents"
