"""A small town with a bit of everything, on a real chain, mirrored by the real indexer: what the tests of reading read."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from contracts.enums import Area, Level, MemberKind, Role, SeatClass
from contracts.ids import lot_id, order_id
from contracts.roles import AuthorityRole
from tests.conftest import GENESIS_TIME, Town, held_by, member_id, signer
from tests.contracts.neighbourhood import BOOKED_ON
from wallets.desk import desk_call
from wallets.intents import (
    ActForPerson,
    ActOnProposal,
    ActOnRedemption,
    ActOnTask,
    ApproveProposal,
    AttestDonations,
    AttestGifts,
    AttestProceeds,
    Donation,
    Gift,
    Intent,
    OpenTask,
    OpenWorkOrder,
    PayOut,
    Payout,
    Proposal,
    ProposalAct,
    PublishRateCard,
    RateCard,
    Redeem,
    RedemptionAct,
    RefundGift,
    ReverseDonation,
    SettleLot,
    SubmitProposal,
    TakeLot,
    TaskAct,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallets.signer import LocalSigner

DAY = 24 * 3600
FOREVER = GENESIS_TIME + 3650 * DAY
BANK, STREET, COMMUNITY, COMMITTEE, ENTERPRISE = 1, 1, 2, 1, 1
POT, LINE = (STREET << 16) | 1, 20001
STAIRS, CARE, RESERVE, REMAINDER = ((COMMUNITY << 16) | code for code in (1, 2, 3, 4))
COMMITTEE_SEATS = {
    "seat0": SeatClass.DONOR, "seat1": SeatClass.DONOR, "seat2": SeatClass.RESIDENT,
    "seat3": SeatClass.RESIDENT, "seat4": SeatClass.OFFICIAL,
}  # fmt: skip
WORKERS = [f"worker{i}" for i in range(6)]
PEOPLE = [
    "treasurer", "cashier", "requester", "coordinator", "volunteer", "elder", "foreman", "neighbour1", "neighbour2", "donor",
    "supervisor", *COMMITTEE_SEATS, *WORKERS,
]  # fmt: skip
BUILDING = keccak(text="building 58")[:16]
ZERO = bytes(32)


def line(name: str) -> bytes:
    """Key of a bank line."""
    return keccak(text=f"line {name}")


def named_id(name: str) -> bytes:
    """Random id of a task, redemption, order or lot."""
    return keccak(text=name)[:16]


ORDER = order_id(named_id("order"))


def lot_of(worker: str) -> bytes:
    """The lot of a worker."""
    return lot_id(ORDER, named_id(f"lot of {worker}"))


def proposal(number: int, amount_fen: int) -> Proposal:
    """A proposal to pay from the purpose for care."""
    return Proposal(
        committee=COMMITTEE, purpose=CARE, budget_line=LINE, amount_fen=amount_fen, number=number,
        requester=member_id("requester"), payee=keccak(text="payee"), documents=keccak(text="quote"),
    )  # fmt: skip


PAID, OBJECTED, VOTING, UNPROVEN = (
    proposal(20250601, 80_000), proposal(20250602, 60_000), proposal(20250603, 150_000), proposal(20250604, 40_000),
)  # fmt: skip


@dataclass
class Story:
    """Plays the story on a town."""

    town: Town
    lanes: Iterator[int] = field(default_factory=count)

    async def role(self, role: AuthorityRole, contract: str, function: str, *args: Any) -> None:
        await self.town.send(signer(role.name.lower()), contract, function, *args)

    async def intend(self, name: str, intent: type[Intent], **values: Any) -> None:
        by: LocalSigner = signer(name)
        if "nonce" in intent.abi_types():
            values["nonce"] = next(self.lanes) << 64
        await self.town.carry(by, intent(deadline=FOREVER, **values))

    async def play(self) -> None:
        """All chapters."""
        await self.open_town()
        await self.give()
        await self.campaign()
        await self.spend()
        await self.serve()
        await self.earn()
        await self.assist()

    async def open_town(self) -> None:
        steward, registrar = AuthorityRole.STEWARD, AuthorityRole.REGISTRAR
        await self.role(steward, "Funds", "openBankAccount", BANK)
        await self.role(steward, "Receipts", "admitReceiptKey", signer("receipts").address)
        await self.role(steward, "Funds", "openFund", STREET, 0, Level.STREET, BANK)
        await self.role(steward, "Funds", "openFund", COMMUNITY, STREET, Level.COMMUNITY, BANK)
        for purpose in (POT, STAIRS, CARE, RESERVE, REMAINDER):
            await self.role(steward, "Funds", "openPurpose", purpose)
        for name in PEOPLE:
            home = named_id(f"home of {name}")
            await self.role(
                registrar,
                "Members",
                "register",
                member_id(name),
                MemberKind.PERSON,
                home,
                *held_by(name, signer(name)),
            )
        for name, role, scope in (
            ("treasurer", Role.TREASURER, STREET), ("treasurer", Role.TREASURER, COMMUNITY),
            ("cashier", Role.TREASURER, COMMUNITY),
            ("coordinator", Role.COORDINATOR, COMMUNITY), ("supervisor", Role.CLERK, COMMUNITY), ("foreman", Role.FOREMAN, ENTERPRISE),
            ("neighbour1", Role.RESIDENT, COMMUNITY), ("neighbour2", Role.RESIDENT, COMMUNITY),
        ):  # fmt: skip
            await self.role(registrar, "Members", "grantRole", member_id(name), role, scope, FOREVER)
        until = self.town.chain.now() + 360 * DAY
        consented = (
            named_id("delegation"),
            member_id("volunteer"),
            COMMUNITY,
            Area.HOURS,
            3,
            until,
            member_id("neighbour1"),
            line("consent"),
        )
        await self.role(registrar, "Delegations", "openDelegation", *consented)
        for name in ("neighbour1", "neighbour2"):
            await self.role(registrar, "Members", "placeHousehold", named_id(f"home of {name}"), BUILDING)

    async def give(self) -> None:
        await self.attest(STREET, [("pot", POT, 500_000, ZERO[:31] + b"\x01")])
        public = member_id("donor") + bytes(16)
        gifts = [
            ("a", CARE, 300_000, public),
            ("b", CARE, 200_000, keccak(text="private")),
            ("c", STAIRS, 7_000, public),
        ]
        await self.attest(COMMUNITY, gifts)
        await self.intend(
            "cashier", ReverseDonation, fund=COMMUNITY, bank_line=line("c"), outgoing_bank_line=ZERO, new_purpose=STAIRS, document=keccak(text="mistake"),
        )  # fmt: skip

    async def attest(self, fund: int, lines: list[tuple[str, int, int, bytes]]) -> None:
        donations = tuple(
            Donation(bank_line=line(name), purpose=purpose, amount_fen=fen, donor=donor)
            for name, purpose, fen, donor in lines
        )
        await self.intend("treasurer", AttestDonations, fund=fund, bank=BANK, donations=donations)

    async def campaign(self) -> None:
        closes_at = self.town.chain.now() + 5 * DAY
        matched = (STAIRS, 100_000, 2, BUILDING, closes_at, POT, 115_000, 10_000, 60_000, True)
        missed = (STAIRS, 900_000, 0, bytes(16), closes_at, 0, 0, 0, 0, False)
        for number, terms in ((1, matched), (2, missed)):
            await self.role(AuthorityRole.STEWARD, "Campaigns", "openCampaign", number, terms)
            await self.role(
                AuthorityRole.REGISTRAR, "Campaigns", "listHouseholds", number, bytes([9]) * 32, 2
            )
        await self.gift(1, "neighbour1", 70_000)
        await self.gift(1, "neighbour2", 45_000)
        await self.gift(2, "neighbour1", 1_000)
        await self.town.wait(12 * DAY + 3600)
        for number in (1, 2):
            await self.town.send(signer("relayer"), "Campaigns", "settle", number)
        await self.intend(
            "treasurer",
            RefundGift,
            campaign=2,
            bank_line=line("2 neighbour1"),
            outgoing_bank_line=line("refund"),
        )

    async def gift(self, campaign: int, name: str, amount_fen: int) -> None:
        gift = Gift(
            bank_line=line(f"{campaign} {name}"), amount_fen=amount_fen, booked_on=BOOKED_ON, donor=keccak(text=name), household=("neighbour1", "neighbour2").index(name) + 1,
        )  # fmt: skip
        await self.intend("treasurer", AttestGifts, campaign=campaign, bank=BANK, gifts=(gift,))

    async def spend(self) -> None:
        steward = AuthorityRole.STEWARD
        await self.role(
            steward, "Committees", "openCommittee", COMMITTEE, COMMUNITY, list(COMMITTEE_SEATS.values())
        )
        tier = (1_000_000, 2, 3, 1, 1, 1, 0, 7 * DAY, 3 * DAY, 2, 10 * DAY)
        await self.role(steward, "Committees", "setRules", COMMITTEE, [tier])
        for seat, name in enumerate(COMMITTEE_SEATS):
            await self.role(steward, "Committees", "fillSeat", COMMITTEE, seat, member_id(name), FOREVER)
        await self.role(steward, "Committees", "fillSeat", COMMITTEE, 255, member_id("supervisor"), FOREVER)
        await self.role(steward, "Budgets", "setBudgetLine", LINE, CARE, 400_000)
        for request in (PAID, OBJECTED, UNPROVEN):
            await self.intend("requester", SubmitProposal, proposal=request)
            await self.approve(request, ("seat0", "seat2", "seat3", "seat4"), 1)
        await self.object_and_answer()
        await self.pay()
        await self.intend("requester", SubmitProposal, proposal=VOTING)
        await self.act("seat1", ProposalAct.RECUSE, VOTING)
        await self.approve(VOTING, ("seat0",), 1)

    async def object_and_answer(self) -> None:
        for name in ("neighbour1", "neighbour2"):
            await self.act(name, ProposalAct.OBJECT, OBJECTED, keccak(text="too dear"))
        await self.act("supervisor", ProposalAct.GIVE_OPINION, OBJECTED, keccak(text="ask again"))
        await self.act("requester", ProposalAct.ANSWER, OBJECTED, keccak(text="three quotes"))

    async def pay(self) -> None:
        await self.town.wait(4 * DAY + 3600)
        for request in (PAID, UNPROVEN):
            await self.town.send(signer("relayer"), "Disbursements", "execute", request.as_tuple())
        await self.act("treasurer", ProposalAct.PROVE_PAYMENT, PAID, line("paid"))
        await self.approve(OBJECTED, ("seat0", "seat1", "seat2", "seat4"), 2)

    async def approve(self, request: Proposal, names: tuple[str, ...], round_: int) -> None:
        for name in names:
            await self.intend(name, ApproveProposal, proposal=request, round=round_)

    async def act(self, name: str, act: ProposalAct, request: Proposal, evidence: bytes = ZERO) -> None:
        await self.intend(name, ActOnProposal, act=act, proposal=request, evidence=evidence)

    async def serve(self) -> None:
        await self.role(AuthorityRole.STEWARD, "TimeBank", "setService", 1, 1, 240, 0)
        await self.role(AuthorityRole.STEWARD, "TimeBank", "setChallenge", 86_400)
        for name in ("visit", "phoned", "waiting", "taken"):
            await self.intend(
                "coordinator", OpenTask, task=named_id(name), fund=COMMUNITY, service=1, authorised_minutes=90, beneficiary=keccak(text="elder"), expires_at=self.town.chain.now() + 100 * DAY,
            )  # fmt: skip
        for name in ("visit", "phoned", "taken"):
            await self.intend("volunteer", ActOnTask, act=TaskAct.ACCEPT, task=named_id(name), document=ZERO)
        await self.claim()
        await self.town.wait(DAY + 3600)
        await self.town.send(signer("relayer"), "TimeBank", "credit", named_id("visit"))
        for name, minutes in (("haircut", 30), ("repair", 10)):
            await self.intend(
                "volunteer",
                Redeem,
                redemption=named_id(name),
                provider=member_id("elder"),
                fund=COMMUNITY,
                service=1,
                held_minutes=minutes,
            )
        haircut = named_id("haircut")
        await self.intend(
            "elder", ActOnRedemption, act=RedemptionAct.ACCEPT, redemption=haircut, document=ZERO
        )
        await self.confirm_at_the_desk(haircut)

    async def confirm_at_the_desk(self, redemption: bytes) -> None:
        """The clerk of the desk confirms for the volunteer that a service was received."""
        confirmed = ActOnRedemption(
            act=RedemptionAct.CONFIRM, redemption=redemption, document=ZERO, nonce=0, deadline=0
        )
        target = self.town.deployment.address(confirmed.CONTRACT)
        await self.intend(
            "supervisor", ActForPerson, delegation=named_id("delegation"), target=bytes.fromhex(target[2:]), data=desk_call(confirmed),
        )  # fmt: skip

    async def claim(self) -> None:
        leaves = [sha256(b"\x00" + bytes([i])).digest() for i in range(4)]
        left, right = (sha256(b"\x01" + leaves[i] + leaves[i + 1]).digest() for i in (0, 2))
        await self.role(
            AuthorityRole.LOG_KEEPER,
            "EventLog",
            "anchor",
            4,
            sha256(b"\x01" + left + right).digest(),
            ZERO,
            [],
        )
        proofs = [(leaves[i], i, [leaves[i ^ 1], right if i < 2 else left]) for i in range(4)]
        for name, minutes, level, at in (("visit", 60, 3, 0), ("phoned", 45, 1, 2)):
            claim = (named_id(name), minutes, level, keccak(text="rules"), 4, proofs[at], proofs[at + 1])
            await self.role(AuthorityRole.VERIFIER, "TimeBank", "admitClaim", claim)

    async def earn(self) -> None:
        purposes = (CARE, RESERVE, REMAINDER)
        await self.role(AuthorityRole.STEWARD, "Enterprises", "openEnterprise", ENTERPRISE, *purposes, 3_000)
        card = RateCard(
            enterprise=ENTERPRISE, product=7, version=1, piece_fen=333, worker_bps=6_000, reserve_bps=500, fund_bps=3_000
        )  # fmt: skip
        await self.intend("foreman", PublishRateCard, card=card)
        await self.intend(
            "treasurer",
            AttestProceeds,
            enterprise=ENTERPRISE,
            bank=BANK,
            bank_line=line("firm"),
            amount_fen=900_000,
        )
        due_at = self.town.chain.now() + 30 * DAY
        await self.intend(
            "foreman",
            OpenWorkOrder,
            order=ORDER,
            enterprise=ENTERPRISE,
            product=7,
            pieces=2_000,
            worker_pieces=500,
            due_at=due_at,
        )
        for name in WORKERS:
            await self.intend(name, TakeLot, lot=lot_of(name), order=ORDER, pieces=100)
            await self.intend(
                "foreman", SettleLot, lot=lot_of(name), accepted_pieces=99, rejected_pieces=1, document=keccak(text="protocol"),
            )  # fmt: skip
        payout = Payout(worker=member_id("worker0"), amount_fen=10_000, bank_line=line("payout"))
        await self.intend("treasurer", PayOut, enterprise=ENTERPRISE, bank=BANK, payouts=(payout,))

    async def assist(self) -> None:
        """The cashier becomes a coordinator too, who has opened and judged no task and may take hours back."""
        duty = member_id("cashier"), Role.COORDINATOR, COMMUNITY, FOREVER
        await self.role(AuthorityRole.REGISTRAR, "Members", "grantRole", *duty)
