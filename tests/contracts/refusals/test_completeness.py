"""No error of the contracts is without a test that provokes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.abi import Revert, artifact
from contracts.build.compiler import DEPLOYED
from ledger_api import problem

# OpenZeppelin's, for states that no call can bring about here: names too long for EIP-712, an authority without code.
UNREACHABLE = {
    "InvalidShortString",
    "StringTooLong",
    "AccessManagedInvalidAuthority",
    "AccessManagerInvalidInitialAdmin",
}
# Of the authority's library, for calls with ether or to accounts without code, and for contracts that pretend to be ours.
LIBRARY = {
    "AddressEmptyCode",
    "FailedCall",
    "FailedDeployment",
    "InsufficientBalance",
    "SafeCastOverflowedUintDowncast",
    "AccessManagerUnauthorizedConsume",
}
# Tested with the guards of the functions (`test_guards.py`).
GUARDS = {"AccessManagedUnauthorized", "AccessManagedRequiredDelay"}
# What people get wrong, or try, and the errors that say so.
BAD_INPUT = {
    "too early": ("AccessManagerNotReady", "ProposalNoticeRunning", "RedemptionNotOver", "TimeChallengeRunning"),
    "too late": ("AccessManagerExpired", "IntentExpired", "ProposalNoticeOver", "ProposalVoteOver", "TimeReversalOver"),
    "the wrong office": ("OfficeActOutside", "OfficeNotHeld"),
    "the same person twice": (
        "CooperativeSecondPersonNeeded", "FundsSecondPersonNeeded", "MembersActedAtDesk", "ProposalProverTookPart",
        "ProposalSecondPersonNeeded", "ProposalSelfApproval", "RedemptionSecondPersonNeeded", "TimeSecondPersonNeeded",
    ),
    "a floor undercut": (
        "CampaignsLengthInvalid", "CampaignsMatchTooHigh", "CommitteeDecideTimeInvalid", "CommitteeNoticeInvalid",
        "CommitteeObjectionsInvalid", "CommitteeShareBelowMajority", "RateCardFundShareTooLow", "TimeChallengeOutOfRange",
    ),
    "a module that was retired": ("LedgerModuleClosing", "LedgerModuleNotAdmitted"),
    "a signature of a key that waits": ("MembersKeyWaits",),
    "a passkey that signed something else": ("PasskeyChallengeInvalid", "PasskeyTypeInvalid", "PasskeyDomainMismatch"),
    "a passkey whose user was not verified": ("PasskeyUserNotVerified",),
    "the twin of a signature": ("ECDSAInvalidSignatureS", "PasskeySignatureInvalidS"),
    "a delegation that is spent": ("DelegationSpent",),
    "somebody else's phone": ("DevicePossessionMissing",),
}  # fmt: skip


def provoked() -> set[str]:
    """The errors that the tests of this folder provoke."""
    texts = [path.read_text() for path in Path(__file__).parent.glob("test_*.py")]
    return {name for text in texts for name in re.findall(r'refused\(\s*"(\w+)"', text)}


@pytest.mark.parametrize("situation", BAD_INPUT)
def test_bad_input_is_refused_by_an_error_of_its_own_with_a_sentence_in_both_languages(
    situation: str,
) -> None:
    for name in BAD_INPUT[situation]:
        assert name in provoked()
        why = problem.refusal(Revert(name=name, args={}, meaning="")).why
        assert why.zh == problem.rules()[name]["why"]
        assert why.en not in ("", name, why.zh), f"{name} has no English sentence"


def test_every_declared_error_is_provoked() -> None:
    declared = {e["name"] for c in DEPLOYED for e in artifact(c)["abi"] if e["type"] == "error"}
    assert declared - provoked() - UNREACHABLE - LIBRARY - GUARDS == set()
    assert provoked() <= declared
