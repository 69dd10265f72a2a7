"""A year of the neighbourhood in small: every kind of act that the rule checks judge, done once on a real chain."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eth_utils import keccak, to_canonical_address

from audit.decode.merkle_log import leaf_hash
from audit.evidence.signed_events import PLACE_TAG
from audit.rules.state.china import day_of, day_text
from contracts.abi import encode_call, operation_id
from contracts.enums import Area, AssuranceLevel, DeviceClass, Level, Office, Role, SeatClass
from contracts.ids import lot_id, order_id
from contracts.roles import AuthorityRole
from gongji.households import in_order, root_of
from iot.event.cose import Domain as DeviceDomain
from iot.simulator.device import SimulatedDevice, own_phone
from ledger_api.statements.keys import BankAccount
from register.commitments import document_commitment
from register.nouns import HouseholdSalt
from tests.conftest import CHAIN_ID, held_by, member_id, signer
from tests.contracts import event_tree
from tests.contracts.desk import CLERK, CONSENT, DELEGATION, KIN, acting_at
from tests.contracts.neighbourhood import (
    BANK,
    BOOKED_ON,
    BUILDING,
    CHALLENGE_SECONDS,
    COMMITTEE,
    DAY,
    DEADLINE,
    ENTERPRISE,
    FAR,
    FUND,
    GENERAL,
    HAIRCUT,
    MATCHING,
    RESIDENTS,
    SEATS,
    SMALL_TIER,
    STAIRWELL,
    STREET,
    VISIT,
    fresh_nonce,
    household,
    later,
)
from tests.contracts.neighbourhood import proposal as any_proposal
from tests.contracts.redeeming import ENDINGS, REASONED, redemption_id  # fmt: skip
from tests.contracts.refusals.test_intents import approval_nonce
from wallets.intents import (
    ActOnCall,
    ActOnChange,
    ActOnGuardian,
    ActOnHandover,
    ActOnLot,
    ActOnProposal,
    ActOnRedemption,
    ActOnTask,
    ApproveProposal,
    AttestDonations,
    AttestGifts,
    AttestProceeds,
    CallAct,
    CancelIntent,
    ChangeAct,
    DecideLot,
    Donation,
    EnrolPhone,
    Gift,
    GuardianAct,
    HandoverAct,
    LotAct,
    OpenTask,
    OpenWorkOrder,
    PayOut,
    Payout,
    ProposalAct,
    ProveInstalment,
    ProveJointPayment,
    PublishRateCard,
    RateCard,
    RecordFee,
    RecordInterest,
    RecordReturn,
    RecordWageReturn,
    RecoverKey,
    Redeem,
    RedemptionAct,
    RefundGift,
    RefuseKey,
    ReverseDisbursement,
    ReverseDonation,
    ReverseFee,
    ReverseGift,
    ReverseInterest,
    ReversePayout,
    ReverseProceeds,
    ReverseProof,
    ReverseReturn,
    ReverseWageReturn,
    RotateKey,
    SettleLot,
    SettleLots,
    Settlement,
    SubmitProposal,
    TakeLot,
    TaskAct,
)  # fmt: skip
from wallets.receipt import Receipt

if TYPE_CHECKING:
    from iot.simulator.device import EmittedEvent
    from tests.conftest import Town
    from wallets.intents import Proposal

MERGED, JOINT = 40, 41
SALT = hashlib.sha256(b"salt of the bank account").digest()
# Households of the campaigns, in the order of their leaves.
TOWN_LIST, BUILDING_LIST = (
    in_order(
        HouseholdSalt(
            campaign=campaign, household=f"0x{household(name).hex()}", salt=f"0x{keccak(text=f'{campaign} {name}').hex()}"
        )
        for name in RESIDENTS
    )
    for campaign in (8, 58)
)  # fmt: skip
ACCOUNT = BankAccount(bank=BANK, number="37050160880800000001", salt=SALT)
RULESET = hashlib.sha256(
    b'{"confirm_channels":[1,2,3,4],"gps_radius_m":150,"max_visit_minutes":720,"version":1}'
).digest()
FIVE = ("donor one", "resident one", "resident two", "resident three", "official")
# Whom all requests name.
BUILDER, BUILDER_SALT = "金牛修缮服务部", hashlib.sha256(b"salt of builder").digest()
BUILDER_TEXT = f"收款人 payee: {BUILDER}，账号 account 6222"
BUILDER_COMMITMENT = document_commitment(BUILDER_SALT, BUILDER_TEXT.encode())
HOME, HOME_SALT = b"home of old Wang", hashlib.sha256(b"salt of home").digest()
HOME_COMMITMENT = hashlib.sha256(PLACE_TAG + HOME_SALT + HOME).digest()
VOLUNTEER, WANG = member_id("volunteer"), member_id("neighbour one")
SHOPPING, WALKING, CLEANING, READING, GARDENING, CALLED_OFF, LEFT = (
    t.encode().ljust(16, b".")
    for t in ("shopping", "walking", "cleaning", "reading", "gardening", "called off", "left")
)
# Committee of the street's fund.
ABOVE = 2
# A fund that never has a fen.
EMPTIED = 9
ORDER, BEADS = order_id(b"of beads"), 3
LOT, SECOND_LOT, RETURNED, FORGOTTEN, UNDECIDED = (
    lot_id(ORDER, end) for end in (b"the 1st.", b"the 2nd.", b"returned", b"left lie", b"disputed")
)
# Redemptions that have not ended when the story has.
GOING_ON = {
    "to be served": (RedemptionAct.ACCEPT,),
    "to be confirmed": (RedemptionAct.ACCEPT, RedemptionAct.SERVE),
}


@dataclass
class Story:
    """What happened, beside what the chain knows."""

    town: Town
    lines: list[dict[str, Any]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)

    def line(self, reference: str, amount_fen: int) -> bytes:
        """Books a line at the bank and gives its key; positive for money that came in, long ago; what goes out is of today."""
        out = amount_fen < 0
        day = day_text(day_of(self.town.chain.now())) if out else "2025-06-15"
        line = {"amount_fen": amount_fen, "booked_on": day, "reference": reference}
        self.lines.append(line | ({"counterparty": BUILDER} if out else {}))
        return ACCOUNT.line_key(reference)

    async def carry(self, name: str, intent: type[Any], **fields: Any) -> None:
        if "nonce" in intent.__dataclass_fields__:
            fields.setdefault("nonce", fresh_nonce())
        await self.town.carry(signer(name), intent(deadline=DEADLINE, **fields))

    async def send(self, name: str, contract: str, function: str, *args: Any) -> None:
        await self.town.send(signer(name), contract, function, *args)

    def statement(self) -> dict[str, Any]:
        """The bank's statement, as a bundle has it."""
        return {
            "account_salt": "0x" + SALT.hex(), "bank": BANK, "closing_fen": sum(line["amount_fen"] for line in self.lines),
            "format": "gongji.statement.v1", "lines": self.lines, "opening_fen": 0,
        }  # fmt: skip


