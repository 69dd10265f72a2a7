"""`gongji chain explain`: an act in the words of its definition."""

from __future__ import annotations

import json
import subprocess
import sys

from typer.testing import CliRunner

from contracts.acts import acts
from contracts.events import EVENTS
from gongji.cli import app
from indexer.history import EVENT_TABLES
from indexer.projections import NOUNS


def explained(act: str, *options: str) -> str:
    result = CliRunner().invoke(app, ["chain", "explain", act, *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_act_is_explained_with_all_that_its_definition_says() -> None:
    lines = [line.split(maxsplit=1) for line in explained("RefundGift").splitlines()]
    explanation = {name: " ".join(rest.split()) for name, rest in lines}
    assert explanation["act"] == "RefundGift"
    assert explanation["called"] == "退回众筹款 Refund a gift"
    assert explanation["who"] == "treasurer of campaign"
    assert explanation["function"].startswith("Campaigns.refundGift(uint32,bytes32,bytes32,")
    assert explanation["signed"].startswith("RefundGift(string action,")
    assert explanation["events"] == "GiftRefunded, Transferred"
    assert explanation["transfer"] == "moves money or hours in the ledger"
    assert {"gift_refunded", "transferred", "campaigns"} <= set(explanation["tables"].split(", "))
    assert explanation["undo"] == "none"
    assert explanation["bankLine"] == "bytes32 bank-line-recorded Key of the incoming line of the gift."
    assert explanation["outgoingBankLine"] == "bytes32 bank-line-out Line that returned it, used once."


def test_fields_of_a_struct_and_what_is_only_signed_are_explained_too() -> None:
    output = explained("ApproveProposal")
    assert "proposal.amountFen" in output
    assert "round " in output


def test_an_act_of_an_office_is_said_not_to_be_signed() -> None:
    assert "not signed" in explained("OpenFund")


def test_an_act_that_moves_nothing_says_so() -> None:
    (line,) = [line for line in explained("AcceptTask").splitlines() if line.startswith("transfer")]
    assert line.split() == ["transfer", "none"]


def test_every_act_names_the_tables_of_its_events_and_those_of_the_state_that_follows() -> None:
    for act in acts():
        explanation = json.loads(explained(act, "--json"))
        history = [EVENT_TABLES[event].name for event in EVENTS if event.__name__ in explanation["emits"]]
        state = [
            noun.name
            for noun in NOUNS
            if any(event.__name__ in explanation["emits"] for event in noun.events)
        ]
        assert history
        assert explanation["tables"] == history + state


def test_an_unknown_act_is_told_in_three_lines_with_the_nearest_name() -> None:
    command = [sys.executable, "-m", "gongji", "chain", "explain", "refundGift"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    what, why, remedy = ran.stderr.splitlines()
    assert "refundGift" in what
    assert why
    assert remedy.endswith("the nearest is RefundGift: `gongji chain explain RefundGift`")
