"""One noun, one folder: the scan finds whatever stands in it. What its pages may import is told in `pyproject.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts

from kit.scan import modules_named, modules_of
from ledger_api.portal.acting.declared import NounActs
from ledger_api.scan import declared, template_folders

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "ledger_api"
# What lets requests in, the shell of the pages, the relayer, and the tables of the schema.
NO_NOUNS = {"admission", "migrations", "portal", "relayer"}
NOUNS = sorted({path.parent.name for path in PACKAGE.glob("*/__init__.py")} - NO_NOUNS)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_has_addresses_or_pages_that_the_scan_finds(noun: str) -> None:
    modules = [*modules_named("ledger_api", "api"), *modules_named("ledger_api", "pages")]
    found = [vars(module).values() for module in modules if module.__package__ == f"ledger_api.{noun}"]
    assert any(isinstance(value, APIRouter) for values in found for value in values)


def test_every_module_with_a_router_is_served() -> None:
    routers = [*declared("api", APIRouter), *declared("pages", APIRouter)]
    served = {route.endpoint.__module__ for one in routers for route in iter_route_contexts(one.routes)}
    with_router = [path for path in PACKAGE.rglob("*.py") if "APIRouter(" in path.read_text("utf-8")]
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in with_router}
    # The application has one that takes in all others.
    assert served == named - {"ledger_api.app"}


def test_every_noun_with_acts_declares_them() -> None:
    assert len(declared("acts", NounActs)) == len(modules_named("ledger_api", "acts"))


def test_templates_are_found_by_names_that_are_one_folders_alone() -> None:
    assert template_folders() == sorted(PACKAGE.rglob("templates"))
    names = [path.name for folder in template_folders() for path in folder.iterdir()]
    assert sorted(names) == sorted(set(names))


def test_every_noun_has_a_place_in_the_layers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (one["layers"] for one in contracts if one.get("containers") == ["ledger_api"])
    (line,) = (layer.split(" : ") for layer in layers if "campaigns" in layer)
    assert line == NOUNS


def test_the_scan_tells_modules_from_folders() -> None:
    names = [module.__name__ for module in modules_of("ledger_api.proposals")]
    assert "ledger_api.proposals.service" in names
    assert "ledger_api.proposals.drafts" not in names
    assert names == sorted(names)
