"""The text of a request: title, reason and the commitments of its papers, in the one form that is committed to."""

from __future__ import annotations

import re
from dataclasses import dataclass

PAPER = re.compile("附件 Paper: 0x([0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestText:
    """What a request says of itself.

    Attributes:
        title: What is asked for, one line.
        reason: Why, in as many lines as it takes.
        papers: Commitments of documents that those who decide may read, 32 bytes each.
    """

    title: str
    reason: str
    papers: tuple[bytes, ...] = ()

    def document(self) -> str:
        """The public document whose commitment the request names."""
        papers = "".join(f"附件 Paper: 0x{paper.hex()}\n" for paper in self.papers)
        return f"{self.title}\n\n{self.reason}\n" + (f"\n{papers}" if papers else "")

    @classmethod
    def read(cls, document: str) -> RequestText:
        """The text that a document was made of."""
        title, _, rest = document.partition("\n\n")
        lines = rest.rstrip("\n").split("\n")
        papers: list[bytes] = []
        while lines and (found := PAPER.fullmatch(lines[-1])):
            papers.insert(0, bytes.fromhex(found[1]))
            lines.pop()
        return cls(title=title, reason="\n".join(lines).rstrip("\n"), papers=tuple(papers))
