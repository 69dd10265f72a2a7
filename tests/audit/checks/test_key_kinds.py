"""Acts and approvals signed by P-256 keys and passkeys, and the proof that a key is held, in the whole story."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import to_checksum_address

from audit.checks.members import acts, possession
from audit.checks.state import code_is_pinned
from audit.report.findings import State
from audit.rules.signatures import KeyKind
from audit.rules.signing import signed_digest
from audit.rules.votes import approval_digest, approving_keys
from tests.conftest import member_id, signer
from wallets.p256 import P256Signer
from wallets.passkey import USER_PRESENT, PasskeySigner

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import History, Transaction
    from tests.audit.checks.conftest import Evidence
    from wallets.signer import Signer

ATTEST = "Donations.attestDonations"
SECRET = hashlib.sha256(b"a key in a card").digest()


def in_card(evidence: Evidence) -> P256Signer:
    """A P-256 key of the town."""
    return P256Signer(SECRET, to_checksum_address(evidence.trust.address("P256Verifier")))


def passkey(evidence: Evidence, domain: str = "localhost", **how: Any) -> PasskeySigner:
    """A passkey of the town, or one that is spoilt."""
    return PasskeySigner(
        SECRET, to_checksum_address(evidence.trust.address("PasskeyVerifier")), domain, **how
    )


def with_key(evidence: Evidence, name: str, key: Signer, number: int = 0) -> History:
    """A history in which a member has one key more, with which the first act of a kind was signed."""
    call = next(evidence.history.transactions(ATTEST))
    signature = key.sign_digest(signed_digest(call, evidence.trust))
    added = next(
        log for log in evidence.history.logs("Members.KeyAdded") if log.values["member"] == member_id(name)
    )
    more = replace(added, values=added.values | {"key": bytes.fromhex(key.address[2:]), "kind": number})
    at = evidence.history.all_logs.index(added) + 1
    logs = [*evidence.history.all_logs[:at], more, *evidence.history.all_logs[at:]]
    signed = replace(
        call, args=call.args | {"authorization": call.args["authorization"] | {"signature": signature}}
    )
    calls = [signed if t is call else t for t in evidence.history.all_transactions]
    return replace(evidence.history, all_logs=logs, all_transactions=calls, _by_place=None)


@pytest.mark.parametrize("make", [in_card, passkey])
def test_an_act_by_a_key_of_any_kind_is_its_members(
    evidence: Evidence, make: Callable[[Evidence], Signer]
) -> None:
    assert evidence.run(acts, with_key(evidence, "treasurer", make(evidence))).state is State.PASSED
    of_another = evidence.run(acts, with_key(evidence, "coordinator", make(evidence)))
    assert "签名人不符" in of_another.findings[0].what


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"domain": "evil.example"}, "of the domain localhost"), ({"flags": USER_PRESENT}, "flag UV"),
        ({"changes": {"type": "webauthn.create"}}, "the type webauthn.get"), ({"changes": {"challenge": "AAAA"}}, "another challenge"),
    ],
)  # fmt: skip
def test_an_act_by_a_spoilt_passkey_is_told_with_its_reason(
    evidence: Evidence, how: dict[str, Any], reason: str
) -> None:
    [found] = evidence.run(acts, with_key(evidence, "treasurer", passkey(evidence, **how))).findings
    assert reason in found.what


def test_an_approval_by_a_passkey_counts_and_one_for_another_domain_does_not(evidence: Evidence) -> None:
    call = next(t for t in evidence.history.transactions("Disbursements.approve") if t.args["signatures"])
    proposal = call.args["proposal"]

    def keys(*signatures: bytes) -> list[bytes]:
        sent = replace(call, args=call.args | {"signatures": list(signatures)})
        return approving_keys(sent, proposal, 1, evidence.trust)

    honest, evil = passkey(evidence), passkey(evidence, "evil.example")
    digest = approval_digest(call, proposal, 1, evidence.trust)
    expected = [bytes.fromhex(honest.address[2:]), bytes.fromhex(signer("anyone").address[2:])]
    assert keys(honest.sign_digest(digest), signer("anyone").sign_digest(digest)) == expected
    assert keys(evil.sign_digest(digest), b"", bytes(200)) == []


def test_a_key_whose_holder_showed_nothing_is_told(evidence: Evidence) -> None:
    """(p57)"""
    assert evidence.run(possession).state is State.PASSED
    spoilt = {
        "nothing": b"", "by another key": signer("anyone").sign_digest(bytes(32)), "of another kind": bytes(148),
    }  # fmt: skip
    for what, signature in spoilt.items():

        def without(call: Transaction, signature: bytes = signature) -> Transaction:
            return replace(call, args=call.args | {"possession": signature})

        result = evidence.run(possession, evidence.called("Members.rotateKey", 0, without))
        assert len(result.findings) == 1, what


def test_a_key_that_was_shown_to_be_held_by_another_member_is_told(evidence: Evidence) -> None:
    """(p57)"""
    history = evidence.altered("Members.KeyAdded", 0, member=member_id("somebody else"))
    [found] = evidence.run(possession, history).findings
    assert "key that was shown to be held" in found.what


def test_a_key_of_another_kind_than_told_is_told(evidence: Evidence) -> None:
    history = evidence.altered("Members.KeyAdded", 0, kind=int(KeyKind.PASSKEY))
    assert evidence.run(possession, history).state is State.FAILED


def test_a_town_whose_passkeys_are_for_another_domain_than_the_pinned_one_fails(evidence: Evidence) -> None:
    other = replace(evidence, trust=replace(evidence.trust, passkey_domain="gongji.example"))
    [found] = other.run(code_is_pinned).findings
    assert (found.where, "gongji.example" in found.what) == ("PasskeyVerifier", True)


def test_a_town_whose_members_are_verified_by_another_contract_than_the_pinned_one_fails(
    evidence: Evidence,
) -> None:
    contracts = evidence.trust.contracts
    swapped = contracts | {"P256Verifier": replace(contracts["P256Verifier"], address=b"\1" * 20)}
    found = replace(evidence, trust=replace(evidence.trust, contracts=swapped)).run(code_is_pinned)
    assert found.state is not State.PASSED
