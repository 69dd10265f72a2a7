"""The mirror's state is folded again: whatever is changed in it is named, and two folds of one history agree."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.chain.history import Block, History, Log
from audit.checks.block_pass import examine_chain
from audit.checks.mirror_state import STATE, VERSIONS, state_is_right
from audit.collect.dump import dump_state
from audit.collect.writer import BundleWriter
from audit.evidence.bundle import Bundle
from audit.evidence.canonical import encode
from audit.report.findings import MAX_FINDINGS
from audit.rules.state import VERSIONED, fold_state
from indexer import projections, schema
from tests.audit.bundles import altered, besu_trust, resealed
from tests.indexer.projections.paper_mirror import PaperMirror, time_of
from tests.indexer.projections.reference_fold import nouns
from tests.indexer.projections.test_hours import accepted, claimed, credited, opened
from tests.indexer.projections.test_projections import HISTORIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.report.findings import Result
    from contracts.types import Event
    from tests.audit.audited import Audited

NOUNS = [noun.name for noun in projections.NOUNS]
FILES = [*(f"{STATE}{noun}.jsonl" for noun in NOUNS), *(f"{VERSIONS}{noun}.jsonl" for noun in VERSIONED)]
LOTS = f"{STATE}lots.jsonl"


@pytest.fixture(scope="module")
def history(audited: Audited) -> History:
    """The verified history of the town. Tests only read it."""
    return examine_chain(Bundle(audited.bundle), audited.trust).history


def judged(audited: Audited, history: History, bundle: Path) -> Result:
    return state_is_right(history, Bundle(bundle), audited.trust)


def another(value: Any) -> Any:
    """A value of the same type, or another one than none."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return 1 if value is None else value + 1


def test_the_auditor_has_rules_for_each_noun_of_the_mirror(history: History) -> None:
    assert set(fold_state(history, history.head.number)) == set(NOUNS)


def test_the_auditor_proves_each_version_of_the_nouns_whose_past_is_read() -> None:
    assert {noun.name for noun in nouns() if noun.past_is_read} == VERSIONED


def test_the_auditor_names_a_noun_after_those_from_which_it_is_made_anew(history: History) -> None:
    place = {name: number for number, name in enumerate(fold_state(history, history.head.number))}
    for noun in nouns():
        for handler in (handler for handlers in noun.handlers.values() for handler in handlers):
            assert handler.look_up is None or place[handler.look_up.name] < place[noun.name]


