"""Brings the messages of templates, Python, scripts, tables and acts into `gongji.po`: `python -m kit.extraction`.

English that stands there stays; a message that is gone goes; a new one waits for its English, and a test fails until it has it.
"""

from __future__ import annotations

import io
import json
import tomllib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from kit.translation import PO_FILE, read_catalog

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGES = ("contracts", "gongji", "iot", "kit", "ledger_api", "register", "wallets")
# Chinese has no plural: `ngettext` takes one text, and the number.
KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS, "ngettext": (1, 1)}
PARTS = ("what", "why", "remedy")
WIDTH = 120
Found = tuple[int, str, Any, list[str]]


def words_table(file: IO[bytes], *_: object, **__: object) -> Iterator[Found]:
    """Words for codes, of which the group is the context. Arguments and answer are those of a method of Babel's."""
    for group, words in tomllib.load(file).items():
        yield from ((0, "pgettext", (group, word), []) for word in words.values())


def sentence_table(file: IO[bytes], *_: object, **__: object) -> Iterator[Found]:
    """Sentences of errors; see `words_table`."""
    for row in tomllib.load(file).values():
        yield from ((0, "gettext", row[part], []) for part in PARTS if part in row)


def bank_table(file: IO[bytes], *_: object, **__: object) -> Iterator[Found]:
    """The bank whose columns a mapping describes; see `words_table`."""
    yield 0, "pgettext", ("bank", tomllib.load(file)["bank"]), []


def acts(file: IO[bytes], *_: object, **__: object) -> Iterator[Found]:
    """Names of acts, and what they do; see `words_table`."""
    for act in json.load(file):
        yield 0, "pgettext", ("act", act["action"].partition(" ")[0]), []
        yield 0, "gettext", act["notice_zh"], []


METHODS: list[tuple[str, Any]] = [
    ("**/templates/**.html", "jinja2"),
    ("**/static/vendor/**", "ignore"),
    ("**/static/**.js", "javascript"),
    ("**.py", "python"),
    ("**/words.toml", words_table),
    ("**/problems.toml", sentence_table),
    ("**/rules.toml", sentence_table),
    ("**/mappings/*.toml", bank_table),
    ("**/acts.json", acts),
]


def extracted() -> Catalog:
    """The messages of the source, without English; each with the files it stands in."""
    found = Catalog()
    for package in PACKAGES:
        for name, _, message, comments, context in extract_from_dir(
            ROOT / package, METHODS, keywords=KEYWORDS
        ):
            found.add(message, None, [(f"{package}/{name}", 0)], auto_comments=comments, context=context)
    return found


def updated() -> bytes:
    """Text of `gongji.po` as it should be."""
    current = read_catalog()
    current.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    text = io.BytesIO()
    write_po(
        text,
        current,
        width=WIDTH,
        sort_by_file=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    return text.getvalue()


def main() -> None:
    """Writes `gongji.po`."""
    Path(str(PO_FILE)).write_bytes(updated())


if __name__ == "__main__":
    main()
