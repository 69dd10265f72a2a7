"""What bad input gets: an error that names the rule, in both languages, and no change."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from kit.database import open_async_engine
from kit.migrations import upgrade
from ledger_api.schema import APP
from ledger_api.tables import commands
from tests.conftest import GENESIS_TIME, signer
from tests.ledger_api.client import (
    BANK,
    FUND,
    House,
    Person,
    ProblemError,
    chain_away,
    donation,
    furnished_house,
    proposal,
    statement_csv,
)
from wallets.intents.signature import HALF_ORDER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HEAD = b'--b\r\ncontent-disposition: form-data; name="file"; filename="s.xml"\r\n\r\n'
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("hostile")) as opened:
        yield opened


@pytest.fixture
def coordinator(house: House) -> Person:
    return Person(house, signer("coordinator"))


def task(number: int) -> dict[str, Any]:
    """Fields of an intent that the chain would take."""
    return {
        "task": f"0x{number:032x}", "fund": FUND, "service": 1, "authorisedMinutes": 60, "beneficiary": "0x" + "55" * 32,
        "expiresAt": GENESIS_TIME + 300 * 86_400,
    }  # fmt: skip


async def accepted(house: House) -> int:
    async with house.context.app_engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(commands)) or 0)


async def refused(
    house: House, person: Person, typed_data: dict[str, Any], signatures: list[str]
) -> ProblemError:
    """The problem of a submission, which must have all its parts and leave nothing behind."""
    before = await accepted(house)
    with pytest.raises(ProblemError) as error:
        await person.submit(typed_data, signatures)
    assert await accepted(house) == before
    for part in ("what", "why", "remedy"):
        assert error.value.problem[part]["zh"]
        assert error.value.problem[part]["en"]
    assert error.value.problem["status"] == error.value.status
    return error.value


async def signed_task(coordinator: Person, number: int) -> tuple[dict[str, Any], list[str]]:
    typed_data = (await coordinator.draft("OpenTask", task(number)))["typed_data"]
    return typed_data, [coordinator.sign(typed_data)]


async def test_an_intent_for_another_chain_is_refused(house: House, coordinator: Person) -> None:
    typed_data, signatures = await signed_task(coordinator, 1)
    typed_data["domain"]["chainId"] = 1
    assert (await refused(house, coordinator, typed_data, signatures)).code == "IntentWrongChainError"


async def test_an_intent_for_another_contract_is_refused(house: House, coordinator: Person) -> None:
    typed_data, signatures = await signed_task(coordinator, 1)
    typed_data["domain"]["verifyingContract"] = house.town.deployment.address("Funds")
    assert (await refused(house, coordinator, typed_data, signatures)).code == "IntentWrongContractError"


async def test_an_intent_for_another_version_of_the_contract_is_refused(
    house: House, coordinator: Person
) -> None:
    typed_data, signatures = await signed_task(coordinator, 1)
    typed_data["domain"]["version"] = "2"
    assert (await refused(house, coordinator, typed_data, signatures)).code == "IntentWrongContractError"


async def test_an_intent_used_before_is_refused(house: House, coordinator: Person) -> None:
    typed_data, signatures = await signed_task(coordinator, 2)
    await coordinator.submit(typed_data, signatures)
    await house.settle()
    before = await accepted(house)
    with pytest.raises(ProblemError) as error:
        await coordinator.submit(typed_data, signatures, key="another key for the same intent")
    assert error.value.code == "MembersNonceUsed"
    assert await accepted(house) == before


async def test_an_intent_that_was_called_back_is_refused(house: House, coordinator: Person) -> None:
    typed_data, signatures = await signed_task(coordinator, 3)
    fields = {
        "taker": house.town.deployment.address("TimeBank"),
        "cancelledNonce": typed_data["message"]["nonce"],
    }
    await coordinator.act("CancelIntent", fields)
    await house.settle()
    assert (await refused(house, coordinator, typed_data, signatures)).code == "MembersNonceUsed"


async def test_what_a_stranger_calls_back_is_refused(house: House) -> None:
    """The chain would take it from any key, and keep it for ever: nobody may have a portal fill blocks with it."""
    fields = {"taker": house.town.deployment.address("TimeBank"), "cancelledNonce": 5}
    before = await accepted(house)
    with pytest.raises(ProblemError) as error:
        await Person(house, signer("a stranger")).act("CancelIntent", fields)
    assert error.value.code == "SessionForbiddenError"
    assert await accepted(house) == before


async def test_an_expired_intent_is_refused(house: House, coordinator: Person) -> None:
    draft = await coordinator.draft("OpenTask", task(4), valid_seconds=60)
    await house.town.wait(61)
    signatures = [coordinator.sign(draft["typed_data"])]
    assert (await refused(house, coordinator, draft["typed_data"], signatures)).code == "IntentExpired"


async def test_an_intent_expires_by_the_clock_even_while_no_block_is_made(
    house: House, coordinator: Person
) -> None:
    draft = await coordinator.draft("OpenTask", task(4), valid_seconds=60)
    house.town.chain.set_clock(house.town.chain.now() + 61)
    signatures = [coordinator.sign(draft["typed_data"])]
    assert (await refused(house, coordinator, draft["typed_data"], signatures)).code == "IntentExpired"


async def test_the_signature_of_a_non_member_is_refused(house: House, coordinator: Person) -> None:
    typed_data, _ = await signed_task(coordinator, 5)
    stranger = Person(house, signer("a stranger"))
    problem = await refused(house, coordinator, typed_data, [stranger.sign(typed_data)])
    assert (problem.status, problem.code) == (409, "MembersKeyUnknown")


async def test_a_member_without_the_role_is_refused(house: House) -> None:
    volunteer = Person(house, signer("volunteer"))
    typed_data = (await volunteer.draft("OpenTask", task(5)))["typed_data"]
    assert (
        await refused(house, volunteer, typed_data, [volunteer.sign(typed_data)])
    ).code == "MembersRoleMissing"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("volunteer", "CommitteeSeatMissing"),
        ("requester", "CommitteeSeatMissing"),
        ("supervisor", "ProposalSupervisorHasNoVote"),
    ],
)
async def test_whoever_holds_no_voting_seat_cannot_approve(house: House, name: str, code: str) -> None:
    requester = Person(house, signer("requester"))
    request = proposal({"volunteer": 2001, "requester": 2002, "supervisor": 2003}[name], 1_000)
    await requester.act("SubmitProposal", {"proposal": request})
    await house.settle()
    typed_data = (await requester.draft("ApproveProposal", {"proposal": request, "round": 1}))["typed_data"]
    pretender = Person(house, signer(name))
    assert (await refused(house, pretender, typed_data, [pretender.sign(typed_data)])).code == code


async def test_an_approval_of_an_altered_proposal_is_refused(house: House) -> None:
    requester, seat = Person(house, signer("requester")), Person(house, signer("seat0"))
    request = proposal(3001, 1_000)
    await requester.act("SubmitProposal", {"proposal": request})
    await house.settle()
    typed_data = (
        await requester.draft("ApproveProposal", {"proposal": {**request, "amountFen": 1_001}, "round": 1})
    )["typed_data"]
    assert (await refused(house, seat, typed_data, [seat.sign(typed_data)])).code == "ProposalNotIn"


async def test_an_amount_text_that_differs_from_the_number_is_refused(house: House) -> None:
    requester = Person(house, signer("requester"))
    typed_data = (await requester.draft("SubmitProposal", {"proposal": proposal(3002, 100_000)}))[
        "typed_data"
    ]
    signature = requester.sign(typed_data)
    typed_data["message"]["amount"] = "CNY 10.00"
    problem = await refused(house, requester, typed_data, [signature])
    assert problem.code == "AmountTextMismatchError"
    assert "CNY 1,000.00" in problem.problem["detail"]


async def test_an_altered_amount_is_another_signer_s_intent(house: House) -> None:
    requester = Person(house, signer("requester"))
    typed_data = (await requester.draft("SubmitProposal", {"proposal": proposal(3003, 100_000)}))[
        "typed_data"
    ]
    signature = requester.sign(typed_data)
    typed_data["message"]["proposal"]["amountFen"] = 900_000
    typed_data["message"]["amount"] = "CNY 9,000.00"
    assert (await refused(house, requester, typed_data, [signature])).code == "MembersKeyUnknown"


async def test_a_bank_line_in_two_donations_of_one_intent_is_refused(house: House) -> None:
    treasurer = Person(house, signer("treasurer"))
    await treasurer.sign_in()
    statement = await treasurer.import_statement(statement_csv(("H-1", 100)), BANK, "generic")
    (line,) = await treasurer.lines(statement["id"])
    twice = [donation(line["bank_line"], 100)] * 2
    typed_data = (await treasurer.draft("AttestDonations", {"fund": FUND, "bank": BANK, "donations": twice}))[
        "typed_data"
    ]
    problem = await refused(house, treasurer, typed_data, [treasurer.sign(typed_data)])
    assert problem.code == "FundsBankLineUsed"


async def test_a_split_that_does_not_add_up_is_refused(house: House) -> None:
    for own in (0x10008, 0x10009):
        await house.serve("steward", "Funds", "openPurpose", own)
    await house.serve("steward", "Enterprises", "openEnterprise", 1, 0x10001, 0x10008, 0x10009, 0)
    await house.serve("registrar", "Members", "grantRole", _member("coordinator"), 4, 1, 2**40)
    await house.settle()
    foreman = Person(house, signer("coordinator"))
    card = {
        "enterprise": 1, "product": 7, "version": 1, "pieceFen": 333, "workerBps": 6_000, "reserveBps": 1_500, "fundBps": 3_000,
    }  # fmt: skip
    typed_data = (await foreman.draft("PublishRateCard", {"card": card}))["typed_data"]
    problem = await refused(house, foreman, typed_data, [foreman.sign(typed_data)])
    assert (problem.code, "10500" in problem.problem["detail"]) == ("RateCardInvalid", True)


def _member(name: str) -> bytes:
    from tests.conftest import member_id

    return member_id(name)


async def test_a_signature_with_a_high_s_is_refused(house: House, coordinator: Person) -> None:
    typed_data, (signature,) = await signed_task(coordinator, 6)
    raw = bytes.fromhex(signature[2:])
    s = ORDER - int.from_bytes(raw[32:64], "big")
    assert s > HALF_ORDER
    twin = "0x" + (raw[:32] + s.to_bytes(32, "big") + bytes([27 + 28 - raw[64]])).hex()
    assert (await refused(house, coordinator, typed_data, [twin])).code == "IntentSignatureInvalidError"


@pytest.mark.parametrize(
    "signature", ["", "0x", "0x12", "ff" * 65, "0x" + "00" * 65, "0x" + "zz" * 65, "0x" + "11" * 66]
)
async def test_a_malformed_signature_is_refused(house: House, coordinator: Person, signature: str) -> None:
    typed_data, _ = await signed_task(coordinator, 6)
    assert (await refused(house, coordinator, typed_data, [signature])).code == "IntentSignatureInvalidError"


async def test_two_signatures_under_one_act_are_refused(house: House, coordinator: Person) -> None:
    typed_data, signatures = await signed_task(coordinator, 6)
    assert (await refused(house, coordinator, typed_data, signatures * 2)).code == "SignaturesInvalidError"


async def test_one_approval_counted_twice_is_refused(house: House) -> None:
    seat = Person(house, signer("seat0"))
    typed_data = (await seat.draft("ApproveProposal", {"proposal": proposal(9, 100), "round": 1}))[
        "typed_data"
    ]
    assert (
        await refused(house, seat, typed_data, [seat.sign(typed_data)] * 2)
    ).code == "SignaturesInvalidError"


MUTATIONS: dict[str, Any] = {
    "unknown intent": lambda d: d.update(primaryType="TakeEverything"),
    "no type": lambda d: d.pop("primaryType"),
    "extra field": lambda d: d["message"].update(note="please"),
    "missing field": lambda d: d["message"].pop("fund"),
    "number as float": lambda d: d["message"].update(fund=1.5),
    "number as flag": lambda d: d["message"].update(fund=True),
    "number too large": lambda d: d["message"].update(fund=2**16),
    "negative number": lambda d: d["message"].update(fund=-1),
    "huge number": lambda d: d["message"].update(nonce="9" * 4000),
    "bytes too short": lambda d: d["message"].update(task="0x12"),
    "text for bytes": lambda d: d["message"].update(task="task"),
    "another action": lambda d: d["message"].update(action="发布任务 Open Task"),
    "other types": lambda d: d["types"]["OpenTask"].reverse(),
    "message is a list": lambda d: d.update(message=[]),
    "domain is text": lambda d: d.update(domain="ours"),
    "domain is missing": lambda d: d.pop("domain"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_an_intent_that_is_not_exactly_ours_is_refused(
    house: House, coordinator: Person, mutation: str
) -> None:
    typed_data, signatures = await signed_task(coordinator, 7)
    broken = copy.deepcopy(typed_data)
    MUTATIONS[mutation](broken)
    problem = await refused(house, coordinator, broken, signatures)
    assert (problem.status, problem.code) == (422, "IntentInvalidError")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "RequestInvalid"), (b"{", 422, "RequestInvalid"), (b"[" * 100_000, 422, "RequestInvalid"),
        (b"\xff\xfe{}", 422, "RequestInvalid"), (b'{"typed_data": {}, "signatures": []}', 422, "RequestInvalid"),
        (b'{"typed_data": 1, "signatures": ["0x"]}', 422, "RequestInvalid"), (b'{"n": ' + b"9" * 5000 + b"}", 422, "RequestInvalid"),
    ],
    ids=["empty", "cut off", "deep", "not UTF-8", "no signature", "wrong types", "huge number"],
)  # fmt: skip
async def test_a_body_that_is_no_submission_is_a_problem(
    house: House, body: bytes, status: int, code: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = await house.http.post("/v1/intents", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/v1/statements", "/v1/documents", "/v1/intents", "/v1/sessions", "/v1/acts/OpenTask/drafts"]
)
@pytest.mark.parametrize("announced", [True, False])
async def test_an_upload_of_100_mb_is_refused_before_it_is_read(
    house: House, path: str, announced: bool
) -> None:
    sent, size, piece = 0, 100 * 1024 * 1024, b"x" * 65_536

    async def stream() -> AsyncIterator[bytes]:
        nonlocal sent
        yield HEAD
        while sent < size:
            sent += len(piece)
            yield piece

    headers = {"content-type": "multipart/form-data; boundary=b"}
    if announced:
        headers["content-length"] = str(size + 69)
    person = Person(house, signer("treasurer"))
    await person.sign_in()
    answer = await person.http.post(path, content=stream(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "BodyTooLargeError")


async def test_reading_stops_soon_after_the_limit(house: House) -> None:
    treasurer = Person(house, signer("treasurer"))
    token = (await treasurer.sign_in())["csrf_token"].encode()
    cookie = "; ".join(f"{c.name}={c.value}" for c in treasurer.http.cookies.jar).encode()
    sent: list[dict[str, Any]] = []
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        body = HEAD if read == 0 else b"x" * 1_000_000
        read += len(body)
        return {"type": "http.request", "body": body, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": "/v1/statements", "raw_path": b"",
        "query_string": b"", "root_path": "", "scheme": "http", "server": ("town.test", 80), "client": ("1.2.3.4", 5),
        "headers": [
            (b"host", b"town.test"), (b"content-type", b"multipart/form-data; boundary=b"), (b"cookie", cookie),
            (b"x-csrf-token", token),
        ],
    }  # fmt: skip
    await house.app(scope, receive, send)
    assert sent[0]["status"] == 413
    assert read > 10_000_000
    assert read <= 12_000_000


async def test_a_key_for_another_command_is_refused(house: House, coordinator: Person) -> None:
    first, second = await signed_task(coordinator, 8), await signed_task(coordinator, 9)
    await coordinator.submit(*first, key="the same key")
    before = await accepted(house)
    with pytest.raises(ProblemError) as error:
        await coordinator.submit(*second, key="the same key")
    assert (error.value.status, error.value.code) == (422, "IdempotencyKeyReusedError")
    assert await accepted(house) == before


async def test_an_unknown_command_is_not_found(house: House) -> None:
    for command in ("0" * 32, "%00", "..%2f..", "x" * 80):
        answer = await house.http.get(f"/v1/commands/{command}")
        assert (answer.status_code, answer.json()["code"]) == (404, "NotFoundError")


async def test_an_unknown_address_and_method_are_problems(house: House) -> None:
    assert (await house.http.get("/v1/nothing")).json()["code"] == "NotFoundError"
    answer = await house.http.put("/v1/intents")
    assert (answer.status_code, answer.json()["code"]) == (405, "MethodNotAllowed")
    assert answer.headers["allow"] == "POST"


async def test_a_chain_that_is_away_is_a_problem_and_nothing_is_accepted(
    house: House, coordinator: Person
) -> None:
    typed_data, signatures = await signed_task(coordinator, 10)
    async with chain_away(house.context.chain):
        problem = await refused(house, coordinator, typed_data, signatures)
    assert (problem.status, problem.code) == (503, "ChainUnreachableError")


async def test_a_text_that_the_database_cannot_hold_is_refused(house: House, postgres_url: str) -> None:
    upgrade(postgres_url, APP)
    engine, kept = open_async_engine(postgres_url, APP), house.context.app_engine
    house.replace_in_context(app_engine=engine)
    body = {"text": "\0", "signature": "0x" + "11" * 65}
    answers = [
        await house.http.post("/v1/sessions", json=body),
        await house.http.get("/v1/commands/%00"),
    ]
    house.replace_in_context(app_engine=kept)
    await engine.dispose()
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(422, "RequestInvalid")] * 2