def proposal(amount_fen: int) -> Proposal:
    """A request that names the builder as payee."""
    return any_proposal(amount_fen, payee=BUILDER_COMMITMENT)


async def tell(town: Town) -> Story:
    """Does everything, on a founded neighbourhood."""
    story = Story(town)
    funds = bytes.fromhex(town.deployment.address("Funds")[2:])
    await story.carry("treasurer", CancelIntent, taker=funds, cancelled_nonce=fresh_nonce())
    await let_the_desk_act(story)
    await close(story)
    await give(story)
    await campaign(story)
    await spend(story)
    await earn(story)
    await serve(story)
    await keep_keys(story)
    await part(story)
    await govern(story)
    return story


async def let_the_desk_act(story: Story) -> None:
    """The supervisor is the clerk of a desk, which may redeem hours for the volunteer."""
    await story.send("registrar", "Members", "grantRole", member_id(CLERK), Role.CLERK, FUND, DEADLINE)
    until = story.town.chain.now() + 364 * DAY
    opening = DELEGATION, VOLUNTEER, FUND, Area.HOURS, 5, until, member_id(KIN), CONSENT
    await story.send("registrar", "Delegations", "openDelegation", *opening)


async def act_at_the_desk(story: Story, intent: type[Any], **fields: Any) -> None:
    """The clerk does an act for the volunteer."""
    inner = intent(nonce=0, deadline=0, **fields)
    await story.town.carry(signer(CLERK), acting_at(story.town.deployment.address(inner.CONTRACT), inner))


async def keep_keys(story: Story) -> None:
    """A member replaces a key, a guardian refuses a thief's, two guardians bring one against one of them, and one is dismissed."""

    def new_key(name: str, key: str) -> dict[str, bytes]:
        address, possession = held_by(name, signer(key))
        return {"new_key": bytes.fromhex(address[2:]), "possession": possession}

    await story.carry("barber", RotateKey, **new_key("barber", "new phone of barber"))
    await story.send("registrar", "Members", "endKey", signer("barber").address)
    guardians = ("coordinator", "second coordinator")
    for name in guardians:
        await story.carry("volunteer", ActOnGuardian, act=GuardianAct.NAME, guardian=member_id(name))
    await story.carry("volunteer", RotateKey, **new_key("volunteer", "thief"))
    thief = bytes.fromhex(signer("thief").address[2:])
    await story.carry("coordinator", RefuseKey, key=thief)
    brought = new_key("volunteer", "new phone of volunteer")
    for name in guardians:
        await story.carry(name, RecoverKey, member=member_id("volunteer"), **brought)
    await story.carry("coordinator", RefuseKey, key=brought["new_key"])
    for name in guardians:
        await story.carry(name, RecoverKey, member=member_id("volunteer"), **brought)
    dismissed = member_id("second coordinator")
    await story.carry("volunteer", ActOnGuardian, act=GuardianAct.DISMISS, guardian=dismissed)
    added = held_by("worker", signer("second phone of worker"))
    await story.send("registrar", "Members", "addKey", member_id("worker"), *added)


async def close(story: Story) -> None:
    """A fund that nobody needs is opened and closed."""
    await story.send("steward", "Funds", "openFund", EMPTIED, STREET, Level.COMMUNITY, BANK)
    await story.send("steward", "Funds", "openPurpose", EMPTIED << 16 | 1)
    await story.send("steward", "Funds", "closeFund", EMPTIED)


async def part(story: Story) -> None:
    """Two people leave, of whom one comes back; a worker marries; the empty fund is opened again, and closed."""
    for name in ("barber", "second coordinator"):
        await story.send("registrar", "Members", "endMembership", member_id(name))
    await story.send("registrar", "Members", "restoreMembership", member_id("barber"))
    worker = member_id("worker")
    await story.send("registrar", "Members", "changeHousehold", worker, household("neighbour one"))
    third = held_by("worker", signer("third phone of worker"))
    await story.send("registrar", "Members", "addKey", worker, *third)
    await story.send("registrar", "Members", "grantRole", worker, Role.RESIDENT, FUND, DEADLINE)
    for function in ("reopenFund", "closeFund"):
        await story.send("steward", "Funds", function, EMPTIED)
    await story.send("steward", "Funds", "openFund", EMPTIED + 1, STREET, Level.COMMUNITY, BANK)
    await story.send("steward", "Funds", "openPurpose", (EMPTIED + 1) << 16 | 1)


