"""What kind of request comes to an address. Whoever has an address of a kind of its own declares it beside it, with `KindOfAddress`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import Scope

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Kind(Enum):
    """Kinds of requests. `READ` and `WRITE` are what is not declared; all but `CHECK` and `DEVICE` count as requests, too."""

    READ = auto()
    WRITE = auto()
    CHALLENGE = auto()  # A text to sign in with.
    UPLOAD = auto()
    STREAM = auto()
    FILE = auto()  # Of a page. Whose the page is, is not looked up for it.
    CHECK = auto()  # Of an operator, who must see what goes on when nobody else gets in.
    DEVICE = auto()  # Events of devices, from gateways that send for many.


@dataclass(frozen=True, kw_only=True, slots=True)
class KindOfAddress:
    """What kind of request comes to some addresses.

    Attributes:
        kind: The kind.
        method: HTTP method; HEAD is as GET.
        addresses: Whole paths, such as "/v1/stream"; one that ends in a slash stands for all below it.
    """

    kind: Kind
    method: str
    addresses: tuple[str, ...]


class Kinds:
    """The kinds of all requests."""

    def __init__(self, declared: Iterable[KindOfAddress]) -> None:
        """Takes what is declared."""
        every = [(one.method, address, one.kind) for one in declared for address in one.addresses]
        self._whole = {(method, address): kind for method, address, kind in every}
        self._below = [one for one in every if one[1].endswith("/")]

    def of(self, scope: Scope) -> Kind:
        """The kind of a request."""
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        kind = self._whole.get((method, scope["path"]))
        if kind is not None:
            return kind
        usual = Kind.READ if method in SAFE_METHODS else Kind.WRITE
        below = (k for m, address, k in self._below if m == method and scope["path"].startswith(address))
        return next(below, usual)
