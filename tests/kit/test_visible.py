"""What strangers wrote hides nothing: letters that turn, vanish or command are written out, and the rest is left as it is."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest

from kit.visible import HIDDEN, Isolated, isolated, visible, visible_json, without_hidden

MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
COMMANDS = "\x00\x07\x08\r\x1b\x7f\x85\x9b\u2028\u2029\ufeff\U000e0041\ue000\ud800"
LEFT_ALONE = (
    "王秀英", "O’Brien—x", "ئۇيغۇر", "شەرقىي", "می\u200cخواهم", "👩\u200d🌾", "a\nb\tc", "¥1,234.50", "\u3000全角", "e\u0301",
)  # fmt: skip


@pytest.mark.parametrize("letter", [*MARKS, *COMMANDS], ids=ascii)
def test_a_letter_that_turns_vanishes_or_commands_is_written_out(letter: str) -> None:
    shown = visible(f"fdp{letter}exe")
    assert (letter in shown, shown.isascii(), shown.startswith("fdp\\")) == (False, True, True)
    assert without_hidden(f"fdp{letter}exe") == "fdpexe"


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_no_letter_of_a_hidden_category_gets_through_but_the_two_that_writing_needs() -> None:
    hidden = [chr(n) for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)) in HIDDEN]
    through = [letter for letter in hidden if letter in visible(letter, kept="")]
    assert through == ["\u200c", "\u200d"]


def test_a_name_from_right_to_left_is_isolated_within_a_sentence_and_what_is_isolated_is_so_once() -> None:
    sentence = isolated("ئەركىن")
    assert (sentence, type(sentence)) == ("\u2068ئەركىن\u2069", Isolated)
    assert visible(sentence) == sentence
    assert isolated("王秀英") == "王秀英"
    assert isolated("ئە\u2069\u202eر") == "\u2068ئە\\u2069\\u202eر\u2069"


@pytest.mark.parametrize("letter", [*MARKS, "\x7f", "\x9b", "\u2028", "\U000e0041"], ids=ascii)
def test_json_with_hidden_letters_written_out_is_the_same_data(letter: str) -> None:
    data = {f"key {letter}": [f"a{letter}b", 1]}
    text = visible_json(json.dumps(data, ensure_ascii=False, indent=2))
    assert letter not in text
    assert json.loads(text) == data