async def govern(story: Story) -> None:
    """The founding ends; one change waits its time, one the guardian stops, one still waits, one a committee stops. A fund is handed over."""
    for committee, seats in ((MERGED, SEATS[:5]), (JOINT, SEATS[2:])):
        await seat_committee(story, committee, [name for name, _ in seats])
    await story.send("admin", "Authority", "endFounding")

    async def sign(name: str, act: CallAct, target: str, data: bytes) -> None:
        called = {"target": bytes.fromhex(target[2:]), "data": data}
        await story.carry(name, ActOnCall, act=act, office=Office[name.upper()], **called)

    async def schedule(name: str, contract: str, function: str, *args: Any) -> tuple[str, bytes]:
        target, data = story.town.deployment.address(contract), encode_call(contract, function, *args)
        await sign(name, CallAct.SCHEDULE_FOR_OFFICE, target, data)
        return target, data

    offices = bytes.fromhex(story.town.deployment.address("Offices")[2:])
    await story.carry("steward", CancelIntent, taker=offices, cancelled_nonce=fresh_nonce())

    window = await schedule("steward", "TimeBank", "setChallenge", 3 * DAY)
    office = await schedule(
        "admin", "Authority", "grantRole", AuthorityRole.VERIFIER, signer("worker").address, 0
    )
    puppet = await schedule(
        "registrar", "Members", "addKey", member_id("official"), *held_by("official", signer("puppet"))
    )
    await story.send("guardian", "Authority", "cancel", signer("registrar").address, *puppet)
    service = await schedule("steward", "TimeBank", "setService", HAIRCUT, 1, 90, 0)
    await sign("steward", CallAct.CANCEL_FOR_OFFICE, *service)
    handover = await schedule("steward", "Committees", "handOver", EMPTIED + 1, JOINT)
    await agree(story)
    await later(story.town, 15 * DAY)
    await forget(story)
    await story.send("steward", "Authority", "execute", *window)
    await story.send("admin", "Authority", "execute", *office)
    await story.send("steward", "Authority", "execute", *handover)
    await schedule("guardian", "Funds", "unfreeze", FUND)
    await veto(story, await schedule("steward", "Committees", "setRules", COMMITTEE, [SMALL_TIER]))


async def seat_committee(story: Story, committee: int, names: list[str]) -> None:
    """A committee of the fund that took the place of the emptied one, with all of its seats."""
    classes = [SeatClass.RESIDENT] * len(names)
    await story.send("steward", "Committees", "openCommittee", committee, EMPTIED + 1, classes)
    await story.send(
        "steward", "Committees", "setRules", committee, [(*SMALL_TIER[:3], 0, 0, *SMALL_TIER[5:])]
    )
    for seat, name in enumerate(names):
        await story.send("steward", "Committees", "fillSeat", committee, seat, member_id(name), FAR)


async def agree(story: Story) -> None:
    """Three of five seats agree to hand over; the first one took that back before."""
    first, *others = (name for name, _ in SEATS[:3])
    votes = (
        (first, HandoverAct.AGREE_TO),
        (first, HandoverAct.RETRACT_AGREEMENT),
        *((n, HandoverAct.AGREE_TO) for n in (first, *others)),
    )
    for name, act in votes:
        await story.carry(
            name, ActOnHandover, act=act, fund=EMPTIED + 1, committee=MERGED, successor=JOINT, revision=6,
            operation_nonce=1,
        )  # fmt: skip


async def veto(story: Story, rules: tuple[str, bytes]) -> None:
    """Four of seven seats stop new rules; the first one took the vote back before."""
    change = operation_id(story.town.ways.account(signer("steward").address), *rules)
    first, *others = (name for name, _ in SEATS[:4])
    votes = (
        (first, ChangeAct.VETO),
        (first, ChangeAct.RETRACT_VETO),
        *((n, ChangeAct.VETO) for n in (first, *others)),
    )
    for name, act in votes:
        await story.carry(
            name, ActOnChange, act=act, operation_id=change, operation_nonce=1, committee=COMMITTEE
        )


async def give(story: Story) -> None:
    """Donations; one attested by mistake and again, one returned."""

    def gift(reference: str, amount_fen: int, purpose: int = GENERAL) -> Donation:
        key = story.line(reference, amount_fen)
        return Donation(
            bank_line=key, purpose=purpose, amount_fen=amount_fen, donor=hashlib.sha256(key).digest()
        )

    async def attest(*donations: Donation) -> None:
        await story.carry("treasurer", AttestDonations, fund=FUND, bank=BANK, donations=donations)

    wrong = gift("D-3", 70_000)
    await attest(gift("D-1", 9_000_000), gift("D-2", 200_000, MATCHING), wrong)
    undo = {"fund": FUND, "document": b"d" * 32}
    await story.carry(
        "cashier",
        ReverseDonation,
        bank_line=wrong.bank_line,
        outgoing_bank_line=bytes(32),
        new_purpose=STAIRWELL,
        **undo,
    )
    # A scare: what came in is recorded all the same.
    await story.send("guardian", "Funds", "freeze", FUND)
    again = Donation(bank_line=wrong.bank_line, purpose=STAIRWELL, amount_fen=70_000, donor=wrong.donor)
    unwanted = gift("D-4", 5_000)
    await attest(again, unwanted)
    await story.send("guardian", "Funds", "unfreeze", FUND)
    back = story.line("D-4 back", -5_000)
    await story.carry(
        "cashier",
        ReverseDonation,
        bank_line=unwanted.bank_line,
        outgoing_bank_line=back,
        new_purpose=0,
        **undo,
    )


