"""What a neighbour who folds every event of the chain learns of who gave."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from audit.checks.households import leaf_of
from audit.decode.merkle_log import leaf_hash, roots
from tests.audit.checks import rules_town
from tests.contracts.neighbourhood import household, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.chain.history import History
    from tests.audit.checks.conftest import Evidence

OF_GIFTS = (
    "Campaigns.GiftAttested",
    "Campaigns.GiftReversed",
    "Campaigns.GiftRefunded",
    "Ledger.Transferred",
)


def test_no_event_joins_a_private_gift_with_a_household_or_a_member(evidence: Evidence) -> None:
    """(p53)"""
    members, homes = persons(evidence.history), households_of(evidence.history)
    assert len(homes) >= 5
    for log in evidence.history.logs(*OF_GIFTS):
        if log.event != "Transferred" or log.values["reason"] == 3:
            said = b"".join(bytes_in(log.values | {"treasurer": b""}))
            is_private = log.values.get("household", 0) > 0
            assert not [home for home in homes if home in said]
            assert not is_private or not [member for member in members if member in said]


def test_nothing_on_the_chain_opens_the_list_of_the_households(evidence: Evidence) -> None:
    """(p53) Every word of every event is tried as a salt of the leaves; the salt of the register does open them."""
    homes = households_of(evidence.history)
    words = {word for log in evidence.history.all_logs for word in bytes_in(log.values) if len(word) == 32}
    for log in evidence.history.logs("Campaigns.HouseholdsListed"):
        campaign, count = log.values["campaign"], log.values["households"]
        for salt in {*words, bytes(32), campaign.to_bytes(32, "big")}:
            leaves = sorted(leaf_of(salt, campaign, home) for home in homes)
            guessed = roots([leaf_hash(leaf) for leaf in leaves], [min(count, len(leaves))])
            assert log.values["root"] not in {*guessed.values(), *leaves}
    opened = rules_town.BUILDING_LIST
    leaves = [one.leaf for one in opened]
    root = roots([leaf_hash(leaf) for leaf in leaves], [len(leaves)])[len(leaves)]
    assert root == evidence.log("Campaigns.HouseholdsListed", 1).values["root"]


def test_the_number_of_a_household_is_another_in_each_campaign() -> None:
    """(p53) Neither the order of registration nor another campaign tells it."""
    orders = [
        [listed.household for listed in campaign]
        for campaign in (rules_town.TOWN_LIST, rules_town.BUILDING_LIST)
    ]
    registered = [f"0x{household(name).hex()}" for name in sorted(rules_town.RESIDENTS, key=number_of)]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(registered)
    assert all(a != b for a, b in product(orders, [registered]))
    assert orders[0] != orders[1]


def persons(history: History) -> set[bytes]:
    return {log.values["member"] for log in history.logs("Members.MemberRegistered")}


def households_of(history: History) -> set[bytes]:
    found = {log.values["household"] for log in history.logs("Members.HouseholdPlaced")}
    return found | {log.values["household"] for log in history.logs("Members.MemberRegistered")} - {bytes(16)}


def bytes_in(values: Any) -> Iterator[bytes]:
    if isinstance(values, bytes):
        yield values
    elif isinstance(values, dict):
        for value in values.values():
            yield from bytes_in(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from bytes_in(value)
