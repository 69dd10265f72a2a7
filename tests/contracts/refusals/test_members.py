"""Members: what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import MemberKind, Role
from tests.conftest import held_by, member_id, signer
from tests.contracts.deciding import (
    NOBODY,
    fund,
    rotation,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    DAY,
    FAR,
    FUND,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestMembers:
    def registrar(self, place: EvmTown, function: str, *args: Any) -> None:
        place.send(signer("registrar"), "Members", function, *args)

    def test_taken_or_zero_member_is_refused(self, place: EvmTown) -> None:
        for member in (NOBODY, member_id("worker")):
            with refused("MembersMemberExists", member=member):
                self.registrar(
                    place, "register", member, MemberKind.PERSON, NOBODY, *held_by("new", signer("new"))
                )

    def test_member_without_a_kind_is_refused(self, place: EvmTown) -> None:
        with refused("MembersKindMissing"):
            self.registrar(
                place, "register", b"n" * 16, MemberKind.NONE, NOBODY, *held_by("new", signer("new"))
            )

    def test_key_or_role_of_an_unknown_member_is_refused(self, place: EvmTown) -> None:
        with refused("MembersMemberUnknown"):
            self.registrar(place, "addKey", b"n" * 16, *held_by("new", signer("new")))
        with refused("MembersMemberUnknown"):
            self.registrar(place, "grantRole", b"n" * 16, Role.RESIDENT, FUND, FAR)

    def test_key_that_anyone_ever_had_is_refused(self, place: EvmTown) -> None:
        self.registrar(place, "endKey", signer("worker").address)
        for address in (signer("worker").address, signer("barber").address, "0x" + "00" * 20):
            with refused("MembersKeyTaken"):
                self.registrar(place, "addKey", member_id("worker"), address, b"")

    def test_key_is_not_rotated_to_one_that_somebody_has(self, place: EvmTown) -> None:
        with refused("MembersKeyTaken"):
            place.act(signer("worker"), rotation("worker", signer("barber")))

    def test_unknown_or_ended_key_is_not_ended_again(self, place: EvmTown) -> None:
        with refused("MembersKeyUnknown"):
            self.registrar(place, "endKey", signer("stranger").address)
        self.registrar(place, "endKey", signer("worker").address)
        with refused("MembersKeyEnded"):
            self.registrar(place, "endKey", signer("worker").address)

    def test_a_role_is_granted_until_a_moment_to_come(self, place: EvmTown) -> None:
        for until in (0, place.now):
            with refused("MembersRoleOverBefore", valid_until=until):
                self.registrar(place, "grantRole", member_id("treasurer"), Role.TREASURER, FUND, until)
        self.registrar(place, "grantRole", member_id("treasurer"), Role.TREASURER, FUND, place.now + 1)

    def test_a_role_is_ended_at_once_and_only_where_it_is_held(self, place: EvmTown) -> None:
        for role, scope in ((Role.TREASURER, FUND + 1), (Role.FOREMAN, FUND)):
            with refused("MembersRoleNotHeld", role=role, scope=scope):
                self.registrar(place, "endRole", member_id("treasurer"), role, scope)
        self.registrar(place, "endRole", member_id("treasurer"), Role.TREASURER, FUND)
        with refused("MembersRoleMissing"):
            fund(place)
        with refused("MembersRoleNotHeld"):
            self.registrar(place, "endRole", member_id("treasurer"), Role.TREASURER, FUND)

    def test_role_is_over_at_its_end(self, place: EvmTown) -> None:
        end = place.now + DAY
        self.registrar(place, "grantRole", member_id("treasurer"), Role.TREASURER, FUND, end)
        place.wait(DAY - 1)
        fund(place)
        place.wait(1)
        with refused("MembersRoleMissing"):
            fund(place, "another")
