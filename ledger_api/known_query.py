"""Parameters of an address: only those that its route declares, each once.

A misspelt filter that is passed over would show everything as if it were what was looked for. No parameter here is a list:
of two values for one name, a reader could not tell which counts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params

from ledger_api.errors import QueryUnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi.routing import APIRoute


@runtime_checkable
class NamesQuery(Protocol):
    """A route that knows more parameters than its endpoint and what that depends on declare."""

    def query_names(self, path: Mapping[str, str]) -> frozenset[str]:
        """Names of its parameters.

        Args:
            path: Values of the path.
        """


def declared_names(route: APIRoute) -> frozenset[str]:
    """Names of the parameters that an endpoint and what it depends on declare, as they stand in an address."""
    fields = get_flat_params(route.dependant)
    return frozenset(field.alias for field in fields if isinstance(field.field_info, params.Query))


async def require_known_query(request: Request) -> None:
    """Makes sure that a route declares each parameter of the address, and that none comes twice.

    Raises:
        QueryUnknownError: It does not, or one does.
    """
    if not request.scope["query_string"]:
        return
    route = request.scope["route"]
    is_own = isinstance(route, NamesQuery)
    known = route.query_names(request.path_params) if is_own else declared_names(route)
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        if name not in known:
            raise QueryUnknownError(f"expected {_listed(known)}, got the parameter {name[:80]!r}")
        if times > 1:
            raise QueryUnknownError(f"expected the parameter {name!r} once, got it {times} times")


def _listed(names: frozenset[str]) -> str:
    return f"only the parameters {', '.join(sorted(names))}" if names else "no parameters"
