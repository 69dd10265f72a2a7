"""Errors of this package. Messages give what was expected and what was got."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class IndexerError(Exception):
    """Base of all errors of this package."""


# What a node answers of a block: the block and its receipts.
BlockAnswer = tuple[Any, Any]


class VerificationError(IndexerError):
    """What the node told does not prove itself. The mirror halts before this block and never skips it.

    Attributes:
        answer: The answer that does not, where they are at hand.

    Args:
        what: What does not match, such as "receipts root".
        block_number: Block it was told about.
        expected: What the header or our own count asks for.
        got: What the node's answer comes to.
    """

    def __init__(self, what: str, block_number: int, expected: object, got: object) -> None:
        super().__init__(f"block {block_number}: {what}: expected {_shown(expected)}, got {_shown(got)}")
        self.what, self.block_number = what, block_number
        self.expected, self.got = expected, got
        self.answer: BlockAnswer | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Lets it travel between processes."""
        return type(self), (self.what, self.block_number, self.expected, self.got), {"answer": self.answer}


class ReorgBelowFinalError(VerificationError):
    """The node follows another chain from below a block that was final."""


class MirrorBusyError(IndexerError):
    """Another indexer writes to this mirror."""


class MirrorUnreadableError(IndexerError):
    """There is no mirror yet, or its database is away."""


class ProjectionUnknownError(IndexerError):
    """There is no projection of this name.

    Args:
        name: The name that was given.
        known: The names that there are.
    """

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"expected one of {', '.join(known)}, got {name!r}")


class ForkError(VerificationError):
    """A block does not follow the one before it. The mirror rewinds to where the chains part, if they do."""


def _shown(value: object) -> object:
    return f"0x{value.hex()}" if isinstance(value, bytes) else value
