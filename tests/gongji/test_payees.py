"""Payees of requests that were paid, opened from the register for an auditor, and put into a bundle."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from audit.collect.exhibits import add_payees
from audit.collect.writer import BundleWriter
from audit.errors import CollectError
from gongji.payees import exhibit
from register.commitments import document_commitment
from register.documents import Document, Documents
from register.register import Register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOP, SCAN, GONE = "收款人 payee: 海河电料行", b"%PDF \xff", "收款人 payee: 王师傅"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = Register.open(f"sqlite:///{tmp_path}/town.db", tmp_path / "register.key")
    yield opened
    opened.close()


def kept(register: Register, content: bytes, number: int) -> bytes:
    """A private document in the register; gives its commitment."""
    salt = bytes([number]) * 32
    commitment = document_commitment(salt, content)
    document = Document(
        commitment=commitment, salt=salt, media_type="text/plain", name="收款方.txt", size_bytes=len(content), public=False,
        stored_by=bytes(16), stored_at=1,
    )  # fmt: skip
    Documents(register).store(document, content)
    return commitment


def test_payees_are_opened_once_each_but_what_is_no_text_or_was_forgotten(
    register: Register, tmp_path: Path
) -> None:
    payees = [kept(register, content, n) for n, content in enumerate((SHOP.encode(), SCAN, GONE.encode()), 1)]
    assert register.forget(f"documents/0x{payees[2].hex()}", "operator")
    lines = [*exhibit(Documents(register), [*payees, payees[0], b"n" * 32])]
    assert [json.loads(line) for line in lines] == [
        {"payee": f"0x{payees[0].hex()}", "salt": f"0x{'01' * 32}", "text": SHOP}
    ]
    (tmp_path / "payees.jsonl").write_text("".join(lines))
    writer = BundleWriter(tmp_path / "bundle")
    add_payees(writer, tmp_path / "payees.jsonl")
    written = (writer.folder / "exhibits/payees.jsonl").read_text("utf-8")
    assert SHOP in written


@pytest.mark.parametrize("line", ["", "[]", "{", '{"payee": "0x", "salt": "0x"}', '{"payee":1,"phone":1,"salt":1,"text":1}'])  # fmt: skip
def test_a_file_that_is_no_exhibit_of_payees_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "payees.jsonl").write_text(f"{line}\n")
    with pytest.raises(CollectError, match=r"payees\.jsonl"):
        add_payees(BundleWriter(tmp_path / "bundle"), tmp_path / "payees.jsonl")
