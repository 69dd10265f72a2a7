"""Every act has a command made from its record, and what people may write in it becomes what a contract takes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from contracts.abi import encode_call
from contracts.acts import acts
from gongji.acts.entered import FieldMissingError, Paper, Reference, arguments, entered, in_json, nested
from gongji.acts.names import kebab
from gongji.acts.option import ValueInvalidError
from gongji.acts.options import options_of
from gongji.cli import app
from gongji.commands.act_command import command_of
from gongji.commands.performing import sender_of
from ledger_api.intents.drafting import compose
from ledger_api.relayer.outbox import SENDERS
from ledger_api.sessions.offices import is_of_office

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.acts import Act, ActField
    from gongji.acts.forms import Form
    from gongji.acts.option import FieldOption

ACTS = list(acts().values())
DEADLINE = 1_800_000_000
# What the portal tells of a request, and what it makes of a document.
REQUEST = {
    "committee": 1, "purpose": 0x10001, "budgetLine": 101, "amountFen": 1200, "number": 20260317,
    "requester": bytes(16), "payee": bytes(32), "documents": bytes(32),
}  # fmt: skip
COMMITMENT = b"\x11" * 32


def hexed(*sizes: int) -> st.SearchStrategy[str]:
    return (
        st.sampled_from(sizes)
        .flatmap(lambda n: st.binary(min_size=n, max_size=n))
        .map(lambda b: f"0x{b.hex()}")
    )


def texts(field: ActField, form: Form) -> st.SearchStrategy[str]:
    """What people may write for one value of a field."""
    abi = field.type.removesuffix("[]")
    if field.kind == "money":
        return st.decimals(0, 10**7, places=2).map(str)
    if field.kind in ("date", "day"):
        days = st.dates(min_value=date(1971, 1, 1)).map(str)
        return days if field.kind == "day" else days | st.just("2027-01-31T08:00:00Z")
    if "|" in form.metavar:
        return st.sampled_from(form.metavar.split("|"))
    if field.kind == "donor":
        return hexed(16, 32)
    if abi.startswith("uint"):
        return st.integers(0, 2 ** int(abi[4:]) - 1).map(str)
    size = {"address": 20, "bytes": 65}.get(abi) or int(abi[5:])
    return hexed(size) | (st.nothing() if abi == "bytes" else st.just("0"))


def written(option: FieldOption) -> st.SearchStrategy[Any]:
    """What people may write for an option."""
    if option.kept:
        return st.just(["20260317", "20260318"] if option.repeated else "20260317")
    if option.document:
        return hexed(32) | st.text(min_size=1).filter(lambda text: not text.startswith("0x"))
    parts = [
        texts(field, form).map((f"{name}=" if option.field.fields else "").__add__)
        for field, (name, form) in zip(
            option.field.fields or (option.field,), option.forms().items(), strict=True
        )
    ]
    value = st.tuples(*parts).map(",".join)
    return st.lists(value, min_size=1, max_size=3) if option.repeated else value


@cache
def forms(act: str) -> st.SearchStrategy[dict[str, Any]]:
    """What people may write for the options of an act, by name; made once, which takes longer than to write it."""
    return st.fixed_dictionaries({option.name: written(option) for option in options_of(acts()[act])})


def resolved(value: Any) -> Any:
    if isinstance(value, Reference):
        return REQUEST
    if isinstance(value, list):
        return [resolved(each) for each in value]
    return COMMITMENT if isinstance(value, Paper) else value


def entered_values(act: Act, **texts_by_option: Any) -> dict[str, Any]:
    return entered(act, {option.name: texts_by_option.get(option.name) for option in options_of(act)})


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.act)
def test_every_act_has_a_command_whose_help_tells_all_of_its_record(act: Act) -> None:
    shown = CliRunner().invoke(app, ["act", kebab(act.act), "--help"], env={"COLUMNS": "4000"})
    assert shown.exit_code == 0, shown.output
    plain = " ".join(shown.stdout.split())
    options = options_of(act)
    assert (
        len({option.name for option in options}) == len({option.flag for option in options}) == len(options)
    )
    for text in (act.action, *act.by[:1], *(kebab(act.undo) if act.undo else "nothing",)):
        assert text in plain
    for option in options:
        assert option.flag in plain
        assert " ".join(option.field.doc.split()[:4]) in plain


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.act)
def test_a_command_has_no_two_options_of_one_name(act: Act) -> None:
    flags = [flag for parameter in command_of(act).params for flag in parameter.opts]
    assert len(set(flags)) == len(flags)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.act)
@settings(max_examples=15)
@given(data=st.data())
def test_what_people_may_write_is_what_the_contract_of_the_act_takes(act: Act, data: st.DataObject) -> None:
    texts = data.draw(forms(act.act))
    values = nested(act, {name: resolved(value) for name, value in entered(act, texts).items()})
    if act.message is None:
        assert is_of_office(act) or sender_of(act) in SENDERS
        assert encode_call(act.contract, act.function, *arguments(act.fields, values))
        return
    body = in_json(values | {field.name: 1 for field in act.signed_only})
    call = compose(act.act, body, DEADLINE, nonce=1).call(bytes(65))
    assert (call.contract, call.function) == (act.contract, act.function)
    assert encode_call(call.contract, call.function, *call.args)


@pytest.mark.parametrize(
    ("act", "option", "text", "value"),
    [
        ("SetBudgetLine", "limit_fen", "12.5", 1250),
        ("SetBudgetLine", "limit_fen", "1,200.00", 120_000),
        ("SetBudgetLine", "limit_fen", " ￥１，２００．５０元", 120_050),
        ("SetChallenge", "challenge_seconds", "８６ ４００", 86_400),
        ("SetChallenge", "challenge_seconds", "86400", 86_400),
        ("RevokeDevice", "compromised_from", "2027-01-31", 1_801_324_800),
        *(
            ("RevokeDevice", "compromised_from", day, 1_801_324_800)
            for day in ("2027/1/31", "2027.01.31", "2027年1月31日", "20270131")
        ),
        ("RevokeDevice", "compromised_from", "2027-01-31T00:00:00Z", 1_801_353_600),
        ("SuspendDevice", "suspended", "no", False),
        ("EnrolDevice", "record_device_class", "place-pad", 1),
        ("OpenFund", "level", "CITY", 1),
        ("PlaceHousehold", "building", "0", bytes(16)),
        ("OpenCommittee", "classes", ["donor", "resident"], [0, 1]),
    ],
)
def test_a_value_is_read_by_its_kind(act: str, option: str, text: Any, value: Any) -> None:
    found = next(o for o in options_of(acts()[act]) if o.name == option)
    assert ([found.read(each) for each in text] if found.repeated else found.read(text)) == value


def test_a_new_id_is_made_only_where_an_act_asks_for_a_random_one() -> None:
    (existing,) = options_of(acts()["AcceptTask"])
    with pytest.raises(ValueInvalidError):
        existing.read("new")
    task = next(o for o in options_of(acts()["OpenTask"]) if o.name == "task")
    assert len(task.read("new")) == 16
    assert task.read("new") != task.read("new")


@pytest.mark.parametrize(
    "text",
    [
        "amount=1",
        "worker=0,amount=1,amount=2,bank-line=0",
        "worker=0,amount=1,bank-line=0,more=1",
        "worker=0,amount=x,bank-line=0",
        "",
    ],
)
def test_a_record_of_a_list_that_is_not_whole_is_refused(text: str) -> None:
    payouts = next(o for o in options_of(acts()["PayOut"]) if o.name == "payouts")
    with pytest.raises(ValueInvalidError):
        payouts.read(text)


def test_a_field_that_is_missing_is_told_with_its_meaning_and_an_example() -> None:
    with pytest.raises(FieldMissingError) as missing:
        entered_values(acts()["AttestDonations"], fund="1", bank="1")
    assert "--donations bank-line=0x…,purpose=1,amount=12.50,donor=0x…" in missing.value.remedy
    assert missing.value.why.endswith("A donation as a treasurer attests it.")


def test_a_request_is_named_by_its_number_or_its_id() -> None:
    for text in ("20260317", "0x" + "ab" * 32):
        assert entered_values(acts()["Recuse"], proposal=text)["proposal"] == Reference(text=text)
    with pytest.raises(ValueInvalidError):
        entered_values(acts()["Recuse"], proposal="../funds")
    several = entered_values(acts()["ProveJointPayment"], proposals=["20260317", "20260318"], bank_line="0")
    assert several["proposals"] == [Reference(text="20260317"), Reference(text="20260318")]
    assert "proposal" not in [option.name for option in options_of(acts()["SubmitProposal"])]


def test_a_document_is_a_text_a_file_or_a_commitment_that_has_all_its_digits(tmp_path: Path) -> None:
    act, file = acts()["Dispute"], tmp_path / "reasons.txt"
    file.write_text("她没来过")
    assert entered_values(act, task="0", document="没来")["document"] == Paper(
        content="没来".encode(), name="document.txt", kind="document-private"
    )
    from_file = entered(act, {"task": "0", "document": None, "document_file": file})["document"]
    assert (from_file.content, from_file.name) == (file.read_bytes(), "reasons.txt")
    with pytest.raises(ValueInvalidError):
        entered_values(act, task="0", document="0x12")
    with pytest.raises(ValueInvalidError):
        entered(act, {"task": "0", "document": "没来", "document_file": file})


def test_the_list_tells_every_act_of_the_record() -> None:
    shown = CliRunner().invoke(app, ["act", "--json"])
    listed = {record["act"]: record for record in json.loads(shown.stdout)}
    assert listed.keys() == acts().keys()
    assert listed["AcceptTask"] == {
        "command": "accept-task", "act": "AcceptTask", "contract": "TimeBank",
        "zh": "接受任务", "en": "Accept a task", "by": ["person"],
    }  # fmt: skip
    table = CliRunner().invoke(app, ["act"]).stdout.splitlines()
    assert len(table) == 1 + len(acts())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("acept-task",), "the nearest is accept-task"),
        (("open-purpose",), "add --purpose 1；"),
        (("open-purpose", "--purpose", "x"), "a whole number below 4,294,967,296"),
    ],
    ids=["unknown act", "missing field", "wrong value"],
)
def test_what_is_wrong_is_told_in_three_lines(
    tmp_path: Path, arguments: tuple[str, ...], expected: str
) -> None:
    folder = () if len(arguments) == 1 and "-task" in arguments[0] else ("--data-dir", str(tmp_path))
    command = [sys.executable, "-m", "gongji", "act", *arguments, *folder]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert [line[:2] for line in ran.stderr.splitlines()] == ["错误", "原因", "办法"]
    assert expected in ran.stderr
