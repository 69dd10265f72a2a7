"""Asks the portal to compose what a member signs for an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gongji.acts.entered import in_json

if TYPE_CHECKING:
    from contracts.acts import Act
    from gongji.commands.acting import KeyHolder

# A commitment of an act that takes none, where others with the same message take one.
NONE = "0x" + bytes(32).hex()


def drafted(member: KeyHolder, act: Act, values: dict[str, Any], valid_seconds: int) -> dict[str, Any]:
    """The message that a member signs for an act.

    Args:
        member: Who acts.
        act: The act.
        values: Its fields, and what is only signed, by their names.
        valid_seconds: How long it may be handed in.

    Raises:
        PortalUnreachableError: The portal does not answer.
        PortalRefusedError: It cannot compose the message.
    """
    body = wanted(act, values) | {"valid_seconds": valid_seconds}
    return dict(member.call("POST", "/v1/intents/drafts", body)["typed_data"])


def wanted(act: Act, values: dict[str, Any]) -> dict[str, Any]:
    """What is asked for: the name of the message, the act where several share it, and the fields under their signed names."""
    from contracts.build.messages import parse, signed_as
    from wallets.intents import INTENTS
    from wallets.intents.acts import SeveralActs

    message = parse(str(act.message))
    intent, bound = INTENTS[message.name], signed_as(message, act)
    needed = [name for name in intent.abi_types() if name not in ("act", "nonce", "deadline")]
    fields = {name: in_json(values[bound[name].name]) if name in bound else NONE for name in needed}
    body = {"kind": message.name, "fields": fields}
    if issubclass(intent, SeveralActs):
        body["act"] = next(one.name for one in intent.ACTS if one.id == act.act)
    return body
