"""Acts that name a new key: before, the key itself signs for which member it is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from contracts.ids import NEW_IDS
from ledger_api.portal.acting.fields import inputs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.acts import Act

KIND = "possession"
# Where a holder makes a key and signs for it.
PAGE = "/keys"


def names_key(act: Act) -> bool:
    """Whether an act names a new key, with the proof that its holder has it."""
    return {KIND, "key"} <= {one.field.kind for one in inputs_of(act)}


def page_of_proof(act: Act, values: Mapping[str, Any], own: bytes | None) -> str:
    """Address of the page on which the holder of a new key signs for it; empty if there is none, or the proof is there.

    Args:
        act: The act.
        values: What was entered, by name.
        own: Member who signs the act, whose key it is if the act names no member; None if an office does.
    """
    if not names_key(act) or KIND in values:
        return ""
    member = values.get("member") or (f"0x{own.hex()}" if own and not _names_member(act) else "")
    return f"{PAGE}?{urlencode({'member': member})}" if member else PAGE


def ids_to_keep(act: Act, values: Mapping[str, Any]) -> dict[str, str]:
    """Ids that an act makes and that the address of its sheet keeps, since the key's holder signs for them meanwhile."""
    if not names_key(act):
        return {}
    return {one.name: values[one.name] for one in inputs_of(act) if one.field.kind in NEW_IDS}


def _names_member(act: Act) -> bool:
    return any(one.name == "member" for one in inputs_of(act))
