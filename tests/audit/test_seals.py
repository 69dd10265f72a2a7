"""Votes, seals and times on a chain whose validators' keys the test holds, so that one thing at a time is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.chain.qbft import quorum
from audit.checks.block_pass import examine_chain
from audit.evidence.bundle import Bundle
from audit.rules.governance import governance_of
from audit.verify import verify_with
from tests.audit.bundles import findings
from tests.audit.sealing import Network

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def network() -> Network:
    """A network of four with two blocks."""
    network = Network()
    for _ in range(3):
        network.make()
    return network


def test_who_might_seal_from_which_block_on_is_told(network: Network, tmp_path: Path) -> None:
    """Whoever wins a quorum of validators by votes writes history: the votes are valid, and an auditor looks at them."""
    for proposer in (0, 1, 2):
        network.make(proposer, (4, True))
    network.members.append(4)
    network.make()
    history = examine_chain(Bundle(network.bundle(tmp_path / "bundle")), network.trust()).history
    assert [(block.number, len(who)) for block, who in history.validators] == [(0, 4), (6, 5)]
    governed = governance_of(history, {})
    assert sum("验证人 validators from block" in line for line in governed.lines()) == 2
    assert [one["since_block"] for one in governed.to_json()["validators"]] == [0, 6]


def failed(network: Network, folder: Path) -> tuple[str, ...]:
    report = verify_with(network.bundle(folder / "bundle"), network.trust(), unanchored=True)
    assert report.exit_status == (1 if report.failed() else 0), findings(report)
    return report.failed()


@pytest.mark.parametrize(
    ("validators", "needed"), [(1, 1), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (10, 7), (13, 9)]
)
def test_the_quorum_is_two_thirds_rounded_up(validators: int, needed: int) -> None:
    assert quorum(validators) == needed


def test_a_validator_added_by_a_majority_seals_from_the_next_block_on(
    network: Network, tmp_path: Path
) -> None:
    for proposer in (0, 1, 2):
        network.make(proposer, (4, True))
    network.members.append(4)
    network.make(4, sealers=[0, 1, 2, 4])
    assert failed(network, tmp_path) == ()


def test_a_validator_dropped_by_a_majority_is_out(network: Network, tmp_path: Path) -> None:
    for proposer in (0, 1, 2):
        network.make(proposer, (3, False))
    network.members.remove(3)
    network.make(0, sealers=[0, 1])
    assert failed(network, tmp_path) == ()


def test_a_validator_nobody_voted_for_is_refused(network: Network, tmp_path: Path) -> None:
    network.make(0, listed=[0, 1, 2, 3, 4])
    assert failed(network, tmp_path) == ("C04",)


def test_two_votes_of_four_do_not_add_a_validator(network: Network, tmp_path: Path) -> None:
    network.make(0, (4, True))
    network.make(1, (4, True))
    network.make(1, (4, True))
    network.make(0, listed=[0, 1, 2, 3, 4])
    assert failed(network, tmp_path) == ("C04",)


def test_a_vote_that_was_turned_round_does_not_count_twice(network: Network, tmp_path: Path) -> None:
    network.make(0, (4, True))
    network.make(1, (4, True))
    network.make(0, (4, False))
    network.make(2, (4, True))
    assert failed(network, tmp_path) == ()


def test_votes_that_a_change_forgot_do_not_come_back(network: Network, tmp_path: Path) -> None:
    for proposer in (0, 1, 2):
        network.make(proposer, (4, True))
    network.members.append(4)
    for proposer in (3, 4, 0):
        network.make(proposer, (4, False))
    network.members.remove(4)
    network.make(3, (4, True))  # block 9; the votes of 1 and 2 from before must not add to it
    network.make()
    assert failed(network, tmp_path) == ()


def test_votes_of_one_who_was_dropped_do_not_count(network: Network, tmp_path: Path) -> None:
    network.make(3, (5, True))
    for proposer in (0, 1, 2):
        network.make(proposer, (3, False))
    network.members.remove(3)
    network.make(0, (5, True))  # one of the two votes that three need
    network.make()
    assert failed(network, tmp_path) == ()


def test_an_epoch_block_forgets_votes_and_its_own(network: Network, tmp_path: Path) -> None:
    while len(network.blocks) < 8:
        network.make()
    network.make(0, (4, True))
    network.make(1, (4, True))
    network.make(2, (4, True))  # block 10, the epoch
    network.make(2, (4, True))
    network.make(3, (4, True))
    assert failed(network, tmp_path) == ()


def test_a_proposer_who_is_no_validator_is_refused(network: Network, tmp_path: Path) -> None:
    network.make(5)
    assert failed(network, tmp_path) == ("C03",)


def test_a_block_sealed_by_half_the_validators_is_refused(network: Network, tmp_path: Path) -> None:
    network.make(0, sealers=[0, 1])
    assert failed(network, tmp_path) == ("C03",)


def test_time_that_stands_still_is_refused(network: Network, tmp_path: Path) -> None:
    network.make(0, seconds=0)
    assert failed(network, tmp_path) == ("C05",)


def test_a_block_of_another_consensus_is_refused(network: Network, tmp_path: Path) -> None:
    network.make(0, mix_hash=bytes(32))
    assert failed(network, tmp_path) == ("C05",)


@pytest.mark.parametrize(("late_seconds", "failed"), [(60, ()), (61, ("C05",))])
def test_a_head_is_not_later_than_the_auditors_clock(
    network: Network, tmp_path: Path, late_seconds: int, failed: tuple[str, ...]
) -> None:
    """Row "time": no upper bound, no outside time."""
    network.make()
    results = examine_chain(
        Bundle(network.bundle(tmp_path / "bundle")), network.trust(), now=network.time - late_seconds
    ).results
    assert tuple(r.check_id for r in results if r.state == "failed") == failed
