"""Asks the portal to compose what a member signs for an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gongji.acts.entered import in_json
from gongji.errors import UnexpectedMessageError

if TYPE_CHECKING:
    from contracts.acts import Act
    from gongji.commands.acting import KeyHolder
    from wallets.intents import Domain, Intent


def drafted(
    member: KeyHolder, act: Act, values: dict[str, Any], valid_seconds: int, delegation: bytes | None = None
) -> dict[str, Any]:
    """The message that a member signs for an act.

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
    fields = in_json(values)
    body = fields | {"valid_seconds": valid_seconds}
    place = "/v1" if delegation is None else f"/v1/delegations/0x{delegation.hex()}"
    typed_data = dict(member.call("POST", f"{place}/acts/{act.act}/drafts", body)["typed_data"])
    _require_expected(act, fields, typed_data, delegation)
    return typed_data


def _require_expected(
    act: Act, fields: dict[str, Any], typed_data: dict[str, Any], delegation: bytes | None
) -> None:
    """Whoever signs with `--yes` reads nothing: but for nonce and deadline a message must be the one that was asked for."""
    from ledger_api.intents.drafting import compose
    from wallets.desk import desk_call
    from wallets.errors import IntentInvalidError
    from wallets.intents import ActForPerson
    from wallets.show import parse

    try:
        message, domain = parse(typed_data)
        expected = compose(act.act, fields, message.deadline, nonce=0)
        if delegation is not None:
            # Which version of the contract ends what it began, the portal knows.
            target = getattr(message, "target", b"")
            expected = ActForPerson(
                delegation=delegation,
                target=target,
                data=desk_call(expected),
                nonce=0,
                deadline=message.deadline,
            )
    except IntentInvalidError as error:
        raise UnexpectedMessageError(act.action, str(error)) from None
    if type(message) is not type(expected) or _compared(message, domain) != _compared(expected, domain):
        raise UnexpectedMessageError(f"{act.action} as it was entered", f"{message.action()}: {message}")


def _compared(intent: Intent, domain: Domain) -> dict[str, Any]:
    return {name: value for name, value in intent.typed_data(domain)["message"].items() if name != "nonce"}
