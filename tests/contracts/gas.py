"""What the acts of a neighbourhood cost, in gas, measured on the chain.

Each act is measured when it is routine: the accounts are there and hold something, the words of nonces are in use. What
is new each time (a bank line, a proposal, a lot) is new here too. An act is `relayed` if the relayer delivers a signed
intent, and `direct` if the member's own key calls.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from contracts.enums import AssuranceLevel, SeatClass
from tests.conftest import member_id, signer
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
NO_EVIDENCE = bytes(32)
PUBLIC_DONOR, PRIVATE_DONOR = member_id("donor one") + bytes(16), keccak(text="private donor")


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

    async def carry(self, name: str, intent: Intent) -> int:
        """Gas of an intent, delivered by the relayer or done by the member's own key."""
        if self.direct:
            call = intent.call(b"")
            return await self.send(name, call.contract, call.function, *call.args)
        receipt = await self.town.carry(signer(name), intent)
        return int(receipt["gasUsed"])

    async def send(self, name: str, contract: str, function: str, *args: Any) -> int:
        """Gas of a call."""
        receipt = await self.town.send(signer(name), contract, function, *args)
        return int(receipt["gasUsed"])

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


async def measure(town: Town) -> dict[str, int]:
    """Gas of each routine act in the founded neighbourhood, by its name."""
    relayed, direct = Meter(town), Meter(town, direct=True)
    alone = Meter(town, own_words=True)
    await _donate(relayed, "warm", 1)
    await _cycle(relayed, 1)
    return {
        "donation alone of a public donor, direct": await _donate(direct, "public", 1, donor=PUBLIC_DONOR),
        "donation alone, direct": await _donate(direct, "direct", 1),
        "donation alone, relayed": await _donate(relayed, "relayed", 1),
        "donation alone, relayed, new word of nonces": await _donate(alone, "new word", 1),
        "donation in a batch of 50, direct": await _donate(direct, "direct batch", 50) // 50,
        "donation in a batch of 50, relayed": await _donate(relayed, "relayed batch", 50) // 50,
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
    }


def text(measured: dict[str, int]) -> str:
    """The golden file's text."""
    return json.dumps(measured, indent=1, ensure_ascii=False) + "\n"


async def _donate(meter: Meter, name: str, count: int, donor: bytes = PRIVATE_DONOR) -> int:
    donations = tuple(
        Donation(bank_line=line(f"{name} {i}"), purpose=GENERAL, amount_fen=2_000_000, donor=donor)
        for i in range(count)
    )
    nonce = meter.nonce("treasurer", "Donations")
    intent = AttestDonations(fund=FUND, bank=BANK, donations=donations, nonce=nonce, deadline=DEADLINE)
    return await meter.carry("treasurer", intent)


def _request(number: int) -> Proposal:
    return Proposal(
        committee=COMMITTEE, purpose=GENERAL, budget_line=BUDGET_LINE, amount_fen=60_000, number=number,
        requester=member_id("requester"), payee=keccak(text="payee"), documents=keccak(text="documents"),
    )  # fmt: skip


async def _cycle(meter: Meter, number: int, *, at_once: bool = False) -> int:
    request, contract = _request(number), "Disbursements"
    submitted = SubmitProposal(proposal=request, nonce=meter.nonce("requester", contract), deadline=DEADLINE)
    gas = await meter.carry("requester", submitted)
    for name in APPROVERS:
        gas += await meter.carry(name, ApproveProposal(proposal=request, round=1, deadline=DEADLINE))
    await later(meter.town, 3 * DAY + OBJECTION_GRACE)
    if at_once:
        return gas + await meter.carry("treasurer", _proof(meter, request, ProposalAct.EXECUTE_PROVEN))
    gas += await meter.send("relayer", contract, "execute", request.as_tuple())
    return gas + await meter.carry("treasurer", _proof(meter, request, ProposalAct.PROVE_PAYMENT))


async def _collected(meter: Meter, number: int) -> int:
    request, contract = _request(number), "Disbursements"
    approved = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
    signatures = [signature(meter.town, name, approved) for name in APPROVERS]
    submitted = SubmitProposal(proposal=request, nonce=meter.nonce("requester", contract), deadline=DEADLINE)
    by, authorization = meter.authorize("requester", submitted)
    gas = await meter.send(
        by, contract, "submitApproved", request.as_tuple(), authorization, DEADLINE, signatures
    )
    await later(meter.town, 3 * DAY + OBJECTION_GRACE)
    return gas + await meter.carry("treasurer", _proof(meter, request, ProposalAct.EXECUTE_PROVEN))


