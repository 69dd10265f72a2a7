"""The commands as an operator types them, against a running town."""

from __future__ import annotations

import json
import re
import sqlite3
from shutil import copy
from typing import TYPE_CHECKING, Any

import pytest

from gongji.commands.device import _bound
from gongji.commands.fields import moment
from gongji.commands.values import NOTHING
from gongji.exit_status import ExitStatus
from gongji.keeper.keeper import duties
from indexer.schema import MIRROR
from iot.log.schema import EVENTS
from ledger_api.formats import yuan
from ledger_api.schema import APP
from tests.gongji.running import Running, free_ports, patiently

if TYPE_CHECKING:
    from pathlib import Path

    from kit.database import Schema


# Names of fields, times for programs, and hashes, none of which a person reads.
RAW = re.compile(
    r"[a-z]+_[a-z]+|[0-9]T[0-9]{2}:|\b1[78][0-9]{8}\b|(?<!Full number of the request  )0x[0-9a-f]{64}|None|True|False"
)


def test_status_says_that_all_is_well(running: Running) -> None:
    result = running.gongji("status", "--json")
    assert result.returncode == 0, result.stderr
    state = json.loads(result.stdout)
    assert state["healthy"]
    assert all(state["processes"].values())


def test_status_says_in_words_how_it_goes_and_when_each_duty_of_the_keeper_was_seen_to(
    running: Running,
) -> None:
    def shown() -> str:
        out = running.gongji("status").stdout
        return out if all(duty.__name__ in out for duty in duties()) else ""

    said = patiently(shown)
    assert "一切正常 all is well" in said
    assert "上次做好 last done" in said
    assert "镜像停了 mirror halted" in running.gongji("index", "status").stdout


def test_a_list_of_funds_adds_up_to_what_came_in_less_what_went_out(running: Running) -> None:
    funds = json.loads(running.gongji("fund", "list", "--json").stdout)["items"]
    assert len(funds) == 35
    assert all(f["balance_fen"] == f["in_fen"] - f["out_fen"] for f in funds)


@pytest.mark.parametrize(
    ("noun", "name", "field"),
    [
        ("fund", "朝晖街道共济基金 Zhaohui Street Fund", "balance_fen"),
        ("request", "雨水花园 Rain garden", "amount_fen"),
        ("campaign", "广场健身器材 Exercise machines for the square", "target_fen"),
        ("coop", "巧手工坊 Deft Hands Workshop", "proceeds_fen"),
    ],
)
def test_a_list_has_names_and_yuan_for_people_and_fen_for_programs(
    running: Running, noun: str, name: str, field: str
) -> None:
    shown, data = running.gongji(noun, "list").stdout, running.gongji(noun, "list", "--json").stdout
    assert name in shown
    items = json.loads(data)["items"]
    # The page says it by the same function.
    assert all(yuan(item[field]) in shown for item in items)
    assert all(isinstance(item[field], int) for item in items)
    assert "¥" not in data
    detail = running.gongji(noun, "show", str(items[0].get("number") or items[0][noun_key(noun)])).stdout
    assert yuan(items[0][field]) in detail
    assert not RAW.findall(detail)


def noun_key(noun: str) -> str:
    return {"coop": "enterprise"}.get(noun, noun)


def test_what_is_shown_of_a_person_or_a_visit_is_in_words(running: Running) -> None:
    tasks = json.loads(running.gongji("time", "list", "--json").stdout)["items"]
    served = next(task for task in tasks if task["state"] == "CREDITED")
    visit = running.gongji("time", "show", served["task"]).stdout
    assert "记入时长 Hours credited" in visit
    assert "小时" in visit
    (member, *_) = (name for name in running.people() if name.startswith("0x"))
    person = running.gongji("member", "show", member, *running.key_of(member)).stdout
    assert "个人 Person" in person
    assert not RAW.findall(visit + person)


def test_lists_of_people_and_hours_are_in_words(running: Running) -> None:
    members = running.gongji("member", "list", *running.key_of("registrar")).stdout
    tasks = running.gongji("time", "list").stdout
    assert "个人 Person" in members
    assert "已记入 Credited" in tasks
    assert "小时" in tasks


