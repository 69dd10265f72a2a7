"""Who signed, for which chain and contract, in time and once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from eth_account import Account
from eth_keys.constants import SECPK1_N
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.enums import ProposalState
from tests.conftest import CHAIN_ID, signer
from tests.contracts.deciding import rotation
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import (
    BANK,
    COMMITTEE,
    DEADLINE,
    FUND,
    KEY_DELAY,
    donation,
    fresh_neighbourhood,
    fresh_nonce,
    proposal,
)
from wallets.intents import (
    ActOnProposal,
    ApproveProposal,
    AttestDonations,
    CancelIntent,
    Domain,
    Donation,
    Proposal,
    ProposalAct,
    SubmitProposal,
)
from wallets.signer import LocalSigner

if TYPE_CHECKING:
    from wallets.intents import Intent

FIVE = ("donor one", "resident one", "resident two", "resident three", "official")


def attestation(name: str = "gift", nonce: int | None = None, amount_fen: int = 100) -> AttestDonations:
    return AttestDonations(
        fund=FUND, bank=BANK, donations=(donation(name, amount_fen),),
        nonce=fresh_nonce() if nonce is None else nonce, deadline=DEADLINE,
    )  # fmt: skip


def deliver(place: EvmTown, intent: Intent, signature: bytes) -> None:
    call = intent.call(signature)
    place.send(signer("relayer"), call.contract, call.function, *call.args)


class TestDomain:
    """A signature for another chain, contract or version recovers to a stranger's key."""

    @pytest.mark.parametrize(
        "domain",
        [
            lambda p: replace(p.domain("Donations"), chain_id=1),
            lambda p: replace(p.domain("Donations"), address="0x" + "ab" * 20),
            lambda p: p.domain("Campaigns"),
            lambda p: Domain(contract="Bank", chain_id=CHAIN_ID, address=p.address("Donations")),
        ],
        ids=["another chain", "another address", "another contract", "another name"],
    )
    def test_signature_for_another_domain_is_refused(self, place: EvmTown, domain: object) -> None:
        intent = attestation()
        signature = signer("treasurer").sign_intent(intent, domain(place)).signature  # type: ignore[operator]
        with refused("MembersKeyUnknown"):
            deliver(place, intent, signature)

    def test_altered_intent_is_refused(self, place: EvmTown) -> None:
        intent = attestation(amount_fen=100)
        signature = signer("treasurer").sign_intent(intent, place.domain("Donations")).signature
        altered = replace(intent, donations=(donation("gift", 100_000),))
        with refused("MembersKeyUnknown"):
            deliver(place, altered, signature)


def cancellation(place: EvmTown, contract: str, cancelled: int) -> CancelIntent:
    """What calls back an intent for a contract."""
    taker = bytes.fromhex(place.address(contract)[2:])
    return CancelIntent(taker=taker, cancelled_nonce=cancelled, nonce=fresh_nonce(), deadline=DEADLINE)


def approval_nonce(request: Proposal, round_number: int = 1) -> int:
    """Nonce that the approvals of a round share (`IDisbursements`)."""
    return int.from_bytes(keccak(request.proposal_id() + round_number.to_bytes(32, "big")), "big")


