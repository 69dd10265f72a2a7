"""Documents open their commitments, for those who may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.conftest import signer
from tests.ledger_api.client import House, Person, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CONTENT = "报价单：楼道照明，80 元".encode()


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("documents")) as opened:
        yield opened


async def person(house: House, name: str) -> Person:
    found = Person(house, signer(name))
    await found.sign_in()
    return found


async def store(who: Person, content: bytes = CONTENT, **form: str) -> Any:
    files = {"file": ("报价 quote.html", content, "text/html")}
    return await who.http.post("/v1/documents", files=files, data=form)


def opened(salt: str, content: bytes) -> str:
    parts = ("gongji.document.v1", bytes.fromhex(salt[2:]), keccak(content))
    return "0x" + keccak(encode(["string", "bytes32", "bytes32"], parts)).hex()


async def test_a_public_document_opens_its_commitment_for_anyone(house: House) -> None:
    document = (await store(await person(house, "requester"), public="true")).json()
    assert opened(document["salt"], CONTENT) == document["commitment"]
    answer = await house.http.get(f"/v1/documents/{document['commitment']}/content")
    assert answer.content == CONTENT


async def test_a_document_is_a_download_and_never_a_page(house: House) -> None:
    document = (await store(await person(house, "requester"), public="true")).json()
    headers = (await house.http.get(f"/v1/documents/{document['commitment']}/content")).headers
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("reader", "status"), [("requester", 200), ("treasurer", 403), ("seat0", 403), (None, 401)]
)
async def test_a_private_document_that_no_request_names_is_for_its_keeper(
    house: House, reader: str | None, status: int
) -> None:
    document = (await store(await person(house, "requester"))).json()
    http = (await person(house, reader)).http if reader else house.http
    for path in ("", "/content"):
        assert (await http.get(f"/v1/documents/{document['commitment']}{path}")).status_code == status


async def test_a_document_for_a_commitment_made_before_must_open_it(house: House) -> None:
    keeper, salt = await person(house, "requester"), "0x" + "5a" * 32
    commitment = opened(salt, CONTENT)
    answer = await store(keeper, salt=salt, commitment=commitment)
    assert (answer.status_code, answer.json()["commitment"]) == (201, commitment)
    answer = await store(keeper, CONTENT + b"!", salt=salt, commitment=commitment)
    assert (answer.status_code, answer.json()["code"]) == (422, "DocumentMismatchError")
    assert (await store(keeper, salt=salt)).json()["code"] == "QueryInvalidError"


async def test_a_content_finds_the_documents_that_it_opens_and_none_of_the_same_size(house: House) -> None:
    keeper = await person(house, "requester")
    document = (await store(keeper, b"found by what it holds")).json()
    await store(keeper, b"found by what it holdS")
    found = house.context.documents.with_content(b"found by what it holds")
    assert [(f"0x{d.commitment.hex()}", f"0x{d.salt.hex()}") for d in found] == [
        (document["commitment"], document["salt"])
    ]


async def test_a_document_over_5_mb_is_refused(house: House) -> None:
    answer = await store(await person(house, "requester"), b"x" * (5 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "BodyTooLargeError")


async def test_nobody_stores_without_signing_in(house: House) -> None:
    answer = await house.http.post("/v1/documents", files={"file": ("a", b"a")})
    assert (answer.status_code, answer.json()["code"]) == (401, "SessionMissingError")
