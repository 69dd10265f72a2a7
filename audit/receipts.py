"""Receipts that people kept against the chain: what a portal acknowledged must stand there, or be explained by what does.

A receipt comes from whoever signed; the chain from a bundle whose foundations pass. An objection that was acknowledged within
its notice and neither reached the chain, nor was refused there as it was signed, nor was called back, nor became needless, is proof against who
acknowledged it. So is an act in a block that says it was made before the act was received: blocks before the first pin have no other clock than
the operator's, but for what people kept. Of any other act the auditor cannot tell whether the chain would have refused it: then it is for the operator
to show why.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from audit.decode.abi import snake
from audit.decode.eip712 import digest, parsed, struct_hash
from audit.errors import AuditError, BundleError
from audit.evidence.canonical import array, integer, record, shown, text, unhexed
from audit.rules.intents import PROPOSAL_TYPE, RECORDS
from audit.rules.proposal import OBJECTION_GRACE_SECONDS
from audit.rules.receipts import ACTION, ReceiptKeys, receipt_key
from audit.rules.signatures import signer_of
from audit.rules.signing import signed_digest, verifiers_of
from audit.verified_history import read_verified

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from audit.chain.history import History, Log, Transaction
    from audit.evidence.trust import Trust

FORMAT = "gongji.receipt.v1"
MAX_BYTES = 1_048_576
OBJECT_ACTION = str(RECORDS["Disbursements.object"]["action"])
# By which the clocks of a portal and of the chain may differ.
MOST_APART_SECONDS = 300
# What makes an objection needless: its request stands no more where one can object.
_ENDINGS = ("Rounds.ProposalSuspended", "Rounds.ProposalWithdrawn", "Rounds.ProposalFailed")

Values = dict[str, Any]


class Became(StrEnum):
    """What became of something that was acknowledged."""

    CARRIED = "carried"
    DATED_BACK = "dated-back"
    REFUSED = "refused"
    CALLED_BACK = "called-back"
    NEEDLESS = "needless"
    MISSING = "missing"
    OPEN = "open"
    UNEXPLAINED = "unexplained"
    INVALID = "invalid"


TEXTS = {
    Became.CARRIED: "已入账 stands on the chain",
    Became.DATED_BACK: "区块的时间早于回执 stands in a block that is dated before it was received",
    Became.REFUSED: "链上拒绝 was refused on the chain",
    Became.CALLED_BACK: "本人收回 was called back by who signed",
    Became.NEEDLESS: "已不需要 became needless: the request stood no more where one can object",
    Became.MISSING: "确认收到却没有入账 was acknowledged and never reached the chain: the portal kept it back",
    Became.OPEN: "还可能入账 may still arrive",
    Became.UNEXPLAINED: "没有入账，要运营方说明 is not on the chain; the operator must show why",
    Became.INVALID: "回执无效 is no receipt of this town",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A receipt, and what became of what it acknowledges.

    Attributes:
        file: Its file.
        became: What became of it.
        where: Where that stands on the chain, or why the receipt is not valid; else empty.
    """

    file: str
    became: Became
    where: str = ""

    def text(self) -> str:
        """The receipt for people."""
        return f"{self.file}: {TEXTS[self.became]}{', ' if self.where else ''}{self.where}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipts:
    """What became of all of them."""

    all: tuple[Judged, ...]

    @property
    def exit_status(self) -> int:
        """1 if one is missing or dated back, 0 if each stands on the chain or is explained by it, else 2."""
        found = {judged.became for judged in self.all}
        if found & {Became.MISSING, Became.DATED_BACK}:
            return 1
        return 0 if found and not found & {Became.OPEN, Became.UNEXPLAINED, Became.INVALID} else 2

    def text_lines(self) -> list[str]:
        """A line for each."""
        return [judged.text() for judged in self.all]

    def to_json(self) -> Values:
        """The same as JSON."""
        rows = [{"file": j.file, "became": str(j.became), "where": j.where} for j in self.all]
        return {"exit_status": self.exit_status, "receipts": rows}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Acknowledged:
    action: str
    contract: str
    message: Values
    signed: bytes
    signatures: tuple[bytes, ...]
    signer: bytes
    received_at: int


def judge(bundle: Path, trust: Trust, files: Sequence[Path]) -> Receipts:
    """Looks for what each receipt acknowledges.

    Args:
        bundle: Folder of the bundle.
        trust: What is pinned.
        files: The receipts, as people kept them.

    Raises:
        BundleError: The bundle does not pass its foundations.
    """
    _, history = read_verified(bundle, trust)
    return Receipts(all=tuple(_judged(file, history, trust) for file in files))


def judge_file(content: bytes, name: str, history: History, trust: Trust) -> Judged:
    """Looks for what one receipt acknowledges, in a verified history."""
    try:
        one = _read(content, history, trust)
    except (AuditError, KeyError, TypeError, ValueError, AttributeError) as error:
        return Judged(file=name, became=Became.INVALID, where=str(error)[:300])
    became, where = _became(one, history, trust)
    return Judged(file=name, became=became, where=where)


def _judged(file: Path, history: History, trust: Trust) -> Judged:
    try:
        content = file.read_bytes()
    except OSError as error:
        return Judged(file=file.name, became=Became.INVALID, where=str(error))
    return judge_file(content[: MAX_BYTES + 1], file.name, history, trust)


