"""What the acts of a neighbourhood cost, in gas, measured on the chain.

Each act is measured when it is routine: the accounts are there and hold something, the words of nonces are in use. What
is new each time (a bank line, a proposal, a lot) is new here too. An act is `relayed` if the relayer delivers a signed
intent, and `direct` if the member's own key calls.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from contracts.enums import AssuranceLevel, SeatClass
from contracts.ids import lot_id, order_id
from tests.conftest import member_id, signer
from tests.contracts import event_tree
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    BUDGET_LINE,
    CHALLENGE_SECONDS,
    COMMITTEE,
    DAY,
    DEADLINE,
    ENTERPRISE,
    FUND,
    GENERAL,
    OBJECTION_GRACE,
    STAIRWELL,
    VISIT,
    founded,
    later,
    line,
    number_of,
)
from wallets.intents import (
    ActOnProposal,
    ActOnRedemption,
    ActOnTask,
    ApproveProposal,
    AttestDonations,
    AttestGifts,
    AttestProceeds,
    Donation,
    Gift,
    OpenTask,
    OpenWorkOrder,
    Proposal,
    ProposalAct,
    PublishRateCard,
    RateCard,
    Redeem,
    RedemptionAct,
    SettleLot,
    SettleLots,
    Settlement,
    SubmitProposal,
    TakeLot,
    TaskAct,
)

if TYPE_CHECKING:
    from tests.conftest import Town
    from wallets.intents import Intent

GOLDEN = Path(__file__).parent / "golden" / "gas.json"
# A committee of five, of whom four must agree.
FIVE_SEATS = (
    ("donor one", SeatClass.DONOR),
    ("resident one", SeatClass.RESIDENT),
    ("resident two", SeatClass.RESIDENT),
    ("official", SeatClass.OFFICIAL),
    ("firm", SeatClass.ENTERPRISE),
)
APPROVERS = ("donor one", "resident one", "resident two", "official")
# Who make pieces at home.
WORKERS = ("worker", "volunteer", "resident one", "resident two", "requester")
MOST_TRACED = 50
NO_EVIDENCE = bytes(32)
PUBLIC_DONOR, PRIVATE_DONOR = member_id("donor one") + bytes(16), keccak(text="private donor")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A transaction.

    Attributes:
        function: Contract and function that it calls.
        gas: What it used.
        transaction: Its hash, 32 bytes.
    """

    function: str
    gas: int
    transaction: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Routine:
    """An act as neighbours do it, from its first transaction to its last.

    Attributes:
        sent: Its transactions.
        count: How many of the thing they do together.
        is_traced: Whether its steps are read; those of lots that are settled by the fifty are more than a node may answer.
    """

    sent: tuple[Sent, ...]
    count: int = 1
    is_traced: bool = True

    @property
    def gas(self) -> int:
        """What one of the things costs."""
        return sum(one.gas for one in self.sent) // self.count


Measured = dict[str, Routine]


class Meter:
    """Acts on the chain and reads what they cost.

    Each signer counts up in each contract, as the API draws nonces for who is signed in; or each intent has a word of nonces
    to itself.
    """

    def __init__(self, town: Town, *, direct: bool = False, own_words: bool = False) -> None:
        self.town = town
        self.direct = direct
        self._own_words = own_words
        self._nonces: dict[tuple[str, str], int] = {}

    def nonce(self, name: str, contract: str) -> int:
        """Next nonce of a signer in a contract, or the first one of the next word."""
        used = self._nonces.get((name, contract), 0)
        self._nonces[name, contract] = used + 1
        return (1 + used) << 8 if self._own_words else used

    async def carry(self, name: str, intent: Intent) -> Sent:
        """Does what an intent says: delivered by the relayer, or by the member's own key."""
        by, signed = (name, b"") if self.direct else ("relayer", signature(self.town, name, intent))
        call = intent.call(signed)
        return await self.send(by, call.contract, call.function, *call.args)

    async def send(self, name: str, contract: str, function: str, *args: Any) -> Sent:
        """Sends a call."""
        receipt = await self.town.send(signer(name), contract, function, *args)
        return Sent(
            function=f"{contract}.{function}",
            gas=int(receipt["gasUsed"]),
            transaction=bytes(receipt["transactionHash"]),
        )

    def authorize(self, name: str, intent: SubmitProposal) -> tuple[str, tuple[int, int, bytes]]:
        """Who sends an intent, and its authorization."""
        if self.direct:
            return name, (0, 0, b"")
        return "relayer", (intent.nonce, intent.deadline, signature(self.town, name, intent))


