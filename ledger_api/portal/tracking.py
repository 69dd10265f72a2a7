"""What messengers and advertisers add to the address of a page that somebody passes on; it says nothing about the page.

Whoever opens such a link is led to the address without it, so that it is neither refused nor passed on by the QR code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Container

    from starlette.requests import Request

# WeChat adds those of the first line.
ADDED = frozenset({
    "from", "isappinstalled", "nsukey", "wxshare_count", "sharer_shareinfo", "sharer_shareinfo_first", "scene", "subscene", "clicktime", "enterid",
    "spm", "fbclid", "gclid", "msclkid",
})  # fmt: skip
PREFIX = "utm_"


def address_without(request: Request, known: Container[str]) -> str | None:
    """The address of a page without what was added to it; None if nothing was.

    Args:
        request: The request.
        known: Names that the page itself has; they are its own, whoever else uses them.
    """
    items = request.query_params.multi_items()
    kept = [(name, value) for name, value in items if name in known or not _is_added(name)]
    if len(kept) == len(items):
        return None
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


def _is_added(name: str) -> bool:
    return name in ADDED or name.startswith(PREFIX)
