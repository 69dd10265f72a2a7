"""Who is signed in, as endpoints ask for it.

A write must repeat the session's CSRF token in `X-CSRF-Token`; the cookie alone never authorises one.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from ledger_api.context import context_of
from ledger_api.errors import SessionForbiddenError, SessionMissingError
from ledger_api.holdings import member_of
from ledger_api.mirror import read
from ledger_api.sessions import service

COOKIE = "gongji_session"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """Somebody who is signed in.

    Attributes:
        address: Key that signed in, 20 bytes.
        member: Whose key it is, 16 bytes.
        csrf: What a write must repeat.
        expires_at: Seconds since 1970.
    """

    address: bytes
    member: bytes
    csrf: str
    expires_at: int


async def session_or_none(request: Request) -> Session | None:
    """The session of a request; None if nobody is signed in or the key was ended since."""
    context, token = await context_of(request), request.cookies.get(COOKIE)
    kept = await service.find(context.app_engine, token, context.clock()) if token else None
    if kept is None:
        return None
    async with read(context.mirror) as reading:
        member = await member_of(reading, kept.address)
    if member is None:
        return None
    return Session(address=kept.address, member=member, csrf=kept.csrf, expires_at=kept.expires_at)


async def session_of(request: Request) -> Session:
    """The session of a request.

    Raises:
        SessionMissingError: Nobody is signed in.
        SessionForbiddenError: It is a write without the session's CSRF token.
    """
    session = await session_or_none(request)
    if session is None:
        raise SessionMissingError("expected the cookie of a session in force, got none")
    if request.method not in SAFE_METHODS:
        told = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(told.encode(), session.csrf.encode()):
            raise SessionForbiddenError(f"expected the session's token in {CSRF_HEADER}, got another or none")
    return session


# What an endpoint asks for that needs somebody signed in, or shows more to whoever is.
SignedIn = Annotated[Session, Depends(session_of)]
MaybeSignedIn = Annotated[Session | None, Depends(session_or_none)]
