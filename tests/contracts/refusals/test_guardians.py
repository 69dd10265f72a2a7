"""Guardians: what is refused."""

from __future__ import annotations

import pytest

from tests.conftest import held_by, member_id, passkey, signer
from tests.contracts.deciding import add_key
from tests.contracts.evm import EvmTown, refused
from tests.contracts.keyholding import (
    REGISTRAR,
    attestation,
    deliver,
    on_guardian,
    recovery,
    refusal,
    register,
    rotated,
)
from tests.contracts.neighbourhood import (
    DAY,
    DEADLINE,
    KEY_DELAY,
    fresh_nonce,
)
from wallets.intents import (
    RecoverKey,
)


class TestGuardians:
    """Two neighbours bring back who lost a key; one stops a thief (p56)."""

    @pytest.fixture
    def place(self, place: EvmTown) -> EvmTown:
        for name in ("worker", "barber"):
            place.carry(signer("treasurer"), on_guardian("NAME", name))
        return place

    def test_guardian_refuses_the_thiefs_key(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("thief"))
        place.carry(signer("worker"), refusal(signer("thief")))
        place.wait(KEY_DELAY)
        place.carry(signer("treasurer"), attestation())

    def test_dismissed_guardian_goes_on_for_fifteen_days(self, place: EvmTown) -> None:
        """A thief does not dismiss the guardians first."""
        place.carry(signer("treasurer"), on_guardian("DISMISS", "worker"))
        place.wait(KEY_DELAY - 1)
        rotated(place, "treasurer", signer("thief"))
        place.carry(signer("worker"), refusal(signer("thief")))
        place.wait(1)
        rotated(place, "treasurer", signer("new"))
        with refused("MembersGuardianMissing"):
            place.carry(signer("worker"), refusal(signer("new")))

    def test_two_guardians_bring_a_key_that_waits(self, place: EvmTown) -> None:
        for name in ("worker", "barber"):
            place.carry(signer(name), recovery("treasurer", passkey("new phone")))
        intent = attestation()
        signature = passkey("new phone").sign_intent(intent, place.domain("Donations")).signature
        with refused("MembersKeyWaits", valid_from=place.now + KEY_DELAY):
            deliver(place, intent, signature)
        place.wait(KEY_DELAY)
        deliver(place, intent, signature)

    def test_one_guardian_alone_brings_nothing(self, place: EvmTown) -> None:
        place.carry(signer("worker"), recovery("treasurer", signer("new")))
        with refused("MembersRecoverySigned", guardian=member_id("worker")):
            place.carry(signer("worker"), recovery("treasurer", signer("new")))
        with refused("MembersKeyUnknown"):
            place.read("Members", "memberOf", signer("new").address)

    def test_second_guardian_too_late_begins_anew(self, place: EvmTown) -> None:
        place.carry(signer("worker"), recovery("treasurer", signer("new")))
        place.wait(KEY_DELAY)
        place.carry(signer("barber"), recovery("treasurer", signer("new")))
        with refused("MembersKeyUnknown"):
            place.read("Members", "memberOf", signer("new").address)
        place.carry(signer("worker"), recovery("treasurer", signer("new")))
        with refused("MembersKeyWaits"):
            place.read("Members", "memberOf", signer("new").address)

    def test_guardian_too_late_begins_anew_alone(self, place: EvmTown) -> None:
        for _ in range(2):
            place.carry(signer("worker"), recovery("treasurer", signer("new")))
            place.wait(KEY_DELAY)
        with refused("MembersKeyUnknown"):
            place.read("Members", "memberOf", signer("new").address)

    def test_signature_of_a_guardian_who_is_none_any_more_does_not_count(self, place: EvmTown) -> None:
        place.carry(signer("treasurer"), on_guardian("DISMISS", "worker"))
        place.wait(KEY_DELAY - 1)
        place.carry(signer("worker"), recovery("treasurer", signer("new")))
        place.wait(1)
        with refused("MembersGuardianMissing", guardian=member_id("worker")):
            place.carry(signer("barber"), recovery("treasurer", signer("new")))

    def test_recovery_is_refused_by_a_key_that_works_and_by_a_guardian(self, place: EvmTown) -> None:
        """Two guardians do not take an account over while its owner looks."""
        for by, name in (("treasurer", "first"), ("barber", "second")):
            for guardian in ("worker", "barber"):
                place.carry(signer(guardian), recovery("treasurer", signer(name)))
            place.wait(DAY)
            place.carry(signer(by), refusal(signer(name)))
            with refused("MembersKeyEnded"):
                place.read("Members", "memberOf", signer(name).address)

    def test_stranger_brings_no_key(self, place: EvmTown) -> None:
        with refused("MembersGuardianMissing", member=member_id("treasurer"), guardian=member_id("foreman")):
            place.carry(signer("foreman"), recovery("treasurer", signer("new")))

    def test_recovery_needs_the_proof_of_the_new_key_and_a_new_one(self, place: EvmTown) -> None:
        address, _ = held_by("treasurer", signer("new"))
        _, proof = held_by("worker", signer("new"))
        false = RecoverKey(
            member=member_id("treasurer"), new_key=bytes.fromhex(address[2:]), possession=proof,
            nonce=fresh_nonce(), deadline=DEADLINE,
        )  # fmt: skip
        with refused("MembersPossessionMissing"):
            place.carry(signer("worker"), false)
        with refused("MembersKeyTaken"):
            place.carry(signer("worker"), recovery("treasurer", signer("worker")))

    def test_guardian_is_another_member_and_named_once(self, place: EvmTown) -> None:
        with refused("MembersGuardianSelf"):
            place.carry(signer("treasurer"), on_guardian("NAME", "treasurer"))
        with refused("MembersMemberUnknown", member=member_id("stranger")):
            place.carry(signer("treasurer"), on_guardian("NAME", "stranger"))
        with refused("MembersGuardianNamed", guardian=member_id("worker")):
            place.carry(signer("treasurer"), on_guardian("NAME", "worker"))
        with refused("MembersGuardianMissing", guardian=member_id("foreman")):
            place.carry(signer("treasurer"), on_guardian("DISMISS", "foreman"))
        assert (
            place.read("Members", "guardianUntil", member_id("treasurer"), member_id("worker")) == 2**40 - 1
        )


