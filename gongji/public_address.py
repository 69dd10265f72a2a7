"""What the public address of a portal may be: addresses of its pages are put behind it, and its name goes into what members sign."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

HOST = re.compile(r"[0-9A-Za-z.-]+|\[[0-9A-Fa-f:.]+\]")
EXPECTED = "expected https://host or https://host:port, and nothing behind it"


def check_public_address(url: str) -> str:
    """The public address of a portal, without a slash at its end.

    Args:
        url: http or https, a host in ASCII, and a port if it is not the usual one. No path, as the portal's pages begin at `/`.

    Raises:
        ValueError: It is none.
    """
    url = url.removesuffix("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"{EXPECTED}, with a number as port") from None
    host = parts.netloc.removesuffix(f":{port}")
    if parts.scheme not in {"http", "https"} or not HOST.fullmatch(host):
        raise ValueError(f"{EXPECTED}, with http or https and a host")
    if url != f"{parts.scheme}://{parts.netloc}":
        raise ValueError(f"{EXPECTED}")
    return url