def signature(town: Town, name: str, intent: Intent) -> bytes:
    """Signature of a person over an intent, 65 bytes."""
    return signer(name).sign_intent(intent, town.domain(intent.CONTRACT)).signature


async def founded_with_five_seats(folder: Path) -> None:
    """Makes the chain of the neighbourhood whose acts are measured, for `open_town`."""
    await founded(folder, FIVE_SEATS)


async def measure(town: Town) -> Measured:
    """Each routine act in the founded neighbourhood, by its name."""
    relayed, direct = Meter(town), Meter(town, direct=True)
    alone = Meter(town, own_words=True)
    await _donate(relayed, "warm", 1)
    await _cycle(relayed, 1)
    return {
        "donation alone of a public donor, direct": await _donate(direct, "public", 1, donor=PUBLIC_DONOR),
        "donation alone, direct": await _donate(direct, "direct", 1),
        "donation alone, relayed": await _donate(relayed, "relayed", 1),
        "donation alone, relayed, new word of nonces": await _donate(alone, "new word", 1),
        "donation in a batch of 50, direct": await _donate(direct, "direct batch", 50),
        "donation in a batch of 50, relayed": await _donate(relayed, "relayed batch", 50),
        "disbursement cycle, four approvals, direct": await _cycle(direct, 2),
        "disbursement cycle, four approvals, relayed": await _cycle(relayed, 3),
        "disbursement cycle, four approvals, paid with proof, direct": await _cycle(direct, 6, at_once=True),
        "disbursement cycle, four approvals, paid with proof, relayed": await _cycle(
            relayed, 7, at_once=True
        ),
        "disbursement cycle, collected signatures, direct": await _collected(direct, 4),
        "disbursement cycle, collected signatures, relayed": await _collected(relayed, 5),
        "matched gift of a new household, relayed": await _gifts(relayed),
        "visit from the task to the credit, relayed": await _hours(relayed),
        "redemption from its opening to the confirmation, relayed": await _redemptions(relayed),
        "lot taken and settled, relayed": await _earnings(relayed),
        "lot settled in a batch of 10, relayed": await _settled_together(relayed, b"ten lots", 10),
        "lot settled in a batch of 50, relayed": await _settled_together(relayed, b"fifty   ", 50),
    }


def text(measured: Measured) -> str:
    """The golden file's text."""
    gas = {name: routine.gas for name, routine in measured.items()}
    return json.dumps(gas, indent=1, ensure_ascii=False) + "\n"


async def _donate(meter: Meter, name: str, count: int, donor: bytes = PRIVATE_DONOR) -> Routine:
    donations = tuple(
        Donation(bank_line=line(f"{name} {i}"), purpose=GENERAL, amount_fen=2_000_000, donor=donor)
        for i in range(count)
    )
    nonce = meter.nonce("treasurer", "Donations")
    intent = AttestDonations(fund=FUND, bank=BANK, donations=donations, nonce=nonce, deadline=DEADLINE)
    return Routine(sent=(await meter.carry("treasurer", intent),), count=count)


def _request(number: int) -> Proposal:
    return Proposal(
        committee=COMMITTEE, purpose=GENERAL, budget_line=BUDGET_LINE, amount_fen=60_000, number=number,
        requester=member_id("requester"), payee=keccak(text="payee"), documents=keccak(text="documents"),
    )  # fmt: skip


async def _cycle(meter: Meter, number: int, *, at_once: bool = False) -> Routine:
    request, contract = _request(number), "Disbursements"
    submitted = SubmitProposal(proposal=request, nonce=meter.nonce("requester", contract), deadline=DEADLINE)
    approved = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
    sent = [await meter.carry("requester", submitted)]
    sent += [await meter.carry(name, approved) for name in APPROVERS]
    await later(meter.town, 3 * DAY + OBJECTION_GRACE)
    proof = ProposalAct.EXECUTE_PROVEN if at_once else ProposalAct.PROVE_PAYMENT
    if not at_once:
        sent.append(await meter.send("relayer", contract, "execute", request.as_tuple()))
    sent.append(await meter.carry("treasurer", _proof(meter, request, proof)))
    return Routine(sent=tuple(sent))