@pytest.mark.parametrize("path", FILES)
def test_each_changed_column_of_a_row_is_named(
    audited: Audited, history: History, tmp_path: Path, path: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(audited.bundle, copy)
    *rows, last = Bundle(copy).lines(path)
    for name in last:
        lines = [*rows, last | {name: another(last[name])}]
        (copy / path).write_bytes(b"".join(encode(line) + b"\n" for line in lines))
        result = judged(audited, history, copy)
        assert result.state == "failed", name
        assert result.findings[0].where.startswith(f"{path} line {len(lines)}, "), result.findings
        assert name in result.findings[0].what or "no such row" in result.findings[0].what, result.findings


@pytest.mark.parametrize("path", FILES)
def test_a_row_too_few_or_too_many_is_named(
    audited: Audited, history: History, tmp_path: Path, path: str
) -> None:
    few = judged(audited, history, altered(audited.bundle, tmp_path / "few", path, lambda rows: rows[1:]))
    many = judged(
        audited, history, altered(audited.bundle, tmp_path / "many", path, lambda rows: [*rows, rows[0]])
    )
    [missing, _], surplus = few.findings, many.findings[0]
    assert missing.where == path
    assert "expected a row " in missing.what
    assert "expected no such row, or no second one" in surplus.what


def test_a_settled_lot_that_is_said_to_be_open_is_named(
    audited: Audited, history: History, tmp_path: Path
) -> None:
    settled = next(iter(Bundle(audited.bundle).lines(LOTS)))
    taken = settled | {"state": "TAKEN"}
    copy = altered(audited.bundle, tmp_path / "copy", LOTS, lambda rows: [taken, *rows[1:]])
    assert judged(audited, history, copy).findings[0].where.startswith(LOTS)


def test_a_column_that_is_left_out_is_named_where_it_would_be_null(
    audited: Audited, history: History, tmp_path: Path
) -> None:
    def shorten(rows: list[Any]) -> None:
        del rows[0]["refused_by"]

    result = judged(
        audited, history, altered(audited.bundle, tmp_path / "copy", f"{STATE}keys.jsonl", shorten)
    )
    assert result.findings[0].what == "refused_by: 应为 expected null，实为 got no such column"


@pytest.mark.parametrize("row", [1, "1", None, [1], [[1]]])
def test_what_is_no_row_is_named_even_if_it_looks_like_the_key_of_one(
    audited: Audited, history: History, tmp_path: Path, row: Any
) -> None:
    copy = altered(audited.bundle, tmp_path / "copy", f"{STATE}town_hours.jsonl", lambda _: [row])
    assert "expected no such row" in judged(audited, history, copy).findings[0].what


@pytest.mark.parametrize(
    ("noun", "name", "wrong"),
    [
        ("accounts", "world", 1), ("accounts", "world", 2), ("accounts", "world", "true"), ("accounts", "world", None),
        ("requests", "amount_fen", "1"), ("requests", "amount_fen", True), ("requests", "state", None),
        ("members", "kind", True), ("town_hours", "town", True),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_named(
    audited: Audited, history: History, tmp_path: Path, noun: str, name: str, wrong: Any
) -> None:
    def change(rows: list[Any]) -> None:
        row = next(row for row in rows if row[name])
        row[name] = wrong

    copy = altered(audited.bundle, tmp_path / "copy", f"{STATE}{noun}.jsonl", change)
    assert judged(audited, history, copy).state == "failed"


def test_the_operator_is_told_in_both_languages_how_each_wrong_kind_is_made_anew(
    audited: Audited, history: History, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(audited.bundle, copy)
    for path in FILES:
        lines = Bundle(copy).lines(path)
        rows = [{name: another(value) for name, value in row.items()} for row in lines]
        (copy / path).write_bytes(b"".join(encode(row) + b"\n" for row in rows))
    result = judged(audited, history, resealed(copy))
    assert len(result.findings) > MAX_FINDINGS
    advice = {f.where: f.what for f in result.findings if f.where in NOUNS}
    assert list(advice) == list(fold_state(history, history.head.number)), (
        "none is left out, however much was found"
    )
    for noun, what in advice.items():
        assert f"运行 gongji index rebuild --only {noun}；" in what
        assert f"run: gongji index rebuild --only {noun};" in what


def test_of_what_is_right_nothing_is_advised(audited: Audited, history: History, tmp_path: Path) -> None:
    copy = altered(audited.bundle, tmp_path / "copy", f"{VERSIONS}town_hours.jsonl", lambda rows: rows[1:])
    [_, advice] = judged(audited, history, copy).findings
    assert advice.where == "town_hours"
    assert judged(audited, history, audited.bundle).findings == ()


def test_rows_in_another_order_are_found(audited: Audited, history: History, tmp_path: Path) -> None:
    copy = altered(audited.bundle, tmp_path / "copy", f"{STATE}members.jsonl", lambda rows: rows[::-1])
    assert "order" in judged(audited, history, copy).findings[0].what


def test_hours_of_a_task_that_nobody_accepted_are_found(audited: Audited, history: History) -> None:
    credited_tasks = {log.values["task"] for log in history.logs("TimeBank.ClaimCredited")}
    accepted_first = next(
        log for log in history.logs("TimeBank.TaskAccepted") if log.values["task"] in credited_tasks
    )
    logs = [log for log in history.all_logs if log is not accepted_first]
    shortened = History(blocks=history.blocks, all_transactions=history.all_transactions, all_logs=logs)
    result = judged(audited, shortened, audited.bundle)
    assert result.state == "failed"
    assert any("volunteers.jsonl" in finding.where for finding in result.findings)


@pytest.mark.parametrize("folders", [[STATE, VERSIONS], [STATE], [VERSIONS]])
def test_a_bundle_of_before_without_state_or_versions_is_undecided(
    audited: Audited, history: History, tmp_path: Path, folders: list[str]
) -> None:
    shutil.copytree(audited.bundle, tmp_path / "copy")
    for folder in folders:
        shutil.rmtree(tmp_path / "copy" / folder)
    assert judged(audited, history, resealed(tmp_path / "copy")).state == "undecided"


def test_a_noun_that_is_missing_or_unknown_is_undecided_and_named(
    audited: Audited, history: History, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(audited.bundle, copy)
    (copy / f"{STATE}roles.jsonl").rename(copy / f"{STATE}rolls.jsonl")
    result = judged(audited, history, resealed(copy))
    assert result.state == "undecided"
    assert f"the bundle has no ['{STATE}roles.jsonl']" in result.findings[0].what
    assert f"rules for ['{STATE}rolls.jsonl']" in result.findings[0].what


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperMirror]:
    opened = PaperMirror(f"sqlite:///{tmp_path_factory.mktemp('two-folds') / 'mirror.db'}")
    yield opened
    opened.close()


def audited_history(blocks: list[list[Event]]) -> History:
    """The same blocks and events as the auditor would have decoded them."""
    history = History(blocks=[_block(0)])
    for number, events in enumerate(blocks, 1):
        history.blocks.append(_block(number))
        history.all_logs += [_log(history.head, place, event) for place, event in enumerate(events)]
    return history


def _block(number: int) -> Block:
    own, parent = number.to_bytes(32, "big"), max(number - 1, 0).to_bytes(32, "big")
    return Block(number=number, hash=own, parent_hash=parent, time=time_of(number), state_root=bytes(32))


def _log(block: Block, place: int, event: Event) -> Log:
    values = {param.name: getattr(event, param.name) for param in event.params()}
    return Log(
        block=block, tx_index=0, log_index=place, contract=event.CONTRACT, address=bytes(20), event=type(event).__name__, values=values
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(blocks=HISTORIES, cut=st.integers(0, 40))
def test_two_folds_of_one_history_agree_though_the_mirror_went_back_once(
    mirror: PaperMirror, tmp_path_factory: pytest.TempPathFactory, blocks: list[list[Event]], cut: int
) -> None:
    mirror.rewind(0)
    mirror.write(blocks)
    mirror.rewind(min(cut, len(blocks)))
    mirror.write(blocks[mirror.height :])
    result = judged_mirror(mirror, blocks, tmp_path_factory.mktemp("two-folds"))
    assert (result.state, result.findings) == ("passed", ())


def judged_mirror(mirror: PaperMirror, blocks: list[list[Event]], folder: Path) -> Result:
    """What C39 says of a mirror of blocks that no chain made."""
    history, writer = audited_history(blocks), BundleWriter(folder)
    writer.add_lines(
        "mirror/cursor.jsonl", [{"hash": f"0x{history.head.hash.hex()}", "number": mirror.height}]
    )
    with mirror.engine.connect() as connection:
        dump_state(connection, writer)
    writer.close(chain_id=1, head_number=mirror.height, head_hash=history.head.hash)
    return state_is_right(history, Bundle(folder), besu_trust())


def test_wrong_rows_stay_when_the_mirror_starts_anew_and_are_right_when_the_advice_is_taken(
    tmp_path: Path,
) -> None:
    url, blocks = f"sqlite:///{tmp_path / 'mirror.db'}", [[opened()], [accepted()], [claimed()], [credited()]]
    first = PaperMirror(url)
    first.write(blocks)
    with first.engine.begin() as connection:
        edit = "update town_hours set issued_minutes = 9 where to_block is not null"
        assert connection.exec_driver_sql(edit).rowcount == 1
    first.close()
    mirror = PaperMirror(url)
    mirror.height = len(blocks)
    result = judged_mirror(mirror, blocks, tmp_path / "wrong")
    assert result.state == "failed"
    [noun] = re.findall(r"run: gongji index rebuild --only (\w+);", result.findings[-1].what)
    schema.rebuild(mirror.engine, noun)
    assert judged_mirror(mirror, blocks, tmp_path / "right").state == "passed"
    mirror.close()