class TestOutvoted:
    """One bad guardian does not keep out who lost the only key."""

    @pytest.fixture
    def place(self, place: EvmTown) -> EvmTown:
        for name in ("worker", "barber", "foreman"):
            place.carry(signer("treasurer"), on_guardian("NAME", name))
        return place

    def brought(self, place: EvmTown, *guardians: str) -> None:
        for name in guardians:
            place.carry(signer(name), recovery("treasurer", signer("new")))

    def ended(self, place: EvmTown) -> EvmTown:
        """The treasurer lost the only key, which the registrar ended."""
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        return place

    def test_guardian_who_refused_is_outvoted_by_two_others(self, place: EvmTown) -> None:
        self.brought(self.ended(place), "worker", "barber")
        place.carry(signer("foreman"), refusal(signer("new")))
        self.brought(place, "worker", "barber")
        with refused(
            "MembersKeyRefusedBefore", key=signer("new").address.lower(), guardian=member_id("foreman")
        ):
            place.carry(signer("foreman"), refusal(signer("new")))
        place.wait(KEY_DELAY)
        place.carry(signer("new"), attestation())

    def test_one_guardian_outvotes_nobody_with_what_another_signed_before_the_refusal(
        self, place: EvmTown
    ) -> None:
        self.brought(self.ended(place), "worker", "barber")
        place.carry(signer("foreman"), refusal(signer("new")))
        self.brought(place, "barber")
        place.wait(KEY_DELAY)
        with refused("MembersKeyEnded"):
            place.carry(signer("new"), attestation())

    def test_every_other_guardian_refuses_too_and_only_once(self, place: EvmTown) -> None:
        self.brought(self.ended(place), "worker", "barber")
        place.carry(signer("foreman"), refusal(signer("new")))
        self.brought(place, "worker", "barber")
        place.carry(signer("barber"), refusal(signer("new")))  # who changed their mind
        self.brought(place, "worker", "foreman")
        for name in ("barber", "foreman"):
            with refused("MembersKeyRefusedBefore"):
                place.carry(signer(name), refusal(signer("new")))

    def test_owner_whose_key_works_refuses_two_guardians_as_often_as_they_try(self, place: EvmTown) -> None:
        for _ in range(3):
            self.brought(place, "worker", "barber")
            place.wait(DAY)
            place.carry(signer("treasurer"), refusal(signer("new")))
        place.wait(KEY_DELAY)
        with refused("MembersKeyEnded"):
            place.carry(signer("new"), attestation())

    def test_only_guardian_who_refuses_everything_yields_to_the_registrar_after_a_second_wait(
        self, place: EvmTown
    ) -> None:
        add_key(self.ended(place), "treasurer", "new")
        place.carry(signer("worker"), refusal(signer("new")))
        add_key(place, "treasurer", "new")
        with refused("MembersKeyRefusedBefore"):
            place.carry(signer("worker"), refusal(signer("new")))
        with refused("MembersKeyWaits", valid_from=place.now + KEY_DELAY):
            place.carry(signer("new"), attestation())

    def test_thief_gains_nothing_by_a_key_that_was_refused_while_it_waited(self, place: EvmTown) -> None:
        """A key that acts at once is refused as often as it is brought."""
        add_key(place, "treasurer", "new")
        place.carry(signer("worker"), refusal(signer("new")))
        rotated(place, "treasurer", signer("new"))
        place.carry(signer("worker"), refusal(signer("new")))
        with refused("MembersKeyEnded"):
            place.carry(signer("new"), attestation())

    def test_key_that_might_act_once_never_comes_back(self, place: EvmTown) -> None:
        self.brought(place, "worker", "barber")
        place.wait(KEY_DELAY)
        place.send(REGISTRAR, "Members", "endKey", signer("new").address)
        with refused("MembersKeyTaken", key=signer("new").address.lower()):
            add_key(place, "treasurer", "new")

    def test_refused_key_is_nobody_elses(self, place: EvmTown) -> None:
        self.brought(self.ended(place), "worker", "barber")
        place.carry(signer("foreman"), refusal(signer("new")))
        with refused("MembersKeyTaken"):
            register(place, "newcomer", signer("new"))

    def test_key_that_waits_is_not_brought_a_second_time(self, place: EvmTown) -> None:
        self.brought(place, "worker", "barber")
        with refused("MembersKeyTaken"):
            self.brought(place, "foreman")