def test_a_device_counts_from_a_moment_in_china_s_time() -> None:
    assert _bound(1_748_707_200) == moment(1_748_707_200) == "2025-06-01 00:00"
    assert _bound(0) == NOTHING


def test_a_list_that_is_not_whole_says_how_it_goes_on_and_misses_nothing(running: Running) -> None:
    registrar, found, arguments = running.key_of("registrar"), [], ("--limit", "40")
    whole = running.gongji("member", "list", "--limit", "1000", *registrar)
    assert "--cursor" not in whole.stderr
    while arguments:
        page = running.gongji("member", "list", *arguments, *registrar)
        found += page.stdout.splitlines()[1:]
        going_on = re.search(r"--cursor (\S+)", page.stderr)
        arguments = ("--limit", "40", "--cursor", going_on[1]) if going_on else ()
    assert len(found) > 80
    assert found == whole.stdout.splitlines()[1:]


@pytest.mark.parametrize(
    "arguments",
    [
        ("proposal", "list"),
        ("campaign", "list"),
        ("time", "list"),
        ("coop", "list"),
        ("device", "list"),
        ("coop", "show", "1"),
    ],
    ids=" ".join,
)
def test_every_noun_can_be_listed(running: Running, arguments: tuple[str, ...]) -> None:
    result = running.typed(*arguments)
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) > 1


def test_a_frozen_fund_spends_nothing_and_to_unfreeze_it_is_a_change_that_waits_and_can_be_cancelled(
    running: Running,
) -> None:
    assert running.gongji("fund", "freeze", "1", "--yes").returncode == 0
    ready = next(
        p
        for p in json.loads(running.gongji("proposal", "list", "--json", "--fund", "1").stdout)["items"]
        if p["phase"] == "payable"
    )
    refused = running.gongji("act", "execute-proposal", "--proposal", ready["proposal_id"])
    assert refused.returncode == 4
    assert "LedgerFundFrozen" in refused.stderr
    unfrozen = running.gongji("fund", "unfreeze", "1", "--yes")
    assert unfrozen.returncode == 0
    assert "公开等待后自动生效" in unfrozen.stderr
    change = json.loads(running.gongji("change", "list", "--json").stdout)["items"][0]
    assert (change["function"], change["phase"]) == ("unfreeze", "waiting")
    assert running.gongji("change", "stop", change["operation_id"], "--yes").returncode == 0
    shown = json.loads(running.gongji("change", "show", change["operation_id"], "--json").stdout)
    assert shown["change"]["phase"] == "cancelled"


def test_a_simulated_device_is_heard_and_its_forged_event_is_not(running: Running) -> None:
    member = next(name for name in running.people() if name.startswith("0x"))
    result = running.gongji(
        "sim", "run", "--events", "2", "--fault", "E_SIG", "--json", *running.key_of(member)
    )
    assert result.returncode == 0, result.stderr
    assert [(r["outcome"], r["codes"]) for r in json.loads(result.stdout)] == [
        ("accepted", []), ("accepted", []), ("refused", ["E_SIG"]),
    ]  # fmt: skip


def test_a_code_from_a_page_is_found_and_a_wrong_one_is_told(running: Running) -> None:
    found = running.gongji("verify", "12").stdout
    assert "账本记录 A record in the ledger" in found
    assert "已确定 Final" in found
    for wrong, status in (("999999", ExitStatus.NOT_FOUND), ("12-00000000", ExitStatus.VERIFICATION_FAILED)):
        result = running.gongji("verify", wrong)
        assert result.returncode == status
        assert len(result.stderr.strip().splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("fund", "show", "1"), ExitStatus.DONE),
        (("fund", "show", "999"), ExitStatus.NOT_FOUND),
        (("request", "show", "1"), ExitStatus.NOT_FOUND),
        (("device", "show", "0x0000000000000000"), ExitStatus.NOT_FOUND),
        (("ledger", "show", "999999"), ExitStatus.NOT_FOUND),
        (("fund", "show", "none"), ExitStatus.USAGE),
        (("ledger", "list", "--reason", "GIFT"), ExitStatus.USAGE),
        (("ledger", "list", "--cursor", "none"), ExitStatus.USAGE),
        (("member", "list"), ExitStatus.REFUSED),
        (("register", "forget", "members/0x" + 32 * "0", "--yes"), ExitStatus.NOT_FOUND),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value.name,
)
def test_a_command_ends_with_the_status_that_says_how(
    running: Running, arguments: tuple[str, ...], status: ExitStatus
) -> None:
    ended = running.gongji(*arguments)
    assert ended.returncode == status, ended.stderr


