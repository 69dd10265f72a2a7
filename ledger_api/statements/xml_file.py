"""Reads XML of strangers: no document type, so no entities; nothing fetched; bounded depth and number of nodes.

A file has one kind of element many times. Each of these is read as it goes by, and what is in it is not kept.

libxml2 keeps 16 bits for the line of an element. Beyond line 65,535 `sourceline` is that of the text in the element,
which is exact for a value and one too high for an element that starts with a new line.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, cast

from lxml import etree

from ledger_api.errors import StatementMalformedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml.etree import ParserTarget
    from lxml.etree import _Element as Element

MAX_DEPTH = 40
# A short entry has eight elements and attributes in 150 bytes: the largest upload, 10 MB, holds fewer than these.
MAX_NODES = 600_000
# So many are held at once, outside entries and in one entry: some 50 MB, where all of them would be 150.
MAX_HELD_NODES = 200_000
PIECE_BYTES = 2**16
ZIP_SIGNATURE = b"PK\x03\x04"
_text_nodes = etree.XPath("text()", smart_strings=False)


def read(content: bytes, each: str, take: Callable[[Element], None]) -> Element:
    """The root element of a document, without what is in its entries.

    Args:
        content: The file, in the encoding that it declares.
        each: Local name of its entries.
        take: Gets each entry as soon as it is read, whole, and the elements around it; what is in it is gone afterwards.

    Raises:
        StatementMalformedError: It is not well-formed, has a document type, or is too deep or too large.
    """
    if content.startswith(ZIP_SIGNATURE):
        raise StatementMalformedError("expected an XML file, got a ZIP archive: unpack it")
    try:
        _check_bounds(content, each)
        return _tree(content, each, take)
    except etree.XMLSyntaxError as error:
        raise StatementMalformedError(
            f"line {error.lineno}: expected well-formed XML, got: {error.msg}"
        ) from None


def find_all(element: Element, path: str) -> list[Element]:
    """Descendants along a path of local names, such as "Acct/Id/IBAN", in order."""
    return element.findall("/".join("{*}" + name for name in path.split("/")))


def text_of(element: Element) -> str:
    """All character data directly in an element, stripped."""
    return "".join(_text_nodes(element)).strip()


def text_at(element: Element, path: str) -> str:
    """Text of the first descendant along a path, stripped; empty if there is none."""
    found = find_all(element, path)
    return text_of(found[0]) if found else ""


def _check_bounds(content: bytes, each: str) -> None:
    target = cast("ParserTarget[None]", _Bounds(each))
    parser = etree.XMLParser(
        target=target, load_dtd=False, no_network=True, resolve_entities=False, huge_tree=False
    )
    for start in range(0, len(content), PIECE_BYTES):
        parser.feed(content[start : start + PIECE_BYTES])
    parser.close()


def _tree(content: bytes, each: str, take: Callable[[Element], None]) -> Element:
    entries = etree.iterparse(
        BytesIO(content), tag=f"{{*}}{each}", load_dtd=False, no_network=True, resolve_entities=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    for _, entry in entries:
        take(entry)
        entry.clear()
    return cast("Element", entries.root)


class _Bounds:
    """Sees a document go by, before any of it is kept."""

    def __init__(self, each: str) -> None:
        self._each = each
        self._depth = self._nodes = self._held = 0
        self._held_before_entry: list[int] = []

    def doctype(self, name: str, *_: str | None) -> None:
        raise StatementMalformedError(
            f"expected no document type, got <!DOCTYPE {name[:40]}>; entities are not read"
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._nodes += 1 + len(attributes)
        self._held += 1 + len(attributes)
        if self._is_entry(tag):
            self._held_before_entry.append(self._held)
        if self._depth > MAX_DEPTH:
            raise StatementMalformedError(f"expected at most {MAX_DEPTH} levels, got more")
        if self._nodes > MAX_NODES:
            raise StatementMalformedError(f"expected at most {MAX_NODES} elements and attributes, got more")
        if self._held > MAX_HELD_NODES:
            raise StatementMalformedError(
                f"expected at most {MAX_HELD_NODES} elements and attributes outside entries or in one, got more"
            )

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._is_entry(tag):
            self._held = self._held_before_entry.pop()

    def close(self) -> None:
        """Nothing was kept."""

    def _is_entry(self, tag: str) -> bool:
        return tag.rpartition("}")[2] == self._each