async def campaign(story: Story) -> None:
    """One campaign with a match reaches its target, one of a building misses it."""
    closes_at = story.town.chain.now() + 30 * DAY
    matched = (STAIRWELL, 115_000, 0, bytes(16), closes_at, MATCHING, 100_000, 10_000, 50_000, False)
    await story.send("steward", "Campaigns", "openCampaign", 8, matched)
    building = (STAIRWELL, 90_000, 2, BUILDING, closes_at, 0, 0, 0, 0, False)
    await story.send("steward", "Campaigns", "openCampaign", 58, building)
    donations = (
        (8, "resident one", 1, 40_000),
        (8, "firm", 0, 90_000),
        (58, "resident two", 1, 60_000),
        (8, "firm", 0, 1_000),
        (8, "donor one", 0, 5_000),
        (8, "resident two", 2, 2_000),
        (8, "resident two", 2, 3_000),
        (58, "resident one", 2, 7_000),
    )
    for campaign_number, listed in ((8, TOWN_LIST), (58, BUILDING_LIST)):
        await story.send(
            "registrar", "Campaigns", "listHouseholds", campaign_number, root_of(listed), len(listed)
        )
    for campaign_number, name, number, amount_fen in donations:
        gift = Gift(
            bank_line=story.line(f"G-{campaign_number} {name} {amount_fen}", amount_fen), amount_fen=amount_fen,
            booked_on=BOOKED_ON, household=number,
            donor=keccak(text=name) if number else member_id(name) + bytes(16),
        )  # fmt: skip
        await story.carry("treasurer", AttestGifts, campaign=campaign_number, bank=BANK, gifts=(gift,))
    await _reverse_gift(story, 8, "G-8 resident two 3000", story.line("G-8 bounced", -3_000))
    await _reverse_gift(story, 58, "G-58 resident one 7000", bytes(32))
    # The line that was attested by mistake is attested anew, of no household.
    anew = Gift(
        bank_line=ACCOUNT.line_key("G-58 resident one 7000"), amount_fen=7_000, booked_on=BOOKED_ON, donor=b"d" * 32,
        household=0,
    )  # fmt: skip
    await story.carry("treasurer", AttestGifts, campaign=58, bank=BANK, gifts=(anew,))
    await later(story.town, 38 * DAY)
    for number in (8, 58):
        await story.send("anyone", "Campaigns", "settle", number)
    await _reverse_gift(story, 8, "G-8 resident two 2000", story.line("G-8 bounced late", -2_000))
    await story.carry(
        "treasurer", RefundGift, campaign=58, bank_line=ACCOUNT.line_key("G-58 resident two 60000"),
        outgoing_bank_line=story.line("G-58 back", -60_000),
    )  # fmt: skip


async def _reverse_gift(story: Story, campaign: int, reference: str, outgoing: bytes) -> None:
    await story.carry(
        "cashier", ReverseGift, campaign=campaign, bank_line=ACCOUNT.line_key(reference), outgoing_bank_line=outgoing,
        document=b"d" * 32,
    )  # fmt: skip


async def spend(story: Story) -> None:
    """Requests: objected to and voted on again; with a recusal; in one step; failed; withdrawn; reversed."""
    await _object_late(story, proposal(150_000))
    roof, paint, chairs, fence, ramp, pond = (
        proposal(a) for a in (1_250_000, 600_000, 300_000, 250_000, 200_000, 190_000)
    )
    for request in (roof, paint, fence, ramp, pond):
        await story.carry("requester", SubmitProposal, proposal=request)
    await _approve(story, roof, FIVE)
    for name in ("neighbour one", "neighbour two"):
        await _act(story, name, roof, ProposalAct.OBJECT, name.encode().ljust(32))
    await _act(story, "requester", roof, ProposalAct.ANSWER, b"a" * 32)
    await _approve(story, roof, FIVE, voting_round=2)
    await _approve(story, paint, ("donor one", "resident one", "resident two", "firm"))
    await _act(story, "firm", paint, ProposalAct.RECUSE)
    await _approve(story, paint, ("official", "donor two"))
    await _approve(story, pond, ("firm",))
    # The firm does so with the nonce of the approvals of the chairs, and another calls that back.
    nonce = approval_nonce(chairs)
    await _act(story, "firm", pond, ProposalAct.RETRACT_VOTE, nonce=nonce)
    taker = bytes.fromhex(story.town.deployment.address("Disbursements")[2:])
    await story.carry("donor two", CancelIntent, taker=taker, cancelled_nonce=nonce)
    for name in ("donor one", "donor two"):
        await _act(story, name, pond, ProposalAct.REJECT)
    await _act(story, "supervisor", fence, ProposalAct.GIVE_OPINION, b"o" * 32)
    await _act(story, "requester", fence, ProposalAct.WITHDRAW)
    await _approve(story, ramp, FIVE)
    await _submit_approved(story, chairs)
    await later(story.town, 8 * DAY)
    for request, reference in ((roof, "P-1"), (paint, "P-2"), (ramp, "P-3")):
        await story.send("anyone", "Disbursements", "execute", request.as_tuple())
        line = story.line(reference, -request.amount_fen)
        await _act(story, "treasurer", request, ProposalAct.PROVE_PAYMENT, line)
    await _execute_proven(story, chairs, story.line("P-4", -chairs.amount_fen))
    came_back = story.line("P-3 back", ramp.amount_fen)
    await story.carry(
        "cashier", ReverseDisbursement, proposal=ramp, bank_line=ACCOUNT.line_key("P-3"), incoming_bank_line=came_back,
        document=b"r" * 32,
    )  # fmt: skip
    await _pay_twice(story, proposal(120_000))
    await _refer(story, proposal(90_000))
    await _pay_in_parts(story, proposal(60_000), proposal(50_000))
    await _pay_together(story, proposal(8_000), proposal(7_000), proposal(6_000))
    await _charge(story)


