"""The mirror's state is folded again: whatever is changed in it is named, and two folds of one history agree."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from audit.bundle import Bundle
from audit.canonical import encode
from audit.checks.mirror_state import FOLDER, state_is_right
from audit.dump import dump_state
from audit.foundation import examine_chain
from audit.history import Block, History, Log
from audit.state import fold_state
from audit.writer import BundleWriter
from indexer import projections
from tests.audit.bundles import altered, besu_trust, resealed
from tests.indexer.projections.paper_mirror import PaperMirror, time_of
from tests.indexer.projections.test_projections import HISTORIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.findings import Result
    from contracts.types import Event
    from tests.audit.audited import Audited

NOUNS = [noun.name for noun in projections.NOUNS]


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


@pytest.mark.parametrize("noun", NOUNS)
def test_each_changed_column_of_an_open_row_is_named(
    audited: Audited, history: History, tmp_path: Path, noun: str
) -> None:
    copy, path = tmp_path / "copy", f"{FOLDER}{noun}.jsonl"
    shutil.copytree(audited.bundle, copy)
    *rows, last = Bundle(copy).lines(path)
    for name in last:
        lines = [*rows, last | {name: another(last[name])}]
        (copy / path).write_bytes(b"".join(encode(line) + b"\n" for line in lines))
        result = judged(audited, history, copy)
        assert result.state == "failed", name
        assert result.findings[0].where.startswith(f"{path} line {len(lines)}, "), result.findings
        assert name in result.findings[0].what or "no such row" in result.findings[0].what, result.findings


@pytest.mark.parametrize("noun", NOUNS)
def test_a_row_too_few_or_too_many_is_named(
    audited: Audited, history: History, tmp_path: Path, noun: str
) -> None:
    path = f"{FOLDER}{noun}.jsonl"
    few = judged(audited, history, altered(audited.bundle, tmp_path / "few", path, lambda rows: rows[1:]))
    many = judged(
        audited, history, altered(audited.bundle, tmp_path / "many", path, lambda rows: [*rows, rows[0]])
    )
    [missing], surplus = few.findings, many.findings[0]
    assert (missing.where, missing.what.startswith("expected a row ")) == (path, True)
    assert "expected no such row, or no second one" in surplus.what


def test_a_column_that_is_left_out_is_named_where_it_would_be_null(
    audited: Audited, history: History, tmp_path: Path
) -> None:
    def shorten(rows: list[Any]) -> None:
        del rows[0]["ended_at_block"]

    result = judged(
        audited, history, altered(audited.bundle, tmp_path / "copy", f"{FOLDER}keys.jsonl", shorten)
    )
    assert [f.what for f in result.findings] == ["ended_at_block: expected null, got no such column"]


def test_rows_in_another_order_are_found(audited: Audited, history: History, tmp_path: Path) -> None:
    copy = altered(audited.bundle, tmp_path / "copy", f"{FOLDER}members.jsonl", lambda rows: rows[::-1])
    assert "order" in judged(audited, history, copy).findings[0].what


def test_a_bundle_of_before_without_state_is_undecided(
    audited: Audited, history: History, tmp_path: Path
) -> None:
    shutil.copytree(audited.bundle, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / FOLDER)
    assert judged(audited, history, resealed(tmp_path / "copy")).state == "undecided"


def test_a_noun_that_is_missing_or_unknown_is_undecided_and_named(
    audited: Audited, history: History, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(audited.bundle, copy)
    (copy / f"{FOLDER}roles.jsonl").rename(copy / f"{FOLDER}rolls.jsonl")
    result = judged(audited, history, resealed(copy))
    assert result.state == "undecided"
    assert "state of ['roles']" in result.findings[0].what
    assert "rules for ['rolls']" in result.findings[0].what


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
        block=block, tx_index=0, log_index=place, contract=event.CONTRACT, event=type(event).__name__, values=values
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(blocks=HISTORIES)
def test_two_folds_of_one_history_agree(
    mirror: PaperMirror, tmp_path_factory: pytest.TempPathFactory, blocks: list[list[Event]]
) -> None:
    mirror.rewind(0)
    mirror.write(blocks)
    history = audited_history(blocks)
    writer = BundleWriter(tmp_path_factory.mktemp("two-folds"))
    writer.add_lines(
        "mirror/cursor.jsonl", [{"hash": f"0x{history.head.hash.hex()}", "number": mirror.height}]
    )
    with mirror.engine.connect() as connection:
        dump_state(connection, writer)
    writer.close(chain_id=1, head_number=mirror.height, head_hash=history.head.hash)
    result = state_is_right(history, Bundle(writer.folder), besu_trust())
    assert (result.state, result.findings) == ("passed", ())