def _read(content: bytes, history: History, trust: Trust) -> _Acknowledged:
    """What a file acknowledges, if its parts fit each other and a receipt key in force signed it.

    Raises:
        BundleError: They do not.
    """
    try:
        # A nonce has up to 256 bits, which only the standard library reads.
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"expected JSON: {error}") from None
    needed = ("format", "receipt", "receipt_signature", "signatures", "typed_data")
    document = record(document, needed)
    if document["format"] != FORMAT:
        raise BundleError(f"expected {FORMAT}, got {shown(document['format'])}")
    act, message = _act_and_message(document["typed_data"])
    contract = act["contract"]
    signed = digest(
        act["message"], message, contract=contract, chain_id=trust.chain_id, address=trust.address(contract)
    )
    signatures = tuple(unhexed(text(one).lower()) for one in array(document["signatures"]))
    fields = document["receipt"]["message"]
    signer, received_at = bytes.fromhex(text(fields["signer"])[2:]), integer(fields["receivedAt"])
    is_its_own = fields["action"] == ACTION and unhexed(fields["digest"], 32) == signed
    if not is_its_own or signer not in [signer_of(signed, one, verifiers_of(trust))[0] for one in signatures]:
        raise BundleError("expected the receipt of what stands beside it and of a key that signed it")
    acknowledgement = {"received_at": received_at, "signature": unhexed(document["receipt_signature"], 65)}
    key = receipt_key(signed, signer, acknowledgement, trust)
    if key is None or not ReceiptKeys(history).in_force(key, received_at):
        raise BundleError("expected a receipt key that was in force at the date of the receipt")
    return _Acknowledged(
        action=act["action"], contract=contract, message=message, signed=signed, signatures=signatures,
        signer=signer, received_at=received_at,
    )  # fmt: skip


def _act_and_message(typed_data: Any) -> tuple[Values, Values]:
    """The act that a message is of, and its fields as the decoder gives arguments."""
    primary, fields = text(typed_data["primaryType"]), typed_data["message"]
    for act in RECORDS.values():
        if (
            act.get("message")
            and act["message"].startswith(f"{primary}(")
            and act["action"] == fields["action"]
        ):
            structs = parsed(act["message"])
            return act, _values(primary, fields, structs)
    raise BundleError(f"expected the message of an act, got {shown(primary)}")


def _values(name: str, message: Any, structs: Values) -> Values:
    values = {snake(field): value for field, value in message.items()}
    return {field: _value(kind, values[field], structs) for kind, field in structs[name]}


def _value(kind: str, value: Any, structs: Values) -> Any:
    if kind.endswith("[]"):
        return [_value(kind[:-2], one, structs) for one in array(value)]
    if kind in structs:
        return _values(kind, value, structs)
    if kind.startswith("uint"):
        return int(value)
    return text(value) if kind == "string" else bytes.fromhex(text(value)[2:])


def _became(one: _Acknowledged, history: History, trust: Trust) -> tuple[Became, str]:
    calls = [call for call in history.all_transactions if _carries(call, one, trust)]
    if done := [call for call in calls if call.status]:
        is_later = done[0].block.time >= one.received_at - MOST_APART_SECONDS
        return (Became.CARRIED if is_later else Became.DATED_BACK), done[0].where
    # With other words, or too little gas, whoever carries it has it refused as they like.
    whole = [call for call in calls if not call.is_starved and _is_whole(call, one, trust)]
    if whole:
        return Became.REFUSED, whole[0].where
    if log := next(_called_back(one, history, trust), None):
        return Became.CALLED_BACK, log.where
    if one.action == OBJECT_ACTION:
        return _objection(one, history)
    may_arrive = history.head.time <= one.message.get("deadline", 0)
    return (Became.OPEN if may_arrive else Became.UNEXPLAINED), ""


def _carries(call: Transaction, one: _Acknowledged, trust: Trust) -> bool:
    """Whether a call carries what was acknowledged: with its signature, or as the key's own call of the same."""
    if call.target != one.contract:
        return False
    authorization = call.args.get("authorization") or {}
    carried = {authorization.get("signature"), *call.args.get("signatures", ())}
    if carried & set(one.signatures):
        return True
    if call.sender != one.signer or authorization.get("signature") != b"":
        return False
    try:
        return signed_digest(call, trust) == one.signed
    except (KeyError, TypeError):
        return False


def _is_whole(call: Transaction, one: _Acknowledged, trust: Trust) -> bool:
    """Whether a call that carries a signature carries what was signed; of collected approvals the words of the act are elsewhere."""
    if one.signatures and set(call.args.get("signatures", ())) & set(one.signatures):
        return True
    try:
        return signed_digest(call, trust) == one.signed
    except (KeyError, TypeError):
        return False


def _called_back(one: _Acknowledged, history: History, trust: Trust) -> Iterator[Log]:
    nonce = one.message.get("nonce")
    for log in history.logs("Members.IntentCancelled"):
        v = log.values
        is_nonce = nonce is not None and v["nonce"] == nonce.to_bytes(32, "big")
        if is_nonce and (v["key"], v["taker"]) == (one.signer, trust.address(one.contract)):
            yield log


def _objection(one: _Acknowledged, history: History) -> tuple[Became, str]:
    """An objection that is not on the chain: whether it still may be, was needless, or was kept back."""
    request = struct_hash(PROPOSAL_TYPE, one.message["proposal"])
    about = [log for log in history.logs() if log.values.get("proposal_id") == request]
    notices = [
        log for log in about if log.name == "Rounds.NoticeStarted" and log.block.time <= one.received_at
    ]
    if not notices or one.received_at >= notices[-1].values["notice_ends_at"]:
        return Became.UNEXPLAINED, "收到的时候不在公示期 it was received outside a notice"
    ends_at = notices[-1].values["notice_ends_at"] + OBJECTION_GRACE_SECONDS
    since = about.index(notices[-1])
    for log in about[since:]:
        if log.name in _ENDINGS and log.block.time < ends_at:
            return Became.NEEDLESS, log.where
    return (Became.OPEN if history.head.time < ends_at else Became.MISSING), notices[-1].where
