"""Who may call which function: the whole table, probed, and compared with the golden file."""

from __future__ import annotations

import pytest

from contracts.abi import encode_call
from contracts.build.compiler import DEPLOYED
from contracts.roles import (
    ADMIN_DELAY_SECONDS,
    GUARDED,
    MODULES,
    AuthorityRole,
    holder_role,
    kinds_mask,
    roles_of,
)
from tests.conftest import signer
from tests.contracts.evm import EvmTown, refused
from tests.contracts.guards import GOLDEN, probe, table
from tests.contracts.neighbourhood import DEADLINE, found, fresh_neighbourhood, fresh_nonce
from wallets.intents import CancelIntent


@pytest.fixture
def place() -> EvmTown:
    """The neighbourhood, founded and empty."""
    return fresh_neighbourhood()


RESTRICTED = [(contract, function) for contract, table_ in GUARDED.items() for function in table_]


def test_every_function_has_the_guard_of_the_golden_table(place: EvmTown) -> None:
    assert "\n".join(table(place)) + "\n" == GOLDEN.read_text()


@pytest.mark.parametrize(("contract", "function"), RESTRICTED)
def test_restricted_function_is_its_role_holders_alone(place: EvmTown, contract: str, function: str) -> None:
    needed = GUARDED[contract][function]
    others = [role for role in AuthorityRole if role is not needed]
    # Who holds the role comes last: it may change something.
    answers = {
        role: probe(place, signer(role.name.lower()), contract, function) for role in (*others, needed)
    }
    assert [r for r, answer in answers.items() if answer == "AccessManagedUnauthorized"] == others, answers
    if needed is AuthorityRole.ADMIN and function != "endFounding":
        assert answers[needed] == "AccessManagerNotScheduled"


def test_what_one_test_does_no_other_meets(place: EvmTown) -> None:
    key, taker = signer("donor one"), bytes.fromhex(place.address("Funds")[2:])
    place.wait(ADMIN_DELAY_SECONDS)
    place.carry(key, CancelIntent(taker=taker, cancelled_nonce=7, nonce=fresh_nonce(), deadline=DEADLINE))
    place.point("Offices", place.deploy_anew("Offices"))
    second, anew = fresh_neighbourhood(), found(EvmTown())
    used = [town.read("Members", "isNonceUsed", taker, key.address, 7) for town in (place, second)]
    assert used == [True, False]
    assert (second.now, second.addresses) == (anew.now, anew.addresses)
    steward = signer("steward").address
    assert second.ways.account(steward) == anew.ways.account(steward) != place.ways.account(steward)


def test_deployer_keeps_no_power(place: EvmTown) -> None:
    roles = {role for office in AuthorityRole for role in (*roles_of(office), holder_role(office))}
    for role in roles:
        is_member, _ = place.read("Authority", "hasRole", role, signer("deployer").address)
        assert not is_member


def test_the_key_of_an_office_holds_the_role_of_a_holder_and_no_other(place: EvmTown) -> None:
    roles = {role for office in AuthorityRole for role in (*roles_of(office), holder_role(office))}
    for holder in AuthorityRole:
        key = signer(holder.name.lower()).address
        held = {role for role in roles if place.read("Authority", "hasRole", role, key)[0]}
        assert held == {holder_role(holder)}


def test_acts_of_the_admin_wait_out_their_delay(place: EvmTown) -> None:
    admin = signer("admin")
    args = (admin.address, kinds_mask("Funds"))
    data = encode_call("Ledger", "admitModule", *args)
    place.send(admin, "Authority", "schedule", place.address("Ledger"), data, 0)
    place.wait(ADMIN_DELAY_SECONDS - 1)
    with refused("AccessManagerNotReady"):
        place.send(admin, "Ledger", "admitModule", *args)
    assert not place.read("Ledger", "isModule", admin.address)


def test_modules_of_the_ledger_are_the_ones_of_the_table(place: EvmTown) -> None:
    kinds = {name: place.read("Ledger", "kindsOf", place.address(name)) for name in DEPLOYED}
    assert kinds == {name: kinds_mask(name) if name in MODULES else 0 for name in DEPLOYED}