async def _object_late(story: Story, bench: Proposal) -> None:
    """A request whose second objection was acknowledged within the notice, and carried after it."""
    await story.carry("requester", SubmitProposal, proposal=bench)
    await _approve(story, bench, FIVE)
    await _act(story, "neighbour one", bench, ProposalAct.OBJECT)
    # Each block is at least a second after the one before, so the chain's clock is ahead of what passed.
    received_at = story.town.chain.now() + 3600
    await later(story.town, 3 * DAY)
    intent = ActOnProposal(
        act=ProposalAct.OBJECT, proposal=bench, evidence=bytes(32), nonce=fresh_nonce(), deadline=DEADLINE
    )
    domain = story.town.domain("Disbursements")
    signature = signer("neighbour two").sign_intent(intent, domain).signature
    receipt = Receipt(
        digest=intent.digest(domain),
        signer=to_canonical_address(signer("neighbour two").address),
        received_at=received_at,
    )
    acknowledgement = (received_at, receipt.sign(signer("receipts"), story.town.domain("Receipts")))
    await story.send(
        "relayer", "Disbursements", "objectAcknowledged", bench.as_tuple(), bytes(32),
        (intent.nonce, DEADLINE, signature), acknowledgement,
    )  # fmt: skip
    await _act(story, "requester", bench, ProposalAct.WITHDRAW)


async def _refer(story: Story, garden: Proposal) -> None:
    """A request that the community cannot decide, because two of its residents recused, and the street does."""
    seats = ("donor one", "coordinator", "foreman", "worker", "barber")
    tier = (4_000_000, 1, 2, 0, 0, 0, 0, 10 * DAY, 5 * DAY, 3, 20 * DAY)
    await story.send(
        "steward", "Committees", "openCommittee", ABOVE, STREET, [SeatClass.RESIDENT] * len(seats)
    )
    await story.send("steward", "Committees", "setRules", ABOVE, [tier])
    for seat, name in enumerate(seats):
        await story.send("steward", "Committees", "fillSeat", ABOVE, seat, member_id(name), DEADLINE)
    await story.carry("requester", SubmitProposal, proposal=garden)
    await _approve(story, garden, ("firm",))
    for name in ("donor one", "donor two"):
        await _act(story, name, garden, ProposalAct.RECUSE)
    await _approve(story, garden, ("coordinator", "foreman", "worker"), voting_round=2)


async def _pay_twice(story: Story, swing: Proposal) -> None:
    """A request that was executed by mistake, undone, and executed anew as the bank paid."""
    await story.carry("requester", SubmitProposal, proposal=swing)
    await _approve(story, swing, FIVE)
    await later(story.town, 8 * DAY)
    await story.send("anyone", "Disbursements", "execute", swing.as_tuple())
    await story.carry(
        "treasurer", ReverseDisbursement, proposal=swing, bank_line=bytes(32), incoming_bank_line=bytes(32),
        document=b"m" * 32,
    )  # fmt: skip
    await later(story.town, 8 * DAY)
    await story.send("anyone", "Disbursements", "execute", swing.as_tuple())
    line = story.line("P-5", -swing.amount_fen)
    await _act(story, "treasurer", swing, ProposalAct.PROVE_PAYMENT, line)


async def _pay_in_parts(story: Story, stage: Proposal, lamps: Proposal) -> None:
    """A request paid in instalments, one of which bounced, and of which a part came back; one of which the rest is not paid."""
    why = {"document": b"p" * 32}
    for request in (stage, lamps):
        await story.carry("requester", SubmitProposal, proposal=request)
        await _approve(story, request, FIVE)
    await later(story.town, 8 * DAY)
    for request in (stage, lamps):
        await story.send("anyone", "Disbursements", "execute", request.as_tuple())
    parts = {
        name: story.line(name, -amount)
        for name, amount in (("I-1", 20_000), ("I-2", 40_000), ("I-3", 20_000))
    }
    await story.carry("treasurer", ProveInstalment, proposal=stage, bank_line=parts["I-1"], amount_fen=20_000)
    bounced = story.line("I-1 back", 20_000)
    await story.carry(
        "cashier",
        ReverseProof,
        proposal=stage,
        bank_line=parts["I-1"],
        incoming_bank_line=bounced,
        **why,
    )
    # Recorded with a wrong amount first.
    await story.carry("treasurer", ProveInstalment, proposal=stage, bank_line=parts["I-2"], amount_fen=4_000)
    await story.carry(
        "cashier",
        ReverseProof,
        proposal=stage,
        bank_line=parts["I-2"],
        incoming_bank_line=bytes(32),
        **why,
    )
    for name, amount in (("I-2", 40_000), ("I-3", 20_000)):
        await story.carry(
            "treasurer", ProveInstalment, proposal=stage, bank_line=parts[name], amount_fen=amount
        )
    # The last one was a mistake, and is proven anew.
    last = {"proposal": stage, "bank_line": parts["I-3"]}
    await story.carry("cashier", ReverseProof, incoming_bank_line=bytes(32), **last, **why)
    await story.carry("treasurer", ProveInstalment, amount_fen=20_000, **last)
    part = story.line("I-3 part", 3_000)
    back = {"incoming_bank_line": part, **last, **why}
    await story.carry("cashier", RecordReturn, amount_fen=7_800, **back)
    await story.carry("treasurer", ReverseReturn, proposal=stage, bank_line=part, **why)
    await story.carry("cashier", RecordReturn, amount_fen=3_000, **back)
    line = story.line("L-1", -35_000)
    await story.carry("treasurer", ProveInstalment, proposal=lamps, bank_line=line, amount_fen=35_000)
    rest = {
        "proposal": lamps,
        "bank_line": line,
        "incoming_bank_line": bytes(32),
        "amount_fen": 15_000,
        **why,
    }
    await story.carry("cashier", RecordReturn, **rest)
    # The rest is to be paid after all, and then is not.
    await story.carry("treasurer", ReverseReturn, proposal=lamps, bank_line=bytes(32), **why)
    await story.carry("cashier", RecordReturn, **rest)


