"""Tables that people read and programs cut into columns."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from gongji.output import put_json, put_line, put_table, tell, tell_error
from gongji.progress import progress

DIGEST = "0x" + 32 * "5a"
WORDS = "批准付款 Approve the payment"


def test_a_row_in_a_pipe_is_one_line_with_all_its_digits(capsys: pytest.CaptureFixture[str]) -> None:
    put_table(("digest", "contract", "action"), [(DIGEST, DIGEST, WORDS)])
    assert capsys.readouterr().out.splitlines()[1].split(maxsplit=2) == [DIGEST, DIGEST, WORDS]


def test_in_a_pipe_nothing_is_folded_coloured_or_padded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    tell(200 * "街坊 neighbour ")
    tell_error(200 * "what ", "why\nwhy", 200 * "do ")
    put_table(("digest", "action"), [(DIGEST, WORDS), (DIGEST, "")])
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 4
    assert "\033" not in captured.out + captured.err
    assert not any(line.endswith(" ") for line in captured.out.splitlines())


def test_on_a_narrow_terminal_no_digit_is_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    put_table(("field", "value"), [("digest", DIGEST)])
    rows = capsys.readouterr().out.splitlines()[1:]
    assert max(map(len, rows)) <= 40
    assert "".join(row.split()[-1] for row in rows) == DIGEST


def test_a_text_is_shown_as_it_is_and_not_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    put_table(("field", "value"), [("name", "[conceal]who is paid[/conceal] :smile: [/red]")])
    assert "[conceal]who is paid[/conceal] :smile: [/red]" in capsys.readouterr().out


def test_long_work_that_is_not_watched_on_a_terminal_tells_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongji.progress.TELL_SECONDS", 0)
    with progress() as display:
        task = display.add_task("building the town", total=None)
        for done in (1, 2, 3):
            display.update(task, completed=done, total=400)
    last = capsys.readouterr().err.splitlines()[-1]
    assert re.fullmatch(r"building the town: 3 / 400, [\d,]+/s, 还需 \d+ 秒 s left", last)


@pytest.mark.parametrize("arguments", [("--help",), ("act",), ("act", "--json")], ids=" ".join)
def test_a_command_whose_reader_went_away_ends_without_a_word(arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "gongji", *arguments], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (128 + signal.SIGPIPE, b"")


def test_a_command_is_done_when_its_reader_has_read_all() -> None:
    pipe = "set -o pipefail; " + sys.executable + " -m gongji act | cat > /dev/null"
    assert subprocess.run(["bash", "-c", pipe], check=False).returncode == 0


def test_what_a_stranger_wrote_commands_no_terminal_and_turns_no_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = "王\u202e\x1b]0;x\x07\x9b2J\r元"
    tell(name)
    tell_error(name, name, name)
    put_line(name)
    put_table(("name", "amount"), [(name, "1.00")])
    put_json({"name": name})
    captured = capsys.readouterr()
    assert set(captured.out + captured.err) & set(name) == {"王", "]", "0", ";", "x", "2", "J", "元"}
    assert captured.err.count("\\u202e\\x1b]0;x\\x07\\x9b2J") == 4
    assert json.loads(captured.out[captured.out.index("{") :]) == {"name": name}
