"""Each act that members sign has an address of its own that drafts it, typed as its record says."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from contracts.acts import acts
from contracts.build.messages import COMMON, parse, signed_as
from contracts.build.syntax import snake
from ledger_api.acts.bodies import body_of as body_of_act
from ledger_api.intents.drafting import compose
from ledger_api.intents.schemas import USUAL_SECONDS
from ledger_api.problem import invalid_request
from ledger_api.sessions.offices import is_of_office
from tests.conftest import signer
from tests.ledger_api.client import House, Person, ProblemError, donation, furnished_house
from tests.wallets.samples import GOLDEN, samples, signed_and_sent
from wallets import show
from wallets.errors import IntentInvalidError
from wallets.intents.acts import SeveralActs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from contracts.acts import Act, ActField
    from wallets.intents import Intent

Path = tuple[str | int, ...]
SIGNED = {act.act: act for act in acts().values() if act.message}
# What a description must say, so that a number has its unit.
UNITS = {
    "money": "in fen",
    "minutes": "in minutes",
    "share": "in basis points",
    "date": "second",
    "day": "days since 1970",
}


def act_of(intent: Intent) -> str:
    return intent.act.id if isinstance(intent, SeveralActs) else type(intent).__name__


SAMPLES = {act_of(intent): (name, intent) for name, intent in samples()}


def message_names(act: Act) -> dict[str, str]:
    """Name of each field that is asked for, to its name in the message; as the build finds it."""
    signed = signed_as(parse(str(act.message)), act)
    return {own.name: name for name, own in signed.items() if name not in COMMON}


def body_of(act: str) -> dict[str, Any]:
    """The values of a sample as its draft is asked with them; one's own to change."""
    return dict(json.loads(_written_body(act)))


@cache
def _written_body(act: str) -> str:
    message = SAMPLES[act][1].message()
    return json.dumps({own: message[name] for own, name in message_names(SIGNED[act]).items()})


def leaves(act_fields: tuple[ActField, ...], before: Path = ()) -> Iterator[tuple[Path, ActField]]:
    """Where each scalar stands in a body; of a list, in its second entry."""
    for field in act_fields:
        path = (*before, field.name, *((1,) if field.type.endswith("[]") else ()))
        yield from leaves(field.fields, path) if field.fields else [(path, field)]


def inside(body: Any, path: Path) -> Any:
    return reduce(lambda found, name: found[name], path, body)


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("acts")) as opened:
        yield opened


@pytest.fixture
def person(house: House) -> Person:
    return Person(house, signer("treasurer"))


@pytest.fixture
async def described(house: House) -> dict[str, Any]:
    return dict((await house.http.get("/openapi.json")).json())


async def refused(person: Person, act: str, body: dict[str, Any], field: str) -> dict[str, Any]:
    """The problem of a body, which must name the field in both languages."""
    with pytest.raises(ProblemError) as error:
        await person.draft(act, body)
    problem = error.value.problem
    assert (error.value.status, error.value.code) == (422, "RequestInvalid")
    expect_named(problem, field)
    return dict(problem)


def refused_by_type(act: str, body: dict[str, Any], field: str) -> dict[str, Any]:
    """The same without the way there and back: what the type of the address finds, as the API says it."""
    with pytest.raises(ValidationError) as error:
        body_of_act(acts()[act]).model_validate(body)
    first = error.value.errors()[0]
    in_body = RequestValidationError([{**first, "loc": ("body", *first["loc"])}])
    problem: dict[str, Any] = json.loads(bytes(invalid_request(in_body).response().body))
    expect_named(problem, field)
    return problem


def expect_named(problem: dict[str, Any], field: str) -> None:
    assert problem["detail"].startswith(f"body.{field}: ")
    assert problem["why"]["en"].startswith(f"body.{field}: ")
    zh = problem["why"]["zh"].removeprefix(f"body.{field}：")
    assert any("\u4e00" <= c <= "\u9fff" for c in zh), problem["why"]["zh"]


def test_every_act_that_is_signed_has_a_sample() -> None:
    assert SAMPLES.keys() == SIGNED.keys()


@pytest.mark.parametrize("act", SIGNED)
async def test_a_draft_is_the_intent_that_the_act_means(person: Person, act: str) -> None:
    sample, meant = SAMPLES[act]
    signed_names = {snake(name) for name in message_names(SIGNED[act]).values()} | {
        "act",
        "nonce",
        "deadline",
    }
    others: dict[str, Any] = {f.name: bytes(32) for f in fields(meant) if f.name not in signed_names}
    draft = await person.draft(act, body_of(act))
    intent, domain = show.parse(draft["typed_data"])
    assert draft["digest"] == "0x" + intent.digest(domain).hex()
    assert draft["title"] == SIGNED[act].action
    added: dict[str, Any] = {
        f.name: getattr(meant, f.name) for f in fields(meant) if f.name in ("nonce", "deadline")
    }
    drafted = replace(intent, **added)
    assert drafted == replace(meant, **others)
    # What no act takes is zero in a draft, and something in the golden file.
    golden = signed_and_sent(replace(drafted, **{name: getattr(meant, name) for name in others}))
    assert golden == json.loads(GOLDEN.read_text())[sample]


