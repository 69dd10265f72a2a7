"""Scripts, styles and pictures have names with a hash of what is in them: browsers keep them for good, and never mix two versions."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from ledger_api.portal import static_files
from ledger_api.portal.static_files import ADDRESS, static
from tests.ledger_api.owners import http_for
from tests.ledger_api.test_portal import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.ledger_api.client import House

NAMED = re.compile(r"/static/(\w+(?:\.min)?)\.([0-9a-f]{16})\.(js|css|svg)")
IMPORTED = re.compile(r'"\./([^"]+)"')


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Files are read once per process; here they change."""

    def forget() -> None:
        static_files.static_file.cache_clear()
        static_files._by_hashed_name.cache_clear()

    forget()
    yield
    forget()


@pytest.mark.parametrize("address", PAGES)
async def test_all_that_a_page_loads_is_kept_for_good_and_is_what_its_name_says(
    story: House, address: str
) -> None:
    page = (await (await http_for(story, address)).get(address)).text
    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert loaded != []
    for name in loaded:
        answer = await story.http.get(name)
        assert (answer.status_code, answer.headers["cache-control"]) == (
            200,
            "public, max-age=31536000, immutable",
        )
        named = NAMED.fullmatch(name)
        assert named is not None, name
        assert hashlib.sha256(answer.content).hexdigest().startswith(named[2])
        assert answer.headers["content-type"].startswith(static_files.MEDIA_TYPES[f".{named[3]}"])


async def test_scripts_import_each_other_by_those_names_to_the_last(story: House) -> None:
    waiting, seen = [static(path.name) for path in static_files.FOLDER.glob("*.js")], set()
    while waiting:
        address = waiting.pop()
        answer = await story.http.get(address)
        assert answer.status_code == 200, address
        seen.add(address)
        # What others wrote imports nothing of ours.
        own = "ethers" not in address and "htmx" not in address
        waiting += [
            ADDRESS.format(name=name) for name in IMPORTED.findall(answer.text) if own and name not in seen
        ]
        waiting = [one for one in waiting if one not in seen]
    assert static("ethers.min.js") in seen
    assert len(seen) == len(list(static_files.FOLDER.glob("*.js"))) + 1


async def test_names_without_a_hash_and_files_that_are_not_listed_are_none(story: House) -> None:
    for name in (
        "style.css", "htmx.min.js", "package.json", "..%2Fstatic_files.py", "..%2F..%2Fhtmx.org%2Fpackage.json", "style.0000000000000000.css",
    ):  # fmt: skip
        assert (await story.http.get(f"/static/{name}")).status_code == 404


def test_a_change_of_a_script_changes_the_names_of_all_that_import_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: None
) -> None:
    before = {path.name: static(path.name) for path in static_files.FOLDER.iterdir()}
    for path in static_files.FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes() + b"\n" * (path.name == "cose.js"))
    static_files.static_file.cache_clear()
    monkeypatch.setattr(static_files, "FOLDER", tmp_path)
    changed = {name for name, address in before.items() if static(name) != address}
    assert changed == {"cose.js", "phone.js", "check_in.js", "phone_page.js", "phone_send.js"}


def test_without_the_files_of_others_a_page_is_shown_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: None
) -> None:
    monkeypatch.setattr(
        static_files, "VENDOR", {"htmx.min.js": tmp_path / "htmx.min.js", "ethers.min.js": tmp_path / "x.js"}
    )
    assert static("htmx.min.js") == "/static/htmx.min.js"
    assert b'"./ethers.min.js"' in static_files.static_file("keys.js").content  # type: ignore[union-attr]
