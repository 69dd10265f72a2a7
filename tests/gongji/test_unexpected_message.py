"""A portal that gives something else to sign than was asked for gets no signature, even of who agrees to everything."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.abi import encode_call
from contracts.acts import acts
from contracts.deployment import DeployedContract, Deployment
from contracts.errors import DeploymentError
from contracts.roles import AuthorityRole
from gongji.commands import proposal as command
from gongji.commands.acting import KeyHolder
from gongji.commands.drafting import drafted
from gongji.errors import UnexpectedMessageError
from gongji.settings import load
from ledger_api.intents.drafting import compose
from ledger_api.sessions.text import compose as compose_sign_in
from tests.conftest import CHAIN_ID, signer
from tests.ledger_api.client import proposal
from wallets.intents import INTENTS, ActOnCall, CallAct, Domain, Proposal
from wallets.keystore import SCRYPT_ROUNDS_FAST, create_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallets.intents import Intent

MINE = signer("treasurer")
FIELDS: dict[str, Any] = {"proposal": proposal(1, 20_000)}
DEADLINE = 1_800_000_000


TOWN = Deployment(
    chain_id=CHAIN_ID,
    genesis_hash="0x" + 64 * "0",
    contracts={
        name: DeployedContract(address=signer(name).address, block=1, code_hash="0x" + 64 * "0")
        for name in {intent.CONTRACT for intent in INTENTS.values()}
    },
)
DAY_SECONDS = 86_400


def sign_in_text(address: str = MINE.address, **other: Any) -> str:
    usual: dict[str, Any] = {
        "public_url": "http://town.test",
        "chain_id": CHAIN_ID,
        "expires_at": int(time.time()) + 600,
    }
    return compose_sign_in(address=address, nonce="a" * 32, now=1_750_000_000, **usual | other)


OTHER = "town.test 测试街道\n我同意 I agree:\n授予职责 Grant role\n\nMembers.grantRole\n\nNonce: 12"
TEXTS: dict[str, str] = {
    "another text": OTHER,
    "the sign-in of another key": sign_in_text(signer("steward").address),
    "a sign-in with another text behind it": f"{sign_in_text()}\n{OTHER}",
    "a sign-in at another portal": sign_in_text(public_url="http://other.test"),
    "a sign-in on another chain": sign_in_text(chain_id=CHAIN_ID + 1),
    "a sign-in for a year": sign_in_text(expires_at=int(time.time()) + 365 * DAY_SECONDS),
}


@pytest.fixture
def member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], KeyHolder]:
    """Somebody with a key, whose portal answers everything in one way."""
    key, password = tmp_path / "key.json", tmp_path / "password"
    create_key(key, "throw-away", private_key=bytes(MINE._account.key), rounds=SCRYPT_ROUNDS_FAST)
    password.write_text("throw-away")
    TOWN.save(tmp_path / "deployment.json")
    (tmp_path / "gongji.toml").write_text('public_url = "http://town.test"\n')

    def with_answer(answer: dict[str, Any]) -> KeyHolder:
        monkeypatch.setattr(KeyHolder, "call", lambda *_, **__: answer)
        return KeyHolder(load(tmp_path), key, password)

    return with_answer


def typed_data(act: str, entered: dict[str, Any]) -> dict[str, Any]:
    """A message as a portal composes it."""
    intent = compose(act, entered, DEADLINE, nonce=1)
    return dict(intent.typed_data(own_domain(intent)))


def own_domain(intent: Intent) -> Domain:
    return Domain(contract=intent.CONTRACT, chain_id=CHAIN_ID, address=TOWN.address(intent.CONTRACT))


@pytest.fixture(scope="module")
def holder(tmp_path_factory: pytest.TempPathFactory) -> KeyHolder:
    """Somebody with a key, beside the record of where the town's contracts are."""
    folder = tmp_path_factory.mktemp("holder")
    key, password = folder / "key.json", folder / "password"
    create_key(key, "throw-away", private_key=bytes(MINE._account.key), rounds=SCRYPT_ROUNDS_FAST)
    password.write_text("throw-away")
    TOWN.save(folder / "deployment.json")
    return KeyHolder(load(folder), key, password)


@given(
    chain=st.sampled_from([CHAIN_ID, CHAIN_ID + 1, 1]),
    contract=st.sampled_from([TOWN.address("Disbursements"), TOWN.address("Members"), MINE.address]),
    beyond_seconds=st.sampled_from([-DAY_SECONDS, -1, DAY_SECONDS, 2**47]),
    valid_days=st.integers(1, 90),
)
@settings(deadline=None)
def test_a_portal_that_lies_of_domain_or_deadline_gets_no_signature(
    holder: KeyHolder, chain: int, contract: str, beyond_seconds: int, valid_days: int
) -> None:
    valid_seconds = valid_days * DAY_SECONDS
    intent = compose("SubmitProposal", FIELDS, int(time.time()) + valid_seconds + beyond_seconds, nonce=1)
    given_by_portal = intent.typed_data(Domain(contract=intent.CONTRACT, chain_id=chain, address=contract))
    if (chain, contract) == (CHAIN_ID, TOWN.address("Disbursements")) and beyond_seconds < 0:
        (signature,) = holder.sign(given_by_portal, valid_seconds=valid_seconds, yes=True)["signatures"]
        assert signature == "0x" + MINE.sign_intent(intent, own_domain(intent)).signature.hex()
    else:
        with pytest.raises(UnexpectedMessageError, match="nothing was signed"):
            holder.sign(given_by_portal, valid_seconds=valid_seconds, yes=True)


