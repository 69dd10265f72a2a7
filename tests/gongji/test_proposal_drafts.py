"""A request is drafted, approved and sent at the command line, by people with key files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.gongji.terminal import Terminal, open_terminal
from tests.ledger_api.client import proposal
from tests.ledger_api.draft_client import ENOUGH

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="module")
async def terminal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path_factory.mktemp("terminal"), "proposal") as opened:
        yield opened


async def drafted(terminal: Terminal, number: int) -> str:
    file = terminal.folder / "request.json"
    file.write_text(json.dumps(proposal(number, 20_000)))
    return str((await terminal.run_json("draft", str(file), "--yes", by="requester"))["draft"]["proposal_id"])


async def open_drafts(terminal: Terminal) -> list[str]:
    return [draft["proposal_id"] for draft in (await terminal.run_json("drafts"))["items"]]


async def test_a_request_is_drafted_approved_and_sent(terminal: Terminal) -> None:
    proposal_id = await drafted(terminal, 1)
    for name in ENOUGH:
        answer = await terminal.run_json("approve", proposal_id, "--yes", by=name)
    assert answer["draft"]["state"] == "ready"
    assert proposal_id in await open_drafts(terminal)
    command = await terminal.run_json("send", proposal_id, by="seat0")
    assert command["status"] == "pending"
    await terminal.house.settle()
    assert (await terminal.run_json("show", proposal_id))["proposal"]["phase"] == "notice"
    assert proposal_id not in await open_drafts(terminal)


async def test_an_approval_is_taken_back_and_a_draft_too_weak_is_not_sent(terminal: Terminal) -> None:
    proposal_id = await drafted(terminal, 2)
    await terminal.run_json("approve", proposal_id, "--yes", by="seat0")
    answer = await terminal.run_json("take-back", proposal_id, by="seat0")
    assert answer["draft"]["tally"]["approvals"] == 0
    status, _, err = await terminal.gongji("send", proposal_id, by="requester")
    assert (status, "DraftUnapprovedError" in err) == (4, True)


async def test_who_says_no_after_reading_signs_nothing(terminal: Terminal) -> None:
    proposal_id = await drafted(terminal, 3)
    status, _, err = await terminal.gongji("approve", proposal_id, by="seat0", says="n\n")
    assert status == 130
    assert "批准付款 Approve the payment" in err
    assert "CNY 200.00" in err
    shown = (await terminal.gongji("show-draft", proposal_id))[1]
    assert shown.count("未表态 Has not voted") == 5


async def test_a_request_says_what_it_is_for(terminal: Terminal) -> None:
    request = {name: value for name, value in proposal(4, 20_000).items() if name != "documents"}
    file = terminal.folder / "lamp.json"
    file.write_text(json.dumps(request | {"title": "楼道灯", "reason": "三楼的灯坏了两周。"}))
    answer = await terminal.run_json("draft", str(file), "--yes", by="requester")
    named = answer["approval"]["typed_data"]["message"]["proposal"]["documents"]
    document = await terminal.house.http.get(f"/v1/documents/{named}/content")
    assert document.text == "楼道灯\n\n三楼的灯坏了两周。\n"


@pytest.mark.parametrize("content", ["{", "[]", "null"])
async def test_a_file_that_is_no_request_is_told_in_three_lines(terminal: Terminal, content: str) -> None:
    file = terminal.folder / "broken.json"
    file.write_text(content)
    status, _, err = await terminal.gongji("draft", str(file), by="requester")
    assert status == 2
    assert [line[:2] for line in err.splitlines() if line[:2] in ("错误", "原因", "办法")] == [
        "错误",
        "原因",
        "办法",
    ]
