from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import ProposalState
from contracts.events import CommitteeOpened, SeatFilled, SeatVacated
from indexer import tables
from indexer.schema import MIRROR
from kit.database import open_async_engine, open_engine
from ledger_api.members.service import committee_detail
from ledger_api.mirror import read
from ledger_api.proposals.schemas import Phase
from ledger_api.proposals.service import EXECUTION_SECONDS, phase_of
from tests.conftest import member_id, signer
from tests.ledger_api.story import OBJECTED, PAID, UNPROVEN, VOTING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ledger_api.client import House
    from wallets.intents import Proposal

ROUND_ONE = ["submitted", *4 * ["approved"], "notice_started"]


async def detail(story: House, proposal: Proposal) -> dict[str, Any]:
    return dict((await story.http.get(f"/v1/proposals/0x{proposal.proposal_id().hex()}")).json())


@pytest.mark.parametrize(
    "proposal", [PAID, OBJECTED, VOTING, UNPROVEN], ids=["paid", "objected", "voting", "unproven"]
)
async def test_the_state_computed_from_events_is_the_contracts(story: House, proposal: Proposal) -> None:
    told = (await detail(story, proposal))["proposal"]
    state = await story.town.read("Disbursements", "stateOf", proposal.proposal_id())
    assert told["state"] == ProposalState(state).name


async def test_a_proposal_is_found_by_the_number_that_people_use(story: House) -> None:
    by_number = (await story.http.get(f"/v1/proposals/{PAID.number}")).json()
    assert by_number == await detail(story, PAID)


@pytest.mark.parametrize(
    ("told", "status"),
    [("20259999", 404), ("9" * 30, 404), ("0x12", 422), ("-1", 422), ("0x" + "12" * 32, 404)],
)
async def test_what_is_no_proposal_is_refused(story: House, told: str, status: int) -> None:
    assert (await story.http.get(f"/v1/proposals/{told}")).status_code == status


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
    told = await detail(story, proposal)
    assert [step["kind"] for step in told["timeline"]] == kinds
    assert told["proposal"]["phase"] == phase
    for step in told["timeline"]:
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


async def test_a_recused_seat_lowers_what_is_needed(story: House) -> None:
    tally = (await detail(story, VOTING))["tally"]
    # Two thirds of four seats, rounded up.
    assert (tally["approvals"], tally["needed"]) == (1, 3)
    assert tally["seats"][1]["vote"] == "recused"


async def test_a_new_round_forgets_the_votes_of_the_old(story: House) -> None:
    told = await detail(story, OBJECTED)
    assert told["proposal"]["round"] == 2
    votes = [s["vote"] for s in told["tally"]["seats"]]
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


@pytest.mark.parametrize(
    ("state", "now", "phase"),
    [
        (ProposalState.SUBMITTED, 100, Phase.VOTING),
        (ProposalState.SUBMITTED, 101, Phase.VOTE_OVER),
        (ProposalState.APPROVED, 199, Phase.NOTICE),
        (ProposalState.APPROVED, 200, Phase.PAYABLE),
        (ProposalState.APPROVED, 200 + EXECUTION_SECONDS - 1, Phase.PAYABLE),
        (ProposalState.APPROVED, 200 + EXECUTION_SECONDS, Phase.LAPSED),
        (ProposalState.EXECUTED, 300, Phase.PROOF_DUE),
        (ProposalState.EXECUTED, 301, Phase.PROOF_OVERDUE),
        (ProposalState.SUSPENDED, 1, Phase.SUSPENDED),
        (ProposalState.REVERSED, 1, Phase.REVERSED),
    ],
)
def test_a_phase_turns_at_the_second_at_which_the_contract_turns(
    state: ProposalState, now: int, phase: Phase
) -> None:
    assert phase_of(state, now, vote_ends_at=100, notice_ends_at=200, proof_due_at=300) == phase


async def test_a_member_is_told_with_keys_roles_and_seats(story: House) -> None:
    told = (await story.http.get(f"/v1/members/0x{member_id('treasurer').hex()}")).json()
    assert [key["key"] for key in told["keys"]] == [signer("treasurer").address.lower()]
    assert [(role["role"], role["scope"]) for role in told["roles"]] == [("TREASURER", 1), ("TREASURER", 2)]
    seated = (await story.http.get(f"/v1/members/0x{member_id('seat3').hex()}")).json()
    assert [(s["seat"], s["seat_class"]) for s in seated["seats"]] == [(3, "RESIDENT")]
    assert (await story.http.get("/v1/members/0x" + 32 * "0")).status_code == 404


async def test_a_committee_tells_who_sits_where(story: House) -> None:
    seats = (await story.http.get("/v1/committees/1")).json()["seats"]
    assert [s["seat_class"] for s in seats] == ["DONOR", "DONOR", "RESIDENT", "RESIDENT", "OFFICIAL", None]
    assert seats[-1]["member"] == "0x" + member_id("supervisor").hex()


async def test_a_late_vacation_does_not_unseat_the_successor(tmp_path: Path) -> None:
    url, zero = f"sqlite:///{tmp_path / 'mirror.db'}", bytes(32)
    engine = open_engine(url, MIRROR)
    tables.mirror.create_all(engine)
    old, new = member_id("old"), member_id("new")
    place = {"block_number": 1, "tx_index": 0, "committee": 1, "seat": 0}
    opened = {
        "fund": 1,
        "seats": 1,
        "donor_seats": 1,
        "resident_seats": 0,
        "official_seats": 0,
        "enterprise_seats": 0,
    }
    transaction = {"hash": zero, "sender": zero, "target": zero, "status": 1, "gas_used": 1}
    rows = [
        (tables.blocks, {"number": 1, "hash": zero, "parent_hash": zero, "time": 1}),
        (tables.transactions, {"block_number": 1, "tx_index": 0, **transaction}),
        (tables.cursor, {"id": 1, "number": 1, "hash": zero, "final_number": 1}),
        (
            tables.EVENT_TABLES[CommitteeOpened],
            {**opened, "block_number": 1, "tx_index": 0, "log_index": 0, "committee": 1},
        ),
        (tables.EVENT_TABLES[SeatFilled], {**place, "log_index": 1, "member": old, "valid_until": 1}),
        (tables.EVENT_TABLES[SeatFilled], {**place, "log_index": 2, "member": new, "valid_until": 9}),
        (tables.EVENT_TABLES[SeatVacated], {**place, "log_index": 3, "member": old}),
    ]
    with engine.begin() as connection:
        for table, row in rows:
            connection.execute(table.insert(), row)
    engine.dispose()
    reader = open_async_engine(url, MIRROR, read_only=True)
    async with read(reader) as mirror:
        assert [seat.member for seat in (await committee_detail(mirror, 1)).seats] == [new]
    await reader.dispose()
