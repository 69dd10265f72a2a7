"""Signing in with the member's key, once per text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from contracts.roles import AuthorityRole, holder_role
from ledger_api.sessions import current, service
from tests.conftest import CHAIN_ID, member_id, signer
from tests.ledger_api.client import PUBLIC_URL, House, Person, ProblemError, chain_away, furnished_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("sessions")) as opened:
        yield opened


async def challenge(person: Person) -> str:
    return str(
        (await person.http.post("/v1/sessions/challenges", json={"address": person.address})).json()["text"]
    )


async def answer(person: Person, text: str, signature: bytes) -> tuple[int, str]:
    response = await person.http.post(
        "/v1/sessions", json={"text": text, "signature": "0x" + signature.hex()}
    )
    return response.status_code, response.json().get("code", "")


async def test_the_text_says_where_who_and_for_which_chain(house: House) -> None:
    person = Person(house, signer("treasurer"))
    lines = (await challenge(person)).splitlines()
    assert lines[0] == "town.test wants you to sign in with your Ethereum account:"
    assert lines[1] == person.address
    assert lines[5:8] == [f"URI: {PUBLIC_URL}", "Version: 1", f"Chain ID: {CHAIN_ID}"]
    assert (
        Account.recover_message(
            encode_defunct(text="\n".join(lines)), signature=person.key.sign_text("\n".join(lines))
        )
        == person.address
    )


async def test_who_signed_in_is_known_until_signing_out(house: House) -> None:
    person = Person(house, signer("treasurer"))
    assert (await person.sign_in())["member"] == "0x" + member_id("treasurer").hex()
    assert (await person.http.get("/v1/sessions/current")).json()["member"] == "0x" + member_id(
        "treasurer"
    ).hex()
    assert (await person.http.delete("/v1/sessions/current")).status_code == 204
    assert (await person.http.get("/v1/sessions/current")).json()["code"] == "SessionMissingError"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    person = Person(house, signer("treasurer"))
    text = await challenge(person)
    body = {"text": text, "signature": "0x" + person.key.sign_text(text).hex()}
    cookie = (await person.http.post("/v1/sessions", json=body)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_text_is_used_once(house: House) -> None:
    person = Person(house, signer("treasurer"))
    text = await challenge(person)
    assert (await answer(person, text, person.key.sign_text(text)))[0] == 201
    assert await answer(person, text, person.key.sign_text(text)) == (401, "ChallengeInvalidError")


async def test_a_text_signed_by_another_key_is_used_up(house: House) -> None:
    person, thief = Person(house, signer("treasurer")), signer("seat0")
    text = await challenge(person)
    assert await answer(person, text, thief.sign_text(text)) == (401, "ChallengeInvalidError")
    assert await answer(person, text, person.key.sign_text(text)) == (401, "ChallengeInvalidError")


async def test_a_text_that_the_server_did_not_make_is_refused(house: House) -> None:
    person = Person(house, signer("treasurer"))
    text = (await challenge(person)).replace("town.test", "evil.test")
    assert await answer(person, text, person.key.sign_text(text)) == (401, "ChallengeInvalidError")


async def test_a_text_is_too_old_after_ten_minutes(house: House) -> None:
    person = Person(house, signer("treasurer"))
    text = await challenge(person)
    await house.town.wait(601)
    assert await answer(person, text, person.key.sign_text(text)) == (401, "ChallengeInvalidError")


async def test_a_session_ends_after_its_time(house: House) -> None:
    person = Person(house, signer("treasurer"))
    await person.sign_in()
    await house.town.wait(12 * 3600 + 1)
    assert (await person.http.get("/v1/sessions/current")).json()["code"] == "SessionMissingError"


async def test_a_stranger_s_key_opens_no_session(house: House) -> None:
    with pytest.raises(ProblemError) as refused:
        await Person(house, signer("a stranger")).sign_in()
    assert refused.value.code == "SessionForbiddenError"


async def test_an_office_signs_in_as_its_roles_and_as_no_member(house: House) -> None:
    steward = Person(house, signer("steward"))
    session = await steward.sign_in()
    assert (session["member"], session["roles"], session["offices"]) == (None, [], ["STEWARD"])
    assert "街道经办" in (await steward.http.get("/", params={"lang": "zh"})).text
    assert (await steward.http.delete("/v1/sessions/current")).status_code == 204
    assert "街道经办" not in (await steward.http.get("/")).text


async def test_each_address_that_refuses_whoever_is_signed_out_says_how_one_signs_in(house: House) -> None:
    stranger = Person(house, signer("a stranger"))
    member = member_id("treasurer").hex()
    for address in ("/v1/sessions/current", "/v1/members", f"/volunteers/0x{member}", f"/workers/0x{member}"):
        refused = await stranger.http.get(address)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].endswith('challenge="/v1/sessions/challenges"')
    assert "www-authenticate" not in (await stranger.http.get("/v1/funds")).headers


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("volunteer", "/me/phone"),
        ("treasurer", "/funds/1"),
        ("treasurer", "/statements"),
        ("steward", "/register"),
    ],
)
async def test_who_is_signed_in_is_looked_up_once_for_a_page(
    house: House, monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    person, looked_up = Person(house, signer(name)), Counter[str]()
    await person.sign_in()
    for module, function in ((service, "find"), (current, "member_of"), (current, "offices_of")):
        monkeypatch.setattr(module, function, counted(getattr(module, function), looked_up))
    assert (await person.http.get(address)).status_code == 200
    assert looked_up["find"] == looked_up["member_of"] == 1
    assert looked_up["offices_of"] == (name == "steward")


def counted(function: Callable[..., Any], calls: Counter[str]) -> Callable[..., Any]:
    """A function that counts how often it is called."""

    def call(*args: Any) -> Any:
        calls[function.__name__] += 1
        return function(*args)

    return call


async def test_what_is_a_member_s_is_refused_to_an_office(house: House) -> None:
    steward = Person(house, signer("steward"))
    await steward.sign_in()
    files = {"file": ("a.txt", b"a")}
    for answer in (
        await steward.http.post("/v1/documents", files=files),
        await steward.http.get("/v1/statements"),
        await steward.http.post(f"/v1/proposals/0x{'11' * 32}/execution"),
        await steward.http.post(f"/v1/proposals/drafts/0x{'11' * 32}/command"),
        await steward.http.delete(f"/v1/proposals/drafts/0x{'11' * 32}/approvals/mine"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "SessionMissingError")
    for page in ("/acts/Redeem", "/ask", "/statements"):
        assert 'id="sign-in"' in (await steward.http.get(page)).text


async def test_a_program_s_role_is_no_office(house: House) -> None:
    for role in ("log_keeper", "verifier"):
        with pytest.raises(ProblemError) as refused:
            await Person(house, signer(role)).sign_in()
        assert refused.value.code == "SessionForbiddenError"


async def test_while_the_chain_is_away_an_office_is_not_signed_in_and_a_member_is(house: House) -> None:
    steward, treasurer = Person(house, signer("steward")), Person(house, signer("treasurer"))
    for person in (steward, treasurer):
        await person.sign_in()
    async with chain_away(house.context.chain):
        assert "街道经办" not in (await steward.http.get("/", params={"lang": "zh"})).text
        assert (await steward.http.get("/v1/sessions/current")).json()["code"] == "ChainUnreachableError"
        assert (await treasurer.http.get("/v1/sessions/current")).status_code == 200


async def test_an_office_that_gave_its_role_back_is_signed_out(house: House) -> None:
    leaving = Person(house, signer("device_registrar"))
    assert (await leaving.sign_in())["offices"] == ["DEVICE_REGISTRAR"]
    renounced = holder_role(AuthorityRole.DEVICE_REGISTRAR), leaving.address
    await house.town.send(leaving.key, "Authority", "renounceRole", *renounced)
    assert (await leaving.http.get("/v1/sessions/current")).json()["code"] == "SessionMissingError"
    with pytest.raises(ProblemError):
        await leaving.sign_in()


async def test_a_write_without_the_session_s_token_is_refused(house: House) -> None:
    person = Person(house, signer("treasurer"))
    await person.sign_in()
    for token in ("", "wrong"):
        person.http.headers["x-csrf-token"] = token
        response = await person.http.post("/v1/documents", files={"file": ("a.txt", b"a")})
        assert (response.status_code, response.json()["code"]) == (403, "SessionForbiddenError")


async def test_a_key_that_was_ended_is_signed_out(house: House) -> None:
    person = Person(house, signer("seat1"))
    await person.sign_in()
    await house.serve("registrar", "Members", "endKey", person.address)
    await house.settle()
    assert (await person.http.get("/v1/sessions/current")).json()["code"] == "SessionMissingError"
    with pytest.raises(ProblemError):
        await person.sign_in()