async def _collected(meter: Meter, number: int) -> Routine:
    request, contract = _request(number), "Disbursements"
    approved = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
    signatures = [signature(meter.town, name, approved) for name in APPROVERS]
    submitted = SubmitProposal(proposal=request, nonce=meter.nonce("requester", contract), deadline=DEADLINE)
    by, authorization = meter.authorize("requester", submitted)
    submission = await meter.send(
        by, contract, "submitApproved", request.as_tuple(), authorization, DEADLINE, signatures
    )
    await later(meter.town, 3 * DAY + OBJECTION_GRACE)
    payment = await meter.carry("treasurer", _proof(meter, request, ProposalAct.EXECUTE_PROVEN))
    return Routine(sent=(submission, payment))


def _proof(meter: Meter, request: Proposal, act: ProposalAct) -> ActOnProposal:
    return ActOnProposal(
        act=act, proposal=request, evidence=line(f"payment {request.number}"),
        nonce=meter.nonce("treasurer", "Disbursements"), deadline=DEADLINE,
    )  # fmt: skip


async def _gifts(meter: Meter) -> Routine:
    terms = (STAIRWELL, 115_000, 0, bytes(16), DEADLINE, GENERAL, 50_000, 10_000, 20_000, True)
    await meter.send("steward", "Campaigns", "openCampaign", 1, terms)
    await meter.send("registrar", "Campaigns", "listHouseholds", 1, b"r" * 32, 5)
    gifts = [await _gift(meter, name) for name in ("resident one", "resident two")]
    return Routine(sent=(gifts[-1],))


async def _gift(meter: Meter, name: str) -> Sent:
    gift = Gift(
        bank_line=line(f"gift of {name}"),
        amount_fen=20_000,
        booked_on=BOOKED_ON,
        donor=keccak(text=name),
        household=number_of(name),
    )
    nonce = meter.nonce("treasurer", "Campaigns")
    return await meter.carry(
        "treasurer", AttestGifts(campaign=1, bank=BANK, gifts=(gift,), nonce=nonce, deadline=DEADLINE)
    )


async def _hours(meter: Meter) -> Routine:
    visits = [await _visit(meter, number) for number in (1, 2)]
    return visits[-1]


async def _redemptions(meter: Meter) -> Routine:
    """The second of two: the account of who serves is there."""
    redemptions = [await _redemption(meter, bytes([number]) * 16) for number in (1, 2)]
    return redemptions[-1]


async def _redemption(meter: Meter, redemption: bytes) -> Routine:
    contract = "Redemptions"
    opened = Redeem(
        redemption=redemption, provider=member_id("barber"), fund=FUND, service=VISIT, held_minutes=30,
        nonce=meter.nonce("volunteer", contract), deadline=DEADLINE,
    )  # fmt: skip
    sent = [await meter.carry("volunteer", opened)]
    for name, act in (
        ("barber", RedemptionAct.ACCEPT),
        ("barber", RedemptionAct.SERVE),
        ("volunteer", RedemptionAct.CONFIRM),
    ):
        nonce = meter.nonce(name, contract)
        intent = ActOnRedemption(
            act=act, redemption=redemption, document=NO_EVIDENCE, nonce=nonce, deadline=DEADLINE
        )
        sent.append(await meter.carry(name, intent))
    return Routine(sent=tuple(sent))


