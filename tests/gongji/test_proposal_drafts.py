"""A request is drafted, approved and sent at the command line, by people with key files."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.audit.audited import served
from tests.conftest import signer
from tests.ledger_api.client import House, furnished_house, proposal
from tests.ledger_api.collecting import ENOUGH
from wallets.keystore import SCRYPT_ROUNDS_FAST, create_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """Where the commands are typed.

    Attributes:
        house: The town behind the portal.
        folder: Its data directory.
    """

    house: House
    folder: Path

    async def gongji(self, *arguments: str, by: str | None = None, says: str = "") -> tuple[int, str, str]:
        """Exit status, standard output and standard error of a command."""
        key = ("--key", self._key(by), "--password-file", str(self.folder / "password")) if by else ()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gongji", "proposal", *arguments, *key, "--data-dir", str(self.folder),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate(says.encode())
        return process.returncode or 0, out.decode(), err.decode()

    async def told(self, *arguments: str, by: str | None = None) -> dict[str, Any]:
        """What a command that must work prints as JSON."""
        status, out, err = await self.gongji(*arguments, "--json", by=by)
        assert status == 0, err
        return dict(json.loads(out))

    def _key(self, name: str) -> str:
        path = self.folder / "people" / f"{name}.json"
        if not path.exists():
            key = bytes(signer(name)._account.key)
            create_key(path, "throw-away", private_key=key, rounds=SCRYPT_ROUNDS_FAST)
        return str(path)


@pytest.fixture(scope="module")
async def terminal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Terminal]:
    folder = tmp_path_factory.mktemp("terminal")
    async with furnished_house(folder) as house, served(house.app) as url:
        (folder / "gongji.toml").write_text(f'public_url = "{url}"\n')
        (folder / "password").write_text("throw-away\n")
        yield Terminal(house=house, folder=folder)


async def drafted(terminal: Terminal, number: int) -> str:
    file = terminal.folder / "request.json"
    file.write_text(json.dumps(proposal(number, 20_000)))
    return str((await terminal.told("draft", str(file), "--yes", by="requester"))["draft"]["proposal_id"])


async def open_drafts(terminal: Terminal) -> list[str]:
    return [draft["proposal_id"] for draft in (await terminal.told("drafts"))["items"]]


async def test_a_request_is_drafted_approved_and_sent(terminal: Terminal) -> None:
    proposal_id = await drafted(terminal, 1)
    for name in ENOUGH:
        told = await terminal.told("approve", proposal_id, "--yes", by=name)
    assert told["draft"]["state"] == "ready"
    assert proposal_id in await open_drafts(terminal)
    command = await terminal.told("send", proposal_id, by="seat0")
    assert command["standing"] == "pending"
    await terminal.house.settle()
    assert (await terminal.told("show", proposal_id))["proposal"]["phase"] == "notice"
    assert proposal_id not in await open_drafts(terminal)


async def test_an_approval_is_taken_back_and_a_draft_too_weak_is_not_sent(terminal: Terminal) -> None:
    proposal_id = await drafted(terminal, 2)
    await terminal.told("approve", proposal_id, "--yes", by="seat0")
    told = await terminal.told("take-back", proposal_id, by="seat0")
    assert told["draft"]["tally"]["approvals"] == 0
    status, _, err = await terminal.gongji("send", proposal_id, by="requester")
    assert (status, "DraftUnapprovedError" in err) == (4, True)


async def test_who_says_no_after_reading_signs_nothing(terminal: Terminal) -> None:
    proposal_id = await drafted(terminal, 3)
    status, _, err = await terminal.gongji("approve", proposal_id, by="seat0", says="n\n")
    assert status == 130
    assert "批准付款 Approve payment" in err
    assert "CNY 200.00" in err
    shown = (await terminal.gongji("show-draft", proposal_id))[1]
    assert shown.count("none") == 5


async def test_a_file_that_is_no_request_is_told_in_three_lines(terminal: Terminal) -> None:
    file = terminal.folder / "broken.json"
    file.write_text("{")
    status, _, err = await terminal.gongji("draft", str(file), by="requester")
    assert status == 2
    assert [line[:2] for line in err.splitlines() if line[:2] in ("错误", "原因", "办法")] == [
        "错误",
        "原因",
        "办法",
    ]
