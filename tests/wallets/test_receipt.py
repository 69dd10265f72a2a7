"""Files with receipts: every part that does not fit the others is found."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import keccak, to_canonical_address

from contracts.abi import artifact
from tests.conftest import CHAIN_ID, signer
from wallets.errors import ReceiptInvalidError
from wallets.intents import CancelIntent, Domain
from wallets.receipt import ACTION, CONTRACT, FIELDS, Receipt, file_of, read

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBERS = Domain(contract="Members", chain_id=CHAIN_ID, address="0x" + "0A" * 20)
RECEIPTS = Domain(contract=CONTRACT, chain_id=CHAIN_ID, address="0x" + "0B" * 20)


def kept() -> dict[str, Any]:
    """The file of something that a member signed."""
    intent = CancelIntent(taker=b"t" * 20, cancelled_nonce=1, nonce=2, deadline=3)
    member, portal = signer("volunteer"), signer("receipts")
    receipt = Receipt(
        digest=intent.digest(MEMBERS), signer=to_canonical_address(member.address), received_at=1_750_000_000
    )
    signature = member.sign_intent(intent, MEMBERS).signature
    return file_of(
        intent.typed_data(MEMBERS),
        ["0x" + signature.hex()],
        receipt.typed_data(RECEIPTS),
        receipt.sign(portal, RECEIPTS),
    )


def test_file_says_what_was_received_when_and_by_whose_word() -> None:
    receipt = read(kept())
    assert (receipt.key, receipt.receipt.received_at) == (signer("receipts").address, 1_750_000_000)
    assert receipt.intent.nonce == 2


SPOILS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "format": lambda f: f.update(format="gongji.receipt.v2"),
    "another intent": lambda f: f["typed_data"]["message"].update(nonce="5"),
    "another signer": lambda f: f["receipt"]["message"].update(signer=signer("worker").address),
    "another digest": lambda f: f["receipt"]["message"].update(digest="0x" + "00" * 32),
    "another action": lambda f: f["receipt"]["message"].update(action="Received"),
    "another chain": lambda f: f["receipt"]["domain"].update(chainId=1),
    "no signature": lambda f: f.update(receipt_signature="0x"),
    "no receipt": lambda f: f.pop("receipt"),
    "nobody signed": lambda f: f.update(signatures=[]),
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_file_whose_parts_do_not_fit_is_refused(spoil: Callable[[dict[str, Any]], Any]) -> None:
    file = deepcopy(kept())
    spoil(file)
    with pytest.raises(ReceiptInvalidError):
        read(file)


@pytest.mark.parametrize("what", [None, [], "text", {}], ids=str)
def test_what_is_no_file_of_a_receipt_is_refused(what: object) -> None:
    with pytest.raises(ReceiptInvalidError):
        read(what)


def test_message_is_the_one_that_the_contract_checks() -> None:
    fields = ",".join(f"{field['type']} {field['name']}" for field in FIELDS)
    code = bytes.fromhex(artifact(CONTRACT)["runtime"]["code"][2:])
    for text in (f"Receipt({fields})", ACTION):
        assert keccak(text=text).lstrip(b"\0") in code


def test_another_time_is_the_word_of_another_key() -> None:
    file = kept()
    file["receipt"]["message"]["receivedAt"] += 1
    assert read(file).key != signer("receipts").address