class TestNonce:
    def test_reused_nonce_is_refused(self, place: EvmTown) -> None:
        nonce = fresh_nonce()
        place.carry(signer("treasurer"), attestation("one", nonce))
        with refused("MembersNonceUsed", key=signer("treasurer").address.lower(), nonce=nonce):
            place.carry(signer("treasurer"), attestation("two", nonce))

    def test_nonces_are_used_in_any_order(self, place: EvmTown) -> None:
        first = fresh_nonce()
        for name, nonce in (("a", first + 255), ("b", first), ("c", 2**256 - 1), ("d", first + 1)):
            place.carry(signer("treasurer"), attestation(name, nonce))
        assert place.read("Ledger", "sequence") == 4

    def test_nonce_counts_for_one_key_at_one_contract(self, place: EvmTown) -> None:
        request, nonce = proposal(), fresh_nonce()
        place.carry(signer("treasurer"), attestation("one", nonce))
        place.carry(signer("requester"), SubmitProposal(proposal=request, nonce=nonce, deadline=DEADLINE))
        donations, disbursements = place.address("Donations"), place.address("Disbursements")
        used = {
            (contract, name): place.read("Members", "isNonceUsed", contract, signer(name).address, nonce)
            for contract in (donations, disbursements)
            for name in ("treasurer", "requester")
        }
        assert [who for who, is_used in used.items() if is_used] == [
            (donations, "treasurer"),
            (disbursements, "requester"),
        ]

    def test_a_stranger_uses_up_nobodys_nonce(self, place: EvmTown) -> None:
        """Whoever sends a signed intent to Members instead of its contract uses up a nonce of their own alone."""
        intent = attestation()
        signature = signer("treasurer").sign_intent(intent, place.domain("Donations")).signature
        authorization = (intent.nonce, DEADLINE, signature)
        digest = intent.digest(place.domain("Donations"))
        place.send(signer("stranger"), "Members", "useIntent", digest, authorization)
        deliver(place, intent, signature)

    def test_same_signed_intent_delivered_twice_counts_once(self, place: EvmTown) -> None:
        request = proposal()
        intent = SubmitProposal(proposal=request, nonce=fresh_nonce(), deadline=DEADLINE)
        place.carry(signer("requester"), intent)
        with refused("MembersNonceUsed"):
            place.carry(signer("requester"), intent)

    def test_same_intent_signed_anew_is_refused_by_its_rule(self, place: EvmTown) -> None:
        request = proposal()
        place.act(signer("requester"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        with refused("ProposalExists"):
            place.carry(
                signer("requester"), SubmitProposal(proposal=request, nonce=fresh_nonce(), deadline=DEADLINE)
            )


class TestCalledBack:
    """What was signed and not carried yet can be called back (p52)."""

    def test_an_intent_called_back_is_refused_for_ever(self, place: EvmTown) -> None:
        intent = attestation()
        signature = signer("treasurer").sign_intent(intent, place.domain("Donations")).signature
        place.carry(signer("treasurer"), cancellation(place, "Donations", intent.nonce))
        with refused("MembersNonceUsed", nonce=intent.nonce):
            deliver(place, intent, signature)

    def test_an_intent_is_called_back_by_a_direct_call(self, place: EvmTown) -> None:
        intent = attestation()
        place.act(signer("treasurer"), cancellation(place, "Donations", intent.nonce))
        with refused("MembersNonceUsed"):
            place.carry(signer("treasurer"), intent)

    def test_what_was_carried_cannot_be_called_back(self, place: EvmTown) -> None:
        intent = attestation()
        place.carry(signer("treasurer"), intent)
        with refused("MembersNonceUsed", nonce=intent.nonce):
            place.carry(signer("treasurer"), cancellation(place, "Donations", intent.nonce))

    def test_nobody_calls_back_what_another_signed(self, place: EvmTown) -> None:
        intent = attestation()
        place.carry(signer("coordinator"), cancellation(place, "Donations", intent.nonce))
        place.carry(signer("treasurer"), intent)

    def test_a_stranger_calls_back_what_is_the_own_and_nobody_elses(self, place: EvmTown) -> None:
        place.act(signer("stranger"), cancellation(place, "Donations", 1))
        assert not place.read(
            "Members", "isNonceUsed", place.address("Donations"), signer("treasurer").address, 1
        )

    def test_the_calling_back_is_carried_once(self, place: EvmTown) -> None:
        back = cancellation(place, "Donations", 1)
        place.carry(signer("treasurer"), back)
        with refused("MembersNonceUsed", nonce=back.nonce):
            place.carry(signer("treasurer"), back)

    def test_a_collected_approval_called_back_does_not_count_and_the_others_do(self, place: EvmTown) -> None:
        request = proposal()
        place.act(signer("requester"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        yes = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
        signatures = [signer(name).sign_intent(yes, place.domain("Disbursements")).signature for name in FIVE]
        place.carry(signer(FIVE[0]), cancellation(place, "Disbursements", approval_nonce(request)))
        approve = ("Disbursements", "approve", request.as_tuple(), DEADLINE)
        with refused("MembersNonceUsed", key=signer(FIVE[0]).address.lower()):
            place.send(signer("relayer"), *approve, signatures[:1])
        place.send(signer("relayer"), *approve, signatures)
        assert place.read("Rounds", "stateOf", request.proposal_id()) == ProposalState.SUBMITTED
        # Whose signature does not count may still vote by the own hand.
        place.act(signer(FIVE[0]), yes)
        assert place.read("Rounds", "stateOf", request.proposal_id()) == ProposalState.APPROVED


class TestDeadline:
    def test_intent_is_taken_at_its_last_second(self, place: EvmTown) -> None:
        place.wait(DEADLINE - place.now)
        place.carry(signer("treasurer"), attestation())

    def test_expired_intent_is_refused(self, place: EvmTown) -> None:
        place.wait(DEADLINE - place.now + 1)
        with refused("IntentExpired", deadline=DEADLINE):
            place.carry(signer("treasurer"), attestation())

    def test_expired_approvals_are_refused(self, place: EvmTown) -> None:
        request = proposal()
        place.act(signer("requester"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        soon = place.now + 10
        place.wait(11)
        with refused("IntentExpired", deadline=soon):
            place.carry(signer("donor one"), ApproveProposal(proposal=request, round=1, deadline=soon))


class TestSignature:
    def test_signature_of_a_non_member_is_refused(self, place: EvmTown) -> None:
        with refused("MembersKeyUnknown", key=signer("stranger").address.lower()):
            place.carry(signer("stranger"), attestation())

    def test_signature_of_a_member_without_the_role_is_refused(self, place: EvmTown) -> None:
        with refused("MembersRoleMissing"):
            place.carry(signer("coordinator"), attestation())

    def test_signature_with_high_s_is_refused(self, place: EvmTown) -> None:
        intent = attestation()
        good = signer("treasurer").sign_intent(intent, place.domain("Donations")).signature
        twin = SECPK1_N - int.from_bytes(good[32:64], "big")
        with refused("ECDSAInvalidSignatureS"):
            deliver(place, intent, good[:32] + twin.to_bytes(32, "big") + bytes([55 - good[64]]))

    @pytest.mark.parametrize("size", [1, 64, 66, 84])
    def test_signature_of_a_length_that_no_kind_of_key_has_is_refused(
        self, place: EvmTown, size: int
    ) -> None:
        with refused("ECDSAInvalidSignatureLength", length=size):
            deliver(place, attestation(), bytes(size))

    def test_signature_that_recovers_to_no_key_is_refused(self, place: EvmTown) -> None:
        with refused("ECDSAInvalidSignature"):
            deliver(place, attestation(), bytes(65))

    def test_ended_key_is_refused_and_its_successor_taken(self, place: EvmTown) -> None:
        old, new = signer("treasurer"), LocalSigner(Account.from_key(b"n" * 32))
        place.carry(old, rotation("treasurer", new, DEADLINE))
        place.wait(KEY_DELAY)
        with refused("MembersKeyEnded"):
            place.carry(old, attestation())
        place.carry(new, attestation())

    def test_action_text_of_another_act_is_refused(self, place: EvmTown) -> None:
        """Withdrawing is signed apart from answering, though both carry the same fields."""
        request = proposal()
        place.act(signer("requester"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        recusal = ActOnProposal(
            act=ProposalAct.RECUSE,
            proposal=request,
            evidence=bytes(32),
            nonce=fresh_nonce(),
            deadline=DEADLINE,
        )
        signature = signer("requester").sign_intent(recusal, place.domain("Disbursements")).signature
        with refused("MembersKeyUnknown"):
            deliver(place, replace(recusal, act=ProposalAct.WITHDRAW), signature)


class TestSeat:
    def test_approval_of_a_member_without_a_seat_is_refused(self, place: EvmTown) -> None:
        request = proposal()
        place.act(signer("requester"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        with refused("CommitteeSeatMissing", committee=COMMITTEE):
            place.carry(
                signer("neighbour one"), ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
            )

    def test_approval_for_someone_elses_seat_needs_their_key(self, place: EvmTown) -> None:
        """A member's approval fills the own seat only: the same signature five times is one approval."""
        request = proposal()
        place.act(signer("requester"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        yes = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
        signature = signer("donor one").sign_intent(yes, place.domain("Disbursements")).signature
        place.send(
            signer("relayer"), "Disbursements", "approve", request.as_tuple(), DEADLINE, [signature] * 5
        )
        assert place.read("Rounds", "stateOf", request.proposal_id()) == ProposalState.SUBMITTED

    def test_approval_of_an_earlier_round_is_refused_in_a_later_one(self, place: EvmTown) -> None:
        request = proposal()
        place.act(signer("requester"), SubmitProposal(proposal=request, nonce=0, deadline=0))
        yes = ApproveProposal(proposal=request, round=1, deadline=DEADLINE)
        for name in FIVE:
            place.carry(signer(name), yes)
        for name in ("neighbour one", "neighbour two"):
            objection = ActOnProposal(
                act=ProposalAct.OBJECT, proposal=request, evidence=b"e" * 32, nonce=0, deadline=0
            )
            place.act(signer(name), objection)
        answer = ActOnProposal(
            act=ProposalAct.ANSWER, proposal=request, evidence=b"e" * 32, nonce=0, deadline=0
        )
        place.act(signer("requester"), answer)
        with refused("MembersKeyUnknown"):
            place.carry(signer("donor one"), yes)
        assert place.read("Rounds", "stateOf", request.proposal_id()) == ProposalState.SUBMITTED


@settings(deadline=None)
@given(amounts=st.lists(st.integers(1, 2**58), min_size=1, max_size=4))
def test_amount_text_of_the_wallet_is_the_contracts_for_every_amount(amounts: list[int]) -> None:
    """If one digit or comma differed, the signature would be a stranger's."""
    place = fresh_neighbourhood()
    gifts: tuple[Donation, ...] = tuple(donation(f"gift {i}", fen) for i, fen in enumerate(amounts))
    intent = AttestDonations(fund=FUND, bank=BANK, donations=gifts, nonce=fresh_nonce(), deadline=DEADLINE)
    place.carry(signer("treasurer"), intent)
    assert place.read("Ledger", "sequence") == len(amounts)
