"""What members sign is what the contracts check."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from contracts.abi import artifact, encode_call
from contracts.acts import acts
from contracts.build.compiler import CONTRACTS
from tests.conftest import signer
from tests.wallets.samples import GOLDEN, samples, signed_and_sent
from wallets.amounts import cny_text
from wallets.errors import (
    AmountTextMismatchError,
    IntentInvalidError,
    IntentSignatureInvalidError,
    IntentWrongChainError,
)
from wallets.intents import (
    INTENTS,
    ApproveProposal,
    AttestDonations,
    Domain,
    Proposal,
)
from wallets.intents.signature import HALF_ORDER, recover
from wallets.intents.struct import camel
from wallets.show import show

if TYPE_CHECKING:
    from tests.conftest import Town
    from wallets.intents import Intent

PROPOSAL = Proposal(
    committee=1, purpose=65537, budget_line=5, amount_fen=1_250_000, number=20260317,
    requester=b"r" * 16, payee=b"p" * 32, documents=b"d" * 32,
)  # fmt: skip
APPROVAL = ApproveProposal(proposal=PROPOSAL, round=1, deadline=1_900_000_000)
SAMPLES = dict(samples())
DOMAIN = Domain(contract="Disbursements", chain_id=77001, address="0x" + "ab" * 20)


def type_string(intent_type: type[Intent]) -> str:
    derived = {"action": "string"} | {name: abi for name, (abi, _) in intent_type.DERIVED.items()}
    declared = {n: t for n, (_, t) in intent_type.abi_types().items()}
    own = ",".join(f"{declared.get(n) or derived[n]} {n}" for n in intent_type.LAYOUT)
    structs = sorted((s.__name__, s.layout()) for s in intent_type.STRUCTS)
    return f"{intent_type.__name__}({own})" + "".join(
        f"{name}({','.join(f'{t} {n}' for n, t in layout)})" for name, layout in structs
    )


def constant_name(name: str) -> str:
    return "".join(f"_{c}" if c.isupper() else c.upper() for c in name).lstrip("_") + "_TYPEHASH"


@pytest.mark.parametrize("name", sorted(INTENTS))
def test_type_hash_is_in_the_code_of_its_contract(name: str) -> None:
    intent_type = INTENTS[name]
    code = bytes.fromhex(artifact(intent_type.CONTRACT)["runtime"]["code"][2:])
    # The compiler pushes a constant without the zeros on its left.
    assert keccak(text=type_string(intent_type)).lstrip(b"\0") in code


def test_every_type_hash_of_the_contracts_has_an_intent_or_a_struct() -> None:
    structs = {s.__name__ for i in INTENTS.values() for s in i.STRUCTS}
    # Proofs that a key is held, and receipts, are no acts (`wallets.possession`, `wallets.receipt`).
    known = {constant_name(n) for n in (*INTENTS, *structs, "HoldKey", "Receipt")}
    sources = "".join(path.read_text() for path in (CONTRACTS / "src").rglob("*.sol"))
    assert set(re.findall(r"(\w+_TYPEHASH)\s*=", sources)) == known


@pytest.mark.parametrize("name", sorted(INTENTS))
def test_type_is_the_message_of_its_acts(name: str) -> None:
    carried = {act.message for act in acts().values() if act.message and act.message.startswith(f"{name}(")}
    assert carried == {type_string(INTENTS[name])}


def test_what_is_signed_and_what_is_sent_are_those_of_the_golden_file() -> None:
    assert {name: signed_and_sent(intent) for name, intent in SAMPLES.items()} == json.loads(
        GOLDEN.read_text()
    )


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_call_of_an_act_is_one_that_its_contract_takes(sample: str) -> None:
    call = SAMPLES[sample].call(b"s" * 65)
    assert call.contract == SAMPLES[sample].CONTRACT
    assert encode_call(call.contract, call.function, *call.args)


async def test_id_of_a_proposal_is_the_contracts(town: Town) -> None:
    assert await town.read("Disbursements", "idOf", PROPOSAL.as_tuple()) == PROPOSAL.proposal_id()


@pytest.mark.parametrize("sample", SAMPLES)
def test_message_read_back_is_the_intent(sample: str) -> None:
    intent = SAMPLES[sample]
    assert type(intent).from_message(intent.message()) == intent


@pytest.mark.parametrize("sample", SAMPLES)
def test_text_of_an_amount_that_is_not_its_numbers_is_refused(sample: str) -> None:
    intent = SAMPLES[sample]
    for name, (abi, _) in intent.DERIVED.items():
        error = AmountTextMismatchError if abi == "string" else IntentInvalidError
        with pytest.raises(error, match="CNY" if abi == "string" else name):
            type(intent).from_message(intent.message() | {name: "CNY 0.01" if abi == "string" else "1"})


def test_a_sum_that_its_field_cannot_hold_is_refused() -> None:
    whole = SAMPLES["AttestDonations"]
    assert isinstance(whole, AttestDonations)
    most = replace(whole.donations[0], amount_fen=2**64 - 1)
    with pytest.raises(IntentInvalidError, match="totalFen to fit uint64"):
        AttestDonations.from_message(replace(whole, donations=(most, most)).message())


class TestBadMessage:
    def test_amount_text_that_differs_from_the_number_is_refused(self) -> None:
        with pytest.raises(AmountTextMismatchError, match=r"CNY 12,500\.00"):
            ApproveProposal.from_message(APPROVAL.message() | {"amount": "CNY 12.50"})

    def test_action_of_another_intent_is_refused(self) -> None:
        with pytest.raises(IntentInvalidError, match="action"):
            ApproveProposal.from_message(APPROVAL.message() | {"action": "申请拨款 Ask for money"})

    @pytest.mark.parametrize("bad", [-1, 2**48, "0x10", "1e3", 1.5, True, None, "", "01", "\uff19"])
    def test_number_that_is_not_a_plain_whole_one_in_range_is_refused(self, bad: object) -> None:
        with pytest.raises(IntentInvalidError, match="deadline"):
            ApproveProposal.from_message(APPROVAL.message() | {"deadline": bad})

    @pytest.mark.parametrize("change", [{"extra": 1}, {"round": None}])
    def test_unknown_or_empty_field_is_refused(self, change: dict[str, object]) -> None:
        with pytest.raises(IntentInvalidError):
            ApproveProposal.from_message(APPROVAL.message() | change)

    def test_domain_of_another_chain_is_refused(self) -> None:
        with pytest.raises(IntentWrongChainError, match="77001"):
            DOMAIN.check(DOMAIN.as_json() | {"chainId": 1})

    def test_signature_with_high_s_is_refused_although_it_recovers_to_the_same_key(self) -> None:
        signature = signer("a").sign_intent(APPROVAL, DOMAIN).signature
        s = int.from_bytes(signature[32:64], "big")
        order = 2 * HALF_ORDER + 1
        twin = signature[:32] + (order - s).to_bytes(32, "big") + bytes([55 - signature[64]])
        with pytest.raises(IntentSignatureInvalidError, match="lower half"):
            recover(APPROVAL.digest(DOMAIN), twin)


@given(st.integers(0, 2**63 - 1))
def test_amount_text_names_the_number_and_nothing_else(amount_fen: int) -> None:
    text = cny_text(amount_fen)
    assert int(text.removeprefix("CNY ").replace(",", "").replace(".", "")) == amount_fen


def test_intent_shown_in_words_has_every_signed_field_and_the_digest_of_the_wallet() -> None:
    shown = show(APPROVAL.typed_data(DOMAIN))
    names = {line.split(".")[-1] for line, _ in shown.lines}
    assert names == {"action", "amount", "round", "deadline"} | {
        camel(n) for n in Proposal.__dataclass_fields__
    }
    assert shown.digest == "0x" + APPROVAL.digest(DOMAIN).hex()
    assert len(shown.words_zh) == len(shown.words_en) == 8


def test_intent_whose_types_were_altered_is_not_shown() -> None:
    data = APPROVAL.typed_data(DOMAIN)
    data["types"]["ApproveProposal"][1]["type"] = "bytes"
    with pytest.raises(IntentInvalidError, match="types"):
        show(data)


@pytest.mark.parametrize(
    ("deadline", "moment"),
    [(1_900_000_000, "2030-03-17 17:46:40 UTC"), (253_402_300_799, "9999-12-31 23:59:59 UTC"),
     (253_402_300_800, "after the year 9999"), (2**48 - 1, "after the year 9999")],
)  # fmt: skip
def test_an_intent_that_ends_after_the_calendar_is_shown_too(deadline: int, moment: str) -> None:
    shown = show(replace(APPROVAL, deadline=deadline).typed_data(DOMAIN))
    assert dict(shown.lines)["deadline"] == f"{deadline} ({moment})"
