"""The portal's server on real sockets: what is sent by halves, too slowly or without leave ends, and a neighbour is answered."""

from __future__ import annotations

import asyncio
import secrets
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from gongji.errors import SettingsInvalidError
from gongji.run.http_server import MAX_HEAD_BYTES, server_of
from gongji.settings import Settings, load
from ledger_api.config import ApiSettings
from ledger_api.limits import UNLIMITED
from tests.conftest import signer
from tests.ledger_api.client import House, Person, furnished_house, statement_csv

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import uvicorn

HALF = b"GET /health/live HTTP/1.1\r\nhost: town.test\r\nx-slow: "
WHOLE = b"GET /health/live HTTP/1.1\r\nhost: town.test\r\n\r\n"
FOREVER = 3600.0
# What never ends is missed after so long.
PATIENCE_SECONDS = 60
BIG = 9 * 1024 * 1024


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    limits = replace(UNLIMITED, client_requests_per_minute=100)
    async with furnished_house(tmp_path_factory.mktemp("server"), limits=limits, ticks=lambda: 0) as opened:
        yield opened


@dataclass
class Served:
    """A portal on a port.

    Attributes:
        listening: Its socket.
        server: The server.
    """

    listening: socket.socket
    server: uvicorn.Server

    async def connect(self, sent: bytes = b"", address: str = "127.0.0.1") -> Connection:
        """A connection on which something was sent.

        Args:
            sent: What.
            address: Own address, of the loopback's network.
        """
        reader, writer = await asyncio.open_connection(*self.listening.getsockname(), local_addr=(address, 0))
        writer.write(sent)
        await writer.drain()
        return Connection(reader, writer)

    async def is_left(self) -> None:
        """Waits until no connection is open."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.server.server_state.connections:  # noqa: ASYNC110 uvicorn has no event for it
                await asyncio.sleep(0.01)


@dataclass
class Connection:
    """A client's end."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the next answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:-2])
        return (
            int(head[0].split(" ")[1]),
            headers,
            await self.reader.readexactly(int(headers.get("content-length", 0))),
        )

    async def rest(self) -> bytes:
        """What comes until the server closes the connection."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self.reader.read()
        except ConnectionResetError:
            return b""
        finally:
            self.close()

    def close(self) -> None:
        """Leaves."""
        self.writer.transport.abort()


@asynccontextmanager
async def served(house: House, folder: Path, *proxies: str, **limits: Any) -> AsyncIterator[Served]:
    """Serves a house as the process of the portal does."""
    patient = replace(UNLIMITED, head_seconds=FOREVER, stall_seconds=FOREVER)
    api = ApiSettings(limits=replace(patient, **limits))
    server = server_of(house.app, Settings(data_dir=folder, api=api, trusted_proxies=proxies))
    server.config.lifespan = "off"
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:  # noqa: ASYNC110 uvicorn tells it by a flag
        await asyncio.sleep(0.01)
    yield Served(listening, server)
    server.should_exit = True
    await serving


async def test_a_thousand_half_sent_requests_are_cut_and_a_neighbour_is_answered(
    house: House, tmp_path: Path
) -> None:
    # A machine with much to do may need seconds from a connection to what is sent on it; one with nothing on it has no answer.
    async with served(house, tmp_path, head_seconds=10) as portal:
        half = [await portal.connect(HALF) for _ in range(1000)]
        neighbour = await portal.connect(WHOLE)
        assert (await neighbour.answer())[0] == 200
        for connection in half:
            status, headers, body = await connection.answer()
            assert (status, headers["connection"], orjson.loads(body)["code"]) == (
                408,
                "close",
                "HeadSlowError",
            )
            assert await connection.rest() == b""
        neighbour.close()
        await portal.is_left()


async def test_a_connection_on_which_nothing_comes_is_closed(house: House, tmp_path: Path) -> None:
    async with served(house, tmp_path, head_seconds=0.1) as portal:
        silent = await portal.connect()
        assert await silent.rest() == b""
        fidgeting = await portal.connect(WHOLE)
        assert (await fidgeting.answer())[0] == 200
        fidgeting.writer.write(b"\r\n")
        assert await fidgeting.rest() == b""


async def test_above_the_most_connections_those_go_that_ask_nothing_and_a_neighbour_stays(
    house: House, tmp_path: Path
) -> None:
    async with served(house, tmp_path, connections=50) as portal:
        stream = await portal.connect(b"GET /v1/stream?seconds=60 HTTP/1.1\r\nhost: town.test\r\n\r\n")
        assert (await stream.reader.readuntil(b"event: position")).startswith(b"HTTP/1.1 200")
        half = [await portal.connect(HALF) for _ in range(200)]
        for connection in half[:151]:
            assert await connection.rest() == b""
        neighbour = await portal.connect(WHOLE)
        assert (await neighbour.answer())[0] == 200
        assert len(portal.server.server_state.connections) <= 50
        assert not stream.reader.at_eof()
        for connection in (stream, neighbour, *half):
            connection.close()


async def test_a_head_without_end_is_refused(house: House, tmp_path: Path) -> None:
    async with served(house, tmp_path) as portal:
        endless = await portal.connect(HALF + b"x" * MAX_HEAD_BYTES)
        status, _, body = await endless.answer()
        assert (status, orjson.loads(body)["code"]) == (431, "HeadTooLargeError")
        assert await endless.rest() == b""


async def test_whoever_takes_nothing_of_the_answers_is_cut(house: House, tmp_path: Path) -> None:
    async with served(house, tmp_path, stall_seconds=0.2) as portal:
        asking = b"GET /openapi.json HTTP/1.1\r\nhost: town.test\r\n\r\n"
        connection = await portal.connect(address="127.0.0.3")
        connection.reader._transport.pause_reading()  # type: ignore[attr-defined] # as a client that reads nothing
        connection.writer.write(asking * 60)
        await portal.is_left()
        connection.close()


async def test_whoever_takes_a_large_answer_slowly_gets_all_of_it(house: House, tmp_path: Path) -> None:
    content = secrets.token_bytes(4 * 1024 * 1024)
    keeper = Person(house, signer("requester"))
    await keeper.sign_in()
    stored = await keeper.http.post("/v1/documents", files={"file": ("a", content)}, data={"public": "true"})
    async with served(house, tmp_path, stall_seconds=1.0) as portal:
        # What the kernel holds is not seen to go, so it holds little.
        portal.listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
        asking = f"GET {stored.headers['location']}/content HTTP/1.1\r\nhost: town.test\r\n\r\n".encode()
        connection = await portal.connect(asking, address="127.0.0.4")
        await connection.reader.readuntil(b"\r\n\r\n")
        taken = bytearray()
        while len(taken) < len(content):
            taken += await connection.reader.readexactly(64 * 1024)
            await asyncio.sleep(0.04)
        assert taken == content
        connection.close()


async def test_a_large_upload_is_refused_by_its_head_alone_unless_its_sender_is_a_treasurer(
    house: House, tmp_path: Path
) -> None:
    async with served(house, tmp_path) as portal:
        stranger, volunteer = "", await cookies(house, "volunteer")
        pretender = await cookies(house, "treasurer", token="wrong")
        for path, length, headers, expected in (
            ("/v1/statements", BIG, stranger, (401, "SessionMissingError")),
            ("/v1/statements", BIG, volunteer, (403, "SessionForbiddenError")),
            ("/v1/statements", BIG, pretender, (403, "SessionForbiddenError")),
            ("/v1/documents", BIG // 2, stranger, (401, "SessionMissingError")),
            ("/v1/documents", BIG, stranger, (413, "BodyTooLargeError")),
        ):
            connection = await portal.connect(head(path, length, headers + "expect: 100-continue\r\n"))
            status, answered, body = await connection.answer()
            assert (status, orjson.loads(body)["code"]) == expected
            assert answered["connection"] == "close"
            assert await connection.rest() == b""


async def test_what_is_sent_all_the_same_is_not_read(house: House, tmp_path: Path) -> None:
    async with served(house, tmp_path) as portal:
        connection = await portal.connect(head("/v1/statements", BIG, "") + b"x" * 1000)
        assert (await connection.answer())[0] == 401
        assert await connection.rest() == b""
        await portal.is_left()


async def test_a_treasurer_is_told_to_go_on_and_uploads(house: House, tmp_path: Path) -> None:
    content = (
        b'--b\r\ncontent-disposition: form-data; name="file"; filename="s.csv"\r\n\r\n' + statement_csv(("U-1", 100))
        + b'\r\n--b\r\ncontent-disposition: form-data; name="bank"\r\n\r\n1\r\n--b\r\ncontent-disposition: form-data; name="format"\r\n\r\n'
        + b"generic\r\n--b--\r\n"
    )  # fmt: skip
    headers = await cookies(house, "treasurer")
    async with served(house, tmp_path) as portal:
        connection = await portal.connect(
            head("/v1/statements", len(content), headers + "expect: 100-continue\r\n")
        )
        assert await connection.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.writer.write(content)
        status, _, body = await connection.answer()
        assert (status, orjson.loads(body)["bank"]) == (201, 1)
        connection.close()


@pytest.mark.parametrize(("proxies", "statuses"), [((), {429}), (("127.0.0.2",), {200})])
async def test_who_the_client_is_nobody_says_but_the_connection_or_a_proxy_that_is_trusted(
    house: House, tmp_path: Path, proxies: tuple[str, ...], statuses: set[int]
) -> None:
    async with served(house, tmp_path, *proxies) as portal:

        async def ask(number: int) -> int:
            forwarded = f"x-forwarded-for: 198.51.100.{number}\r\n\r\n".encode()
            asking = b"GET /v1/acts HTTP/1.1\r\nhost: town.test\r\n" + forwarded
            connection = await portal.connect(asking, address="127.0.0.2")
            status, *_ = await connection.answer()
            connection.close()
            return status

        answered = [await ask(number) for number in range(110)]
        assert set(answered[100:]) == statuses


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "10.0.0.0/33", "0.0.0.0/0", "::/0"])
def test_a_proxy_is_an_address_or_a_network(tmp_path: Path, proxy: str) -> None:
    with pytest.raises(SettingsInvalidError):
        load(tmp_path, trusted_proxies=(proxy,))


def head(path: str, length: int, headers: str) -> bytes:
    """The head of an upload."""
    return (
        f"POST {path} HTTP/1.1\r\nhost: town.test\r\ncontent-type: multipart/form-data; boundary=b\r\n"
        f"content-length: {length}\r\n{headers}\r\n"
    ).encode()


async def cookies(house: House, name: str, token: str = "") -> str:
    """Headers of a member who is signed in."""
    person = Person(house, signer(name))
    session = await person.sign_in()
    cookie = "; ".join(f"{c.name}={c.value}" for c in person.http.cookies.jar)
    return f"cookie: {cookie}\r\nx-csrf-token: {token or session['csrf_token']}\r\n"
