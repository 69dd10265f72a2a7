"""Lists on the command line: each goes on by what it says itself, to its end, and says what the page says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.gongji.running import Running

# What is everybody's to read.
PUBLIC = [
    ("coop", "orders", "1"), ("coop", "rate-cards", "1"), ("coop", "lots", "1"),
    ("campaign", "list"), ("campaign", "gifts", "1"), ("fund", "months", "1"), ("time", "list"), ("proposal", "list"),
]  # fmt: skip
OWN = [
    ("coop", "days"), ("coop", "months"), ("coop", "payouts"), ("time", "held"), ("time", "visits"), ("time", "redemptions"),
    ("time", "provided"), ("proposal", "own"),
]  # fmt: skip


def goes_on(running: Running, arguments: tuple[str, ...], limit: int) -> list[Any]:
    """Items of a list as data, page by page."""
    items, more = [], []
    while more is not None:
        page = running.gongji(*arguments, "--limit", str(limit), *more, "--json")
        assert page.returncode == 0, page.stderr
        answer = json.loads(page.stdout)
        items += answer["items"]
        more = ["--cursor", answer["next_cursor"]] if answer.get("next_cursor") else None
    return items


@pytest.mark.parametrize("arguments", PUBLIC, ids=" ".join)
def test_a_list_goes_on_by_what_it_says_and_misses_nothing(
    running: Running, arguments: tuple[str, ...]
) -> None:
    whole = goes_on(running, arguments, 1_000 if arguments[:2] != ("fund", "months") else 100)
    assert len(whole) > 1
    limit = -(-len(whole) // 3)
    assert goes_on(running, arguments, limit) == whole
    first = running.gongji(*arguments, "--limit", str(limit))
    assert len(first.stdout.splitlines()) == 1 + limit
    # People go on by what the list says, programs by what is in it.
    assert (
        json.loads(running.gongji(*arguments, "--limit", str(limit), "--json").stdout)["next_cursor"]
        in first.stderr
    )


@pytest.mark.parametrize("command", OWN, ids=" ".join)
def test_a_list_of_a_person_s_own_is_listed_with_the_own_key_alone(
    running: Running, command: tuple[str, ...]
) -> None:
    member = next(member for member in running.people() if member.startswith("0x"))
    refused = running.gongji(*command, member)
    assert refused.returncode == 4
    assert "--key" in refused.stderr
    found = running.gongji(*command, member, *running.key_of(member), "--json")
    assert found.returncode == 0, found.stderr
    assert "items" in json.loads(found.stdout)


def test_a_worker_reads_the_days_that_the_page_has(running: Running) -> None:
    worker = next(one for one, person in running.people().items() if person.home.startswith("/workers/"))
    days = ("coop", "days", worker, *running.key_of(worker))
    whole = goes_on(running, days, 100)
    assert goes_on(running, days, -(-len(whole) // 2)) == whole != []
    assert all("¥" in row for row in running.gongji(*days).stdout.splitlines()[1:])


def test_a_list_with_nothing_in_it_says_so(running: Running) -> None:
    found = running.gongji("coop", "open-lots", "1")
    assert (found.returncode, found.stdout) == (0, "")
    assert "没有记录" in found.stderr
    assert json.loads(running.gongji("coop", "open-lots", "1", "--json").stdout)["items"] == []


def test_a_disputed_redemption_is_listed_for_all_and_its_two_sides_for_the_coordinator(
    running: Running,
) -> None:
    (shown,) = goes_on(running, ("time", "disputes", "1"), 10)
    assert (shown["state"], shown["member"], shown["provider"]) == ("DISPUTED", None, None)
    coordinator = next(member for member, one in running.people().items() if "协调员" in one.role.zh)
    (read,) = goes_on(running, ("time", "disputes", "1", *running.key_of(coordinator)), 10)
    assert read["redemption"] == shown["redemption"]
    assert read["member"].startswith("0x")
    assert read["provider"] not in (None, read["member"])
    assert goes_on(running, ("time", "disputes", "2"), 10) == []
