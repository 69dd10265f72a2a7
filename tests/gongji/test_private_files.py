"""The files of a town are its owner's alone."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from tests.gongji.running import Running
from wallets.keystore import SCRYPT_ROUNDS_FAST, create_key

if TYPE_CHECKING:
    from pathlib import Path


def shared(folder: Path) -> list[tuple[Path, str]]:
    """What others than its owner may read, write or enter, with its mode."""
    modes = [(path, path.stat().st_mode) for path in (folder, *folder.rglob("*"))]
    return [(path, oct(mode)) for path, mode in modes if mode & 0o077]


def finding(town: Running, check: str = "files") -> dict[str, Any]:
    """What `gongji doctor` says of one thing."""
    checks = json.loads(town.gongji("doctor", "--json").stdout)
    (found,) = (one for one in checks if one["check"] == check)
    return dict(found)


def test_all_files_of_a_town_that_was_built_are_its_owners_alone(
    folder: Path, summary: dict[str, Any]
) -> None:
    del summary
    assert shared(folder) == []


def test_a_town_that_runs_writes_nothing_that_others_may_read(running: Running) -> None:
    assert {"logs", "run"} <= {path.name for path in running.folder.iterdir()}
    assert finding(running) | {"remedy": ""} == {
        "check": "files", "ok": True, "found": "its owner's alone", "remedy": "",
    }  # fmt: skip


def test_the_doctor_names_a_file_that_others_may_read_and_its_remedy_helps(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    (folder / "keys").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    secret, link = folder / "keys" / "password", folder / "link"
    secret.touch(0o640)
    link.symlink_to("/etc/hosts")
    town = Running(folder=folder, url="")
    found = finding(town)
    assert not found["ok"]
    assert found["found"] == f"open to others: 1, such as {secret}"
    subprocess.run(found["remedy"].removeprefix("run ").split(), check=True)
    assert finding(town)["ok"]


def test_the_doctor_names_offices_that_have_one_key(tmp_path: Path) -> None:
    keys, town = tmp_path / "town" / "keys", Running(folder=tmp_path / "town", url="")
    (keys / "offices").mkdir(parents=True)
    (keys / "services").mkdir()
    steward = create_key(keys / "offices" / "steward.json", "throw-away", rounds=SCRYPT_ROUNDS_FAST)
    create_key(keys / "services" / "relayer.json", "throw-away", rounds=SCRYPT_ROUNDS_FAST)
    found = finding(town, "offices")
    assert (found["ok"], found["found"]) == (True, "a key for each; whoever has this folder is steward")
    # Of a holder who keeps the own key the folder knows the address alone.
    (keys / "offices" / "guardian.json").write_text(json.dumps({"address": steward.address}))
    found = finding(town, "offices")
    assert (found["ok"], found["found"]) == (False, "one key for guardian and steward")
    (keys / "offices" / "guardian.json").unlink()
    shutil.copy(keys / "services" / "relayer.json", keys / "offices" / "admin.json")
    assert finding(town, "offices")["found"] == "one key for relayer and admin"


def test_a_folder_that_is_not_there_is_nobodys_to_read(tmp_path: Path) -> None:
    assert finding(Running(folder=tmp_path / "none", url=""))["ok"]
