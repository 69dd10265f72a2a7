"""What one person alone, and any two together, do at once with all their keys and offices: they spend nothing, and change no rule.

Everybody tries every act that moves money or says who decides, as it would serve them. What goes through is written down in
`golden/pairs.txt`, which is reviewed with every change of a rule: alone first, then what two do that neither could do alone,
and last what nobody does, with the errors that were met.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.enums import ProposalState, Role, SeatClass
from contracts.roles import AuthorityRole
from tests.conftest import RefusedError, held_by, member_id, signer
from tests.contracts.deciding import act as decide
from tests.contracts.deciding import fund
from tests.contracts.earning import act as on_lot
from tests.contracts.earning import order, pay, proceeds, publish, settle, take
from tests.contracts.neighbourhood import (
    BANK,
    BUDGET_LINE,
    COMMITTEE,
    DAY,
    DEADLINE,
    ENTERPRISE,
    FUND,
    GENERAL,
    LIMIT_FEN,
    MATCHING,
    SMALL_TIER,
    STAIRWELL,
    fresh_neighbourhood,
    line,
    proposal,
)
from wallets.intents import (
    ApproveProposal,
    AttestDonations,
    Donation,
    LotAct,
    Payout,
    ProposalAct,
    ProveInstalment,
    PublishRateCard,
    RateCard,
    RecordFee,
    RecordInterest,
    RecordReturn,
    RecordWageReturn,
    ReverseDisbursement,
    ReverseDonation,
    ReversePayout,
    ReverseProceeds,
    SubmitProposal,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Intent, Proposal

GOLDEN = Path(__file__).parents[1] / "golden" / "pairs.txt"
OFFICES = tuple(role.name.lower() for role in AuthorityRole)
MEMBERS = (
    "requester", "treasurer", "cashier", "donor one", "resident one", "official", "supervisor", "neighbour one", "foreman",
    "worker", "coordinator", "stranger",
)  # fmt: skip
PEOPLE = (*OFFICES, *MEMBERS)
# What others asked for, and what came in.
ASKED_FOR, CAME_IN = proposal(300_000), line("funds")
WAGE_FEN = 100
NONE = bytes(32)
# Why an attempt was refused, by what was tried.
REASONS: dict[str, set[str]] = defaultdict(set)

Try = Callable[["EvmTown", str], None]


def signed(make: Callable[[str], Intent]) -> Try:
    """An act of a member, by a direct call."""
    return lambda place, name: place.act(signer(name), make(name))


def called(contract: str, function: str, *args: object) -> Try:
    """A call of an office."""
    return lambda place, name: place.send(signer(name), contract, function, *args)


def on_request(what: ProposalAct, request: Callable[[str], Proposal], evidence: bytes = NONE) -> Try:
    return lambda place, name: decide(place, request(name), name, what, evidence)


def approval(request: Callable[[str], Proposal]) -> Try:
    return signed(lambda name: ApproveProposal(proposal=request(name), round=1, deadline=0))


@cache
def own_request(name: str) -> Proposal:
    return proposal(100_000, requester=member_id(name))


def others(_: str) -> Proposal:
    return ASKED_FOR


def everybodys(name: str, what: str) -> bytes:
    """A line that only this person names, for this."""
    return line(f"{what} of {name}")


CARD = RateCard(
    enterprise=ENTERPRISE,
    product=3,
    version=2,
    piece_fen=900,
    worker_bps=6_500,
    reserve_bps=500,
    fund_bps=3_000,
)
PUPPET = held_by("puppet", signer("puppet"))
TRIES: dict[str, Try] = {
    # Money in and back.
    "attest a donation that no bank saw": signed(
        lambda name: AttestDonations(
            fund=FUND,
            bank=BANK,
            donations=(
                Donation(
                    bank_line=everybodys(name, "1"), purpose=GENERAL, amount_fen=1_000_000, donor=b"d" * 32
                ),
            ),
            nonce=0,
            deadline=0,
        )
    ),
    "return a donation": signed(
        lambda name: ReverseDonation(
            fund=FUND,
            bank_line=CAME_IN,
            outgoing_bank_line=everybodys(name, "2"),
            new_purpose=0,
            document=b"d" * 32,
            nonce=0,
            deadline=0,
        )
    ),
    "move a donation to another purpose": signed(
        lambda _: ReverseDonation(
            fund=FUND,
            bank_line=CAME_IN,
            outgoing_bank_line=NONE,
            new_purpose=STAIRWELL,
            document=b"d" * 32,
            nonce=0,
            deadline=0,
        )
    ),
    "record a fee of CNY 50": signed(
        lambda name: RecordFee(
            purpose=GENERAL, bank=BANK, bank_line=everybodys(name, "3"), amount_fen=5_000, nonce=0, deadline=0
        )
    ),
    "record a fee above CNY 50": signed(
        lambda name: RecordFee(
            purpose=GENERAL, bank=BANK, bank_line=everybodys(name, "4"), amount_fen=5_001, nonce=0, deadline=0
        )
    ),
    "record interest": signed(
        lambda name: RecordInterest(
            purpose=GENERAL, bank=BANK, bank_line=everybodys(name, "5"), amount_fen=7, nonce=0, deadline=0
        )
    ),
    # Requests.
    "ask for money": signed(lambda name: SubmitProposal(proposal=own_request(name), nonce=0, deadline=0)),
    "approve the own request": approval(own_request),
    "approve what others asked for": approval(others),
    "execute the own request": lambda place, name: place.send(
        signer(name), "Disbursements", "execute", own_request(name).as_tuple()
    ),
    "execute what others asked for": lambda place, name: place.send(
        signer(name), "Disbursements", "execute", ASKED_FOR.as_tuple()
    ),
    "pay and prove the own request": on_request(ProposalAct.EXECUTE_PROVEN, own_request, line("own")),
    "pay and prove what others asked for": on_request(ProposalAct.EXECUTE_PROVEN, others, line("others")),
    "prove that others were paid": on_request(ProposalAct.PROVE_PAYMENT, others, line("others")),
    "prove an instalment": signed(
        lambda name: ProveInstalment(
            amount_fen=10, proposal=ASKED_FOR, bank_line=everybodys(name, "6"), nonce=0, deadline=0
        )
    ),
    "record a return": signed(
        lambda name: RecordReturn(
            amount_fen=10,
            proposal=ASKED_FOR,
            bank_line=CAME_IN,
            incoming_bank_line=everybodys(name, "7"),
            document=b"d" * 32,
            nonce=0,
            deadline=0,
        )
    ),
    "reverse a payment": signed(
        lambda _: ReverseDisbursement(
            proposal=ASKED_FOR,
            bank_line=NONE,
            incoming_bank_line=NONE,
            document=b"d" * 32,
            nonce=0,
            deadline=0,
        )
    ),
    # Work.
    "publish a rate card": signed(lambda _: PublishRateCard(card=CARD, nonce=0, deadline=0)),
    "take a lot": lambda place, name: take(place, by=name),
    "settle a lot": lambda place, name: settle(place, by=name),
    "reverse a lot": lambda place, name: on_lot(place, LotAct.REVERSE, name),
    "pay wages": lambda place, name: pay(
        place, Payout(worker=member_id("worker"), amount_fen=WAGE_FEN, bank_line=line("wages")), by=name
    ),
    "pay wages that nobody earned": lambda place, name: pay(
        place, Payout(worker=member_id(name), amount_fen=WAGE_FEN, bank_line=everybodys(name, "8")), by=name
    ),
    "say that wages came back": signed(
        lambda name: RecordWageReturn(
            amount_fen=10,
            enterprise=ENTERPRISE,
            bank_line=line("wages"),
            incoming_bank_line=everybodys(name, "9"),
            document=b"d" * 32,
            nonce=0,
            deadline=0,
        )
    ),
    "reverse wages": signed(
        lambda _: ReversePayout(
            enterprise=ENTERPRISE,
            bank_line=line("wages"),
            incoming_bank_line=line("wages back"),
            document=b"d" * 32,
            nonce=0,
            deadline=0,
        )
    ),
    "return proceeds": signed(
        lambda name: ReverseProceeds(
            enterprise=ENTERPRISE,
            bank_line=line("firm"),
            outgoing_bank_line=everybodys(name, "10"),
            document=b"d" * 32,
            nonce=0,
            deadline=0,
        )
    ),
    # Offices.
    "end the founding": called("Authority", "endFounding"),
    "register a puppet": called("Members", "register", member_id("puppet"), 1, bytes(16), *PUPPET),
    "bring a seat holder another key": called(
        "Members", "addKey", member_id("resident one"), *held_by("resident one", signer("spy"))
    ),
    "end a seat holder's key": called("Members", "endKey", signer("resident two").address),
    "make a puppet treasurer": called(
        "Members", "grantRole", member_id("puppet"), Role.TREASURER, FUND, DEADLINE
    ),
    "seat a puppet": called("Committees", "fillSeat", COMMITTEE, 0, member_id("puppet"), DEADLINE),
    "empty a seat": called("Committees", "vacateSeat", COMMITTEE, member_id("resident one")),
    "open a second committee": called("Committees", "openCommittee", 9, FUND, [SeatClass.RESIDENT] * 5),
    "hand the fund over": called("Committees", "handOver", FUND, 9),
    "set laxer rules": called("Committees", "setRules", COMMITTEE, [SMALL_TIER]),
    "raise a budget line": called("Budgets", "setBudgetLine", BUDGET_LINE, GENERAL, 2 * LIMIT_FEN),
    "match gifts out of the pot": called(
        "Campaigns",
        "openCampaign",
        9,
        (STAIRWELL, 1_000, 0, bytes(16), DEADLINE, MATCHING, 1_000, 10_000, 400, False),
    ),
    "open a purpose": called("Funds", "openPurpose", FUND << 16 | 9),
    "freeze the fund": called("Funds", "freeze", FUND),
    "unfreeze the fund": called("Funds", "unfreeze", FUND),
    "close the fund": called("Funds", "closeFund", FUND),
    "open the challenge window to a day": called("TimeBank", "setChallenge", DAY),
    "anchor a log": called("EventLog", "anchor", 3, b"r" * 32, b"s" * 32, []),
    "admit a receipt key": called("Receipts", "admitReceiptKey", signer("spy").address),
    "admit a module": called("Ledger", "admitModule", signer("spy").address, 2**64 - 1),
    "appoint a guardian": called("Authority", "grantRole", AuthorityRole.GUARDIAN, signer("spy").address, 0),
    "give everybody the function that admits modules": called(
        "Authority", "setTargetFunctionRole", signer("spy").address, [b"\0" * 4], AuthorityRole.STEWARD
    ),
}


@cache
def town() -> EvmTown:
    """The founding has ended; money came in, somebody asked for some, and the factory has work."""
    place = fresh_neighbourhood()
    fund(place)
    publish(place)
    proceeds(place)
    order(place, due_at=place.now + 30 * DAY)
    place.act(signer("requester"), SubmitProposal(proposal=ASKED_FOR, nonce=0, deadline=0))
    place.send(signer("admin"), "Authority", "endFounding")
    place.wait(DAY)
    return place


def said(place: EvmTown) -> tuple[object, ...]:
    """What only most of a committee, or a change that waited, may alter: requests, what was spent, seats, rules, who decides."""
    return (
        ProposalState(place.read("Rounds", "stateOf", ASKED_FOR.proposal_id())),
        {ProposalState(place.read("Rounds", "stateOf", own_request(name).proposal_id())) for name in PEOPLE}
        <= {ProposalState.NONE, ProposalState.SUBMITTED},
        place.read("Budgets", "budgetLineRecord", BUDGET_LINE),
        place.read("Committees", "holdersOf", COMMITTEE),
        place.read("Committees", "committeeOf", FUND),
        place.read("Committees", "tierOf", COMMITTEE, 1, 0),
        place.read("Authority", "hasRole", AuthorityRole.GUARDIAN, signer("spy").address),
        place.read("Ledger", "isModule", signer("spy").address),
    )


def tried(place: EvmTown, people: tuple[str, ...]) -> set[tuple[str, str]]:
    """Who does what, once each has tried all, twice: what one did may let the other's through. Why not goes to `REASONS`."""
    done: set[tuple[str, str]] = set()
    for _ in range(2):
        for what, attempt in TRIES.items():
            for name in people:
                try:
                    attempt(place, name)
                except RefusedError as error:
                    REASONS[what].add(error.revert.name)
                else:
                    done.add((name, what))
    return done


