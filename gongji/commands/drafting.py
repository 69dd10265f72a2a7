"""Asks the portal to compose what a member, or the holder of an office, signs for an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gongji.acts.entered import arguments, in_json
from gongji.errors import UnexpectedMessageError

if TYPE_CHECKING:
    from contracts.acts import Act
    from gongji.commands.acting import KeyHolder
    from wallets.intents import Domain, Intent


def drafted(
    member: KeyHolder, act: Act, values: dict[str, Any], valid_seconds: int, delegation: bytes | None = None
) -> dict[str, Any]:
    """The message that is signed for an act.

    Args:
        member: Who acts.
        act: The act.
        values: Its fields, and what is only signed, by their names.
        valid_seconds: How long it may be handed in.
        delegation: By which a clerk does it for a person, 16 bytes; None if it is the signer's own.

    Raises:
        PortalUnreachableError: The portal does not answer.
        PortalRefusedError: It cannot compose the message.
        UnexpectedMessageError: It composed another.
    """
    body = in_json(values) | {"valid_seconds": valid_seconds}
    place = "/v1" if delegation is None else f"/v1/delegations/0x{delegation.hex()}"
    typed_data = dict(member.call("POST", f"{place}/acts/{act.act}/drafts", body)["typed_data"])
    _require_expected(member, act, values, typed_data, delegation)
    return typed_data


def _require_expected(
    member: KeyHolder,
    act: Act,
    values: dict[str, Any],
    typed_data: dict[str, Any],
    delegation: bytes | None,
) -> None:
    """Whoever signs with `--yes` reads nothing: but for nonce and deadline a message must be the one that was asked for."""
    from wallets.errors import IntentInvalidError
    from wallets.show import parse

    try:
        message, domain = parse(typed_data)
        expected = _expected(act, values, message, delegation)
    except IntentInvalidError as error:
        raise UnexpectedMessageError(act.action, str(error)) from None
    target = getattr(message, "target", None)
    is_own = not (delegation or act.message is None) or target in member.versions(act.contract)
    is_same = type(message) is type(expected) and _compared(message, domain) == _compared(expected, domain)
    if not (is_own and is_same):
        raise UnexpectedMessageError(f"{act.action} as it was entered", f"{message.action()}: {message}")


def _expected(act: Act, values: dict[str, Any], message: Intent, delegation: bytes | None) -> Intent:
    """The message that was asked for. Which version of a contract ends what it began, and whether a change waits, the portal knows."""
    from contracts.abi import encode_call
    from ledger_api.intents.drafting import compose
    from ledger_api.sessions.offices import office_of
    from wallets.desk import desk_call
    from wallets.intents import ActForPerson, ActOnCall, CallAct

    target, deadline = getattr(message, "target", b""), message.deadline
    if act.message is None:
        data = encode_call(act.contract, act.function, *arguments(act.fields, values))
        announces = getattr(message, "act", None) is CallAct.SCHEDULE_FOR_OFFICE
        way = CallAct.SCHEDULE_FOR_OFFICE if announces else CallAct.ACT_FOR_OFFICE
        office = int(office_of(act) or 0)
        return ActOnCall(act=way, office=office, target=target, data=data, nonce=0, deadline=deadline)
    own = compose(act.act, in_json(values), deadline, nonce=0)
    if delegation is None:
        return own
    return ActForPerson(delegation=delegation, target=target, data=desk_call(own), nonce=0, deadline=deadline)


def _compared(intent: Intent, domain: Domain) -> dict[str, Any]:
    return {name: value for name, value in intent.typed_data(domain)["message"].items() if name != "nonce"}
