"""What an event must say, by the arguments of the call that emitted it. An argument and a parameter of one name are one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.decode.abi import decode_call, flat
from audit.decode.eip712 import struct_hash
from audit.errors import DecodeError
from audit.rules.intents import PROPOSAL_TYPE
from audit.rules.membership import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from audit.chain.history import Log, Transaction

Values = dict[str, Any]

# Contracts that emit what a member called another contract for.
_CALLED_FOR = {"Rounds": "Disbursements"}

# Events that come once per item of a list: the list, by call and event.
_LISTS = {
    ("Campaigns.attestGifts", "GiftAttested"): "gifts",
    ("Cooperative.payOut", "PayoutProven"): "payouts",
    ("Cooperative.settleLots", "LotSettled"): "settlements",
    ("Committees.setRules", "TierSet"): "tiers",
}

# Parameters that have the name of an argument and another meaning: the call says what kind of member it is, the event how
# the key signs; the call says which committee was asked, the event which one decides now; the call says for how much a
# request is, the event how much of it was recorded before.
_OF_ANOTHER_MEANING = {
    "KeyAdded": "kind", "ProposalReferred": "committee", "ProofReversed": "amount_fen", "ReturnReversed": "amount_fen",
}  # fmt: skip

# Calls that set or clear what their events say.
_SWITCHES = {
    "Funds.freeze": ("frozen", True),
    "Funds.unfreeze": ("frozen", False),
    "Funds.closeFund": ("closed", True),
    "Funds.reopenFund": ("closed", False),
    "Committees.agreeToHandover": ("agrees", True),
    "Committees.retractAgreement": ("agrees", False),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call of a pinned contract, by its caller or by the authority for its caller.

    Attributes:
        contract: Name of the contract.
        function: Name of the function.
        args: Its arguments.
        address: Of the version that is called, 20 bytes.
    """

    contract: str
    function: str
    args: Values
    address: bytes

    @property
    def name(self) -> str:
        """Contract and function, such as "Funds.openFund"."""
        return f"{self.contract}.{self.function}"


def call_of(transaction: Transaction, names: Mapping[bytes, str]) -> Call | None:
    """What a transaction calls; the call inside where the authority carries one out; None if no pinned contract.

    Args:
        transaction: The transaction.
        names: Pinned contracts by address.
    """
    if transaction.target is None or transaction.function is None:
        return None
    if (transaction.target, transaction.function) != ("Authority", "execute"):
        return Call(
            contract=transaction.target, function=transaction.function, args=transaction.args, address=transaction.to or b"",
        )  # fmt: skip
    inner = names.get(transaction.args["target"], "")
    try:
        function, args = decode_call(inner, transaction.args["data"])
    except DecodeError:
        return None
    return Call(contract=inner, function=function, args=args, address=transaction.args["target"])


def is_answer(call: Call, log: Log) -> bool:
    """Whether an event is of the contract that was called, or of one that works for it."""
    return call.contract in (log.contract, _CALLED_FOR.get(log.contract))


def effects_of(call: Call, log: Log, number: int) -> Values:
    """Parameters that an event must have.

    Args:
        call: The call of the event's transaction, to the event's contract or one that it works for.
        log: The event.
        number: How many events of its kind came before it in the transaction.
    """
    if log.event == "KeyKept":
        return {}  # the key that goes on is the one before; it is no argument
    if log.event in ("KeyReplaced", "RecoverySigned"):
        return {"new_key": call.args["new_key"]}  # the event tells the new key from the one before
    # The implementation calls a value that replaces one of the same name new.
    effects = {name.removeprefix("new_"): value for name, value in flat(call.args).items()}
    effects.pop(_OF_ANOTHER_MEANING.get(log.event, ""), None)
    effects |= dict(_derived_parameters(call, log)) | dict(_joint_parameters(call, log, number))
    effects |= dict(_granted_parameters(call, log))
    if call.name == "Committees.setRules":
        effects["tier"] = number
    items = items_of(call, log) or ()
    return effects | (flat(items[number]) if number < len(items) else {})


def items_of(call: Call, log: Log) -> Sequence[Values] | None:
    """The list of a call for which an event comes once per item; None if it has none for this event."""
    name = _LISTS.get((call.name, log.event))
    return None if name is None else call.args[name]


def items_event(call: str) -> str | None:
    """The event that comes once per item of a list in a call; None if a call does one thing.

    Args:
        call: Contract and function.
    """
    return next((f"{call.partition('.')[0]}.{event}" for name, event in _LISTS if name == call), None)


def _joint_parameters(call: Call, log: Log, number: int) -> Iterator[tuple[str, Any]]:
    """Of a payment of several requests: each has its own events, those that are executed only now one more."""
    if call.name != "Disbursements.proveJointPayment":
        return
    proposals = call.args["proposals"]
    if log.event == "JointPaymentProven":
        yield "requests", len(proposals)
        yield "total_fen", sum(proposal["amount_fen"] for proposal in proposals)
    elif log.event == "PaymentProven" and number < len(proposals):
        yield "proposal_id", struct_hash(PROPOSAL_TYPE, proposals[number])


def _granted_parameters(call: Call, log: Log) -> Iterator[tuple[str, Any]]:
    """Of an office: whoever holds it does so from now on, and waits as long as the call says."""
    if (call.name, log.event) == ("Authority.grantRole", "RoleGranted"):
        yield "delay", call.args["execution_delay"]
        if log.values["new_member"]:
            yield "since", log.block.time


def _derived_parameters(call: Call, log: Log) -> Iterator[tuple[str, Any]]:
    if call.name == "Committees.openCommittee":
        classes = call.args["classes"]
        yield "seats", len(classes)
        for kind, name in enumerate(CLASSES):
            yield f"{name}_seats", sum(1 << seat for seat, c in enumerate(classes) if c == kind)
    elif call.name in _SWITCHES:
        yield _SWITCHES[call.name]
    elif call.name == "Members.cancelIntent":
        yield "nonce", call.args["cancelled_nonce"].to_bytes(32, "big")
    elif call.name == "Delegations.actForPerson" or call.contract == "Offices":
        yield "selector", call.args["data"][:4]
    elif call.name == "Members.endRole":
        yield "valid_until", log.block.time
    elif call.name == "Funds.openPurpose":
        yield "fund", call.args["purpose"] >> 16
    elif call.name == "Donations.attestDonations":
        yield "count", len(call.args["donations"])
    if "proposal" in call.args:
        yield "proposal_id", struct_hash(PROPOSAL_TYPE, call.args["proposal"])