@pytest.mark.parametrize("act", SIGNED)
async def test_the_description_of_a_draft_names_exactly_the_fields_of_its_act(
    described: dict[str, Any], act: str
) -> None:
    def resolved(node: dict[str, Any]) -> dict[str, Any]:
        name = node.get("$ref", "").removeprefix("#/components/schemas/")
        return dict(described["components"]["schemas"][name]) if name else node

    def compare(model: dict[str, Any], expected: tuple[ActField, ...]) -> None:
        assert list(model["properties"]) == [field.name for field in expected]
        assert model["required"] == [field.name for field in expected]
        assert model["additionalProperties"] is False
        for field in expected:
            described_field = model["properties"][field.name]
            assert (resolved(described_field) | described_field)["description"] == field.doc
            assert UNITS.get(field.kind, "") in field.doc.lower()
            is_list = field.type.endswith("[]")
            assert described_field.get("minItems") == (1 if is_list else None)
            if field.fields:
                compare(resolved(described_field["items"] if is_list else described_field), field.fields)

    record = SIGNED[act]
    operation = described["paths"][f"/v1/acts/{act}/drafts"]["post"]
    assert operation["summary"] == record.action
    for part in (record.notice, *record.by, record.undo or "Nothing takes it back"):
        assert part in operation["description"]
    schema = resolved(operation["requestBody"]["content"]["application/json"]["schema"])
    usual_seconds = USUAL_SECONDS.get(act, 86_400)
    assert schema["properties"].pop("valid_seconds")["default"] == usual_seconds
    compare(schema, record.input_fields)


async def test_the_description_has_one_operation_and_one_schema_for_each_act(
    described: dict[str, Any],
) -> None:
    drafts = {
        path: methods["post"]
        for path, methods in described["paths"].items()
        if path.endswith("/drafts") and "/v1/acts/" in path
    }
    of_offices = {act.act for act in acts().values() if is_of_office(act)}
    assert drafts.keys() == {f"/v1/acts/{act}/drafts" for act in of_offices | {*SIGNED}}
    bodies = {o["requestBody"]["content"]["application/json"]["schema"]["$ref"] for o in drafts.values()}
    assert bodies == {f"#/components/schemas/{path.split('/')[3]}Fields" for path in drafts}
    # What generates clients may write a file for each, and not tell PayOut from Payout.
    names = [name.lower() for name in described["components"]["schemas"]]
    assert len(set(names)) == len(names)
    operations = [o["operationId"] for methods in described["paths"].values() for o in methods.values()]
    assert len(set(operations)) == len(operations)


@pytest.mark.parametrize("act", SIGNED)
async def test_a_body_with_one_wrong_field_is_refused_and_the_field_is_named(
    person: Person, act: str
) -> None:
    for path, field in leaves(SIGNED[act].input_fields):
        bits = int(field.type.removeprefix("uint")) if field.type.startswith("uint") else 0
        wrong: list[Any] = [[], {}, None, True, 1.5, "one", "01", "\uff11"]
        wrong += [2**bits, str(2**bits), -1] if bits else [7, "0x", inside(body_of(act), path) + "0"]
        name = ".".join(map(str, path))
        for value in wrong:
            body = body_of(act)
            inside(body, path[:-1])[path[-1]] = value
            problem = refused_by_type(act, body, name)
        assert await refused(person, act, body, name) == problem


@pytest.mark.parametrize("act", SIGNED)
async def test_a_body_with_a_field_too_few_or_too_many_is_refused_and_the_field_is_named(
    person: Person, act: str
) -> None:
    for path, _ in leaves(SIGNED[act].input_fields):
        body = body_of(act)
        del inside(body, path[:-1])[path[-1]]
        assert "缺少" in refused_by_type(act, body, ".".join(map(str, path)))["why"]["zh"]
    for field in SIGNED[act].input_fields:
        without = {name: value for name, value in body_of(act).items() if name != field.name}
        refused_by_type(act, without, field.name)
    for name in ("nonce", "deadline", "authorization", "signatures", "action", "evidence"):
        problem = refused_by_type(act, body_of(act) | {name: 1}, name)
    assert await refused(person, act, without, field.name) == refused_by_type(act, without, field.name)
    assert await refused(person, act, body_of(act) | {name: 1}, name) == problem


