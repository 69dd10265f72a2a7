"""Answers are compressed for whoever takes it: pages, data, tables and scripts; never the stream, and no page with a secret of its own."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest

from ledger_api.portal.static_files import static
from tests.ledger_api.owners import signed_in

if TYPE_CHECKING:
    from tests.ledger_api.client import House

GZIP, PLAIN = {"accept-encoding": "gzip"}, {"accept-encoding": "identity"}
ADDRESSES = (
    "/",
    "/funds",
    "/v1/transfers",
    "/v1/transfers.csv",
    "/openapi.json",
    "/proposals/20250602",
    static("style.css"),
)


def names_in(header: str) -> set[str]:
    return {name.strip().lower() for name in header.split(",")}


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_answer_is_compressed_for_whoever_takes_it_and_is_the_same(
    story: House, address: str
) -> None:
    plain = await story.http.get(address, headers=PLAIN)
    assert "content-encoding" not in plain.headers
    async with story.http.stream("GET", address, headers=GZIP) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert (gzip.decompress(raw), len(raw) < len(plain.content) / 2) == (plain.content, True)
    assert int(answer.headers["content-length"]) == len(raw)
    for one in (plain, answer):
        assert "accept-encoding" in names_in(one.headers["vary"])


@pytest.mark.parametrize("address", ["/", "/v1/transfers", "/v1/transfers.csv"])
async def test_whoever_has_an_answer_in_one_form_has_it_in_the_other(story: House, address: str) -> None:
    compressed = await story.http.get(address, headers=GZIP)
    plain = await story.http.get(address, headers=PLAIN)
    # Two forms of one answer may share a tag only if it is weak (RFC 9110, 8.8.3).
    assert compressed.headers["etag"] == plain.headers["etag"]
    assert plain.headers["etag"].startswith('W/"')
    for form in (GZIP, PLAIN):
        again = await story.http.get(address, headers={**form, "if-none-match": plain.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "content-encoding" not in again.headers
        assert names_in(plain.headers["vary"]) == names_in(again.headers["vary"])
        # A client that compares strongly, or a proxy, may leave the mark of weakness away.
        bare = {**form, "if-none-match": plain.headers["etag"].removeprefix("W/")}
        assert (await story.http.get(address, headers=bare)).status_code == 304


async def test_what_is_asked_without_its_body_is_as_long_as_with_it(story: House) -> None:
    async with story.http.stream("GET", "/funds", headers=GZIP) as answer:
        length = len(b"".join([piece async for piece in answer.aiter_raw()]))
    head = await story.http.head("/funds", headers=GZIP)
    assert (int(head.headers["content-length"]), head.headers["content-encoding"]) == (length, "gzip")


async def test_the_stream_of_events_is_never_compressed(story: House) -> None:
    head = await story.http.head("/v1/stream?seconds=1", headers=GZIP)
    assert head.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in head.headers


async def test_a_download_is_never_compressed(story: House) -> None:
    requester = await signed_in(story, "requester")
    files = {"file": ("a.txt", b"0" * 5000, "text/plain")}
    stored = (await requester.http.post("/v1/documents", files=files, data={"public": "true"})).json()
    answer = await story.http.get(f"/v1/documents/{stored['commitment']}/content", headers=GZIP)
    assert (answer.status_code, "content-encoding" in answer.headers) == (200, False)


async def test_a_form_has_another_token_each_time_and_each_is_of_its_session_alone(story: House) -> None:
    steward, other = await signed_in(story, "steward"), await signed_in(story, "steward")
    secret = (await steward.http.get("/v1/sessions/current")).json()["csrf_token"]
    tokens = []
    for _ in range(2):
        page = (await steward.http.get("/register/funds/1")).text
        assert secret not in page
        tokens += re.findall(r'name="csrf_token" value="([^"]+)"', page)
    assert len(set(tokens)) == 2
    # What the form lacks is refused by itself: the token is looked at first.
    for person, token, status in (
        (steward, tokens[0], 422), (steward, tokens[1], 422), (other, tokens[0], 403), (steward, secret, 403), (steward, "", 403),
        (steward, ".", 403),
    ):  # fmt: skip
        answer = await person.http.post("/register/funds/1", data={"csrf_token": token, "zh": "", "en": ""})
        assert answer.status_code == status
