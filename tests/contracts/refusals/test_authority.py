"""The authority: what it refuses once the founding has ended, and what nobody can bend any more."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import keccak

from contracts.abi import artifact, canonical, encode_call
from contracts.enums import MemberKind, Role
from contracts.roles import (
    ADMIN_DELAY_SECONDS,
    CHANGES,
    GUARDED,
    HOLDER,
    PERSONS_OFFICES,
    WAITING,
    AuthorityRole,
    holder_role,
    kinds_mask,
    role_id,
    roles_of,
)
from tests.conftest import GENESIS_TIME, RefusedError, held_by, member_id, signer
from tests.contracts.changing import change, execute, execute_itself, operation_of, schedule
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import (
    BANK,
    COMMITTEE,
    DAY,
    FAR,
    FUND,
    GENERAL,
    MATCHING,
    SMALL_TIER,
    STAIRWELL,
)
from tests.offices import DIRECT

if TYPE_CHECKING:
    from wallets.signer import LocalSigner

ADMIN, GUARDIAN, STEWARD, REGISTRAR = (signer(name) for name in ("admin", "guardian", "steward", "registrar"))
PUBLIC_ROLE = 2**64 - 1
CHANGE_DELAY = 15 * DAY
WEEK = 7 * DAY
ADDRESS = signer("somebody else").address
_numbers = count(1)


@pytest.fixture
def founded(place: EvmTown) -> EvmTown:
    """The neighbourhood, whose founding has ended."""
    place.send(ADMIN, "Authority", "endFounding")
    return place


def selector(contract: str, function: str) -> bytes:
    entry = next(e for e in artifact(contract)["abi"] if (e["type"], e.get("name")) == ("function", function))
    return keccak(text=f"{function}({','.join(canonical(i) for i in entry['inputs'])})")[:4]


# A campaign of the stairwell that is open until long after its opening has waited.
TERMS = STAIRWELL, 1_000, 0, bytes(16), GENESIS_TIME + 90 * DAY, 0, 0, 0, 0, False

# What an office did at once before, by the number of the finding; its arguments.
CHANGES_AT_ONCE: dict[str, tuple[LocalSigner, str, str, tuple[Any, ...]]] = {
    "a committee (p01)": (STEWARD, "Committees", "openCommittee", (9, FUND + 1, [0, 1, 1, 2, 2])),
    "new rules of a committee (p01, p27)": (STEWARD, "Committees", "setRules", (COMMITTEE, [SMALL_TIER])),
    "a seat for a puppet (p01)": (STEWARD, "Committees", "fillSeat", (COMMITTEE, 255, member_id("worker"), FAR)),
    "a seat taken away": (STEWARD, "Committees", "vacateSeat", (COMMITTEE, member_id("donor one"))),
    "a campaign that locks a pot (p03, p05)": (STEWARD, "Campaigns", "openCampaign", (9, TERMS)),
    "a budget line (p01)": (STEWARD, "Budgets", "setBudgetLine", (77, GENERAL, 100)),
    "a service": (STEWARD, "TimeBank", "setService", (9, 1, 60, 0)),
    "a challenge window (p37)": (STEWARD, "TimeBank", "setChallenge", (86_400,)),
    "a key for somebody else (p02)": (REGISTRAR, "Members", "addKey", (member_id("official"), *held_by("official", signer("puppet")))),
    "a role": (REGISTRAR, "Members", "grantRole", (member_id("worker"), Role.TREASURER, FUND, FAR)),
    "spending that is allowed again": (GUARDIAN, "Funds", "unfreeze", (FUND,)),
    "a thief's module (p55)": (ADMIN, "Ledger", "admitModule", (ADDRESS, kinds_mask("Funds"))),
    "an office": (ADMIN, "Authority", "grantRole", (HOLDER | AuthorityRole.STEWARD, ADDRESS, 0)),
    "the end of an office": (ADMIN, "Authority", "revokeRole", (HOLDER | AuthorityRole.STEWARD, STEWARD.address)),
    "a contract that is closed": (ADMIN, "Authority", "setTargetClosed", (ADDRESS, True)),
    "a role's functions": (ADMIN, "Authority", "setTargetFunctionRole", (ADDRESS, [b"abcd"], 2)),
    "who grants an office": (ADMIN, "Authority", "setRoleAdmin", (2, CHANGES | 2)),
}  # fmt: skip


@pytest.mark.parametrize("situation", CHANGES_AT_ONCE)
def test_a_change_holds_neither_at_once_nor_a_second_too_early(founded: EvmTown, situation: str) -> None:
    by, contract, function, args = CHANGES_AT_ONCE[situation]
    with refused("AccessManagerNotScheduled"):
        founded.send(by, contract, function, *args)
    with refused("AccessManagerUnauthorizedCall"):
        schedule(founded, by, contract, function, *args, when=founded.now + CHANGE_DELAY - 1)
    data = schedule(founded, by, contract, function, *args)
    founded.wait(CHANGE_DELAY - 1)
    with refused("AccessManagerNotReady"):
        execute(founded, by, contract, data)
    founded.wait(1)
    execute(founded, by, contract, data)


@pytest.mark.parametrize("situation", CHANGES_AT_ONCE)
def test_the_guardian_stops_a_change_and_no_stranger_does(founded: EvmTown, situation: str) -> None:
    by, contract, function, args = CHANGES_AT_ONCE[situation]
    data = schedule(founded, by, contract, function, *args)
    operation = founded.ways.account(by.address), founded.address(contract), data
    is_of_holder = contract == "Authority" and function in ("grantRole", "revokeRole")
    with (
        refused("AuthorityHolderNotCalledOff") if is_of_holder else refused("AccessManagerUnauthorizedCancel")
    ):
        founded.send(signer("stranger"), "Authority", "cancel", *operation)
    founded.send(GUARDIAN, "Authority", "stop", operation_of(founded, by, contract, data))
    founded.wait(CHANGE_DELAY)
    with refused("OfficeChangeNotWaiting"):
        execute(founded, by, contract, data)


def test_what_waits_is_the_table_of_roles(founded: EvmTown) -> None:
    for contract, functions in GUARDED.items():
        for function, office in functions.items():
            role = founded.read(
                "Authority", "getTargetFunctionRole", founded.address(contract), selector(contract, function)
            )
            waits = function in WAITING.get(contract, ()) or office is AuthorityRole.ADMIN
            assert role == role_id(contract, function)
            assert founded.read("Authority", "waits", role) is waits


def test_routine_and_stops_act_at_once_as_before(founded: EvmTown) -> None:
    founded.send(
        REGISTRAR,
        "Members",
        "register",
        member_id("newcomer"),
        MemberKind.PERSON,
        bytes(16),
        *held_by("newcomer", signer("newcomer")),
    )
    founded.send(REGISTRAR, "Members", "endKey", signer("worker").address)
    founded.send(REGISTRAR, "Members", "endRole", member_id("treasurer"), Role.TREASURER, FUND)
    founded.send(STEWARD, "Funds", "openPurpose", FUND << 16 | 99)
    founded.send(STEWARD, "Funds", "openBankAccount", BANK + 1)
    founded.send(GUARDIAN, "Funds", "freeze", FUND)
    with refused("FundsFundFrozen"):
        founded.read("Funds", "payingBank", FUND)


def test_the_founding_is_ended_by_the_administrator_once_and_with_a_guardian(place: EvmTown) -> None:
    role = holder_role(AuthorityRole.GUARDIAN)
    with refused("AccessManagedUnauthorized"):
        place.send(STEWARD, "Authority", "endFounding")
    place.call(
        GUARDIAN.address, "Authority", encode_call("Authority", "renounceRole", role, GUARDIAN.address)
    )
    with refused("AuthorityOfficeVacant", role_id=role):
        place.send(ADMIN, "Authority", "endFounding")
    data = schedule(place, ADMIN, "Authority", "grantRole", role, GUARDIAN.address, 0)
    place.wait(ADMIN_DELAY_SECONDS)
    execute(place, ADMIN, "Authority", data)
    place.send(ADMIN, "Authority", "endFounding")
    with refused("AuthorityFounded", founded_at=place.now):
        place.send(ADMIN, "Authority", "endFounding")


def test_the_founding_does_not_end_while_no_key_holds_the_administrators_office(place: EvmTown) -> None:
    role = holder_role(AuthorityRole.ADMIN)
    place.call(ADMIN.address, "Authority", encode_call("Authority", "renounceRole", role, ADMIN.address))
    with refused("AuthorityOfficeVacant", role_id=role):
        place.send_itself(ADMIN, "Authority", "endFounding")


@pytest.mark.parametrize(
    "role", [AuthorityRole.STEWARD, CHANGES | AuthorityRole.STEWARD, AuthorityRole.ADMIN]
)
def test_the_founding_does_not_end_while_a_key_has_an_office_beside_its_account(
    place: EvmTown, role: int
) -> None:
    data = schedule(place, ADMIN, "Authority", "grantRole", role, ADDRESS, 0)
    place.wait(ADMIN_DELAY_SECONDS)
    execute(place, ADMIN, "Authority", data)
    with refused("AuthorityOfficeShared", role_id=role & ~CHANGES):
        place.send(ADMIN, "Authority", "endFounding")


@pytest.mark.parametrize("function", ["grantRole", "revokeRole"])
@pytest.mark.parametrize("role", [role for office in PERSONS_OFFICES for role in roles_of(office)])
def test_an_office_stays_with_its_account_whatever_the_administrator_schedules(
    founded: EvmTown, function: str, role: int
) -> None:
    """Else a key would be the office by itself, and nobody could see who signed."""
    args = (role, ADDRESS, 0)[: 3 if function == "grantRole" else 2]
    data = schedule(founded, ADMIN, "Authority", function, *args)
    founded.wait(CHANGE_DELAY)
    with refused("AuthorityOfficeFixed", role_id=role):
        execute(founded, ADMIN, "Authority", data)


def test_while_the_founding_lasts_an_office_acts_at_once(place: EvmTown) -> None:
    place.send(STEWARD, "TimeBank", "setChallenge", 2 * DAY)
    assert place.read("Authority", "foundedAt") == 0


def test_a_call_scheduled_in_the_founding_does_not_slip_past_its_end(place: EvmTown) -> None:
    data = schedule(place, ADMIN, "Ledger", "admitModule", ADDRESS, kinds_mask("Funds"))
    place.wait(ADMIN_DELAY_SECONDS)
    place.send(ADMIN, "Authority", "endFounding")
    with refused("AuthorityScheduledInFounding"):
        execute(place, ADMIN, "Ledger", data)
    with refused("AuthorityScheduledInFounding"):
        place.send(ADMIN, "Ledger", "admitModule", ADDRESS, kinds_mask("Funds"))
    with refused("AccessManagerAlreadyScheduled"):
        schedule(place, ADMIN, "Ledger", "admitModule", ADDRESS, kinds_mask("Funds"))
    place.send(ADMIN, "Authority", "cancel", ADMIN.address, place.address("Ledger"), data)
    change(place, ADMIN, "Ledger", "admitModule", ADDRESS, kinds_mask("Funds"))
    assert place.read("Ledger", "isModule", ADDRESS)


def test_a_change_that_nobody_carries_out_within_a_week_is_over(founded: EvmTown) -> None:
    data = schedule(founded, STEWARD, "TimeBank", "setChallenge", 2 * DAY)
    founded.wait(CHANGE_DELAY + WEEK)
    with refused("OfficeChangeNotWaiting"):
        execute(founded, STEWARD, "TimeBank", data)
    with refused("AccessManagerExpired"):
        execute_itself(founded, STEWARD, "TimeBank", data)
    change(founded, STEWARD, "TimeBank", "setChallenge", 2 * DAY)


def test_what_joins_a_role_of_changes_with_a_shorter_delay_waits_as_long_as_all(founded: EvmTown) -> None:
    """Revoked and granted again, or granted with no delay: the floor is under every grant."""
    role = CHANGES | AuthorityRole.LOG_KEEPER
    for delay, waited in (
        (0, CHANGE_DELAY),
        (CHANGE_DELAY - 1, CHANGE_DELAY),
        (CHANGE_DELAY + 1, CHANGE_DELAY + 1),
    ):
        holder = signer(f"log keeper number {next(_numbers)}")
        change(founded, ADMIN, "Authority", "grantRole", role, holder.address, delay)
        assert founded.read("Authority", "hasRole", role, holder.address) == (True, waited)


def test_a_lower_admin_delay_of_a_contract_lets_nothing_through_sooner(founded: EvmTown) -> None:
    target = founded.address("Ledger")
    change(founded, ADMIN, "Authority", "setTargetAdminDelay", target, 0)
    with refused("AccessManagerNotScheduled"):
        founded.send(ADMIN, "Authority", "setTargetClosed", target, True)


# What waits, one of each office and of the administrator, and a function of the founding's contracts that has no role.
WAITS = [
    *((contract, selector(contract, functions[0])) for contract, functions in WAITING.items()),
    ("Ledger", selector("Ledger", "admitModule")),
    ("EventLog", b"none"),
]


@pytest.mark.parametrize(
    ("contract", "function"), WAITS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_function_keeps_its_wait_whatever_the_administrator_schedules(
    founded: EvmTown, contract: str, function: bytes
) -> None:
    for role in (AuthorityRole.STEWARD, AuthorityRole.GUARDIAN):
        args = founded.address(contract), [function], role
        data = schedule(founded, ADMIN, "Authority", "setTargetFunctionRole", *args)
        founded.wait(CHANGE_DELAY)
        with refused("AuthorityWaitLost", selector=function, role_id=role):
            execute(founded, ADMIN, "Authority", data)


def test_a_function_moves_between_roles_that_wait_and_from_routine_to_waiting(founded: EvmTown) -> None:
    target, chosen = founded.address("Funds"), selector("Funds", "openFund")
    change(founded, ADMIN, "Authority", "setTargetFunctionRole", target, [chosen], AuthorityRole.ADMIN)
    assert founded.read("Authority", "getTargetFunctionRole", target, chosen) == AuthorityRole.ADMIN
    data = schedule(
        founded, ADMIN, "Authority", "setTargetFunctionRole", target, [chosen], AuthorityRole.STEWARD
    )
    founded.wait(CHANGE_DELAY)
    with refused("AuthorityWaitLost"):
        execute(founded, ADMIN, "Authority", data)


def test_no_function_is_everybodys_in_the_founding_or_after(place: EvmTown) -> None:
    args = place.address("Funds"), [selector("Funds", "openFund")], PUBLIC_ROLE
    data = schedule(place, ADMIN, "Authority", "setTargetFunctionRole", *args)
    place.wait(ADMIN_DELAY_SECONDS)
    with refused("AuthorityWaitLost"):
        execute(place, ADMIN, "Authority", data)


def test_a_contract_that_joins_later_gets_its_first_roles_by_acts_that_wait(founded: EvmTown) -> None:
    new, role = signer("new module").address, AuthorityRole.LOG_KEEPER
    change(founded, ADMIN, "Authority", "setTargetFunctionRole", new, [b"abcd"], role)
    assert founded.read("Authority", "getTargetFunctionRole", new, b"abcd") == role
    change(founded, ADMIN, "Authority", "setTargetFunctionRole", new, [b"wait"], CHANGES | role)
    data = schedule(founded, ADMIN, "Authority", "setTargetFunctionRole", new, [b"wait"], role)
    founded.wait(CHANGE_DELAY)
    with refused("AuthorityWaitLost"):
        execute(founded, ADMIN, "Authority", data)


@pytest.mark.parametrize("admin", [AuthorityRole.STEWARD, AuthorityRole.GUARDIAN, PUBLIC_ROLE])
def test_an_office_is_never_granted_by_a_role_that_acts_at_once(place: EvmTown, admin: int) -> None:
    data = schedule(place, ADMIN, "Authority", "setRoleAdmin", CHANGES | AuthorityRole.STEWARD, admin)
    place.wait(ADMIN_DELAY_SECONDS)
    with refused("AuthorityAdminActsAtOnce", admin=admin):
        execute(place, ADMIN, "Authority", data)


@pytest.mark.parametrize("role", [CHANGES | AuthorityRole.STEWARD, AuthorityRole.STEWARD])
def test_the_guardian_of_a_role_cannot_be_replaced(founded: EvmTown, role: int) -> None:
    data = schedule(founded, ADMIN, "Authority", "setRoleGuardian", role, AuthorityRole.ADMIN)
    founded.wait(CHANGE_DELAY)
    with refused("AuthorityGuardianFixed"):
        execute(founded, ADMIN, "Authority", data)
    for each in (role, AuthorityRole.ADMIN):
        assert founded.read("Authority", "getRoleGuardian", each) == AuthorityRole.GUARDIAN


def test_a_grant_is_never_put_off_so_that_nobody_holds_the_office_meanwhile(founded: EvmTown) -> None:
    data = schedule(founded, ADMIN, "Authority", "setGrantDelay", AuthorityRole.GUARDIAN, 365 * DAY)
    founded.wait(CHANGE_DELAY)
    with refused("AuthorityGrantDelayFixed"):
        execute(founded, ADMIN, "Authority", data)


def test_no_contract_leaves_for_another_authority(place: EvmTown) -> None:
    other, target = place.address("Ledger"), place.address("Funds")
    with refused("AccessManagerUnauthorizedCall"):
        schedule(place, ADMIN, "Funds", "setAuthority", other)
    with refused("AccessManagerUnauthorizedCall"):
        execute_itself(place, ADMIN, "Funds", encode_call("Funds", "setAuthority", other))
    with refused("AuthorityFixed", target=target.lower()):
        place.send(ADMIN, "Authority", "updateAuthority", target, other)
    data = schedule(place, ADMIN, "Authority", "updateAuthority", target, other)
    place.wait(ADMIN_DELAY_SECONDS)
    with refused("AuthorityFixed"):
        execute(place, ADMIN, "Authority", data)


@pytest.mark.parametrize("office", [AuthorityRole.ADMIN, AuthorityRole.GUARDIAN])
def test_the_last_administrator_and_the_last_guardian_stay(founded: EvmTown, office: AuthorityRole) -> None:
    holder, role = signer(office.name.lower()), holder_role(office)
    data = schedule(founded, ADMIN, "Authority", "revokeRole", role, holder.address)
    founded.wait(CHANGE_DELAY)
    with refused("AuthorityOfficeVacant", role_id=role):
        execute(founded, ADMIN, "Authority", data)
    change(founded, ADMIN, "Authority", "grantRole", role, ADDRESS, 0)
    change(founded, ADMIN, "Authority", "grantRole", role, ADDRESS, 0)  # granted twice, and one holder still
    change(founded, ADMIN, "Authority", "revokeRole", role, holder.address)
    with pytest.raises(RefusedError) as caught:
        revoke_as(founded, office, role)
    assert (caught.value.name, caught.value.revert.args["role_id"]) == ("AuthorityOfficeVacant", role)


def revoke_as(town: EvmTown, office: AuthorityRole, role: int) -> None:
    """Whoever is the administrator now takes the office from its only holder."""
    key = signer("somebody else") if office is AuthorityRole.ADMIN else ADMIN
    called = town.address("Authority"), encode_call("Authority", "revokeRole", role, ADDRESS)
    town.send(key, "Offices", "scheduleForOffice", AuthorityRole.ADMIN, *called, DIRECT)
    town.wait(CHANGE_DELAY)
    town.send(key, "Offices", "runForOffice", AuthorityRole.ADMIN, *called)


@pytest.mark.parametrize("office", AuthorityRole)
def test_no_office_is_left_at_once_though_another_holds_it(founded: EvmTown, office: AuthorityRole) -> None:
    """One of two guardians who walks out before a theft leaves as much of a gap as the only one."""
    holder, role = signer(office.name.lower()).address, holder_role(office)
    change(founded, ADMIN, "Authority", "grantRole", role, ADDRESS, 0)
    with refused("AuthorityRenouncingWaits", role_id=role):
        founded.call(holder, "Authority", encode_call("Authority", "renounceRole", role, holder))
    assert founded.read("Authority", "hasRole", role, holder)[0]


def test_who_leaves_an_office_goes_by_a_change_that_the_guardian_can_stop(founded: EvmTown) -> None:
    role = holder_role(AuthorityRole.STEWARD)
    data = schedule(founded, ADMIN, "Authority", "revokeRole", role, STEWARD.address)
    founded.wait(CHANGE_DELAY - 1)
    founded.send(STEWARD, "Funds", "openPurpose", FUND << 16 | 99)
    founded.wait(1)
    execute(founded, ADMIN, "Authority", data)
    with refused("OfficeNotHeld"):
        founded.send(STEWARD, "Funds", "openPurpose", FUND << 16 | 98)


def test_an_office_is_given_up_at_once_while_the_town_is_founded_and_by_its_holder_alone(
    place: EvmTown,
) -> None:
    renounced = encode_call("Authority", "renounceRole", holder_role(AuthorityRole.STEWARD), STEWARD.address)
    with refused("AccessManagerBadConfirmation"):
        place.call(signer("stranger").address, "Authority", renounced)
    place.call(STEWARD.address, "Authority", renounced)
    with refused("OfficeNotHeld"):
        place.send(STEWARD, "Funds", "openPurpose", FUND << 16 | 99)


def test_a_stranger_neither_changes_the_authority_nor_schedules_for_an_office(founded: EvmTown) -> None:
    with refused("AccessManagerUnauthorizedAccount"):
        founded.send(signer("stranger"), "Authority", "grantRole", AuthorityRole.STEWARD, ADDRESS, 0)
    with refused("AccessManagerUnauthorizedCall"):
        schedule(founded, signer("stranger"), "TimeBank", "setChallenge", DAY)
    with refused("AccessManagerUnauthorizedCall"):
        schedule(founded, REGISTRAR, "TimeBank", "setChallenge", DAY)


def test_several_calls_in_one_carry_no_change_past_its_wait(founded: EvmTown) -> None:
    grant = encode_call("Authority", "grantRole", AuthorityRole.STEWARD, ADDRESS, 0)
    with refused("AccessManagerNotScheduled"):
        founded.send(ADMIN, "Authority", "multicall", [grant])
    data = schedule(founded, ADMIN, "Authority", "multicall", [grant])
    founded.wait(CHANGE_DELAY)
    with refused("AccessManagerUnauthorizedAccount"):
        execute(founded, ADMIN, "Authority", data)


@pytest.mark.parametrize(
    ("function", "args"),
    [("grantRole", (PUBLIC_ROLE, ADDRESS, 0)), ("setRoleAdmin", (AuthorityRole.ADMIN, AuthorityRole.ADMIN))],
)
def test_the_role_of_everybody_and_the_administrators_are_locked(
    founded: EvmTown, function: str, args: tuple[Any, ...]
) -> None:
    data = schedule(founded, ADMIN, "Authority", function, *args)
    founded.wait(CHANGE_DELAY)
    with refused("AccessManagerLockedRole"):
        execute(founded, ADMIN, "Authority", data)


def test_nobody_is_given_the_function_that_changes_the_authority(founded: EvmTown) -> None:
    target, chosen = founded.address("Funds"), selector("Funds", "setAuthority")
    data = schedule(
        founded, ADMIN, "Authority", "setTargetFunctionRole", target, [chosen], AuthorityRole.ADMIN
    )
    founded.wait(CHANGE_DELAY)
    with refused("AccessManagerLockedFunction"):
        execute(founded, ADMIN, "Authority", data)


def test_what_one_office_scheduled_no_other_carries_out(founded: EvmTown) -> None:
    data = schedule(founded, STEWARD, "Budgets", "setBudgetLine", 78, MATCHING, 100)
    founded.wait(CHANGE_DELAY)
    with refused("OfficeChangeNotWaiting"):
        execute(founded, REGISTRAR, "Budgets", data)
    with refused("AccessManagerUnauthorizedCall"):
        execute_itself(founded, REGISTRAR, "Budgets", data)