async def _pay_together(story: Story, *requests: Proposal) -> None:
    """One line for three requests, of which one was a mistake: it was paid by a line of its own."""
    for request in requests:
        await story.carry("requester", SubmitProposal, proposal=request)
        await _approve(story, request, FIVE)
    await later(story.town, 8 * DAY)
    await story.send("anyone", "Disbursements", "execute", requests[0].as_tuple())
    paid_fen = sum(request.amount_fen for request in requests[:2])
    line = story.line("J-1", -paid_fen)
    await story.carry("treasurer", ProveJointPayment, proposals=requests, bank_line=line)
    await story.carry(
        "cashier", ReverseProof, proposal=requests[2], bank_line=line, incoming_bank_line=bytes(32), document=b"j" * 32
    )  # fmt: skip
    own = story.line("J-2", -requests[2].amount_fen)
    await _act(story, "treasurer", requests[2], ProposalAct.PROVE_PAYMENT, own)


async def _charge(story: Story) -> None:
    """Fees and interest, each once right, once a mistake, and once returned by the bank."""
    why = {"purpose": GENERAL, "document": b"c" * 32}
    for number, (kind, undo, way, sign) in enumerate(
        (
            (RecordFee, ReverseFee, "incoming_bank_line", -1),
            (RecordInterest, ReverseInterest, "outgoing_bank_line", 1),
        )
    ):
        line, other = (story.line(f"C-{number}-{i}", sign * 1_500) for i in (1, 2))
        for bank_line, amount in ((line, 150), (other, 1_500)):
            await story.carry(
                "treasurer", kind, purpose=GENERAL, bank=BANK, bank_line=bank_line, amount_fen=amount
            )
        await story.carry("cashier", undo, bank_line=line, **{way: bytes(32)}, **why)
        await story.carry("treasurer", kind, purpose=GENERAL, bank=BANK, bank_line=line, amount_fen=1_500)
        back = story.line(f"C-{number}-2 back", -sign * 1_500)
        await story.carry("cashier", undo, bank_line=other, **{way: back}, **why)


async def earn(story: Story) -> None:
    """A rate card, proceeds, an order with two lots, payouts, and what is taken back of both."""
    card = RateCard(
        enterprise=ENTERPRISE,
        product=BEADS,
        version=1,
        piece_fen=117,
        worker_bps=6500,
        reserve_bps=500,
        fund_bps=3000,
    )
    await story.carry("foreman", PublishRateCard, card=card)
    line = story.line("FIRM-1", 3_000_000)
    await story.carry(
        "treasurer", AttestProceeds, enterprise=ENTERPRISE, bank=BANK, bank_line=line, amount_fen=3_000_000
    )
    due_at = story.town.chain.now() + 30 * DAY
    await story.carry(
        "foreman",
        OpenWorkOrder,
        order=ORDER,
        enterprise=ENTERPRISE,
        product=BEADS,
        pieces=320,
        worker_pieces=310,
        due_at=due_at,
    )
    together = ((LOT, 97, 3), (SECOND_LOT, 90, 0))
    for lot, accepted, rejected in together:
        await story.carry("worker", TakeLot, lot=lot, order=ORDER, pieces=accepted + rejected)
    settlements = tuple(
        Settlement(lot=lot, accepted_pieces=accepted, rejected_pieces=rejected, document=document * 32)
        for (lot, accepted, rejected), document in zip(together, (b"p", b"s"), strict=True)
    )
    await story.carry("foreman", SettleLots, order=ORDER, settlements=settlements)
    await _count_anew(story)
    too_much = story.line("FIRM-2", 4_000)
    await story.carry(
        "treasurer", AttestProceeds, enterprise=ENTERPRISE, bank=BANK, bank_line=too_much, amount_fen=4_000
    )
    undo = {"enterprise": ENTERPRISE, "document": b"d" * 32}
    back = story.line("FIRM-2 back", -4_000)
    await story.carry("cashier", ReverseProceeds, bank_line=too_much, outgoing_bank_line=back, **undo)
    # Paid, by mistake recorded as 7,000; paid, come back from a closed account, and paid once more.
    paid = story.line("W-1", -7_376)
    await _pay(story, 7_000, paid)
    await story.carry("cashier", ReversePayout, bank_line=paid, incoming_bank_line=bytes(32), **undo)
    await _pay(story, 7_376, paid)
    bounced = story.line("W-1 back", 7_376)
    await story.carry("cashier", ReversePayout, bank_line=paid, incoming_bank_line=bounced, **undo)
    paid = story.line("W-2", -7_376)
    await _pay(story, 7_376, paid)
    # A part came back, first recorded with a wrong amount, and is paid once more.
    part = story.line("W-2 part", 376)
    back = {"bank_line": paid, "incoming_bank_line": part, **undo}
    await story.carry("cashier", RecordWageReturn, amount_fen=367, **back)
    await story.carry("treasurer", ReverseWageReturn, **back)
    await story.carry("cashier", RecordWageReturn, amount_fen=376, **back)
    await _pay(story, 376, story.line("W-3", -376))


