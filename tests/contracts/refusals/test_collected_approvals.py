"""Approvals that are sent together: what does not count alone does not count among others, and leaves them as they are (p26)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from contracts.enums import ProposalState
from tests.conftest import member_id, signer
from tests.contracts.deciding import (
    FIVE,
    NOBODY,
    act,
    add_key,
    approve,
    rotation,
    signed,
    state,
    submit,
    suspended_and_answered,
)
from tests.contracts.desk import COOL_OFF, account, open_delegation
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import COMMITTEE, DAY, DEADLINE, FAR, KEY_DELAY, proposal
from tests.contracts.refusals.test_intents import approval_nonce, cancellation
from wallets.intents import ApproveProposal, ProposalAct, SubmitProposal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contracts.evm import EvmTown
    from wallets.intents import Proposal

FIRM = 6
FOUR = FIVE[:4]


def signatures(place: EvmTown, request: Proposal, *names: str, round_number: int = 1) -> list[bytes]:
    yes = ApproveProposal(proposal=request, round=round_number, deadline=DEADLINE)
    return [signer(name).sign_intent(yes, place.domain("Disbursements")).signature for name in names]


def send(place: EvmTown, request: Proposal, batch: list[bytes]) -> None:
    place.send(signer("relayer"), "Disbursements", "approve", request.as_tuple(), DEADLINE, batch)


def reseat(place: EvmTown, member: bytes, valid_until: int = FAR) -> None:
    """The firm's seat goes to somebody else."""
    place.send(signer("steward"), "Committees", "vacateSeat", COMMITTEE, member_id("firm"))
    place.send(signer("steward"), "Committees", "fillSeat", COMMITTEE, FIRM, member, valid_until)


def add_key_and_wait(place: EvmTown) -> None:
    """The key may act a second after the round begins."""
    add_key(place, "firm", "new key")
    place.wait(KEY_DELAY - 1)


def rotate(place: EvmTown, request: Proposal) -> None:
    place.wait(1)
    place.act(signer("firm"), rotation("firm", signer("new key")))


def take_back(place: EvmTown, request: Proposal) -> None:
    approve(place, request, "firm")
    act(place, request, "firm", ProposalAct.RETRACT_VOTE)


def wait_and_reseat(place: EvmTown, request: Proposal) -> None:
    place.wait(1)
    reseat(place, member_id("worker"))


def nothing(place: EvmTown, request: Proposal | None = None) -> None:
    pass


# What does not count: whose signature, what happened before the request and after it, and why it is refused alone.
CASES: dict[str, tuple[str, Callable[[EvmTown], None], Callable[[EvmTown, Proposal], None], str]] = {
    "of an ended key": (
        "firm",
        nothing,
        lambda place, _: place.send(signer("registrar"), "Members", "endKey", signer("firm").address),
        "MembersKeyEnded",
    ),
    "of a stranger": ("stranger", nothing, nothing, "MembersKeyUnknown"),
    "of a stranger, while nobody has a seat": (
        "stranger",
        lambda place: reseat(place, NOBODY),
        nothing,
        "MembersKeyUnknown",
    ),
    "of a key that waits": (
        "new key",
        lambda place: add_key(place, "firm", "new key"),
        nothing,
        "MembersKeyWaits",
    ),
    "of a key that waited as the round began": (
        "new key",
        add_key_and_wait,
        lambda place, _: place.wait(1),
        "ProposalKeyTooNew",
    ),
    "of a too new key": ("new key", nothing, rotate, "ProposalKeyTooNew"),
    "of a too new seat": ("worker", nothing, wait_and_reseat, "ProposalSeatTooNew"),
    "of a seat that is over": (
        "worker",
        lambda place: reseat(place, member_id("worker"), place.now + DAY),
        lambda place, _: place.wait(DAY),
        "CommitteeSeatMissing",
    ),
    "of a vacated seat": (
        "firm",
        nothing,
        lambda place, _: place.send(
            signer("steward"), "Committees", "vacateSeat", COMMITTEE, member_id("firm")
        ),
        "CommitteeSeatMissing",
    ),
    "of the supervisor": ("supervisor", nothing, nothing, "ProposalSupervisorHasNoVote"),
    "of a recused seat": (
        "firm",
        nothing,
        lambda place, request: act(place, request, "firm", ProposalAct.RECUSE),
        "ProposalRecused",
    ),
    "of a seat that is against it": (
        "firm",
        nothing,
        lambda place, request: act(place, request, "firm", ProposalAct.REJECT),
        "ProposalVotedAlready",
    ),
    "of a seat that took its approval back": ("firm", nothing, take_back, "ProposalApprovalRetracted"),
    "called back": (
        "firm",
        nothing,
        lambda place, request: place.carry(
            signer("firm"), cancellation(place, "Disbursements", approval_nonce(request))
        ),
        "MembersNonceUsed",
    ),
}


