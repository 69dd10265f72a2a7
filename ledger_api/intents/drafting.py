"""Composes an intent from what a person entered: a fresh nonce, a deadline, and the texts made from the numbers.

Every draft has a nonce lane of its own (`IIntents`): 64 random bits, counted from 0. So intents of one member never wait
for each other, and none can be carried out twice.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ledger_api.intents.schemas import Draft, Line
from wallets.errors import IntentInvalidError
from wallets.intents import INTENTS, Domain, Intent
from wallets.intents.acts import SeveralActs
from wallets.intents.struct import camel
from wallets.show import show

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from wallets.intents import Struct
    from wallets.intents.acts import Act

ACTS: dict[str, type[Act]] = {
    kind: intent_type.ACTS for kind, intent_type in INTENTS.items() if issubclass(intent_type, SeveralActs)
}
LANE_BITS = 64
# What JavaScript reads exactly.
MAX_JSON_INTEGER = 2**53 - 1


def domain_of(deployment: Deployment, kind: type[Intent]) -> Domain:
    """Domain of the contract that takes an intent."""
    address = deployment.address(kind.CONTRACT)
    return Domain(contract=kind.CONTRACT, chain_id=deployment.chain_id, address=address)


def compose(kind: str, act: str | None, entered: dict[str, Any], deadline: int) -> Intent:
    """The intent that a person means.

    Args:
        kind: Name of the intent, such as "AttestDonations".
        act: For an intent with several acts, which one, such as "OBJECT"; else None.
        entered: The fields under their EIP-712 names, without nonce, deadline and the texts made from others.
        deadline: Last second at which it may arrive, seconds since 1970.

    Raises:
        IntentInvalidError: The kind or act is unknown, or a field is missing, unknown or malformed.
    """
    if kind not in INTENTS:
        raise IntentInvalidError(f"expected a kind of {', '.join(INTENTS)}, got {kind!r}")
    intent_type = INTENTS[kind]
    needed = {
        name
        for name, (field, _) in intent_type.abi_types().items()
        if field not in ("act", "nonce", "deadline")
    }
    if entered.keys() != needed:
        raise IntentInvalidError(
            f"{kind}: expected the fields {', '.join(sorted(needed))}, got {', '.join(entered)}"
        )
    given = {
        f.name: _value(f.metadata["abi"], entered[camel(f.name)], intent_type)
        for f in fields(intent_type)
        if camel(f.name) in needed
    }
    nonce = {"nonce": secrets.randbits(LANE_BITS) << 64} if "nonce" in intent_type.LAYOUT else {}
    draft = intent_type(**given, **nonce, **_act(kind, act), deadline=deadline)
    # Reading it as strictly as when it comes back signed checks ranges and lengths.
    return intent_type.from_message(draft.message())


def draft_of(intent: Intent, deployment: Deployment) -> Draft:
    """An intent as a member is asked to sign it; integers that JavaScript would round are decimal text."""
    typed_data = _exact(intent.typed_data(domain_of(deployment, type(intent))))
    shown = show(typed_data)
    return Draft(
        typed_data=typed_data,
        title=shown.title,
        lines=[Line(name=name, value=value) for name, value in shown.lines],
        digest=shown.digest,
        words_zh=list(shown.words_zh),
        words_en=list(shown.words_en),
    )


def _act(kind: str, act: str | None) -> dict[str, Any]:
    if kind not in ACTS:
        if act is not None:
            raise IntentInvalidError(f"{kind}: expected no act, got {act!r}")
        return {}
    found = ACTS[kind].__members__.get(act or "")
    if found is None:
        raise IntentInvalidError(
            f"{kind}: expected an act of {', '.join(ACTS[kind].__members__)}, got {act!r}"
        )
    return {"act": found}


def _value(abi: str, told: Any, intent_type: type[Intent]) -> Any:
    structs: dict[str, type[Struct]] = {s.__name__: s for s in intent_type.STRUCTS}
    if abi.endswith("[]"):
        return tuple(_value(abi[:-2], v, intent_type) for v in (told if isinstance(told, list) else [told]))
    if abi in structs:
        return structs[abi].from_json(told)
    pattern = r"0|[1-9][0-9]{0,77}" if abi.startswith("uint") else r"0x([0-9a-fA-F]{2}){1,32}"
    if isinstance(told, bool) or not re.fullmatch(pattern, str(told)):
        raise IntentInvalidError(f"expected a value of type {abi}, got {str(told)[:80]!r}")
    return int(told) if abi.startswith("uint") else bytes.fromhex(told[2:])


def _exact(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _exact(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_exact(value) for value in told]
    return str(told) if isinstance(told, int) and told > MAX_JSON_INTEGER else told
