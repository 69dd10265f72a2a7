"""Replaced and further keys: what is refused."""

from __future__ import annotations

from tests.conftest import member_id, signer
from tests.contracts.deciding import add_key, rotation
from tests.contracts.evm import EvmTown, refused
from tests.contracts.keyholding import REGISTRAR, attestation, on_guardian, refusal, rotated
from tests.contracts.neighbourhood import (
    DEADLINE,
    KEY_DELAY,
)


class TestRotation:
    """A thief of a key does not lock its owner out (p56)."""

    def test_old_key_goes_on_for_fifteen_days_and_ends_by_itself(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        place.wait(KEY_DELAY - 1)
        place.carry(signer("treasurer"), attestation())
        place.wait(1)
        with refused("MembersKeyEnded", key=signer("treasurer").address.lower(), ends_at=place.now):
            place.read("Members", "memberOf", signer("treasurer").address)

    def test_owner_refuses_the_thiefs_key_and_keeps_the_own(self, place: EvmTown) -> None:
        """(p56)"""
        rotated(place, "treasurer", signer("thief"))
        place.wait(KEY_DELAY - 1)
        place.carry(signer("treasurer"), refusal(signer("thief")))
        with refused("MembersKeyEnded"):
            place.carry(signer("thief"), attestation())
        place.wait(KEY_DELAY)
        place.carry(signer("treasurer"), attestation())

    def test_settled_key_is_refused_by_nobody(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        settled_at = place.now + KEY_DELAY
        add_key(place, "treasurer", "third")
        place.wait(KEY_DELAY)
        for by, key, moment in (
            ("third", "new", settled_at),
            ("new", "new", settled_at),
            ("new", "third", settled_at),
        ):
            with refused("MembersKeySettled", key=signer(key).address.lower(), refusable_until=moment):
                place.carry(signer(by), refusal(signer(key)))
        with refused("MembersKeySettled", refusable_until=0):
            place.carry(signer("cashier"), refusal(signer("cashier")))

    def test_new_key_acts_on_no_keys_and_guardians_before_it_is_settled(self, place: EvmTown) -> None:
        """A thief does not rotate once more, out of the owner's reach, or refuse what the owner does."""
        rotated(place, "treasurer", signer("thief"))
        until = place.now + KEY_DELAY
        attempts = (
            rotation("treasurer", signer("second of thief"), DEADLINE), refusal(signer("thief")),
            on_guardian("NAME", "worker"), on_guardian("DISMISS", "worker"),
        )  # fmt: skip
        for attempt in attempts:
            with refused("MembersKeyTooNew", refusable_until=until):
                place.carry(signer("thief"), attempt)
        place.wait(KEY_DELAY)
        rotated_on = rotation("treasurer", signer("second of thief"), DEADLINE)
        place.carry(signer("thief"), rotated_on)

    def test_replaced_key_is_not_replaced_again(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        with refused("MembersKeyReplaced", ends_at=place.now + KEY_DELAY):
            rotated(place, "treasurer", signer("another"))

    def test_stranger_to_the_member_refuses_nothing(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        with refused("MembersGuardianMissing", member=member_id("treasurer"), guardian=member_id("worker")):
            place.carry(signer("worker"), refusal(signer("new")))

    def test_registrar_who_ends_a_new_key_leaves_the_one_before(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("thief"))
        place.send(REGISTRAR, "Members", "endKey", signer("thief").address)
        place.wait(KEY_DELAY)
        place.carry(signer("treasurer"), attestation())

    def test_key_that_the_registrar_ended_does_not_come_back(self, place: EvmTown) -> None:
        rotated(place, "treasurer", signer("new"))
        place.carry(signer("treasurer"), on_guardian("NAME", "worker"))
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        place.carry(signer("worker"), refusal(signer("new")))
        with refused("MembersKeyEnded"):
            place.carry(signer("treasurer"), attestation())


class TestAdded:
    def test_key_of_the_registrar_waits_while_the_member_has_one(self, place: EvmTown) -> None:
        """(p56)"""
        add_key(place, "treasurer", "second")
        from_then = place.now + KEY_DELAY
        place.wait(KEY_DELAY - 1)
        with refused("MembersKeyWaits", valid_from=from_then):
            place.carry(signer("second"), attestation())
        place.wait(1)
        place.carry(signer("second"), attestation())

    def test_key_that_waits_is_refused_by_the_members_own(self, place: EvmTown) -> None:
        add_key(place, "treasurer", "of the registrar")
        place.carry(signer("treasurer"), refusal(signer("of the registrar")))
        place.wait(KEY_DELAY)
        with refused("MembersKeyEnded"):
            place.carry(signer("of the registrar"), attestation())

    def test_key_that_waits_is_ended_by_the_registrar(self, place: EvmTown) -> None:
        add_key(place, "treasurer", "by mistake")
        place.send(REGISTRAR, "Members", "endKey", signer("by mistake").address)
        with refused("MembersKeyEnded"):
            place.send(REGISTRAR, "Members", "endKey", signer("by mistake").address)

    def test_key_for_a_member_who_lost_the_only_one_fifteen_days_ago_acts_at_once(
        self, place: EvmTown
    ) -> None:
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        place.wait(KEY_DELAY)
        add_key(place, "treasurer", "new")
        place.carry(signer("new"), attestation())

    def test_registrar_who_ends_the_only_key_as_another_is_due_is_refused_by_it(self, place: EvmTown) -> None:
        """It was announced while the member could have refused it; and then acted in the same second (p61)."""
        place.wait(1)
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        place.wait(KEY_DELAY - 1)
        add_key(place, "treasurer", "of the registrar")
        with refused("MembersKeyWaits", valid_from=place.now + KEY_DELAY):
            place.read("Members", "memberOf", signer("of the registrar").address)
        place.carry(signer("treasurer"), refusal(signer("of the registrar")))
        place.wait(KEY_DELAY)
        with refused("MembersKeyEnded"):
            place.read("Members", "memberOf", signer("of the registrar").address)

    def test_key_that_ended_in_the_second_in_which_it_settled_still_says_no(self, place: EvmTown) -> None:
        add_key(place, "treasurer", "second")
        place.wait(KEY_DELAY)
        place.send(REGISTRAR, "Members", "endKey", signer("second").address)
        assert place.read("Members", "objectorKey", signer("second").address)

    def test_key_that_ended_refuses_nothing_that_acts_already_and_nothing_later_than_fifteen_days(
        self, place: EvmTown
    ) -> None:
        """Or the thief of a key that was ended would refuse whatever its owner does (p61)."""
        rotated(place, "treasurer", signer("new"))
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        with refused("MembersKeyEnded", key=signer("treasurer").address.lower()):
            place.carry(signer("treasurer"), refusal(signer("new")))
        place.wait(KEY_DELAY)
        add_key(place, "treasurer", "third")
        with refused("MembersKeyEnded", key=signer("treasurer").address.lower()):
            place.carry(signer("treasurer"), refusal(signer("third")))

    def test_ending_keys_first_spares_no_wait_while_one_works(self, place: EvmTown) -> None:
        """The new key of a rotation is ended, but the old one still works, or the other way round."""
        rotated(place, "treasurer", signer("new"))
        place.send(REGISTRAR, "Members", "endKey", signer("new").address)
        add_key(place, "treasurer", "of the registrar")
        with refused("MembersKeyWaits"):
            place.read("Members", "memberOf", signer("of the registrar").address)

    def test_ending_keys_first_spares_no_wait_where_guardians_can_refuse(self, place: EvmTown) -> None:
        place.carry(signer("treasurer"), on_guardian("NAME", "worker"))
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        add_key(place, "treasurer", "of the registrar")
        place.carry(signer("worker"), refusal(signer("of the registrar")))
        with refused("MembersKeyEnded"):
            place.carry(signer("of the registrar"), attestation())