def test_an_order_with_a_malformed_id_is_refused_in_three_lines(running: Running) -> None:
    refused = running.gongji("act", "end-key", "--key-address", "0x12")
    assert refused.returncode == 2
    assert [line[:2] for line in refused.stderr.splitlines()] == ["错误", "原因", "办法"]


def test_a_town_that_was_never_founded_is_not_started(tmp_path: Path) -> None:
    unfounded = Running(folder=tmp_path, url="").gongji("up")
    assert unfounded.returncode == 2
    assert "deploy the contracts first" in unfounded.stderr


@pytest.mark.parametrize(("database", "schema"), [("mirror", MIRROR), ("app", APP), ("events", EVENTS)])
def test_a_town_with_a_database_of_a_later_version_is_not_started(
    folder: Path, summary: dict[str, Any], tmp_path: Path, database: str, schema: Schema
) -> None:
    del summary
    copy(folder / "deployment.json", tmp_path)
    with sqlite3.connect(tmp_path / f"{database}.db") as connection:
        connection.execute(f"CREATE TABLE {schema.version_table} AS SELECT '2099_something' AS version_num")
    result = Running(folder=tmp_path, url="").gongji("up", "--port", str(free_ports()))
    assert result.returncode == 2
    assert "2099_something" in result.stderr
    assert not (tmp_path / "logs").exists()


def test_a_town_that_does_not_run_cannot_be_reached(
    folder: Path, summary: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del summary
    monkeypatch.setenv("GONGJI_PORT", str(free_ports()))
    copy(folder / "deployment.json", tmp_path)
    asleep = Running(folder=tmp_path, url="").gongji("fund", "list")
    assert asleep.returncode == 3
    assert "gongji up" in asleep.stderr


@pytest.mark.parametrize("arguments", [("fund", "list"), ("status",), ("index", "status")], ids=" ".join)
def test_the_town_next_door_does_not_answer_for_an_empty_folder(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("GONGJI_PORT", running.url.rpartition(":")[2])
    result = Running(folder=tmp_path, url="").gongji(*arguments)
    assert result.returncode == 2
    assert str(tmp_path) in result.stderr
    assert not result.stdout


def test_a_town_on_the_ports_of_another_is_neither_built_nor_started(
    running: Running, tmp_path: Path
) -> None:
    port = running.url.rpartition(":")[2]
    result = Running(folder=tmp_path / "second", url="").gongji("demo", "--port", port)
    assert result.returncode == 3
    assert f"port {port}," in result.stderr
    assert not (tmp_path / "second").exists()


def test_a_folder_that_cannot_be_made_is_named_in_three_lines(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = Running(folder=tmp_path / "file" / "town", url="").gongji("demo", "--no-serve")
    assert result.returncode == 2
    assert [line[:2] for line in result.stderr.splitlines() if line[:2] in ("错误", "原因", "办法")] == [
        "错误",
        "原因",
        "办法",
    ]


@pytest.mark.parametrize(
    ("variable", "text", "option", "nearest"),
    [
        ("GONGJI_PROT", "", "--port", "GONGJI_PORT"),
        ("GONGJI_PORT", "[api]\nsession_second = 1\n", "--port", "api.session_seconds"),
        ("GONGJI_PORT", "", "--prot", "--port"),
    ],
    ids=["environment", "file", "command line"],
)
def test_an_unknown_setting_is_refused_with_the_one_that_was_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, option: str, nearest: str
) -> None:
    monkeypatch.setenv(variable, "8640")
    (tmp_path / "gongji.toml").write_text(text)
    result = Running(folder=tmp_path, url="").gongji("up", option, "8640")
    assert result.returncode == 2
    assert result.stderr.startswith("错误")
    assert nearest in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_does_not_answer_is_told_in_three_lines(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGJI_MIRROR_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none")
    result = running.gongji("device", "list")
    assert result.returncode == 3
    assert "a database does not answer" in result.stderr
    assert "Traceback" not in result.stderr
