"""What acts and their fields are called at the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.build.syntax import snake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.acts import ActField

Path = tuple[str, ...]
# `--key` is the key file that signs.
RENAMED = {"key": "keyAddress"}


def kebab(name: str) -> str:
    """`AcceptTask` to `accept-task`."""
    return snake(name).lower().replace("_", "-")


def plain(field: ActField) -> str:
    """What a field is called, such as "budget-line". Money loses its unit: it is written in yuan and kept in fen."""
    name = RENAMED.get(field.name, field.name)
    return kebab(name.removesuffix("Fen") if field.kind == "money" else name)


def shortest(path: Path, paths: Sequence[Path]) -> Path:
    """The end of a path that no other path has.

    Args:
        path: Plain names from a parameter to a field in it.
        paths: All paths, this one among them.
    """
    ends = (path[-length:] for length in range(1, len(path)))
    return next((end for end in ends if sum(other[-len(end) :] == end for other in paths) == 1), path)
