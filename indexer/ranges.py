"""In which blocks the events of each version of a contract count."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.deployment import Deployment

FOREVER = 2**63 - 1


class Range(NamedTuple):
    """In which blocks events of a version count.

    Attributes:
        address: 20 bytes.
        first: The first one.
        succeeded: First block in which events of the next version count.
        end: First block in which they count no more.
    """

    address: bytes
    first: int
    succeeded: int
    end: int


def ranges(deployment: Deployment, contract: str) -> Iterator[Range]:
    """The ranges of all versions of a contract, in order."""
    found = deployment.versions(contract)
    starts = [version.block for version in found[1:]] + [FOREVER]
    for version, succeeded in zip(found, starts, strict=True):
        end = FOREVER if version.until is None else version.until
        yield Range(bytes.fromhex(version.address[2:]), version.block, succeeded, end)
