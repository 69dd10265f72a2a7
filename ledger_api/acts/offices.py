"""What the holder of an office signs to do an act of the office: the act as a call, and whether it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.abi import encode_call
from ledger_api.acts.waiting import wait_seconds
from ledger_api.homes import address_of
from ledger_api.sessions.offices import office_of
from wallets.intents import ActOnCall, Call, CallAct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.acts import Act, ActField
    from ledger_api.context import Context


async def compose_for_office(
    context: Context, act: Act, entered: Mapping[str, Any], *, nonce: int, deadline: int
) -> ActOnCall:
    """What is signed for an act of an office: that it is done, or, of a change that waits now, that it is announced.

    Args:
        context: What the endpoints share.
        act: An act of an office.
        entered: Its fields, in JSON.
        nonce: A number that the key has not used at the contract of offices.
        deadline: Last second at which it may arrive, seconds since 1970.

    Raises:
        ChainUnreachableError: More than half of the nodes do not say alike whether the founding has ended.
    """
    office, deployment = office_of(act), context.config.deployment
    if office is None:
        raise ValueError(f"expected an act of an office, got {act.act}")
    call = Call(contract=act.contract, function=act.function, args=_arguments(act.input_fields, entered))
    target = await address_of(deployment, context.mirror, call)
    is_change = await wait_seconds(context.chain, deployment, act.contract, act.function) > 0
    return ActOnCall(
        act=CallAct.SCHEDULE_FOR_OFFICE if is_change else CallAct.ACT_FOR_OFFICE,
        office=office,
        target=bytes.fromhex(target[2:]),
        data=encode_call(call.contract, call.function, *call.args),
        nonce=nonce,
        deadline=deadline,
    )


def _arguments(fields: Sequence[ActField], values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Values as a contract takes them: in order, records as tuples, hex as bytes."""
    return tuple(_argument(field, values[field.name]) for field in fields)


def _argument(field: ActField, value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(field, entry) for entry in value]
    if field.fields:
        return _arguments(field.fields, value)
    return bytes.fromhex(value[2:]) if isinstance(value, str) else value
