"""Who a client is: the address that the server gives. A proxy's word for it is the server's business (`trusted_proxies`)."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

# A home or an office is given a /64 of IPv6 (RFC 6177), and may use a new address of it for each request.
NETWORK_BYTES = 8


def client_of(scope: Scope) -> bytes:
    """Key of the client of a request; all whose address is not known are one client."""
    client = scope.get("client")
    return _key(client[0]) if client else b""


@lru_cache(maxsize=1024)
def _key(host: str) -> bytes:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host.encode()
    if not isinstance(address, IPv6Address):
        return address.packed
    mapped = address.ipv4_mapped
    return mapped.packed if mapped else address.packed[:NETWORK_BYTES]
