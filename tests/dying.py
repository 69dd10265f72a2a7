"""Programs that die in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class DiedError(Exception):
    """The program died."""


def dying(real: Callable[..., Any], after: int) -> Callable[..., Any]:
    """A function that is called so often, and then the program dies instead."""
    calls = iter(range(after))

    def call(*args: Any, **more: Any) -> Any:
        if next(calls, None) is None:
            raise DiedError
        return real(*args, **more)

    return call