class TestBatch:
    @pytest.mark.parametrize("case", CASES)
    def test_approval_that_does_not_count_leaves_the_others_as_they_are(
        self, place: EvmTown, case: str
    ) -> None:
        """Five are needed: with four others it does not suffice, and a fifth one does."""
        name, before, after, error = CASES[case]
        before(place)
        request = proposal()
        submit(place, request)
        after(place, request)
        (bad,) = signatures(place, request, name)
        with refused(error):
            send(place, request, [bad])
        # What is no signature is refused as that, also after somebody called theirs back.
        with refused("MembersKeyUnknown", key="0x" + "00" * 20):
            send(place, request, [bytes(65)])
        four = signatures(place, request, *FOUR)
        send(place, request, [bad, *four])
        assert state(place, request) == ProposalState.SUBMITTED
        send(place, request, [*signatures(place, request, FIVE[4]), bad])
        assert state(place, request) == ProposalState.APPROVED

    def test_key_that_used_the_nonce_for_another_act_is_left_out_once_anybody_called_it_back(
        self, place: EvmTown
    ) -> None:
        """Not before. The firm is against another request with the nonce of one, and takes that back with the nonce of the next."""
        other, before, after = (proposal(amount) for amount in (100_000, 200_000, 300_000))
        for request in (other, before, after):
            submit(place, request)
        for request, what in ((before, ProposalAct.REJECT), (after, ProposalAct.RETRACT_VOTE)):
            place.carry(signer("firm"), replace(signed(other, what), nonce=approval_nonce(request)))
        send(place, before, signatures(place, before, "firm", *FOUR))
        assert state(place, before) == ProposalState.APPROVED
        place.carry(signer("donor two"), cancellation(place, "Disbursements", approval_nonce(after)))
        with refused("MembersNonceUsed", key=signer("firm").address.lower()):
            send(place, after, signatures(place, after, "firm"))
        send(place, after, signatures(place, after, "firm", *FOUR))
        assert state(place, after) == ProposalState.SUBMITTED
        send(place, after, signatures(place, after, FIVE[4]))
        assert state(place, after) == ProposalState.APPROVED

    def test_requester_does_not_approve_among_others(self, place: EvmTown) -> None:
        """(p15)"""
        request = proposal(requester=member_id("firm"))
        place.act(signer("firm"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        send(place, request, signatures(place, request, "firm", *FOUR))
        assert state(place, request) == ProposalState.SUBMITTED
        with refused("ProposalSelfApproval"):
            send(place, request, signatures(place, request, "firm", "stranger"))

    def test_seat_counts_once_in_a_batch_and_once_in_all(self, place: EvmTown) -> None:
        request = proposal()
        submit(place, request)
        four = signatures(place, request, *FOUR)
        send(place, request, four * 2)
        with refused("ProposalVotedAlready"):
            send(place, request, four)
        assert state(place, request) == ProposalState.SUBMITTED

    def test_second_key_of_a_member_is_the_same_seats(self, place: EvmTown) -> None:
        add_key(place, FOUR[0], "second key")
        place.wait(KEY_DELAY)
        request = proposal()
        submit(place, request)
        send(place, request, signatures(place, request, *FOUR, "second key"))
        assert state(place, request) == ProposalState.SUBMITTED

    def test_what_is_no_signature_of_any_kind_of_key_spoils_nothing(self, place: EvmTown) -> None:
        """Neither one too short, nor one of a verifier that is none or that fails."""
        request = proposal()
        submit(place, request)
        verifiers = [bytes.fromhex(place.address(name)[2:]) for name in ("P256Verifier", "PasskeyVerifier")]
        bad = [b"", b"x" * 64, b"x" * 200, *(verifier + b"x" * 200 for verifier in verifiers)]
        for one in bad:
            with refused("MembersKeyUnknown", key="0x" + "00" * 20):
                send(place, request, [one])
        send(place, request, bad + signatures(place, request, *FIVE))
        assert state(place, request) == ProposalState.APPROVED

    def test_approvals_of_an_earlier_round_count_for_nothing(self, place: EvmTown) -> None:
        request = proposal()
        submit(place, request)
        send(place, request, signatures(place, request, *FIVE))
        suspended_and_answered(place, request, "neighbour one", "neighbour two")
        with refused("MembersKeyUnknown"):
            send(place, request, signatures(place, request, *FIVE))
        late = signatures(place, request, *FIVE)
        send(place, request, late + signatures(place, request, *FIVE, round_number=2))
        assert state(place, request) == ProposalState.APPROVED

    def test_batch_in_the_last_second_of_the_vote_counts_and_none_after(self, place: EvmTown) -> None:
        request = proposal()
        submit(place, request)
        place.wait(7 * DAY)
        send(place, request, signatures(place, request, *FOUR))
        place.wait(1)
        with refused("ProposalVoteOver"):
            send(place, request, signatures(place, request, *FIVE))

    def test_desk_has_no_vote_among_others(self, place: EvmTown) -> None:
        open_delegation(place, person=member_id("resident one"))
        place.wait(COOL_OFF)
        keys = [signer(FOUR[0]).address, "0x" + account(place).hex(), signer("stranger").address]
        add_key(place, FOUR[1], "key that waits")
        keys.append(signer("key that waits").address)
        held = [place.read("Members", "heldKey", key) for key in keys]
        assert held[0][:16] == member_id(FOUR[0])
        assert held[1:] == [bytes(32)] * 3
        assert place.read("Committees", "seatsSince", COMMITTEE, held, place.now, NOBODY) == 0b1
