"""What tests of drafts do: draft a request, approve it, take back, send."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.conftest import signer
from tests.ledger_api.client import COMMITTEE, DAY, FOREVER, Person, ProblemError, proposal
from wallets.intents import Call

if TYPE_CHECKING:
    import httpx2

    from tests.ledger_api.client import House

DRAFTS = "/v1/proposals/drafts"
# Two thirds of five seats, one at least of each class.
ENOUGH = ("seat0", "seat2", "seat3", "seat4")


async def draft(house: House, number: int, amount_fen: int = 1_000, valid_seconds: int = DAY) -> str:
    """The applicant drafts a request; gives the address of the draft."""
    return await draft_of(house, proposal(number, amount_fen), valid_seconds)


async def draft_of(house: House, request: dict[str, Any], valid_seconds: int = DAY) -> str:
    """As `draft`, of a whole request."""
    requester = Person(house, signer("requester"))
    fields = {"proposal": request}
    typed_data = (await requester.draft("SubmitProposal", fields, valid_seconds=valid_seconds))["typed_data"]
    answer = await hand_in(house, DRAFTS, typed_data, requester.sign(typed_data))
    return f"{DRAFTS}/{answer['draft']['proposal_id']}"


async def approve(house: House, address: str, name: str) -> dict[str, Any]:
    """A member signs what the draft offers."""
    typed_data = (await read(house, address))["approval"]["typed_data"]
    signature = Person(house, signer(name)).sign(typed_data)
    return await hand_in(house, f"{address}/approvals", typed_data, signature)


async def take_back(house: House, address: str, name: str) -> None:
    """A member takes the own approval back."""
    json_or_raise(await (await signed_in(house, name)).http.delete(f"{address}/approvals/mine"))


async def send(house: House, address: str, name: str) -> dict[str, Any]:
    """A member orders the draft sent; gives the command."""
    return json_or_raise(await (await signed_in(house, name)).http.post(f"{address}/command"))


async def read(house: House, address: str) -> dict[str, Any]:
    """The draft as anyone reads it."""
    return json_or_raise(await house.http.get(address))


async def hand_in(house: House, address: str, typed_data: dict[str, Any], *signatures: str) -> dict[str, Any]:
    """Posts something signed."""
    body = {"typed_data": typed_data, "signatures": signatures}
    return json_or_raise(await house.http.post(address, json=body))


async def signed_in(house: House, name: str) -> Person:
    """A named person with a session."""
    person = Person(house, signer(name))
    await person.sign_in()
    return person


def json_or_raise(response: httpx2.Response) -> dict[str, Any]:
    """What the API answers; raises its problem."""
    if response.status_code >= 400:
        raise ProblemError(response)
    return dict(response.json()) if response.content else {}


async def reseat(house: House, seat: int, before: bytes, after: bytes, until: int = FOREVER) -> None:
    """A seat of the committee changes hands."""
    for function, args in (
        ("vacateSeat", (COMMITTEE, before)),
        ("fillSeat", (COMMITTEE, seat, after, until)),
    ):
        call = Call(contract="Committees", function=function, args=args)
        key = f"steward:{secrets.token_hex(8)}"
        await house.context.outbox.enqueue(house.signed_for_office("steward", call, key), key)
    await house.settle()