def _proof(meter: Meter, request: Proposal, act: ProposalAct) -> ActOnProposal:
    return ActOnProposal(
        act=act, proposal=request, evidence=line(f"payment {request.number}"),
        nonce=meter.nonce("treasurer", "Disbursements"), deadline=DEADLINE,
    )  # fmt: skip


async def _gifts(meter: Meter) -> int:
    terms = (STAIRWELL, 115_000, 0, bytes(16), DEADLINE, GENERAL, 50_000, 10_000, 20_000, True)
    await meter.send("steward", "Campaigns", "openCampaign", 1, terms)
    await meter.send("registrar", "Campaigns", "listHouseholds", 1, b"r" * 32, 5)
    gas = [await _gift(meter, name) for name in ("resident one", "resident two")]
    return gas[-1]


async def _gift(meter: Meter, name: str) -> int:
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


async def _hours(meter: Meter) -> int:
    gas = [await _visit(meter, number) for number in (1, 2)]
    return gas[-1]


async def _redemptions(meter: Meter) -> int:
    """The second of two: the account of who serves is there."""
    gas = [await _redemption(meter, bytes([number]) * 16) for number in (1, 2)]
    return gas[-1]


async def _redemption(meter: Meter, redemption: bytes) -> int:
    contract = "Redemptions"
    opened = Redeem(
        redemption=redemption, provider=member_id("barber"), fund=FUND, service=VISIT, held_minutes=30,
        nonce=meter.nonce("volunteer", contract), deadline=DEADLINE,
    )  # fmt: skip
    gas = await meter.carry("volunteer", opened)
    for name, act in (
        ("barber", RedemptionAct.ACCEPT),
        ("barber", RedemptionAct.SERVE),
        ("volunteer", RedemptionAct.CONFIRM),
    ):
        nonce = meter.nonce(name, contract)
        gas += await meter.carry(
            name,
            ActOnRedemption(
                act=act, redemption=redemption, document=NO_EVIDENCE, nonce=nonce, deadline=DEADLINE
            ),
        )
    return gas


async def _visit(meter: Meter, number: int) -> int:
    task, size = bytes([number]) * 16, 2 * number
    leaves = [hashlib.sha256(bytes([number, i])).digest() for i in (0, 1)]
    opened = OpenTask(
        task=task, fund=FUND, service=VISIT, authorised_minutes=90, beneficiary=keccak(text="beneficiary"), expires_at=DEADLINE,
        nonce=meter.nonce("coordinator", "TimeBank"), deadline=DEADLINE,
    )  # fmt: skip
    accepted = ActOnTask(
        act=TaskAct.ACCEPT, task=task, document=NO_EVIDENCE, nonce=meter.nonce("volunteer", "TimeBank"),
        deadline=DEADLINE,
    )  # fmt: skip
    gas = await meter.carry("coordinator", opened) + await meter.carry("volunteer", accepted)
    root, path = hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).digest(), hashlib.sha256(b"older").digest()
    above = [path] if number == 2 else []
    head = hashlib.sha256(b"\x01" + path + root).digest() if above else root
    await meter.send("log_keeper", "EventLog", "anchor", size, head, NO_EVIDENCE)
    proofs = ((leaves[0], size - 2, [leaves[1], *above]), (leaves[1], size - 1, [leaves[0], *above]))
    claim = (task, 60, AssuranceLevel.A3, NO_EVIDENCE, size, *proofs)
    gas += await meter.send("verifier", "TimeBank", "admitClaim", claim)
    await later(meter.town, CHALLENGE_SECONDS)
    return gas + await meter.send("relayer", "TimeBank", "credit", task)


async def _earnings(meter: Meter) -> int:
    contract, order = "Cooperative", b"o" * 16
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
    opened = OpenWorkOrder(
        order=order, enterprise=ENTERPRISE, product=1, pieces=1000, worker_pieces=1000, due_at=DEADLINE,
        nonce=meter.nonce("foreman", contract), deadline=DEADLINE,
    )  # fmt: skip
    await meter.carry("foreman", opened)
    gas = [await _lot(meter, order, bytes([number]) * 16) for number in (1, 2)]
    return gas[-1]


async def _lot(meter: Meter, order: bytes, lot: bytes) -> int:
    taken = TakeLot(
        lot=lot, order=order, pieces=97, nonce=meter.nonce("worker", "Cooperative"), deadline=DEADLINE
    )
    settled = SettleLot(
        lot=lot, accepted_pieces=97, rejected_pieces=0, document=keccak(text="protocol"),
        nonce=meter.nonce("foreman", "Cooperative"), deadline=DEADLINE,
    )  # fmt: skip
    return await meter.carry("worker", taken) + await meter.carry("foreman", settled)