async def _count_anew(story: Story) -> None:
    """Lots that come back, that a dispute brings two pieces more and are taken back whole, that nobody accepts or decides."""
    await story.carry("worker", TakeLot, lot=RETURNED, order=ORDER, pieces=10)
    await _on_lot(story, "worker", LotAct.RETURN, RETURNED, bytes(32))
    lot = lot_id(ORDER, b"day 3 ..")
    await story.carry("worker", TakeLot, lot=lot, order=ORDER, pieces=20)
    await story.carry(
        "foreman", SettleLot, lot=lot, accepted_pieces=15, rejected_pieces=5, document=b"p" * 32
    )
    await _on_lot(story, "worker", LotAct.DISPUTE, lot, b"q" * 32)
    await story.carry("treasurer", DecideLot, lot=lot, accepted_pieces=2, document=b"d" * 32)
    await _on_lot(story, "cashier", LotAct.REVERSE, lot, b"d" * 32)
    await story.carry("worker", TakeLot, lot=FORGOTTEN, order=ORDER, pieces=5)
    await story.carry("worker", TakeLot, lot=UNDECIDED, order=ORDER, pieces=4)
    await story.carry(
        "foreman", SettleLot, lot=UNDECIDED, accepted_pieces=3, rejected_pieces=1, document=b"p" * 32
    )
    await _on_lot(story, "worker", LotAct.DISPUTE, UNDECIDED, b"q" * 32)


async def forget(story: Story) -> None:
    """A lot that nobody accepted, and a dispute that nobody decided, are over by their dates."""
    await story.send("anyone", "Cooperative", "lapseLot", FORGOTTEN)
    await story.send("anyone", "Cooperative", "lapseDispute", UNDECIDED)


async def _on_lot(story: Story, name: str, what: LotAct, lot: bytes, document: bytes) -> None:
    await story.carry(name, ActOnLot, act=what, lot=lot, document=document)


async def _pay(story: Story, amount_fen: int, bank_line: bytes) -> None:
    payout = Payout(worker=member_id("worker"), amount_fen=amount_fen, bank_line=bank_line)
    await story.carry("treasurer", PayOut, enterprise=ENTERPRISE, bank=BANK, payouts=(payout,))


async def serve(story: Story) -> None:
    """Visits: with pad and phone, confirmed; by phone alone, acknowledged; disputed and reversed; disputed and rejected."""
    pad, phone, card = _devices(story)
    for device in (pad, phone, card):
        await story.send("device_registrar", "DeviceRegistry", "enrol", device.id, device.registry_record())
    until = story.town.chain.now() + 365 * DAY
    new_phone = own_phone("worker's new phone", phone.domain, member_id("worker"))
    x, y = new_phone.enrolment.key_x, new_phone.enrolment.key_y
    possession = new_phone.possession()
    await story.carry("worker", EnrolPhone, key_x=x, key_y=y, valid_until=until, possession=possession)
    for task in (SHOPPING, WALKING, CLEANING, READING):
        await _taken(story, task, days=100)
    await _on_task(story, "volunteer", READING, TaskAct.RELEASE)
    await _on_task(story, "volunteer", READING, TaskAct.ACCEPT)
    await visit(story, pad, phone, SHOPPING, minutes=61)
    _log(
        story,
        card.emit(
            103, _now_ms(story), task=SHOPPING, actor=WANG, place=HOME, measurements={1: 2, 2: 5, 3: 1}
        ),
    )
    await claim(story, SHOPPING, 61, AssuranceLevel.A4)
    await visit(story, None, phone, WALKING, minutes=30)
    await claim(story, WALKING, 30, AssuranceLevel.A1)
    await visit(story, pad, phone, CLEANING, minutes=45)
    await claim(story, CLEANING, 45, AssuranceLevel.A3)
    await visit(story, pad, phone, READING, minutes=20)
    await claim(story, READING, 20, AssuranceLevel.A3)
    await _on_task(story, "coordinator", READING, TaskAct.DISPUTE)
    await _on_task(story, "coordinator", READING, TaskAct.REJECT)
    await _on_task(story, "coordinator", WALKING, TaskAct.ACKNOWLEDGE)
    await _on_task(story, "coordinator", CLEANING, TaskAct.DISPUTE)
    await _on_task(story, "coordinator", CLEANING, TaskAct.ACKNOWLEDGE)
    await later(story.town, CHALLENGE_SECONDS)
    for task in (SHOPPING, WALKING, CLEANING):
        await story.send("anyone", "TimeBank", "credit", task)
    await _on_task(story, "second coordinator", CLEANING, TaskAct.REVERSE_CREDIT)
    await _leave(story, phone)
    for device in (card, phone):
        await story.send("device_registrar", "DeviceRegistry", "setSuspended", device.id, True)
    await story.send("device_registrar", "DeviceRegistry", "revoke", phone.id, story.town.chain.now())
    await redeem(story)


async def redeem(story: Story) -> None:
    """Redemptions that end in each way there is; some of what the volunteer does, the desk does."""

    async def by_volunteer(at_desk: bool, intent: type[Any], **fields: Any) -> None:
        if at_desk:
            await act_at_the_desk(story, intent, **fields)
        else:
            await story.carry("volunteer", intent, **fields)

    for name, ending in ENDINGS.items():
        await by_volunteer(
            name == "confirmed",
            Redeem,
            redemption=redemption_id(name),
            provider=member_id(ending.provider),
            fund=FUND,
            service=HAIRCUT,
            held_minutes=5,
        )
        for who, what in ending.steps:
            document = b"w" * 32 if what in REASONED else bytes(32)
            acting = {"act": what, "redemption": redemption_id(name), "document": document}
            if who == "volunteer":
                await by_volunteer(
                    what in (RedemptionAct.CONFIRM, RedemptionAct.CANCEL), ActOnRedemption, **acting
                )
            else:
                await story.carry(who, ActOnRedemption, **acting)
    await later(story.town, 60 * DAY)
    for name, ending in ENDINGS.items():
        if ending.when_due:
            await story.send("anyone", "Redemptions", ending.when_due, redemption_id(name))
    for name, steps in GOING_ON.items():
        await story.carry(
            "volunteer", Redeem, redemption=redemption_id(name), provider=member_id("barber"), fund=FUND, service=HAIRCUT,
            held_minutes=1,
        )  # fmt: skip
        for what in steps:
            await story.carry(
                "barber", ActOnRedemption, act=what, redemption=redemption_id(name), document=bytes(32)
            )


