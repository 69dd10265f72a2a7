"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ledger_api.admission.kinds import Kind, KindOfAddress
from ledger_api.context import AppContext, Context
from ledger_api.errors import SessionForbiddenError
from ledger_api.forms import hexed, id_bytes
from ledger_api.holdings import holdings_of, member_of
from ledger_api.json_body import CheckedRoute
from ledger_api.mirror import read
from ledger_api.sessions import service
from ledger_api.sessions.current import COOKIE, MemberOrOffice, Office, Session
from ledger_api.sessions.offices import offices_of
from ledger_api.sessions.schemas import Challenge, ChallengeRequest, RoleHeld, SessionAnswer, SignInRequest

router = APIRouter(prefix="/v1/sessions", tags=["sessions"], route_class=CheckedRoute)

CHALLENGES = KindOfAddress(kind=Kind.CHALLENGE, method="POST", addresses=(f"{router.prefix}/challenges",))


@router.post("/challenges", status_code=201)
async def ask_for_challenge(body: ChallengeRequest, context: AppContext) -> Challenge:
    """Composes a text for a key to sign."""
    address = id_bytes(body.address, 20)
    return Challenge(
        text=await service.challenge(context.app_engine, context.config, address, context.clock())
    )


@router.post("", status_code=201)
async def sign_in(body: SignInRequest, context: AppContext, response: Response) -> SessionAnswer:
    """Opens a session for the key that signed the text, and sets its cookie."""
    signature = bytes.fromhex(body.signature[2:])
    opened = await service.sign_in(context.app_engine, context.config, body.text, signature, context.clock())
    response.set_cookie(
        COOKIE, opened.token, max_age=context.config.session_seconds, httponly=True, samesite="strict",
        secure=context.config.public_url.startswith("https:"), path="/",
    )  # fmt: skip
    return await _answer(context, opened)


@router.get("/current")
async def current(signed_in: MemberOrOffice, context: AppContext) -> SessionAnswer:
    """Who is signed in."""
    return await _answer(context, signed_in)


@router.delete("/current", status_code=204)
async def sign_out(
    signed_in: MemberOrOffice, context: AppContext, request: Request, response: Response
) -> None:
    """Ends the session."""
    del signed_in
    await service.close(context.app_engine, request.cookies[COOKIE])
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


async def _answer(context: Context, opened: service.Opened | Session | Office) -> SessionAnswer:
    address = opened.address
    async with read(context.mirror) as reading:
        member = await member_of(reading, address, context.clock())
        held = await holdings_of(reading, member, context.clock()) if member else []
    offices = await offices_of(context, address) if member is None else ()
    if member is None and not offices:
        raise SessionForbiddenError(f"expected the key of a member or an office, got {hexed(address)}")
    return SessionAnswer(
        address=address,
        member=member,
        roles=[RoleHeld(role=h.role.name, scope=h.scope, valid_until=h.valid_until) for h in held],
        offices=[office.name for office in offices],
        csrf_token=opened.csrf,
        expires_at=opened.expires_at,
    )
