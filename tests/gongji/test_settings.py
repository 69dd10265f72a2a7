"""Settings are documented, checked and never hold a secret by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongji import settings
from gongji.errors import SettingsInvalidError


def test_the_page_of_settings_is_what_the_code_says() -> None:
    assert Path("docs/settings.md").read_text() == settings.reference()


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gongji.toml").write_text('port = 9000\ntown_name = "文件镇"\nhost = "127.0.0.3"\n')
    monkeypatch.setenv("GONGJI_PORT", "9100")
    monkeypatch.setenv("GONGJI_HOST", "127.0.0.2")
    loaded = settings.load(tmp_path, host="127.0.0.1")
    assert (loaded.port, loaded.host, loaded.town_name) == (9100, "127.0.0.1", "文件镇")


def test_the_folder_of_the_town_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGJI_DATA_DIR", str(tmp_path))
    (tmp_path / "gongji.toml").write_text("port = 9000")
    assert (settings.load().data_dir, settings.load().port) == (tmp_path, 9000)
    assert settings.load(tmp_path / "other").data_dir == tmp_path / "other"


@pytest.mark.parametrize(
    ("text", "named"), [("port = 0", "port"), ('colour = "red"', "colour"), ('network = "cloud"', "network")]
)
def test_a_setting_that_is_unknown_or_out_of_range_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "gongji.toml").write_text(text)
    with pytest.raises(SettingsInvalidError, match=named):
        settings.load(tmp_path)


def test_every_database_of_a_new_town_is_a_file_in_its_folder(tmp_path: Path) -> None:
    loaded = settings.load(tmp_path)
    assert loaded.database_url("mirror") == f"sqlite:///{tmp_path}/mirror.db"