@cache
def outcome(people: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    """What went through for these people, and that it altered nothing that they may not."""
    place = town()
    before, snapshot = said(place), place.evm.snapshot()
    try:
        done = tried(place, people)
        assert said(place) == before, people
        return frozenset(done)
    finally:
        place.evm.revert(snapshot)


def together(one: str, other: str) -> set[tuple[str, str]]:
    """What two people do that neither could do alone."""
    return set(outcome((one, other)) - outcome((one,)) - outcome((other,)))


def listing() -> str:
    alone = {name: sorted(what for _, what in outcome((name,))) for name in PEOPLE}
    pairs = {pair: sorted(together(*pair)) for pair in combinations(PEOPLE, 2)}
    done = {what for one in alone.values() for what in one} | {
        what for two in pairs.values() for _, what in two
    }
    return "".join((
        *(f"{name}: {what}\n" for name in PEOPLE for what in alone[name]),
        *(f"{one} + {other}: {name}: {what}\n" for (one, other), all_ in pairs.items() for name, what in all_),
        *(f"nobody: {what}: {', '.join(sorted(REASONS[what]))}\n" for what in TRIES if what not in done),
    ))  # fmt: skip


def test_what_one_alone_and_any_two_do_at_once_is_as_was_reviewed() -> None:
    found = listing()
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_text(found, "utf-8")
    assert found == GOLDEN.read_text("utf-8")
