"""Composes an intent from what a person entered: a nonce, a deadline, and the texts made from the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.acts import acts
from ledger_api.intents.schemas import Draft, Line
from wallets.errors import IntentInvalidError
from wallets.intents import INTENTS, Domain, Intent
from wallets.intents.acts import SeveralActs
from wallets.intents.reading import read_fields
from wallets.show import show

if TYPE_CHECKING:
    from contracts.acts import Act
    from contracts.deployment import Deployment

# What JavaScript reads exactly.
MAX_JSON_INTEGER = 2**53 - 1


def domain_of(deployment: Deployment, kind: type[Intent], address: str | None = None) -> Domain:
    """Domain of the contract that takes an intent.

    Args:
        deployment: Where the contracts are.
        kind: Class of the intent.
        address: Of the version that takes it; None for the one in force.
    """
    address = address or deployment.address(kind.CONTRACT)
    return Domain(contract=kind.CONTRACT, chain_id=deployment.chain_id, address=address)


def compose(act: str, entered: dict[str, Any], deadline: int, nonce: int) -> Intent:
    """The intent that a person means.

    Args:
        act: Id of an act that members sign, such as "AttestDonations".
        entered: Its fields (`contracts.acts.Act.input_fields`) in JSON, under their names.
        deadline: Last second at which it may arrive, seconds since 1970.
        nonce: A number that the key has not used at the contract.

    Raises:
        IntentInvalidError: Nobody signs such an act, or a field is missing, unknown or malformed.
    """
    record = acts().get(act)
    if record is None or record.message is None:
        raise IntentInvalidError(f"expected an act that members sign, got {act!r}")
    intent_type = INTENTS[record.message.partition("(")[0]]
    chosen, arguments = _called(intent_type, act)
    structs = {struct.__name__: struct for struct in intent_type.STRUCTS}
    read = read_fields(act, entered, _known(record, intent_type, arguments), structs)
    once = {"nonce": nonce} if "nonce" in intent_type.LAYOUT else {}
    taken = chosen | read | once | {"deadline": deadline}
    return intent_type(**taken | _zeros(intent_type, taken))


def draft_of(intent: Intent, domain: Domain) -> Draft:
    """An intent as a member is asked to sign it; integers that JavaScript would round are decimal text."""
    typed_data = exact(intent.typed_data(domain))
    shown = show(typed_data)
    return Draft(
        typed_data=typed_data,
        title=shown.title,
        lines=[Line(name=name, value=value) for name, value in shown.lines],
        digest=shown.digest,
        words_zh=list(shown.words_zh),
        words_en=list(shown.words_en),
    )


def _called(intent_type: type[Intent], act: str) -> tuple[dict[str, Any], tuple[object, ...]]:
    """What tells the act from others that share its intent, and what its function is called with."""
    if not issubclass(intent_type, SeveralActs):
        return {}, intent_type.ARGUMENTS
    chosen = next(one for one in intent_type.ACTS if one.id == act)
    return {"act": chosen}, chosen.arguments


def _known(
    record: Act, intent_type: type[Intent], arguments: tuple[object, ...]
) -> dict[str, tuple[str, str]]:
    """Name of each field that is asked for, to its name in the intent and its ABI type."""
    signed_as = {own.name: str(argument) for own, argument in zip(record.fields, arguments, strict=True)}
    signed_as |= {own.name: intent_type.abi_types()[own.name][0] for own in record.signed_only}
    return {own.name: (signed_as[own.name], own.type) for own in record.input_fields}


def _zeros(intent_type: type[Intent], taken: dict[str, Any]) -> dict[str, Any]:
    """The fields that only other acts of the same intent have."""
    left = {name: abi for name, abi in intent_type.abi_types().values() if name not in taken}
    return {name: bytes(int(abi.removeprefix("bytes"))) for name, abi in left.items()}


def exact(data: Any) -> Any:
    """JSON in which what a browser would round stands as text."""
    if isinstance(data, dict):
        return {name: exact(value) for name, value in data.items()}
    if isinstance(data, list):
        return [exact(value) for value in data]
    return str(data) if isinstance(data, int) and data > MAX_JSON_INTEGER else data
