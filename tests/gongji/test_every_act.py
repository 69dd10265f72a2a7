"""Every act has a page, a command, an explanation and a rule of the audit, but for those that are named here."""

from __future__ import annotations

import json

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from audit.checks import CHECKS
from audit.checks.authority import GUARDED
from audit.reads import readers
from audit.rules.intents import ACTS
from contracts.acts import acts
from gongji.acts.names import kebab
from gongji.cli import app
from gongji.commands.act import app as commands
from ledger_api.portal.acting.declared import page_of

# Programs do these, and nobody on a page: the verifier's and the log keeper's own, and what the keeper sees to when it is due.
OF_PROGRAMS = {"AdmitClaim", "AnchorHead"}
OF_THE_KEEPER = {
    "CreditClaim", "ExecuteProposal", "ExpireTask", "LapseClaim", "LapseDispute", "LapseLot", "LapseRedemption", "RunForOffice", "SettleCampaign", "SettleRedemption",
}  # fmt: skip
# What is judged by neither one signature nor an office: an approval by the signatures of several, the rest by what it brings about.
BY_CHECK = {
    "ApproveProposal": "C15.2",
    "CreditClaim": "C27.3",
    "ExecuteProposal": "C15.4",
    "ExpireTask": "C27.3",
    "LapseClaim": "C27.3",
    "LapseDispute": "C37.1",
    "LapseLot": "C37.1",
    "LapseRedemption": "C27.4",
    "RunForOffice": "C14.3",
    "SettleCampaign": "C38",
    "SettleRedemption": "C27.4",
}


def test_no_act_is_without_a_page_but_those_of_programs() -> None:
    without = {name for name, act in acts().items() if page_of(act) is None}
    assert without == OF_PROGRAMS | OF_THE_KEEPER
    assert {by for name in OF_PROGRAMS for by in acts()[name].by} == {"verifier", "log-keeper"}
    assert {by for name in OF_THE_KEEPER for by in acts()[name].by} == {"anyone"}


def test_no_act_is_without_a_command() -> None:
    named = get_command(commands)
    listed = named.list_commands(None)  # type: ignore[attr-defined] # a group
    assert [name for name in acts() if kebab(name) not in listed] == []


def test_no_act_is_without_a_rule_of_the_audit() -> None:
    judged = {*ACTS, *GUARDED}
    without = {name for name, act in acts().items() if f"{act.contract}.{act.function}" not in judged}
    assert without == BY_CHECK.keys()
    assert {*BY_CHECK.values()} <= {check.check_id for check in CHECKS}


@pytest.mark.parametrize("act", sorted(acts()))
def test_an_explanation_names_the_page_and_the_checks_that_judge_the_act(act: str) -> None:
    explanation = json.loads(CliRunner().invoke(app, ["chain", "explain", act, "--json"]).stdout)
    call = f"{explanation['contract']}.{explanation['function']}"
    signed, official = "C15.1" if call in ACTS else None, "C14.2" if call in GUARDED else None
    assert explanation["page"] == page_of(acts()[act])
    # What carries a change out is judged by the change, and the check names the functions of changes.
    judge = BY_CHECK.get(act) if act != "RunForOffice" else None
    assert {signed, official, judge} - {None} <= set(explanation["checks"])


def test_a_check_is_named_for_what_it_reads_through_others_and_for_nothing_else() -> None:
    assert readers(["Campaigns.GiftRefunded"]) == ["C15.1", "C18", "C38"]
    assert readers(["EventLog.HeadAnchored"])[-2:] == ["C27.2", "C29"]
    assert readers(["Ledger.NeverEmitted"]) == []
