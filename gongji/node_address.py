"""What addresses in settings may be. What is wrong with one of a node is said without repeating it: it may hold a password."""

from __future__ import annotations

import re
from ipaddress import ip_network
from urllib.parse import SplitResult, unquote, urlsplit

PRINTABLE = re.compile("[!-~]*")
EXPECTED = "expected https://name:password@host:port, or https://:token@host"


def check_node_address(url: str) -> str:
    """An address of a node, as it was.

    Args:
        url: http or https, with a host, and with a name and a password, or a token, if the node asks for them. What has a meaning
            in an address, such as `/`, `#` or `@`, is written there as `%2F`, `%23` or `%40`.

    Raises:
        ValueError: It is none.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError(f"{EXPECTED}, with a number as port") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{EXPECTED}, with http or https and a host")
    if not all(PRINTABLE.fullmatch(part) for part in (url, *_credentials(parts))):
        raise ValueError(f"{EXPECTED}, of printable ASCII without spaces")
    if "@" in url.partition("://")[2].removeprefix(parts.netloc):
        raise ValueError(f"{EXPECTED}, with %2F, %23, %3F and %40 for / # ? @ in a password")
    return url


def check_network(text: str) -> str:
    """An IP address or a network such as `10.0.0.0/8`, as it was.

    Raises:
        ValueError: It is none; `*` and `0.0.0.0/0`, by which everybody would be meant, are none either.
    """
    if ip_network(text, strict=False).prefixlen == 0:
        raise ValueError("expected the address or network of a proxy, got every address")
    return text


def _credentials(parts: SplitResult) -> tuple[str, str]:
    return unquote(parts.username or ""), unquote(parts.password or "")
