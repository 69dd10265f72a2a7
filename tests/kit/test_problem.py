"""Problems: what a client gets, from the tables of several packages."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from kit.problem import MEDIA_TYPE, Catalogue, Text

TEXTS = {
    "what": {"zh": "没有找到", "en": "Not found"},
    "why": {"zh": "没有这个编号的记录。", "en": "There is no record with this number."},
    "remedy": {"zh": "请检查编号，或从列表中选择。", "en": "Check the number, or choose from the list."},
}


class TownError(Exception):
    pass


class TownClosedError(TownError):
    pass


@pytest.fixture
def catalogue(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """The tables of two packages."""
    for package, row, status in (("town_one", "TownError", 409), ("town_two", "OtherError", 503)):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
        texts = "".join(f'{part} = "{text["zh"]}"\n' for part, text in TEXTS.items())
        (tmp_path / package / "problems.toml").write_text(f"[{row}]\nstatus = {status}\n{texts}", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return Catalogue("town_one", "town_two")


def test_an_error_without_a_row_has_its_own_code_and_its_parent_s_texts(catalogue: Catalogue) -> None:
    response = catalogue.of(TownClosedError("expected 1, got 2")).response()
    assert (response.status_code, response.media_type) == (409, MEDIA_TYPE)
    assert "retry-after" not in response.headers
    assert orjson.loads(response.body) == {
        "type": "urn:gongji:problem:TownClosedError", "title": "Not found", "status": 409, "detail": "expected 1, got 2",
        "code": "TownClosedError", **TEXTS,
    }  # fmt: skip


def test_a_problem_that_passes_says_when_to_come_again(catalogue: Catalogue) -> None:
    problem = catalogue.problem("OtherError", "x" * 1000, why=Text(zh="因", en="cause"))
    assert problem.as_json()["why"] == {"zh": "因", "en": "cause"}
    assert len(problem.as_json()["detail"]) == 500
    assert problem.response().headers["retry-after"] == "5"
    assert problem.response({"retry-after": "30"}).headers["retry-after"] == "30"


def test_an_error_that_no_table_names_is_a_fault_of_ours(catalogue: Catalogue) -> None:
    with pytest.raises(LookupError):
        catalogue.of(ValueError("?"))
