from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.enums import TaskState
from tests.conftest import member_id
from tests.ledger_api.owners import signed_in
from tests.ledger_api.story import named_id

if TYPE_CHECKING:
    from tests.ledger_api.client import House


@pytest.mark.parametrize("name", ["visit", "phoned", "waiting", "taken"])
async def test_the_state_computed_from_events_is_the_contracts(story: House, name: str) -> None:
    coordinator = (await signed_in(story, "coordinator")).http
    task = (await coordinator.get(f"/v1/tasks/0x{named_id(name).hex()}")).json()["task"]
    state, *_, volunteer, _ = await story.town.read("TimeBank", "taskRecord", named_id(name))
    assert task["state"] == TaskState(state).name
    assert task["volunteer"] == ("0x" + volunteer.hex() if any(volunteer) else None)


async def test_a_visit_tells_its_minutes_its_level_and_all_that_happened(story: House) -> None:
    body = (await story.http.get(f"/v1/tasks/0x{named_id('visit').hex()}")).json()
    task = body["task"]
    assert (task["served_minutes"], task["credited_minutes"], task["level"]) == (60, 60, "A3")
    assert [step["kind"] for step in body["timeline"]] == ["opened", "accepted", "claimed", "credited"]


async def test_a_volunteer_sees_what_is_held_pending_and_redeemed(story: House) -> None:
    volunteer = (await signed_in(story, "volunteer")).http
    body = (await volunteer.get(f"/v1/volunteers/0x{member_id('volunteer').hex()}")).json()
    names = (
        "balance_minutes",
        "credited_minutes",
        "pending_minutes",
        "verified_minutes",
        "escrow_minutes",
        "redeemed_minutes",
        "provided_minutes",
    )
    assert [body[name] for name in names] == [20, 60, 45, 60, 10, 30, 0]
    assert [task["state"] for task in body["held"]] == ["ACCEPTED"]
    assert {task["state"] for task in body["visits"]} == {"CREDITED", "CLAIMED"}
    assert [r["state"] for r in body["redemptions"]] == ["OPEN", "DONE"]


async def test_lists_filter_by_state(story: House) -> None:
    waiting = (await story.http.get("/v1/tasks?state=OPEN")).json()["items"]
    assert [task["task"] for task in waiting] == ["0x" + named_id("waiting").hex()]
    assert (await story.http.get("/v1/tasks?state=GONE")).status_code == 422
    assert (await story.http.get("/v1/tasks/0x" + 32 * "0")).status_code == 404
