"""The demo town, built by its command, killed on the way, and gone on with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from contracts.enums import CampaignState, ProposalState, Reason, RedemptionState, TaskState
from gongji.sequencer.anvil import ChainConfig
from gongji.sequencer.chain import Chain


def rows(folder: Path, database: str, query: str, **values: Any) -> list[tuple[Any, ...]]:
    engine = create_engine(f"sqlite:///{folder}/{database}.db")
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]
    finally:
        engine.dispose()


def test_a_build_that_was_killed_comes_to_the_planned_figures(summary: dict[str, Any]) -> None:
    assert (summary["funds"], summary["proposals"], summary["members"]) == (35, 29, 160)
    assert summary["given_fen"] == 140_207_934
    assert summary["paid_fen"] == 11_009_000
    assert (summary["credited_visits"], summary["settled_lots"]) == (96, 117)


def test_nothing_that_was_asked_for_was_refused(folder: Path, summary: dict[str, Any]) -> None:
    assert rows(folder, "app", "select distinct state from commands") == [("done",)]


def test_every_unit_sums_to_zero(folder: Path, summary: dict[str, Any]) -> None:
    query = (
        "select a.unit, sum(b.balance) from account_opened a join balances b on b.account = a.account where b.block_number ="
        " (select max(block_number) from balances c where c.account = b.account) group by a.unit"
    )
    assert {total for _, total in rows(folder, "mirror", query)} == {0}


def test_transfers_are_numbered_without_a_gap(folder: Path, summary: dict[str, Any]) -> None:
    assert rows(folder, "mirror", "select min(sequence), max(sequence), count(*) from transferred") == [
        (1, summary["transfers"], summary["transfers"])
    ]


def test_the_stairwell_of_building_58_is_paid_by_23_households(folder: Path, summary: dict[str, Any]) -> None:
    query = "select gifts_fen, state from campaign_settled where campaign = 1"
    assert rows(folder, "mirror", query) == [(115_000, CampaignState.REACHED)]
    assert rows(folder, "mirror", "select max(households) from gift_attested where campaign = 1") == [(23,)]


def test_the_park_is_matched_one_to_one_within_the_cap_per_giver(
    folder: Path, summary: dict[str, Any]
) -> None:
    query = "select sum(amount_fen), sum(matched_fen), sum(min(amount_fen, 500000)) from gift_attested where campaign = 2"
    assert rows(folder, "mirror", query) == [(2_700_000, 2_400_000, 2_400_000)]


def test_every_gift_to_the_campaign_that_missed_went_back(folder: Path, summary: dict[str, Any]) -> None:
    query = "select sum(amount) from transferred where reason = :reason"
    assert rows(folder, "mirror", query, reason=Reason.CAMPAIGN_REFUND) == [(55_000,)]


def test_every_credited_minute_has_a_claim(folder: Path, summary: dict[str, Any]) -> None:
    query = "select count(*), sum(c.credited_minutes = a.credit_minutes) from claim_credited c join claim_admitted a on a.task = c.task"
    assert rows(folder, "mirror", query) == [(96, 96)]


def test_redemptions_have_ended_in_every_way_and_two_wait(folder: Path, summary: dict[str, Any]) -> None:
    query = "select state, count(*) from redemptions where to_block is null group by state"
    once = ("OPEN", "DISPUTED", "CANCELLED", "DECLINED", "VOIDED", "RETURNED")
    expected = {RedemptionState[name]: 1 for name in once}
    assert dict(rows(folder, "mirror", query)) == expected | {
        RedemptionState.DONE: 4,
        RedemptionState.REVERSED: 1,
        RedemptionState.LAPSED: 2,
    }
    ended = ("redemption_confirmed", "redemption_settled", "decided_for_provider")
    earned = [
        minutes for name in ended for minutes in rows(folder, "mirror", f"select earned_minutes from {name}")
    ]
    assert sorted(earned) == [(40,), (40,), (40,), (60,), (60,)]


def test_an_old_neighbour_without_a_phone_had_a_haircut_by_the_desk(
    folder: Path, summary: dict[str, Any]
) -> None:
    query = "select acts, daily_limit from delegations where to_block is null"
    assert rows(folder, "mirror", query) == [(2, 2)]


def test_a_request_of_an_entangled_community_was_decided_by_its_street(
    folder: Path, summary: dict[str, Any]
) -> None:
    query = "select committee, deciding_committee, round, state from requests where deciding_committee != committee and to_block is null"
    assert rows(folder, "mirror", query) == [(12, 1, 2, ProposalState.CLOSED)]


def test_nobody_is_paid_more_than_was_earned(folder: Path, summary: dict[str, Any]) -> None:
    sums = {
        name: rows(folder, "mirror", f"select coalesce(sum(worker_fen), 0) from {name}")[0][0]
        for name in ("lot_settled", "lot_decided", "lot_reversed")
    }
    wages = [(sums["lot_settled"] + sums["lot_decided"] - sums["lot_reversed"],)]
    paid = "(select sum(amount_fen) from payout_proven) - (select sum(amount_fen) from payout_reversed)"
    assert rows(folder, "mirror", f"select {paid}") == wages


async def test_the_journal_replays_to_the_same_head(
    folder: Path, summary: dict[str, Any], tmp_path: Path
) -> None:
    journal = shutil.copy(folder / "chain.journal", tmp_path)
    chain = Chain(Path(journal), ChainConfig(chain_id=0, genesis_time=0))
    try:
        await chain.start()  # refuses a block that gets another hash than it had
        assert chain.height == summary["head_number"]
    finally:
        await chain.stop()


def test_a_tap_that_stays_dry_for_twelve_hours_raises_one_visit_which_waits_for_whoever_takes_the_tour(
    folder: Path, summary: dict[str, Any]
) -> None:
    query = "select state, expires_at > (select max(time) + 5 * 86400 from blocks) from tasks where service = 5 and to_block is null"
    assert rows(folder, "mirror", query) == [(TaskState.OPEN, 1)]


def test_campaigns_opened_a_fund_was_handed_over_and_a_module_came_in_after_their_wait_two_changes_were_stopped_and_two_wait(
    folder: Path, summary: dict[str, Any]
) -> None:
    query = "select executed_at is not null, cancelled_at is not null from changes where to_block is null order by scheduled_at"
    cancelled, waits = (0, 1), (0, 0)
    assert rows(folder, "mirror", query) == [*18 * [(1, 0)], cancelled, cancelled, waits, waits]


def test_a_joint_committee_decides_over_a_fund_whose_former_one_agreed(folder: Path) -> None:
    query = "select committee, decides_since is not null, decides_until is not null from committees where to_block is null and fund = 28 order by committee"
    assert rows(folder, "mirror", query) == [(28, 1, 1), (128, 1, 0)]


def test_redemptions_begun_before_their_module_was_replaced_ended_under_the_former_version(
    folder: Path, summary: dict[str, Any]
) -> None:
    versions = json.loads((folder / "deployment.json").read_text())["contracts"]
    former, new = (
        bytes.fromhex(versions[label]["address"][2:]) for label in ("Redemptions", "Redemptions.2")
    )
    assert rows(folder, "mirror", "select distinct address from emitters") == [(former,)]
    assert rows(folder, "mirror", "select count(*) from emitters") == [(6,)]
    assert rows(folder, "mirror", "select count(*) from module_admitted where module = :new", new=new) == [
        (1,)
    ]


def test_who_moved_away_holds_a_seat_and_no_key(folder: Path) -> None:
    query = """select k.ends_at is not null from members m join keys k on k.member = m.member and k.to_block is null
        join seats s on s.member = m.member and s.to_block is null where m.to_block is null and m.ended_at is not null"""
    assert rows(folder, "mirror", query) == [(1,)]
