"""Who is signed in, as endpoints ask for it: a member, or an office, which is a key that holds a role of the authority.

A write must repeat the session's CSRF token in `X-CSRF-Token`; the cookie alone never authorises one. What is a member's
asks for a `Session`, which no office has.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request

from ledger_api.context import context_of
from ledger_api.errors import (
    ChainRefusedError,
    ChainUnreachableError,
    MirrorUnavailableError,
    SessionForbiddenError,
    SessionMissingError,
)
from ledger_api.holdings import member_of
from ledger_api.mirror import read
from ledger_api.problem import UNANSWERED
from ledger_api.sessions import service
from ledger_api.sessions.offices import offices_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from contracts.roles import AuthorityRole

T = TypeVar("T")

COOKIE = "gongji_session"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A member who is signed in.

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """An office that is signed in.

    Attributes:
        address: Key that signed in, 20 bytes; no member's.
        roles: Roles of the authority that it holds now, at least one.
        csrf: What a write must repeat.
        expires_at: Seconds since 1970.
    """

    address: bytes
    roles: tuple[AuthorityRole, ...]
    csrf: str
    expires_at: int


async def session_or_none(request: Request) -> Session | None:
    """The session of a member; None if no member is signed in or the key was ended since."""
    return await _once(request, _session)


async def signed_in_or_none(request: Request) -> Session | Office | None:
    """The member or the office that is signed in; None if the key is no member's any more and holds no office."""
    return await _once(request, _session) or await _once(request, _office)


async def signed_in_if_answered(request: Request) -> Session | Office | None:
    """Who is signed in; nobody while database or chain do not answer, so that what is public is shown."""
    try:
        return await signed_in_or_none(request)
    except (MirrorUnavailableError, ChainUnreachableError, ChainRefusedError, *UNANSWERED):
        return None


async def member_if_answered(request: Request) -> bytes | None:
    """The member who is signed in, 16 bytes; nobody while the database does not answer."""
    if COOKIE not in request.cookies:
        return None
    try:
        session = await session_or_none(request)
    except (MirrorUnavailableError, *UNANSWERED):
        return None
    return session.member if session else None


async def session_of(request: Request) -> Session:
    """The session of a member.

    Raises:
        SessionMissingError: No member is signed in.
        SessionForbiddenError: It is a write without the session's CSRF token.
    """
    session = await session_or_none(request)
    if session is None:
        raise SessionMissingError("expected the cookie of a member's session in force, got none")
    require_token(request, session.csrf)
    return session


async def signed_in_of(request: Request) -> Session | Office:
    """The member or the office that is signed in.

    Raises:
        SessionMissingError: Nobody is signed in.
        SessionForbiddenError: It is a write without the session's CSRF token.
    """
    signed_in = await signed_in_or_none(request)
    if signed_in is None:
        raise SessionMissingError("expected the cookie of a session in force, got none")
    require_token(request, signed_in.csrf)
    return signed_in


def require_token(request: Request, csrf: str) -> None:
    """Refuses a write whose header does not repeat the token of its session.

    Raises:
        SessionForbiddenError: It does not.
    """
    if request.method not in SAFE_METHODS and not is_token(request.headers.get(CSRF_HEADER, ""), csrf):
        raise SessionForbiddenError(f"expected the session's token in {CSRF_HEADER}, got another or none")


def is_token(token: str, csrf: str) -> bool:
    """Whether a text is the CSRF token of a session."""
    return hmac.compare_digest(token.encode(), csrf.encode())


async def _once(request: Request, find: Callable[[Request], Awaitable[T]]) -> T:
    """What is looked up for a request, which several who answer it ask for; a look-up that fails is tried again."""
    found: dict[object, Any] = request.scope.setdefault("gongji.signed_in", {})
    if find not in found:
        found[find] = await find(request)
    result: T = found[find]
    return result


async def _kept(request: Request) -> service.Kept | None:
    context, token = await context_of(request), request.cookies.get(COOKIE)
    return await service.find(context.app_engine, token, context.clock()) if token else None


async def _session(request: Request) -> Session | None:
    kept = await _once(request, _kept)
    if kept is None:
        return None
    context = await context_of(request)
    async with read(context.mirror) as reading:
        member = await member_of(reading, kept.address, context.clock())
    if member is None:
        return None
    return Session(address=kept.address, member=member, csrf=kept.csrf, expires_at=kept.expires_at)


async def _office(request: Request) -> Office | None:
    kept = await _once(request, _kept)
    roles = await offices_of(await context_of(request), kept.address) if kept else ()
    if kept is None or not roles:
        return None
    return Office(address=kept.address, roles=roles, csrf=kept.csrf, expires_at=kept.expires_at)


# What an endpoint asks for that needs a member who is signed in, or shows more to whoever is.
SignedIn = Annotated[Session, Depends(session_of)]
MaybeSignedIn = Annotated[Session | None, Depends(session_or_none)]
# What it asks for where an office may be signed in, too.
MaybeMemberOrOffice = Annotated[Session | Office | None, Depends(signed_in_or_none)]
MemberOrOffice = Annotated[Session | Office, Depends(signed_in_of)]
