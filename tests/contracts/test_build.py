"""What is committed is what the sources give."""

from __future__ import annotations

from contracts.abi import artifact
from contracts.build.compiler import DEPLOYED
from contracts.build.files import outputs, stale
from contracts.events import EVENTS


def test_committed_artifacts_and_generated_modules_are_what_the_sources_compile_to() -> None:
    assert stale(outputs()) == []


def test_every_contract_fits_the_size_limit() -> None:
    sizes = {name: len(artifact(name)["runtime"]["code"]) // 2 - 1 for name in DEPLOYED}
    assert {name: size for name, size in sizes.items() if size > 24_576} == {}


def test_every_event_and_every_error_has_a_sentence() -> None:
    missing = [e.__name__ for e in EVENTS if not (e.__doc__ or "").strip().endswith(".")]
    missing += [f"{e.__name__}.{p.name}" for e in EVENTS for p in e.params() if not p.doc.endswith(".")]
    assert missing == []


def test_every_quantity_in_an_event_names_its_unit() -> None:
    units = {"fen": "fen", "minutes": "minutes", "bps": "basis points"}
    wrong = [
        f"{e.__name__}.{p.name}"
        for e in EVENTS
        for p in e.params()
        for suffix, word in units.items()
        if p.name.endswith(f"_{suffix}") and word not in p.doc.lower()
    ]
    assert wrong == []