async def _leave(story: Story, phone: SimulatedDevice) -> None:
    """A visit on which nobody decides, a task that is called off, and one that nobody serves."""
    for task in (GARDENING, CALLED_OFF, LEFT):
        await _taken(story, task, days=1)
    await visit(story, None, phone, GARDENING, minutes=25)
    await claim(story, GARDENING, 25, AssuranceLevel.A1)
    await _on_task(story, "second coordinator", CALLED_OFF, TaskAct.CANCEL)
    await later(story.town, CHALLENGE_SECONDS + 14 * DAY)
    await story.send("anyone", "TimeBank", "lapseClaim", GARDENING)
    await story.send("anyone", "TimeBank", "expireTask", LEFT)


async def _taken(story: Story, task: bytes, *, days: int) -> None:
    """A task that the volunteer took, and its date so many days ahead."""
    await story.carry(
        "coordinator", OpenTask, task=task, fund=FUND, service=VISIT, authorised_minutes=90,
        beneficiary=HOME_COMMITMENT, expires_at=story.town.chain.now() + days * DAY,
    )  # fmt: skip
    await _on_task(story, "volunteer", task, TaskAct.ACCEPT)


async def visit(
    story: Story, pad: SimulatedDevice | None, phone: SimulatedDevice, task: bytes, *, minutes: int
) -> None:
    """Check-in and check-out, the chain's clock going on between them; the last four leaves of the log at most."""
    about = {"task": task, "actor": VOLUNTEER, "place": HOME, "measurements": {1: 1}}
    for kind in (101, 102):
        tapped = _log(story, pad.emit(kind, _now_ms(story), **about)) if pad else None
        refs = {"refs": (tapped.event_hash,)} if tapped else {}
        _log(story, phone.emit(kind, _now_ms(story), **about, **refs))
        if kind == 101:
            await story.town.wait(minutes * 60 + 5)


async def claim(story: Story, task: bytes, minutes: int, level: AssuranceLevel) -> None:
    """Anchors the log as it is and claims the visit whose check-in and check-out stand at the given ends of it."""
    leaves = [leaf_hash(leaf) for leaf in story.leaves]
    former = await story.town.read("EventLog", "anchoredSize")
    path = event_tree.consistency(leaves, former)
    await story.send("log_keeper", "EventLog", "anchor", len(leaves), event_tree.root(leaves), RULESET, path)
    ends = ENDS[task]
    proofs = [(leaves[i], i, event_tree.inclusion(leaves, i)) for i in ends]
    claimed = (task, minutes, level, RULESET, len(leaves), *proofs)
    await story.send("verifier", "TimeBank", "admitClaim", claimed)


# Where check-in and check-out of each visit stand in the log: pads' where there is one.
ENDS = {SHOPPING: (0, 2), WALKING: (5, 6), CLEANING: (7, 9), READING: (11, 13), GARDENING: (15, 16)}


def _devices(story: Story) -> tuple[SimulatedDevice, SimulatedDevice, SimulatedDevice]:
    domain = DeviceDomain(
        chain_id=CHAIN_ID, registry=bytes.fromhex(story.town.deployment.address("DeviceRegistry")[2:])
    )
    now = story.town.chain.now()
    pad = SimulatedDevice(
        "pad of Wang", domain, DeviceClass.PLACE_PAD, place=HOME_COMMITMENT, valid_from_seconds=now
    )
    phone = SimulatedDevice(
        "phone of volunteer", domain, DeviceClass.PHONE, owner=VOLUNTEER, valid_from_seconds=now
    )
    return (
        pad,
        phone,
        SimulatedDevice("phone of Wang", domain, DeviceClass.PHONE, owner=WANG, valid_from_seconds=now),
    )


def _now_ms(story: Story) -> int:
    return story.town.chain.now() * 1000


def _log(story: Story, emitted: EmittedEvent) -> EmittedEvent:
    story.leaves.append(emitted.message)
    return emitted


async def _approve(story: Story, request: Proposal, names: tuple[str, ...], voting_round: int = 1) -> None:
    for name in names:
        await story.carry(name, ApproveProposal, proposal=request, round=voting_round)


async def _act(
    story: Story, name: str, request: Proposal, act: ProposalAct, evidence: bytes = bytes(32), **fields: Any
) -> None:
    await story.carry(name, ActOnProposal, act=act, proposal=request, evidence=evidence, **fields)


async def _on_task(story: Story, name: str, task: bytes, act: TaskAct) -> None:
    await story.carry(name, ActOnTask, act=act, task=task, document=bytes(32))


async def _submit_approved(story: Story, request: Proposal) -> None:
    domain = story.town.domain("Disbursements")
    submission = SubmitProposal(proposal=request, nonce=fresh_nonce(), deadline=DEADLINE)
    yes = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
    signatures = [signer(name).sign_intent(yes, domain).signature for name in ("firm", *FIVE)]
    authorization = (
        submission.nonce,
        DEADLINE,
        signer("requester").sign_intent(submission, domain).signature,
    )
    await story.send(
        "relayer", "Disbursements", "submitApproved", request.as_tuple(), authorization, DEADLINE, signatures
    )


async def _execute_proven(story: Story, request: Proposal, line: bytes) -> None:
    proof = ActOnProposal(
        act=ProposalAct.EXECUTE_PROVEN,
        proposal=request,
        evidence=line,
        nonce=fresh_nonce(),
        deadline=DEADLINE,
    )
    signed = signer("treasurer").sign_intent(proof, story.town.domain("Disbursements")).signature
    await story.send(
        "relayer", "Disbursements", "executeProven", request.as_tuple(), line, (proof.nonce, DEADLINE, signed)
    )
