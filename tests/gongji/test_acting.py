"""`gongji act` in a town: members and the holders of offices sign for what they do, and each is told what became of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from register.nouns import HOMES, Home
from tests.conftest import held_by, member_id, signer
from tests.gongji.terminal import Terminal, open_terminal
from tests.ledger_api.client import COMMITTEE, FUND, PURPOSE, Person, places_of_tasks, proposal
from tests.ledger_api.owners import signed_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PLACE = "0x" + "5c" * 32
ENTERPRISE = 7


@pytest.fixture(scope="module")
async def terminal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path_factory.mktemp("acting"), "act") as opened:
        yield opened


async def done(terminal: Terminal, *arguments: str, by: str | None = None) -> dict[str, Any]:
    """What an act that must work tells as JSON."""
    status, out, err = await terminal.carried(*arguments, "--yes", "--json", by=by)
    assert status == 0, err
    command = json.loads(out)
    assert command["status"] in ("confirmed", "final")
    return dict(command)


async def seen(terminal: Terminal, path: str) -> dict[str, Any]:
    return dict((await terminal.house.http.get(path)).json())


async def opened_task(terminal: Terminal) -> str:
    before = {task["task"] for task in (await seen(terminal, "/v1/tasks"))["items"]}
    await done(
        terminal, "open-task", "--task", "new", "--fund", str(FUND), "--service", "1",
        "--authorised-minutes", "60", "--beneficiary", PLACE, "--expires-at", "2025-12-01", by="coordinator",
    )  # fmt: skip
    (task,) = {task["task"] for task in (await seen(terminal, "/v1/tasks"))["items"]} - before
    return str(task)


async def test_a_volunteer_accepts_a_task_and_releases_it(terminal: Terminal) -> None:
    task = await opened_task(terminal)
    accepted = await done(terminal, "accept-task", "--task", task, by="volunteer")
    assert accepted["kind"] == "ActOnTask"
    volunteer = (await signed_in(terminal.house, "volunteer")).http
    accepted_task = (await volunteer.get(f"/v1/tasks/{task}")).json()["task"]
    assert (accepted_task["state"], accepted_task["volunteer"]) == (
        "ACCEPTED",
        f"0x{member_id('volunteer').hex()}",
    )
    status, _, err = await terminal.carried("release-task", "--task", task, "--yes", by="volunteer")
    assert status == 0, err
    assert "退回任务 Give a task back" in err
    assert "已入账，办理编号 recorded, reference number" in err
    assert (await seen(terminal, f"/v1/tasks/{task}"))["task"]["state"] == "OPEN"


async def test_a_task_is_opened_at_a_home_of_the_register(terminal: Terminal) -> None:
    register, home = terminal.house.context.register, "0x" + "6d" * 16
    register.put(HOMES, home, Home(name="58号楼302室", fund=FUND), "registrar")
    await done(
        terminal, "open-task", "--task", "new", "--fund", str(FUND), "--service", "1", "--authorised-minutes", "60",
        "--beneficiary", home, "--expires-at", "2025-12-01", by="coordinator",
    )  # fmt: skip
    assert bytes.fromhex(home[2:]) in await places_of_tasks(terminal.house)


async def test_a_steward_opens_a_purpose_and_sets_a_budget_line_of_it(terminal: Terminal) -> None:
    await done(terminal, "open-purpose", "--purpose", str(PURPOSE + 1))
    await done(
        terminal, "set-budget-line", "--budget-line", "102", "--purpose", str(PURPOSE + 1), "--limit", "1,200.50",
    )  # fmt: skip
    lines = (await seen(terminal, f"/v1/funds/{FUND}"))["budget_lines"]
    assert {line["budget_line"]: line["limit_fen"] for line in lines}[102] == 120_050


async def test_a_foreman_publishes_a_rate_card(terminal: Terminal) -> None:
    reserve, remainder = str(PURPOSE + 2), str(PURPOSE + 3)
    for own in (reserve, remainder):
        await done(terminal, "open-purpose", "--purpose", own)
    await done(
        terminal, "open-enterprise", "--enterprise", str(ENTERPRISE), "--levy-purpose", str(PURPOSE), "--reserve-purpose", reserve,
        "--remainder-purpose", remainder, "--min-fund-bps", "500",
    )  # fmt: skip
    await done(
        terminal, "grant-role", "--member", f"0x{member_id('neighbour1').hex()}", "--role", "foreman",
        "--scope", str(ENTERPRISE), "--valid-until", "2035-01-01",
    )  # fmt: skip
    await done(
        terminal, "publish-rate-card", "--enterprise", str(ENTERPRISE), "--product", "3", "--version", "1",
        "--piece", "1.20", "--worker-bps", "7000", "--reserve-bps", "1000", "--fund-bps", "500", by="neighbour1",
    )  # fmt: skip
    (card,) = (await seen(terminal, f"/v1/enterprises/{ENTERPRISE}"))["rate_cards"]
    assert (card["piece_fen"], card["worker_bps"]) == (120, 7000)


async def test_a_clerk_takes_pieces_for_a_neighbour_without_a_phone_and_may_do_nothing_else(
    terminal: Terminal,
) -> None:
    own, delegation, order = (
        [str(PURPOSE + n) for n in (4, 5, 6)],
        "0x" + "d1" * 16,
        "0x" + "0d" * 8 + "00" * 8,
    )
    for purpose in own:
        await done(terminal, "open-purpose", "--purpose", purpose)
    await done(
        terminal, "open-enterprise", "--enterprise", "8", "--levy-purpose", own[0], "--reserve-purpose", own[1],
        "--remainder-purpose", own[2], "--min-fund-bps", "500",
    )  # fmt: skip
    for name, role, scope in (("supervisor", "clerk", str(FUND)), ("requester", "foreman", "8")):
        await done(
            terminal, "grant-role", "--member", f"0x{member_id(name).hex()}", "--role", role, "--scope", scope,
            "--valid-until", "2035-01-01",
        )  # fmt: skip
    await done(
        terminal, "open-delegation", "--delegation", delegation, "--person", f"0x{member_id('neighbour2').hex()}",
        "--fund", str(FUND), "--area", "work", "--daily-limit", "2", "--valid-until", "2025-12-01",
        "--guardian", f"0x{member_id('neighbour1').hex()}", "--consent", PLACE,
    )  # fmt: skip
    await terminal.house.town.wait(8 * 24 * 3600)
    await done(
        terminal, "publish-rate-card", "--enterprise", "8", "--product", "3", "--version", "1", "--piece", "1.20",
        "--worker-bps", "7000", "--reserve-bps", "1000", "--fund-bps", "500", by="requester",
    )  # fmt: skip
    await done(
        terminal, "open-work-order", "--order", order, "--enterprise", "8", "--product", "3", "--pieces", "50",
        "--worker-pieces", "30", "--due-at", "2025-11-01", by="requester",
    )  # fmt: skip
    taking = ("take-lot", "--lot", "new", "--order", order, "--pieces", "20")
    taken = await done(terminal, *taking, "--delegation", delegation, by="supervisor")
    assert taken["kind"] == "ActForPerson"
    neighbour = (await signed_in(terminal.house, "neighbour2")).http
    (lot,) = (await neighbour.get("/v1/enterprises/8/open-lots")).json()["items"]
    assert (lot["worker"], lot["pieces"]) == (f"0x{member_id('neighbour2').hex()}", 20)
    assert lot["lot"][:18] == order[:18], "a new lot is one of its order"
    status, _, err = await terminal.carried(
        "rotate-key", "--delegation", delegation, "--yes", by="supervisor"
    )
    assert (status, "--delegation" in err) == (2, True), err
    status, _, err = await terminal.carried(*taking, "--delegation", "0x12", "--yes", by="supervisor")
    assert (status, "0x and 32 hex digits" in err) == (2, True), err


async def test_a_registrar_registers_a_member_who_proved_to_hold_the_key(terminal: Terminal) -> None:
    key, possession = held_by("newcomer", signer("newcomer"))
    member = f"0x{member_id('newcomer').hex()}"
    await done(
        terminal, "register-member", "--member", member, "--kind", "person", "--household", "0",
        "--key-address", key.lower(), "--possession", f"0x{possession.hex()}", by="registrar",
    )  # fmt: skip
    registrar = (await signed_in(terminal.house, "registrar")).http
    assert (await registrar.get(f"/v1/members/{member}")).json()["member"]["kind"] == "PERSON"


async def test_a_steward_sets_rules_of_several_tiers(terminal: Terminal) -> None:
    share = "yes-numerator=2,yes-denominator=3,min-donor=1,min-resident=1,min-official=0,min-enterprise=0"
    times = "decide-seconds=604800,notice-seconds=259200,objections-to-suspend=2,proof-seconds=864000"
    tiers = [f"up-to={amount},{share},{times}" for amount in ("100.00", "10000")]
    options = [text for tier in tiers for text in ("--tiers", tier)]
    await done(terminal, "set-rules", "--committee", str(COMMITTEE), *options)


async def test_a_supervisor_gives_an_opinion_on_a_request_by_its_number(terminal: Terminal) -> None:
    await Person(terminal.house, signer("requester")).act("SubmitProposal", {"proposal": proposal(31, 9_000)})
    await terminal.house.settle()
    status, out, err = await terminal.carried(
        "give-opinion", "--proposal", "31", "--statement", "报价偏高 The quote is high.", "--yes", "--json", by="supervisor",
    )  # fmt: skip
    assert status == 0, err
    assert json.loads(out)["kind"] == "ActOnProposal"
    assert "Everybody may read it" in err
    step = (await seen(terminal, "/v1/proposals/31"))["timeline"][-1]
    assert step["kind"] == "opinion"
    content = await terminal.house.http.get(f"/v1/documents/{step['statement']}/content")
    assert content.text == "报价偏高 The quote is high."


async def test_a_member_of_a_committee_approves_a_request_in_its_present_round(terminal: Terminal) -> None:
    await Person(terminal.house, signer("requester")).act("SubmitProposal", {"proposal": proposal(32, 9_000)})
    await terminal.house.settle()
    await done(terminal, "approve-proposal", "--proposal", "32", by="seat2")
    tally = (await seen(terminal, "/v1/proposals/32"))["tally"]
    assert [seat["vote"] for seat in tally["seats"]].count("approved") == 1


async def test_who_says_no_after_reading_signs_nothing(terminal: Terminal) -> None:
    task = await opened_task(terminal)
    status, out, err = await terminal.gongji("accept-task", "--task", task, by="volunteer", says="n\n")
    assert (status, out.strip()) == (130, "")
    assert "接受任务 Accept a task" in err


async def test_what_the_administrator_signs_is_announced_and_holds_only_after_its_public_wait(
    terminal: Terminal,
) -> None:
    module = "0x" + "7f" * 20
    status, out, err = await terminal.carried("admit-module", "--module", module, "--kinds", "6", "--yes")
    assert (status, out) == (0, ""), err
    assert "以职务公示改动 Announce a change for an office" in err
    assert "公开等待后自动生效" in err
    (change, *_) = (await seen(terminal, "/v1/changes"))["items"]
    assert (change["function"], change["arguments"]["module"], change["phase"]) == (
        "admitModule",
        module,
        "waiting",
    )


async def test_what_a_rule_is_against_is_told_in_three_lines_and_changes_nothing(terminal: Terminal) -> None:
    task = await opened_task(terminal)
    for arguments, by in (
        (("release-task", "--task", task, "--yes"), "volunteer"),
        (("open-purpose", "--purpose", str(PURPOSE), "--yes"), None),
        (("open-purpose", "--purpose", str(PURPOSE + 9), "--yes"), "registrar"),
    ):
        status, out, err = await terminal.carried(*arguments, by=by)
        assert (status, out) == (4, "")
        heads = [line[:2] for line in err.splitlines()]
        assert [head for head in heads if head in ("错误", "原因", "办法")] == ["错误", "原因", "办法"]


async def test_a_wrong_value_is_refused_before_a_key_is_opened_or_the_portal_is_asked(
    terminal: Terminal,
) -> None:
    status, out, err = await terminal.gongji("accept-task", "--task", "0x12", by="volunteer")
    assert (status, out) == (2, "")
    what, why, remedy = err.splitlines()
    assert "'0x12' is not a valid value for --task" in what
    assert "0x and 32 hex digits" in why
    assert remedy


async def test_who_signs_in_with_a_key_reads_the_own_record_and_nobody_elses(terminal: Terminal) -> None:
    mine, other = f"0x{member_id('volunteer').hex()}", f"0x{member_id('neighbour1').hex()}"
    time, member = replace(terminal, command="time"), replace(terminal, command="member")
    assert (await time.run_json("volunteer", mine, by="volunteer"))["member"] == mine
    status, _, err = await time.gongji("volunteer", other, by="volunteer")
    assert (status, "别人的记录" in err) == (4, True)
    for command, arguments in ((time, ("volunteer", mine)), (member, ("list",))):
        status, _, err = await command.gongji(*arguments)
        assert (status, "--key" in err, "the offices that answer for it" in err) == (4, True, True)
        assert "expected" not in err
    assert len((await member.run_json("list", by="registrar"))["items"]) > 5
    assert (await member.gongji("list", by="volunteer"))[0] == 4