async def _visit(meter: Meter, number: int) -> Routine:
    task, size = bytes([number]) * 16, 2 * number
    leaves = [hashlib.sha256(bytes([i])).digest() for i in range(size)]
    opened = OpenTask(
        task=task, fund=FUND, service=VISIT, authorised_minutes=90, beneficiary=keccak(text="beneficiary"), expires_at=DEADLINE,
        nonce=meter.nonce("coordinator", "TimeBank"), deadline=DEADLINE,
    )  # fmt: skip
    accepted = ActOnTask(
        act=TaskAct.ACCEPT, task=task, document=NO_EVIDENCE, nonce=meter.nonce("volunteer", "TimeBank"),
        deadline=DEADLINE,
    )  # fmt: skip
    sent = [await meter.carry("coordinator", opened), await meter.carry("volunteer", accepted)]
    path = event_tree.consistency(leaves, size - 2)
    await meter.send("log_keeper", "EventLog", "anchor", size, event_tree.root(leaves), NO_EVIDENCE, path)
    proofs = [(leaves[i], i, event_tree.inclusion(leaves, i)) for i in (size - 2, size - 1)]
    claim = (task, 60, AssuranceLevel.A3, NO_EVIDENCE, size, *proofs)
    sent.append(await meter.send("verifier", "TimeBank", "admitClaim", claim))
    await later(meter.town, CHALLENGE_SECONDS)
    return Routine(sent=(*sent, await meter.send("relayer", "TimeBank", "credit", task)))


async def _earnings(meter: Meter) -> Routine:
    contract, order = "Cooperative", order_id(b"o" * 8)
    card = RateCard(
        enterprise=ENTERPRISE,
        product=1,
        version=1,
        piece_fen=117,
        worker_bps=6500,
        reserve_bps=500,
        fund_bps=3000,
    )
    await meter.carry(
        "foreman", PublishRateCard(card=card, nonce=meter.nonce("foreman", "Enterprises"), deadline=DEADLINE)
    )
    proceeds = AttestProceeds(
        enterprise=ENTERPRISE, bank=BANK, bank_line=line("firm"), amount_fen=1_000_000,
        nonce=meter.nonce("treasurer", contract), deadline=DEADLINE,
    )  # fmt: skip
    await meter.carry("treasurer", proceeds)
    await _open_order(meter, order)
    lots = [await _lot(meter, order, number) for number in (1, 2)]
    return lots[-1]


async def _settled_together(meter: Meter, head: bytes, count: int) -> Routine:
    """What the settlement of lots of several workers costs each, once they were taken and their accounts are there."""
    order = order_id(head)
    await _open_order(meter, order)
    for name in WORKERS:
        lot = lot_id(order, keccak(text=name))
        await _take(meter, lot, name)
        await _settle(meter, lot)
    taken = [lot_id(order, keccak(text=str(number))) for number in range(count)]
    for number, lot in enumerate(taken):
        await _take(meter, lot, WORKERS[number % len(WORKERS)])
    settlements = tuple(
        Settlement(
            lot=lot, accepted_pieces=97, rejected_pieces=0, document=keccak(text=f"protocol {lot.hex()}")
        )
        for lot in taken
    )
    intent = SettleLots(
        order=order, settlements=settlements, nonce=meter.nonce("foreman", "Cooperative"), deadline=DEADLINE
    )
    return Routine(sent=(await meter.carry("foreman", intent),), count=count, is_traced=count < MOST_TRACED)


async def _lot(meter: Meter, order: bytes, number: int) -> Routine:
    lot = lot_id(order, bytes([number]) * 8)
    return Routine(sent=(await _take(meter, lot, "worker"), await _settle(meter, lot)))


async def _open_order(meter: Meter, order: bytes) -> None:
    opened = OpenWorkOrder(
        order=order, enterprise=ENTERPRISE, product=1, pieces=10_000, worker_pieces=10_000, due_at=DEADLINE,
        nonce=meter.nonce("foreman", "Cooperative"), deadline=DEADLINE,
    )  # fmt: skip
    await meter.carry("foreman", opened)


async def _take(meter: Meter, lot: bytes, name: str) -> Sent:
    nonce = meter.nonce(name, "Cooperative")
    taken = TakeLot(lot=lot, order=order_id(lot), pieces=97, nonce=nonce, deadline=DEADLINE)
    return await meter.carry(name, taken)


async def _settle(meter: Meter, lot: bytes) -> Sent:
    settled = SettleLot(
        lot=lot, accepted_pieces=97, rejected_pieces=0, document=keccak(text="protocol"),
        nonce=meter.nonce("foreman", "Cooperative"), deadline=DEADLINE,
    )  # fmt: skip
    return await meter.carry("foreman", settled)
