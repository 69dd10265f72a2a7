"""Events over HTTPS, and the log for whoever checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from iot.errors import EventsError, LeafUnknownError, LogRangeError
from iot.event.event import EventType
from iot.event.message import message_hash
from iot.ingest.http import CATALOGUE, MAX_BODY_BYTES, MAX_MESSAGES, events_router
from iot.log.http import log_router
from iot.log.merkle import leaf_hash
from iot.ruleset import Ruleset
from tests.iot.merkle_proofs import verify_consistency, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from iot.ingest.ingest import Ingest
    from iot.log.store import EventStore
    from iot.simulator.device import SimulatedDevice

COSE = {"content-type": "application/cose"}
SEQUENCE = {"content-type": "application/cbor-seq"}


@pytest.fixture
async def client(ingest: Ingest, store: EventStore) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(events_router(ingest))
    app.include_router(log_router(store, Ruleset()))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://town") as opened:
        yield opened


def unhexed(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


async def test_an_event_is_receipted_with_its_place_in_the_log(
    client: httpx2.AsyncClient, pad: SimulatedDevice, now_ms: int
) -> None:
    sent = pad.emit(EventType.DEVICE_STATUS, now_ms)
    answer = await client.post("/v1/events", content=sent.message, headers=COSE)
    assert answer.status_code == 200
    assert answer.json()["receipts"] == [
        {
            "message_hash": "0x" + message_hash(sent.message).hex(),
            "outcome": "accepted",
            "codes": [],
            "may_forget": True,
            "event_hash": "0x" + sent.event_hash.hex(),
            "index": 0,
            "why": "",
        }
    ]
    again = await client.post("/v1/events", content=sent.message, headers=COSE)
    assert again.json()["receipts"][0] | {"outcome": "", "codes": []} == answer.json()["receipts"][0] | {
        "outcome": ""
    }
    assert (again.json()["receipts"][0]["outcome"], again.json()["receipts"][0]["codes"]) == (
        "duplicate",
        ["E_DUP"],
    )


async def test_a_sequence_is_receipted_one_by_one_and_a_bad_one_harms_no_other(
    client: httpx2.AsyncClient, pad: SimulatedDevice, now_ms: int
) -> None:
    first, second = (pad.emit(EventType.DEVICE_STATUS, now_ms + n).message for n in range(2))
    answer = await client.post("/v1/events", content=first + b"\xa0" + second + b"\xff", headers=SEQUENCE)
    receipts = [(one["outcome"], one["codes"], one["index"]) for one in answer.json()["receipts"]]
    refused = ("refused", ["E_CBOR"], None)
    assert receipts == [("accepted", [], 0), refused, ("accepted", [], 1), refused]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{}", {"content-type": "application/json"}, 415, "EventsMediaTypeError"),
        (b"\x00", {}, 415, "EventsMediaTypeError"),
        (b"", SEQUENCE, 413, "EventsTooManyError"),
        (b"\x00" * (MAX_MESSAGES + 1), SEQUENCE, 413, "EventsTooManyError"),
        (b"\x00" * (MAX_BODY_BYTES + 1), SEQUENCE, 413, "EventsTooLargeError"),
    ],
)
async def test_a_request_that_is_not_events_is_a_problem_and_changes_nothing(
    content: bytes,
    headers: dict[str, str],
    status: int,
    code: str,
    client: httpx2.AsyncClient,
    store: EventStore,
) -> None:
    answer = await client.post("/v1/events", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(set(answer.json()[part]) == {"zh", "en"} for part in ("what", "why", "remedy"))
    with store.log() as log:
        assert log.size() == 0


async def test_a_body_without_end_is_cut_off_where_it_is_too_long(client: httpx2.AsyncClient) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while read < 100 * MAX_BODY_BYTES:
            read += 65536
            yield bytes(65536)

    answer = await client.post("/v1/events", content=endless(), headers=SEQUENCE)
    assert answer.status_code == 413
    assert read <= MAX_BODY_BYTES + 2 * 65536


async def test_when_the_database_fails_the_device_is_told_to_come_again(
    client: httpx2.AsyncClient, pad: SimulatedDevice, now_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise SQLAlchemyError("the disk is full")

    monkeypatch.setattr("iot.log.store.append", fails)
    message = pad.emit(EventType.DEVICE_STATUS, now_ms).message
    answer = await client.post("/v1/events", content=message, headers=COSE)
    assert (answer.status_code, answer.json()["code"]) == (503, "EventsNotKeptError")
    assert answer.headers["retry-after"] == "30"
    assert "disk" not in answer.text


async def test_a_stranger_can_check_the_whole_log(
    client: httpx2.AsyncClient, pad: SimulatedDevice, now_ms: int
) -> None:
    messages = [pad.emit(EventType.DEVICE_STATUS, now_ms + n).message for n in range(50)]
    heads: list[dict[str, Any]] = []
    for part in (messages[:20], messages[20:]):
        await client.post("/v1/events", content=b"".join(part), headers=SEQUENCE)
        heads.append((await client.get("/v1/event-log/head")).json())
    assert [head["size"] for head in heads] == [20, 50]
    assert heads[1]["ruleset"] == "0x" + Ruleset().hash().hex()
    got: list[bytes] = []
    while len(got) < 50:
        page = (await client.get("/v1/event-log/leaves", params={"from": len(got), "limit": 15})).json()
        assert (page["from"], page["size"]) == (len(got), 50)
        got += map(unhexed, page["leaf_hashes"])
    assert got == [leaf_hash(message) for message in messages]
    roots = [unhexed(head["root"]) for head in heads]
    for index, size, root in ((0, 20, roots[0]), (49, 50, roots[1]), (19, 50, roots[1])):
        leaf = leaf_hash(messages[index])
        proof = (await client.get(f"/v1/event-log/proofs/0x{leaf.hex()}", params={"size": size})).json()
        verify_inclusion(leaf, proof["index"], proof["size"], [unhexed(h) for h in proof["path"]], root)
        assert (proof["index"], proof["size"]) == (index, size)
    answer = (await client.get("/v1/event-log/consistency", params={"from": 20, "to": 50})).json()
    verify_consistency(answer["from"], answer["to"], roots[0], roots[1], [unhexed(h) for h in answer["path"]])


def test_every_error_of_a_request_has_a_text_and_every_text_an_error() -> None:
    requests = {EventsError, *EventsError.__subclasses__(), LeafUnknownError, LogRangeError}
    assert {kind.__name__ for kind in requests} == set(CATALOGUE.rows)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/event-log/leaves?from=-1", 422),
        ("/v1/event-log/leaves?limit=1001", 422),
        ("/v1/event-log/leaves?from=5", 200),
        ("/v1/event-log/proofs/0x00?size=1", 422),
        (f"/v1/event-log/proofs/0x{'00' * 32}?size=0", 404),
        (f"/v1/event-log/proofs/0x{'00' * 32}?size=99", 404),
        ("/v1/event-log/consistency?from=1&to=2", 404),
        ("/v1/event-log/consistency?from=0&to=2", 422),
        (f"/v1/event-log/consistency?from=1&to={2**63}", 422),
    ],
)
async def test_questions_outside_the_log_are_refused(
    path: str, status: int, client: httpx2.AsyncClient
) -> None:
    assert (await client.get(path)).status_code == status
