from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import ProposalState
from tests.conftest import member_id, signer
from tests.ledger_api.owners import signed_in
from tests.ledger_api.story import OBJECTED, PAID, UNPROVEN, VOTING

if TYPE_CHECKING:
    from tests.ledger_api.client import House
    from wallets.intents import Proposal

ROUND_ONE = ["submitted", *4 * ["approved"], "notice_started"]


async def detail(story: House, proposal: Proposal) -> dict[str, Any]:
    return dict((await story.http.get(f"/v1/proposals/0x{proposal.proposal_id().hex()}")).json())


@pytest.mark.parametrize(
    "proposal", [PAID, OBJECTED, VOTING, UNPROVEN], ids=["paid", "objected", "voting", "unproven"]
)
async def test_the_state_computed_from_events_is_the_contracts(story: House, proposal: Proposal) -> None:
    body = (await detail(story, proposal))["proposal"]
    state = await story.town.read("Rounds", "stateOf", proposal.proposal_id())
    assert body["state"] == ProposalState(state).name


async def test_a_proposal_is_found_by_the_number_that_people_use(story: House) -> None:
    by_number = (await story.http.get(f"/v1/proposals/{PAID.number}")).json()
    assert by_number == await detail(story, PAID)


@pytest.mark.parametrize(
    ("reference", "status"),
    [("20259999", 404), ("9" * 30, 404), ("0x12", 422), ("-1", 422), ("0x" + "12" * 32, 404)],
)
async def test_what_is_no_proposal_is_refused(story: House, reference: str, status: int) -> None:
    assert (await story.http.get(f"/v1/proposals/{reference}")).status_code == status


@pytest.mark.parametrize(
    ("proposal", "phase", "kinds"),
    [
        (PAID, "closed", [*ROUND_ONE, "executed", "proven"]),
        (UNPROVEN, "proof_due", [*ROUND_ONE, "executed"]),
        (VOTING, "voting", ["submitted", "recused", "approved"]),
        (
            OBJECTED,
            "notice",
            [
                *ROUND_ONE,
                "objection",
                "objection",
                "suspended",
                "opinion",
                "answered",
                *4 * ["approved"],
                "notice_started",
            ],
        ),
    ],
    ids=["paid", "unproven", "voting", "objected"],
)
async def test_the_timeline_tells_all_in_order(
    story: House, proposal: Proposal, phase: str, kinds: list[str]
) -> None:
    body = await detail(story, proposal)
    assert [step["kind"] for step in body["timeline"]] == kinds
    assert body["proposal"]["phase"] == phase
    for step in body["timeline"]:
        receipt = await story.town.web3.eth.get_transaction_receipt(step["transaction_hash"])
        assert receipt["blockNumber"] == step["block_number"]


async def test_approvals_are_told_by_seat_and_class_against_the_rule(story: House) -> None:
    tally = (await detail(story, PAID))["tally"]
    assert (tally["approvals"], tally["needed"]) == (4, 4)
    by_class = {c["seat_class"]: (c["approvals"], c["needed"], c["seats"]) for c in tally["classes"]}
    assert by_class == {
        "DONOR": (1, 1, 2),
        "RESIDENT": (2, 1, 2),
        "OFFICIAL": (1, 1, 1),
        "ENTERPRISE": (0, 0, 0),
    }
    assert [s["vote"] for s in tally["seats"]] == ["approved", "none", "approved", "approved", "approved"]
    assert tally["seats"][2]["member"] == "0x" + member_id("seat2").hex()


async def test_a_recused_seat_lowers_nothing_that_is_needed(story: House) -> None:
    tally = (await detail(story, VOTING))["tally"]
    # Two thirds of all five seats, rounded up.
    assert (tally["approvals"], tally["needed"]) == (1, 4)
    assert tally["seats"][1]["vote"] == "recused"


async def test_a_new_round_forgets_the_votes_of_the_old(story: House) -> None:
    body = await detail(story, OBJECTED)
    assert body["proposal"]["round"] == 2
    votes = [s["vote"] for s in body["tally"]["seats"]]
    assert votes == ["approved", "approved", "approved", "none", "approved"]


async def test_lists_filter_by_state_and_fund_and_page(story: House) -> None:
    numbers = {
        state: await _numbers(story, f"state={state}") for state in ("CLOSED", "APPROVED", "SUBMITTED")
    }
    assert numbers == {"CLOSED": [PAID.number], "APPROVED": [OBJECTED.number], "SUBMITTED": [VOTING.number]}
    assert await _numbers(story, "fund=1") == []
    everything = await _numbers(story, "")
    first = (await story.http.get("/v1/proposals?limit=3")).json()
    assert everything == [p["number"] for p in first["items"]] + await _numbers(
        story, f"cursor={first['next_cursor']}"
    )
    assert (await story.http.get("/v1/proposals?state=PAID")).status_code == 422


async def _numbers(story: House, query: str) -> list[int]:
    return [p["number"] for p in (await story.http.get(f"/v1/proposals?{query}")).json()["items"]]


async def test_a_member_is_told_with_keys_roles_and_seats(story: House) -> None:
    http = (await signed_in(story, "registrar")).http
    body = (await http.get(f"/v1/members/0x{member_id('treasurer').hex()}")).json()
    assert [key["key"] for key in body["keys"]] == [signer("treasurer").address.lower()]
    assert [(role["role"], role["scope"]) for role in body["roles"]] == [("TREASURER", 1), ("TREASURER", 2)]
    seated = (await http.get(f"/v1/members/0x{member_id('seat3').hex()}")).json()
    assert [(s["seat"], s["seat_class"]) for s in seated["seats"]] == [(3, "RESIDENT")]
    assert (await http.get("/v1/members/0x" + 32 * "0")).status_code == 404


async def test_a_committee_tells_who_sits_where(story: House) -> None:
    seats = (await story.http.get("/v1/committees/1")).json()["seats"]
    assert [s["seat_class"] for s in seats] == ["DONOR", "DONOR", "RESIDENT", "RESIDENT", "OFFICIAL", None]
    assert seats[-1]["member"] == "0x" + member_id("supervisor").hex()
