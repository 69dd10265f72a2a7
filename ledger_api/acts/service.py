"""Orders of offices: a text that is kept until it is signed, and the command that it becomes, in one transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from eth_utils import keccak, to_canonical_address
from sqlalchemy import delete, insert

from contracts.abi import encode_call
from kit.database import writing_async
from ledger_api.acts.schemas import OrderDraft
from ledger_api.acts.text import WAITS, compose
from ledger_api.acts.waiting import scheduling, wait_seconds
from ledger_api.commands.service import pending_answer
from ledger_api.errors import OrderForbiddenError, OrderInvalidError
from ledger_api.forms import hexed
from ledger_api.homes import address_of
from ledger_api.intents.checking import simulate
from ledger_api.rows import fetch, select_fields
from ledger_api.sessions.offices import office_of, offices_of
from ledger_api.sessions.service import signer_of
from ledger_api.tables import orders
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.acts import Act, ActField
    from contracts.roles import AuthorityRole
    from ledger_api.commands.schemas import CommandAnswer
    from ledger_api.context import Context

ORDER_SECONDS = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """An order that waits for its signature.

    Attributes:
        nonce: 32 hex digits, used once.
        act: Id of the act.
        fields: What it was drafted with, as JSON.
        text: What the office signs.
        expires_at: Last second at which it counts, seconds since 1970.
    """

    nonce: str
    act: str
    fields: str
    text: str
    expires_at: int


ORDERS = select_fields(Kept, orders)


async def draft_order(context: Context, act: Act, fields: Mapping[str, Any]) -> OrderDraft:
    """Composes the text of an order and keeps it.

    Args:
        context: What the endpoints share.
        act: An act of an office.
        fields: Its fields, in JSON.
    """
    now, nonce = context.clock(), secrets.token_hex(16)
    call, expires_at = _call(act, fields), now + ORDER_SECONDS
    digest = _digest(call)
    wait = await _wait_seconds(context, act)
    text = compose(
        context.config,
        act,
        fields,
        digest=digest,
        address=await address_of(context.config.deployment, context.mirror, call),
        nonce=nonce,
        expires_at=expires_at,
        waits_until=now + wait if wait else None,
    )
    kept = Kept(
        nonce=nonce, act=act.act, fields=orjson.dumps(fields).decode(), text=text, expires_at=expires_at
    )
    async with writing_async(context.app_engine) as connection:
        await connection.execute(delete(orders).where(orders.c.expires_at < now))
        await connection.execute(insert(orders), {name: getattr(kept, name) for name in Kept.__slots__})
    return OrderDraft(text=text, digest=hexed(digest))


async def accept_order(context: Context, act: Act, text: str, signature: bytes) -> CommandAnswer:
    """Accepts an order that its office signed. The text is used up when, and only when, the command is on the disk.

    A change that waits is scheduled at the authority; what its contract makes of it is known when its time has come.

    Args:
        context: What the endpoints share.
        act: An act of an office.
        text: The text of its draft.
        signature: As `wallets.signing_key` has it.

    Raises:
        OrderInvalidError: The text is not open, or not of this act.
        IntentSignatureInvalidError: It is no signature.
        OrderForbiddenError: Who signed does not hold the office now.
        RuleRefusedError: A contract refuses the act.
    """
    kept = await _open(context, act, text)
    office, signer = _office(act), signer_of(text, signature, context.config.deployment)
    if office not in await offices_of(context, to_canonical_address(signer)):
        raise OrderForbiddenError(f"expected a key that holds {office.name}, got {signer}")
    call = _call(act, orjson.loads(kept.fields))
    if f"\nCalldata: {hexed(_digest(call))}\n" not in text:
        raise OrderInvalidError("expected the digest of what is called in the text, got another")
    is_change = await _wait_seconds(context, act) > 0
    if is_change != (f"\n{WAITS}" in text):
        raise OrderInvalidError(
            "expected a text that says whether the act waits, got one of before the founding ended"
        )
    if is_change:
        call = scheduling(context.config.deployment, call)
    address = await address_of(context.config.deployment, context.mirror, call)
    await simulate(context.chain, address, call, context.clock(), signer)
    return await _enqueue(context, kept, call, office, to_canonical_address(signer))


async def _enqueue(
    context: Context, kept: Kept, call: Call, office: AuthorityRole, signer: bytes
) -> CommandAnswer:
    async with writing_async(context.app_engine) as connection:
        used = await connection.execute(delete(orders).where(orders.c.nonce == kept.nonce))
        if used.rowcount != 1:
            raise OrderInvalidError("expected an order that is open, got one that was used this moment")
        accepted = await context.outbox.enqueue_within(
            connection, call, f"order:{kept.nonce}", office.name.lower(), signer=signer
        )
    return pending_answer(
        accepted.id, kind=f"{call.contract}.{call.function}", signer=signer, accepted_at=accepted.accepted_at
    )


async def _open(context: Context, act: Act, text: str) -> Kept:
    async with context.app_engine.connect() as connection:
        found = await fetch(connection, Kept, ORDERS.where(orders.c.text == text, orders.c.act == act.act))
    if not found or found[0].expires_at < context.clock():
        raise OrderInvalidError(f"expected an open order of {act.act}, got one unknown, used or expired")
    return found[0]


async def _wait_seconds(context: Context, act: Act) -> int:
    return await wait_seconds(context.chain, context.config.deployment, act.contract, act.function)


def _office(act: Act) -> AuthorityRole:
    office = office_of(act)
    if office is None:
        raise ValueError(f"expected an act of an office, got {act.act}")
    return office


def _digest(call: Call) -> bytes:
    return keccak(encode_call(call.contract, call.function, *call.args))


def _call(act: Act, fields: Mapping[str, Any]) -> Call:
    return Call(contract=act.contract, function=act.function, args=_arguments(act.input_fields, fields))


def _arguments(fields: Sequence[ActField], values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Values as a contract takes them: in order, records as tuples, hex as bytes."""
    return tuple(_argument(field, values[field.name]) for field in fields)


def _argument(field: ActField, value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(field, entry) for entry in value]
    if field.fields:
        return _arguments(field.fields, value)
    return bytes.fromhex(value[2:]) if isinstance(value, str) else value
