"""A small XML reader for files of strangers: no document type, so no entities; bounded depth; every element knows its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from ledger_api.errors import StatementMalformedError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 40
MAX_ELEMENTS = 2_000_000


@dataclass(kw_only=True, slots=True)
class Element:
    """One element.

    Attributes:
        name: Local name, without its namespace.
        namespace: Its namespace.
        line: Line of the file, from 1.
        attributes: By name.
        text: All character data directly in it.
        children: In order.
    """

    name: str
    namespace: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, path: str) -> Iterator[Element]:
        """Descendants along a path of local names, such as "Acct/Id/IBAN"."""
        first, _, rest = path.partition("/")
        for child in self.children:
            if child.name == first:
                yield from child.all(rest) if rest else iter((child,))

    def first(self, path: str) -> Element | None:
        """The first descendant along a path."""
        return next(self.all(path), None)

    def told(self, path: str) -> str:
        """Text of the first descendant along a path, stripped; empty if there is none."""
        found = self.first(path)
        return "" if found is None else found.text.strip()

    def need(self, path: str) -> Element:
        """The first descendant along a path.

        Raises:
            StatementMalformedError: There is none.
        """
        found = self.first(path)
        if found is None:
            raise StatementMalformedError(f"line {self.line}: expected {path} in {self.name}, got none")
        return found


def read(content: bytes) -> Element:
    """Reads a document.

    Raises:
        StatementMalformedError: It is not well-formed, has a document type, or is too deep.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise StatementMalformedError(
            f"line {error.lineno}: expected well-formed XML, got {expat.ErrorString(error.code)}"
        ) from None
    return reader.root.children[0]


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.root = Element(name="", namespace="", line=1, attributes={})
        self._open = [self.root]
        self._elements = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition("}")
        line = self.parser.CurrentLineNumber
        self._elements += 1
        if len(self._open) > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise StatementMalformedError(f"line {line}: expected at most {MAX_DEPTH} levels, got more")
        element = Element(name=local, namespace=namespace, line=line, attributes=attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text += text

    def _document_type(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        raise StatementMalformedError(
            f"line {line}: expected no document type, got one; entities are not read"
        )
