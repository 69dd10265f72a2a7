"""A portal that gives something else to sign than was asked for gets no signature, even of who agrees to everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.acts import acts
from gongji.commands import proposal as command
from gongji.commands.acting import KeyHolder
from gongji.commands.drafting import drafted
from gongji.errors import UnexpectedMessageError
from gongji.settings import load
from ledger_api.intents.drafting import compose
from ledger_api.sessions.text import compose as compose_sign_in
from tests.conftest import CHAIN_ID, signer
from tests.ledger_api.client import proposal
from wallets.intents import Domain, Proposal
from wallets.keystore import SCRYPT_ROUNDS_FAST, create_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MINE = signer("treasurer")
FIELDS: dict[str, Any] = {"proposal": proposal(1, 20_000)}
DEADLINE = 1_800_000_000


def sign_in_text(address: str = MINE.address) -> str:
    return compose_sign_in(
        public_url="http://town.test", address=address, chain_id=31337, nonce="a" * 32, now=1_750_000_000, expires_at=1_750_000_600,
    )  # fmt: skip


ORDER = (
    "town.test 测试街道\n机构办理 An office orders:\n授予职责 Grant role\n\nMembers.grantRole\n\nNonce: 12"
)
TEXTS: dict[str, str] = {
    "an order of an office": ORDER,
    "the sign-in of another key": sign_in_text(signer("steward").address),
    "a sign-in with an order behind it": f"{sign_in_text()}\n{ORDER}",
}


@pytest.fixture
def member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], KeyHolder]:
    """Somebody with a key, whose portal answers everything in one way."""
    key, password = tmp_path / "key.json", tmp_path / "password"
    create_key(key, "throw-away", private_key=bytes(MINE._account.key), rounds=SCRYPT_ROUNDS_FAST)
    password.write_text("throw-away")
    (tmp_path / "gongji.toml").write_text('public_url = "http://town.test"\n')

    def with_answer(answer: dict[str, Any]) -> KeyHolder:
        monkeypatch.setattr(KeyHolder, "call", lambda *_, **__: answer)
        return KeyHolder(load(tmp_path), key, password)

    return with_answer


def typed_data(act: str, entered: dict[str, Any]) -> dict[str, Any]:
    """A message as a portal composes it."""
    intent = compose(act, entered, DEADLINE)
    return dict(intent.typed_data(Domain(contract=intent.CONTRACT, chain_id=CHAIN_ID, address=MINE.address)))


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
        ("RotateKey", {"newKey": "0x" + "66" * 20}), ("WithdrawProposal", FIELDS),
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


def test_another_request_than_was_named_is_not_approved() -> None:
    approval, other = (
        typed_data("ApproveProposal", {"proposal": proposal(n, 20_000), "round": 1}) for n in (1, 2)
    )
    named = Proposal.from_json(proposal(1, 20_000)).proposal_id().hex()
    command._require_approval(approval, f"0x{named.upper()}")
    for strayed in (other, typed_data("RotateKey", {"newKey": "0x" + "66" * 20})):
        with pytest.raises(UnexpectedMessageError, match="an approval of"):
            command._require_approval(strayed, f"0x{named}")