def test_nothing_is_signed_where_the_towns_contracts_are_not_known(
    member: Callable[[dict[str, Any]], KeyHolder], tmp_path: Path
) -> None:
    holder = member({"text": sign_in_text()})
    (tmp_path / "deployment.json").unlink()
    with pytest.raises(DeploymentError):
        holder.sign(typed_data("SubmitProposal", FIELDS), yes=True)
    with pytest.raises(DeploymentError):
        holder.sign_in()


@pytest.mark.parametrize("what", TEXTS)
def test_whoever_signs_in_signs_nothing_else(
    member: Callable[[dict[str, Any]], KeyHolder], what: str
) -> None:
    with pytest.raises(UnexpectedMessageError, match="signs 0x"):
        member({"text": TEXTS[what]}).sign_in()
    holder = member({"text": sign_in_text(), "csrf_token": "told"})
    holder.sign_in()


@pytest.mark.parametrize(
    ("act", "entered"),
    [
        ("RotateKey", {"newKey": "0x" + "66" * 20, "possession": "0x77"}), ("WithdrawProposal", FIELDS),
        ("SubmitProposal", {"proposal": proposal(1, 20_001)}), ("ApproveProposal", FIELDS | {"round": 1}),
    ],
)  # fmt: skip
def test_another_act_than_was_asked_for_is_not_signed(
    member: Callable[[dict[str, Any]], KeyHolder], act: str, entered: dict[str, Any]
) -> None:
    requested_act = acts()["SubmitProposal"]
    own = member({"typed_data": typed_data("SubmitProposal", FIELDS)})
    assert drafted(own, requested_act, FIELDS, 60)["primaryType"] == "SubmitProposal"
    with pytest.raises(UnexpectedMessageError, match="as it was entered"):
        drafted(member({"typed_data": typed_data(act, entered)}), requested_act, FIELDS, 60)


GRANT = {"member": b"m" * 16, "role": 1, "scope": 1, "validUntil": 2_000_000_000}
MEANT: dict[str, Any] = {
    "act": CallAct.ACT_FOR_OFFICE, "office": AuthorityRole.REGISTRAR,
    "target": bytes.fromhex(TOWN.address("Members")[2:]),
    "data": encode_call("Members", "grantRole", b"m" * 16, 1, 1, 2_000_000_000),
}  # fmt: skip
CHANGED: dict[str, dict[str, Any]] = {
    "another member": {"data": encode_call("Members", "grantRole", b"n" * 16, 1, 1, 2_000_000_000)},
    "another office": {"office": AuthorityRole.STEWARD},
    "a contract that is none of the town's": {"target": b"t" * 20},
    "another contract of the town's": {"target": bytes.fromhex(TOWN.address("Disbursements")[2:])},
    "calling it off": {"act": CallAct.CANCEL_FOR_OFFICE},
}


def for_office(**fields: Any) -> dict[str, Any]:
    """What the portal gives the holder of an office to sign."""
    intent = ActOnCall(**MEANT | fields, nonce=5, deadline=int(time.time()) + 60)
    return {"typed_data": intent.typed_data(own_domain(intent))}


@pytest.mark.parametrize("announced", [CallAct.ACT_FOR_OFFICE, CallAct.SCHEDULE_FOR_OFFICE])
def test_whoever_holds_an_office_signs_what_was_entered(
    member: Callable[[dict[str, Any]], KeyHolder], announced: CallAct
) -> None:
    draft = drafted(member(for_office(act=announced)), acts()["GrantRole"], GRANT, 60)
    assert draft["message"]["action"] == announced.text


@pytest.mark.parametrize("what", CHANGED)
def test_whoever_holds_an_office_does_not_sign(
    member: Callable[[dict[str, Any]], KeyHolder], what: str
) -> None:
    with pytest.raises(UnexpectedMessageError, match="as it was entered"):
        drafted(member(for_office(**CHANGED[what])), acts()["GrantRole"], GRANT, 60)


def test_another_request_than_was_named_is_not_approved() -> None:
    approval, other = (
        typed_data("ApproveProposal", {"proposal": proposal(n, 20_000), "round": 1}) for n in (1, 2)
    )
    named = Proposal.from_json(proposal(1, 20_000)).proposal_id().hex()
    command._require_approval(approval, f"0x{named.upper()}")
    second_round = typed_data("ApproveProposal", {"proposal": proposal(1, 20_000), "round": 2})
    for strayed in (
        other,
        second_round,
        typed_data("RotateKey", {"newKey": "0x" + "66" * 20, "possession": "0x77"}),
    ):
        with pytest.raises(UnexpectedMessageError, match="an approval of"):
            command._require_approval(strayed, f"0x{named}")
