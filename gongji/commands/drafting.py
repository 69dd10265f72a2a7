"""Asks the portal to compose what a member signs for an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gongji.acts.entered import in_json

if TYPE_CHECKING:
    from contracts.acts import Act
    from gongji.commands.acting import KeyHolder


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
    body = in_json(values) | {"valid_seconds": valid_seconds}
    return dict(member.call("POST", f"/v1/acts/{act.act}/drafts", body)["typed_data"])