@pytest.mark.parametrize(
    ("act", "good", "bad"),
    [
        ("SuspendDevice", {"device": "0x" + "11" * 8, "suspended": True}, {"suspended": 1}),
        (
            "AddKey",
            {"member": "0x" + "11" * 16, "key": "0x" + "22" * 20, "possession": "0x33"},
            {"key": "0x" + "22" * 32},
        ),
        ("OpenCommittee", {"committee": 1, "fund": 1, "classes": [0, 255]}, {"classes": [256]}),
        ("OpenCommittee", {"committee": 1, "fund": 1, "classes": [0]}, {"classes": []}),
    ],
)
def test_types_that_only_acts_of_offices_have_are_read_as_strictly(
    act: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    body = body_of_act(acts()[act])
    assert body.model_validate(good).entered() == good
    with pytest.raises(ValidationError, match=next(iter(bad))):
        body.model_validate(good | bad)


@pytest.mark.parametrize("entries", [[], 5, [donation("0x" + "11" * 32, 1)] * 1001])
async def test_a_list_has_one_to_a_thousand_entries(person: Person, entries: Any) -> None:
    await refused(person, "AttestDonations", {"fund": 1, "bank": 1, "donations": entries}, "donations")


async def test_a_number_that_javascript_would_round_may_come_as_its_decimal_text(person: Person) -> None:
    body = {"fund": 1, "bank": 1, "donations": [donation("0x" + "11" * 32, 1)]}
    for amount in (2**64 - 1, str(2**64 - 1), "0"):
        body["donations"] = [donation("0x" + "11" * 32, 1) | {"amountFen": amount}]
        message = (await person.draft("AttestDonations", body))["typed_data"]["message"]
        assert int(message["totalFen"]) == int(amount)
    await refused(person, "AttestDonations", body | {"fund": "1"}, "fund")


async def test_a_sum_that_no_field_holds_is_refused(person: Person) -> None:
    body = {"fund": 1, "bank": 1, "donations": [donation("0x" + "11" * 32, 2**64 - 1)] * 2}
    with pytest.raises(ProblemError) as error:
        await person.draft("AttestDonations", body)
    assert (error.value.status, error.value.code) == (422, "IntentInvalidError")
    assert "totalFen" in error.value.problem["detail"]


async def test_how_long_a_draft_may_be_submitted_is_a_minute_to_ninety_days(person: Person) -> None:
    now = person.house.context.clock()
    for extra, seconds in (({}, 86_400), ({"valid_seconds": 60}, 60)):
        draft = await person.draft("AcceptTask", body_of("AcceptTask") | extra)
        assert 0 <= draft["typed_data"]["message"]["deadline"] - now - seconds <= 60
    for seconds in (59, 90 * 86_400 + 1):
        await refused(
            person, "AcceptTask", body_of("AcceptTask") | {"valid_seconds": seconds}, "valid_seconds"
        )


async def test_what_nobody_signs_has_no_drafts(house: House) -> None:
    for act in ("CreditClaim", "AnchorHead", "Nothing"):
        answer = await house.http.post(f"/v1/acts/{act}/drafts", json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "NotFoundError")
        with pytest.raises(IntentInvalidError, match="act that members sign"):
            compose(act, {}, 0, nonce=1)


async def test_the_list_has_every_act_and_says_where_it_is_drafted(house: House) -> None:
    listed = {entry["id"]: entry for entry in (await house.http.get("/v1/acts")).json()["items"]}
    assert listed.keys() == acts().keys()
    for act in acts().values():
        entry = listed[act.act]
        assert f"{entry['action']['zh']} {entry['action']['en']}" == act.action
        assert (entry["contract"], entry["function"], entry["undo"]) == (act.contract, act.function, act.undo)
        assert (entry["by"], entry["emits"], entry["notice"]) == (list(act.by), list(act.emits), act.notice)
        is_signed = act.message is not None or is_of_office(act)
        assert entry["drafts"] == (f"/v1/acts/{act.act}/drafts" if is_signed else None)
        assert [f["name"] for f in entry["fields"]] == [f.name for f in act.input_fields]
    approval = listed["ApproveProposal"]["fields"]
    assert [(f["name"], f["type"], f["kind"]) for f in approval] == [
        ("proposal", "Proposal", "record"), ("round", "uint8", "number")
    ]  # fmt: skip
    assert approval[0]["fields"][3] == {
        "name": "amountFen", "type": "uint64", "kind": "money", "doc": "In fen, over zero.", "optional": False, "fields": [],
    }  # fmt: skip
