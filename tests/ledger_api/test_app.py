"""The application as a whole: its problems, its description, its headers, its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from sqlalchemy import create_engine, inspect

from contracts.abi import Revert, _errors
from contracts.acts import acts
from kit.migrations import upgrade
from ledger_api import errors, problem
from ledger_api.schema import APP
from ledger_api.sessions.offices import is_of_office
from ledger_api.tables import app as app_tables
from tests.conftest import Town, signer
from tests.ledger_api.client import (
    BANK,
    FUND,
    House,
    Person,
    donation,
    furnished_house,
    open_house,
    statement_csv,
)
from tests.postgres import postgres_server, postgres_url
from wallets import errors as wallet_errors

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

OURS = (
    "/v1/intents", "/v1/commands", "/v1/statements", "/v1/documents", "/v1/sessions", "/v1/stream", "/health", "/metrics",
    "/v1/proposals/drafts", "/v1/acts", "/v1/register",
)  # fmt: skip

# Named here so that pytest finds them.
__all__ = ["postgres_server", "postgres_url"]


def classes(module: Any) -> Iterator[type[Exception]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == module.__name__:
            yield value


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("app")) as opened:
        yield opened


def test_every_error_of_the_contracts_has_its_sentence_in_both_languages() -> None:
    for entry, meaning in _errors().values():
        refusal = problem.refusal(Revert(name=entry["name"], args={}, meaning=meaning))
        assert any("\u4e00" <= c <= "\u9fff" for c in refusal.why.zh), entry["name"]
        assert refusal.why.en != entry["name"], f"{entry['name']} has no English sentence"
    assert set(problem.rules()) == {entry["name"] for entry, _ in _errors().values()}


def test_every_error_of_ours_has_a_text_and_every_text_an_error() -> None:
    known = {c.__name__ for c in (*classes(errors), *classes(wallet_errors))}
    texts = {
        name for name in problem.CATALOGUE.rows if name.endswith("Error") and not name.startswith("Internal")
    }
    assert texts <= known
    assert {c.__name__ for c in classes(errors)} - texts == set()
    for row in problem.CATALOGUE.rows.values():
        assert all(isinstance(row[part], str) for part in ("what", "why", "remedy"))


def test_a_subclass_without_a_text_takes_its_parent_s() -> None:
    class HouseUnknownError(errors.NotFoundError):
        pass

    refusal = problem.problem_of(HouseUnknownError("house", 7))
    assert (refusal.code, refusal.status) == ("HouseUnknownError", 404)


@pytest.mark.parametrize(
    ("function", "address", "shown"),
    [
        ("ledger_api.commands.api.command_answer", "/v1/commands/x", '"code":"InternalError"'),
        ("ledger_api.overview.pages.overview", "/?lang=zh", "回到首页"),
    ],
    ids=["as data", "as a page to a browser"],
)
async def test_an_unexpected_error_is_a_problem_without_a_trace(
    house: House, monkeypatch: pytest.MonkeyPatch, function: str, address: str, shown: str
) -> None:
    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("the secret of line 7")

    monkeypatch.setattr(function, broken)
    transport = httpx2.ASGITransport(app=house.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://town.test") as http:
        answer = await http.get(address, headers={"accept": "text/html"})
    assert (answer.status_code, shown in answer.text, "secret" in answer.text) == (500, True, False)


async def test_every_answer_has_strict_headers(house: House) -> None:
    for path in ("/health/live", "/v1/commands/none", "/nowhere", "/"):
        headers = (await house.http.get(path)).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


async def test_everything_in_the_description_is_described(house: House) -> None:
    described = (await house.http.get("/openapi.json")).json()
    ours = {path: operations for path, operations in described["paths"].items() if path.startswith(OURS)}
    for path, methods in ours.items():
        for method, operation in methods.items():
            assert operation.get("description"), f"{method} {path}"
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]
            assert "422" not in operation["responses"], f"{method} {path}"
            for parameter in operation.get("parameters", []):
                assert parameter.get("description"), f"{method} {path} {parameter['name']}"
    assert {
        "/v1/intents",
        "/v1/commands/{command}",
        "/v1/statements",
        "/v1/stream",
        "/health/ready",
    } <= ours.keys()


async def test_every_amount_in_the_description_names_its_unit(house: House) -> None:
    schemas = (await house.http.get("/openapi.json")).json()["components"]["schemas"]
    for name, schema in schemas.items():
        for field, definition in schema.get("properties", {}).items():
            if field.lower().endswith("fen"):
                assert "fen" in definition.get("description", ""), f"{name}.{field}"


async def test_every_write_is_an_intent_or_needs_a_session(house: House) -> None:
    drafts = "/v1/proposals/drafts"
    open_writes = {
        "/v1/intents", "/v1/sessions", "/v1/sessions/challenges",
        drafts, f"{drafts}/{{proposal_id}}/approvals", *(f"/v1/acts/{a.act}/drafts" for a in acts().values() if a.message or is_of_office(a)),
        *(f"/v1/delegations/{{delegation}}/acts/{a.act}/drafts" for a in acts().values() if a.desk),
    }  # fmt: skip
    described = (await house.http.get("/openapi.json")).json()["paths"]
    writes = [
        (p, m) for p, methods in described.items() for m in methods if m != "get" and p not in open_writes
    ]
    assert set(writes) == {
        ("/v1/statements", "post"),
        ("/v1/documents", "post"),
        ("/v1/sessions/current", "delete"),
        (f"{drafts}/{{proposal_id}}/approvals/mine", "delete"),
        (f"{drafts}/{{proposal_id}}/command", "post"),
        ("/v1/proposals/{proposal}/execution", "post"),
        ("/v1/proposals/texts", "post"),
        ("/v1/register/homes/{key}", "put"),
        ("/v1/register/homes/{key}/commitments", "post"),
        ("/v1/register/households/{key}", "put"),
        ("/v1/register/bank_accounts/{key}", "put"),
        ("/v1/register/places/{key}", "put"),
        ("/v1/register/{noun}/{key}", "put"),
        ("/v1/register/{noun}/{key}", "delete"),
    }
    for path, method in writes:
        form: Any = {} if method == "delete" else {"files": {"file": ("a", b"a")}, "data": {"bank": "1"}}
        assert (await house.http.request(method, path, **form)).status_code == 401, path


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_migrations_make_exactly_the_tables(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sqlite = database == "sqlite"
    url = f"sqlite:///{tmp_path}/app.db" if sqlite else request.getfixturevalue("postgres_url")
    upgrade(url, APP)
    upgrade(url, APP)
    engine = create_engine(url, execution_options={"schema_translate_map": {"app": None}} if sqlite else {})
    migrated = shape(engine, None if sqlite else "app")
    with engine.begin() as connection:
        app_tables.drop_all(connection)
        app_tables.create_all(connection)
    declared = shape(engine, None if sqlite else "app")
    engine.dispose()
    assert migrated == declared
    assert set(migrated) == {table.name for table in app_tables.sorted_tables}


def shape(engine: Engine, schema: str | None) -> dict[str, Any]:
    """Columns, keys, indexes and constraints of all tables."""
    inspector, tables = inspect(engine), {}
    for table in set(inspector.get_table_names(schema)) - {"alembic_version"}:
        columns = [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table, schema)]
        indexes = sorted((i["name"] or "", i["column_names"]) for i in inspector.get_indexes(table, schema))
        unique = sorted(u["column_names"] for u in inspector.get_unique_constraints(table, schema))
        foreign = [
            (f["constrained_columns"], f["referred_table"]) for f in inspector.get_foreign_keys(table, schema)
        ]
        primary = inspector.get_pk_constraint(table, schema)["constrained_columns"]
        tables[table] = (columns, indexes, unique, foreign, primary)
    return tables


async def test_a_donation_is_recorded_with_postgresql(
    town: Town, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url")
    async with open_house(town, tmp_path, app_url=url, mirror_url=url) as house:
        await house.furnish()
        treasurer = Person(house, signer("treasurer"))
        await treasurer.sign_in()
        statement = await treasurer.import_statement(
            statement_csv(("A-1", 100), ("A-2", 200)), BANK, "generic"
        )
        for line in await treasurer.lines(statement["id"]):
            donations = [donation(line["bank_line"], line["amount_fen"])]
            await treasurer.act("AttestDonations", {"fund": FUND, "bank": BANK, "donations": donations})
        await house.settle()
        assert [line["use"] for line in await treasurer.lines(statement["id"])] == ["donation", "donation"]
        stream = await house.http.get("/v1/stream", params={"seconds": 1}, headers={"last-event-id": "0-0"})
        assert "event: command" in stream.text
        assert (await house.http.get("/health/ready")).json()["detail"]["wrong"] == []
