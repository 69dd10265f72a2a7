"""The ETag of a page that shows nothing but the mirror: it stays while head and reader stay."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from ledger_api.context import context_of
from ledger_api.errors import MirrorUnavailableError
from ledger_api.etag import tag_now
from ledger_api.locale import CHOICES, locale_of
from ledger_api.problem import UNANSWERED
from ledger_api.sessions.current import signed_in_if_answered

if TYPE_CHECKING:
    from starlette.requests import Request

    from ledger_api.locale import Locale
    from ledger_api.sessions.current import Office, Session

# Code, templates, words and settings are read as the process starts: no page of another process is taken for one of this.
PROCESS = secrets.token_hex(8)


async def page_tag(request: Request) -> str | None:
    """The ETag of a page as it would be shown now.

    Args:
        request: The request.

    Returns:
        None where the page must be made anew: the address changes what the reader chose, there is no block yet, or a
        database does not answer.
    """
    if any(name in request.query_params for name in CHOICES):
        return None
    locale = locale_of(request, (await context_of(request)).names.current())
    try:
        return await tag_now(request, _view(request, locale, await signed_in_if_answered(request)))
    except (MirrorUnavailableError, *UNANSWERED):
        return None


def _view(request: Request, locale: Locale, signed_in: Session | Office | None) -> str:
    """What tells one reader's page from another's and from other pages, 24 hex digits."""
    parts = (
        PROCESS,
        request.url.path,
        request.url.query,
        locale.lang,
        locale.size,
        locale.names.revision,
        signed_in,
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()
