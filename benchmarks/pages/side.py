"""One code and one length of history: writes its mirror, then answers how much processor time a page takes.

python -m benchmarks.pages.side TOWN_DIR MIRROR_FILE TIMES

It prints the pages' addresses, and for each line "PAGE COUNT" on standard input the milliseconds of so many answers.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_account import Account

from benchmarks.pages import under_test
from benchmarks.pages.copies import batches
from benchmarks.pages.history import History
from contracts import events as e
from gongji.settings import load
from wallets.signer import LocalSigner

if TYPE_CHECKING:
    from collections.abc import Collection

    from fastapi import FastAPI

Headers = list[tuple[bytes, bytes]]
HOST = (b"host", b"localhost")
JSON = (b"content-type", b"application/json")


def pages(history: History, readers: Collection[str]) -> dict[str, str]:
    """Addresses by name; of fund, request, volunteer and worker the one with the most history.

    Args:
        history: The town's.
        readers: Ids of those who can sign in: whose hours and wages they are reads them. Of the code before, anybody does.
    """
    among = (
        None
        if under_test.IS_BEFORE
        else {bytes.fromhex(reader[2:]) for reader in readers if reader[:2] == "0x"}
    )
    fund = history.most(e.ProposalSubmitted, "purpose") >> 16
    request = history.most(e.ProposalApproved, "proposal_id").hex()
    volunteer = history.most(e.ClaimCredited, "volunteer", among).hex()
    worker = history.most(e.LotSettled, "worker", among).hex()
    return {
        "home": "/", "fund": f"/funds/{fund}", "ledger": "/ledger", "committee": "/committee",
        "request": f"/proposals/0x{request}", "volunteer": f"/volunteers/0x{volunteer}", "worker": f"/workers/0x{worker}",
    }  # fmt: skip


async def ask(
    app: FastAPI, method: str, path: str, headers: Headers, body: bytes = b""
) -> tuple[Headers, bytes]:
    """Headers and body of an answer, without a client or a server between.

    Raises:
        SystemExit: It is no success.
    """
    sent: list[Any] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    answer = b"".join(message.get("body", b"") for message in sent[1:])
    if sent[0]["status"] >= 300:
        raise SystemExit(f"expected {path} to succeed, got {sent[0]['status']}: {answer[:500]!r}")
    return sent[0]["headers"], answer


async def sign_in(app: FastAPI, person: dict[str, str]) -> Headers:
    """The headers of a person of the demo town, signed in."""
    challenge = json.dumps({"address": person["address"]}).encode()
    _, answer = await ask(app, "POST", "/v1/sessions/challenges", [HOST, JSON], challenge)
    text = json.loads(answer)["text"]
    signature = "0x" + LocalSigner(Account.from_key(person["key"])).sign_text(text).hex()
    session = json.dumps({"text": text, "signature": signature}).encode()
    headers, _ = await ask(app, "POST", "/v1/sessions", [HOST, JSON], session)
    cookie = next(value for name, value in headers if name.lower() == b"set-cookie")
    return [HOST, (b"cookie", cookie.partition(b";")[0])]


def reader_of(name: str, address: str, people: dict[str, dict[str, str]]) -> dict[str, str] | None:
    """Who reads a page; None for who is not signed in."""
    if name == "committee":
        return next(person for person in people.values() if person["home"] == "/committee")
    return people.get(address.rpartition("/")[2])


async def answer_questions(
    app: FastAPI, people: dict[str, dict[str, str]], addresses: dict[str, str]
) -> None:
    """Measures what standard input asks for, until it ends."""
    async with app.router.lifespan_context(app):
        headers: dict[str, Headers] = {}
        for name, address in addresses.items():
            reader = reader_of(name, address, people)
            headers[name] = await sign_in(app, reader) if reader else [HOST]
        under_test.settle_heap()
        print(json.dumps(addresses), flush=True)
        for line in sys.stdin:
            name, count = line.split()
            took_ms = []
            for _ in range(int(count)):
                began = time.process_time()
                await ask(app, "GET", addresses[name], headers[name])
                took_ms.append((time.process_time() - began) * 1000)
            print(json.dumps(took_ms), flush=True)


def main(town: str, mirror: str, times: str) -> None:
    """Writes, then measures."""
    history, database_url = History(Path(town) / "mirror.db"), f"sqlite:///{mirror}"
    under_test.write(database_url, batches(history, int(times)))
    settings = load(Path(town), mirror_url=database_url)
    app = under_test.portal(settings)
    people = under_test.people(settings)
    asyncio.run(answer_questions(app, people, pages(history, people)))


if __name__ == "__main__":
    main(*sys.argv[1:])
