"""Settings are documented, checked, reach the process that they are for, and never hold a secret by default."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.deployment import DeployedContract, Deployment
from gongji import settings
from gongji.errors import (
    DemoOnNetworkError,
    SettingsInvalidError,
    SettingsUnreadableError,
    SettingUnknownError,
)
from gongji.reference import page, settings_of
from gongji.run import configs
from gongji.settings import LEASH, Settings

if TYPE_CHECKING:
    from gongji.reference import Setting

CONFIGS = (configs.api_config, configs.relayer_config, configs.indexer_config, configs.iot_config)
# A town's folder is named on the command line or in the environment; its file is in it.
IN_FILE = [one for one in settings_of(Settings) if one.name != "data_dir"]
HERE = Deployment(
    chain_id=1,
    genesis_hash="0x" + "00" * 32,
    contracts={"DeviceRegistry": DeployedContract(address="0x" + "11" * 20, block=1, code_hash="0x")},
)
ELSEWHERE = replace(HERE, chain_id=2)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Folder of a founded town, beside that of another."""
    for name, deployment in (("here", HERE), ("elsewhere", ELSEWHERE)):
        (tmp_path / name).mkdir()
        deployment.save(tmp_path / name / "deployment.json")
    return tmp_path / "here"


def another(setting: Setting, town: Path) -> Any:
    """A value that a setting may have and does not have by itself."""
    schema = setting.schema
    kind = schema.get("anyOf", [schema])[0]
    default = schema.get("default")
    value: Any = f"{setting.name}-changed"
    match kind:
        case {"enum": choices}:
            value = next(choice for choice in choices if choice != default)
        case {"type": "boolean"}:
            value = not default
        case {"type": "integer" | "number"}:
            value = (default or 1_700_000_000) + 1
        case {"type": "array", "items": {"format": "path"}}:
            value = [str(town.parent / "elsewhere" / "deployment.json")]
        case {"type": "array"} if setting.name == "trusted_proxies":
            value = ["192.0.2.1"]
        case {"type": "array"}:
            value = default[:-1] if default else ["http://another.test"]
        case {"format": "path"}:
            value = str(town.parent / "elsewhere")
        case {"type": "string"} if setting.name == "public_url":
            value = "https://another.test"
    return value


def as_toml(setting: Setting, value: Any) -> str:
    """A file with one setting."""
    *tables, name = setting.path
    return f"[{'.'.join(tables)}]\n" * bool(tables) + f"{name} = {json.dumps(value)}\n"


def as_variable(value: Any) -> str:
    """A value in the environment."""
    return value if isinstance(value, str) else json.dumps(value)


def value_of(loaded: Any, setting: Setting) -> Any:
    """What a setting was read as, in the form of JSON."""
    for name in setting.path:
        loaded = getattr(loaded, name)
    if isinstance(loaded, tuple):
        return [str(one) if isinstance(one, Path) else one for one in loaded]
    return str(loaded) if isinstance(loaded, Path) else loaded


def fields_of(config: Any) -> dict[str, Any]:
    """The fields of a configuration by name, those of the ruleset and of the limits too."""
    values = {f"{type(config).__name__}.{f.name}": getattr(config, f.name) for f in fields(config)}
    for table in ("IotConfig.ruleset", "ApiConfig.limits"):
        inner = values.pop(table, None)
        values |= fields_of(inner) if inner else {}
    return values


def received(loaded: Settings) -> dict[str, Any]:
    """All that the processes of a town are told."""
    values: dict[str, Any] = {}
    for config_of in CONFIGS:
        values |= fields_of(config_of(loaded))
    return values


def test_the_page_of_settings_is_what_the_code_says() -> None:
    assert Path("docs/settings.md").read_text() == page(Settings)


@pytest.mark.parametrize("setting", IN_FILE, ids=lambda one: one.name)
def test_a_setting_of_the_file_is_read(setting: Setting, town: Path) -> None:
    value = another(setting, town)
    (town / "gongji.toml").write_text(as_toml(setting, value))
    assert value_of(settings.load(town), setting) == value


@pytest.mark.parametrize("setting", settings_of(Settings), ids=lambda one: one.variable)
def test_a_setting_of_the_environment_is_read(
    setting: Setting, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = another(setting, town)
    monkeypatch.setenv(setting.variable, as_variable(value))
    assert value_of(settings.load(), setting) == value


@pytest.mark.parametrize("setting", [one for one in IN_FILE if len(one.path) > 1], ids=lambda one: one.name)
def test_a_setting_of_a_process_reaches_its_configuration_as_it_was_set(setting: Setting, town: Path) -> None:
    value = another(setting, town)
    before = received(settings.load(town))
    (town / "gongji.toml").write_text(as_toml(setting, value))
    after = received(settings.load(town))
    (changed,) = (name for name in before if before[name] != after[name])
    assert changed.endswith(f".{setting.path[-1]}")
    assert list(after[changed]) == value if isinstance(value, list) else after[changed] == value


def test_no_field_of_a_configuration_is_out_of_reach_of_the_settings(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, reached = received(settings.load(town)), set()
    for setting in settings_of(Settings):
        with monkeypatch.context() as patched:
            patched.setenv("GONGJI_DATA_DIR", str(town))
            patched.setenv(setting.variable, as_variable(another(setting, town)))
            after = received(settings.load())
        reached |= {name for name in before if before[name] != after[name]}
    assert set(before) - reached == set()


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gongji.toml").write_text(
        'port = 9000\ntown_name = "文件镇"\nhost = "127.0.0.3"\n[api]\nmax_lag_blocks = 1\nsession_seconds = 1\n'
    )
    monkeypatch.setenv("GONGJI_PORT", "9100")
    monkeypatch.setenv("GONGJI_HOST", "127.0.0.2")
    monkeypatch.setenv("GONGJI_API__SESSION_SECONDS", "2")
    loaded = settings.load(tmp_path, host="127.0.0.1")
    assert (loaded.port, loaded.host, loaded.town_name) == (9100, "127.0.0.1", "文件镇")
    assert (loaded.api.max_lag_blocks, loaded.api.session_seconds) == (1, 2)


def test_the_folder_of_the_town_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGJI_DATA_DIR", str(tmp_path))
    (tmp_path / "gongji.toml").write_text("port = 9000")
    assert (settings.load().data_dir, settings.load().port) == (tmp_path, 9000)
    assert settings.load(tmp_path / "other").data_dir == tmp_path / "other"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("port = 0", "port"),
        ('network = "cloud"', "network"),
        ("api = 3", "api"),
        ("[relayer]\nnonce_window = 0", "relayer.nonce_window"),
        ("[indexer]\npoll_seconds = inf", "indexer.poll_seconds"),
        ("[events.ruleset]\nconfirm_channels = [5]", "events.ruleset.confirm_channels"),
    ],
)
def test_a_setting_that_is_out_of_range_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "gongji.toml").write_text(text)
    with pytest.raises(SettingsInvalidError, match=named):
        settings.load(tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        "https://reader:12/SECRET@host:8545", "https://reader:SEC/RET@host", "https://:SECRET#x@host", "https://host?SECRET@host",
        "https://:SECRET@", "https://:SECRET@host:http", "https://:SECRET@host:99999", "https://:SECRET@[host", "ws://:SECRET@host",
        ":SECRET@host:8545", "https://:SECRET%0Atail@host", "https://:SECRET%20tail@host", "https://:SECRET密@host",
        "https://:SECRET%E5%AF%86@host", "https://:SECRET\ttail@host", " https://:SECRET@host",
    ],
)  # fmt: skip
@pytest.mark.parametrize("in_a_list", [True, False])
def test_an_address_of_a_node_that_is_none_is_refused_and_never_shown(
    tmp_path: Path, address: str, *, in_a_list: bool
) -> None:
    value = ["http://127.0.0.1:8545", address] if in_a_list else address
    (tmp_path / "gongji.toml").write_text(f"rpc_urls = {json.dumps(value)}\n")
    with pytest.raises(SettingsInvalidError, match="rpc_urls") as refused:
        settings.load(tmp_path)
    assert not any(part in str(refused.value) for part in ("SEC", "RET", "tail", "reader:12"))


def test_addresses_of_nodes_are_read_as_they_are_and_not_shown_with_the_settings(tmp_path: Path) -> None:
    urls = ("http://127.0.0.1:8545", "https://reader:12%2FSECRET%40@host/rpc", "https://:SECRET@[::1]:8545")
    (tmp_path / "gongji.toml").write_text(f"rpc_urls = {json.dumps(urls)}\n")
    loaded = settings.load(tmp_path)
    assert loaded.chain_urls == urls
    assert "SECRET" not in repr(loaded)


@pytest.mark.parametrize(
    ("text", "unknown", "nearest"),
    [
        ("prot = 8640", "prot", "port"),
        ("anchor_leaves = 5", "anchor_leaves", "events.anchor_leaves"),
        ("[api]\nsession_second = 5", "api.session_second", "api.session_seconds"),
        ("[events.ruleset]\ngps_radius = 5", "events.ruleset.gps_radius", "events.ruleset.gps_radius_m"),
        ("[index]\nworkers = 5", "index", "indexer"),
    ],
)
def test_an_unknown_name_in_the_file_is_refused_with_the_nearest_known_one(
    tmp_path: Path, text: str, unknown: str, nearest: str
) -> None:
    (tmp_path / "gongji.toml").write_text(text)
    with pytest.raises(SettingUnknownError) as caught:
        settings.load(tmp_path)
    assert caught.value.what.endswith(f"there is no setting {unknown}")
    assert str(tmp_path / "gongji.toml") in caught.value.why
    assert f"the nearest is {nearest}；" in caught.value.remedy


@pytest.mark.parametrize(
    ("unknown", "nearest"),
    [
        ("GONGJI_PROT", "GONGJI_PORT"),
        ("GONGJI_SESSION_SECONDS", "GONGJI_API__SESSION_SECONDS"),
        ("GONGJI_API_SESSION_SECONDS", "GONGJI_API__SESSION_SECONDS"),
        ("GONGJI_RELAYER__MAX_GAZ", "GONGJI_RELAYER__MAX_GAS"),
    ],
)
def test_an_unknown_name_in_the_environment_is_refused_with_the_nearest_known_one(
    unknown: str, nearest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(unknown, "1")
    with pytest.raises(SettingUnknownError) as caught:
        settings.load(tmp_path)
    assert caught.value.what.endswith(f"there is no setting {unknown}")
    assert f"the nearest is {nearest}；" in caught.value.remedy


def test_what_a_supervisor_sets_for_its_processes_is_no_unknown_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LEASH, "1")
    assert settings.load(tmp_path).data_dir == tmp_path


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "gongji.toml").write_text("port: 8640")
    with pytest.raises(SettingsUnreadableError, match=r"gongji\.toml cannot be read"):
        settings.load(tmp_path)


def test_a_list_in_the_environment_that_is_no_json_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGJI_OTHER_DEPLOYMENTS", "here.json")
    with pytest.raises(SettingsUnreadableError, match="other_deployments"):
        settings.load(tmp_path)


def test_every_database_of_a_new_town_is_a_file_in_its_folder(tmp_path: Path) -> None:
    loaded = settings.load(tmp_path)
    assert loaded.database_url("mirror") == f"sqlite:///{tmp_path}/mirror.db"


@pytest.mark.parametrize(
    "address",
    [
        "ledger.test", "ftp://ledger.test", "https://", "https://ledger.test/gongji", "https://ledger.test?x=1", "https://ledger.test#x",
        "https://name:password@ledger.test", "https://ledger.test:port", "https://ledger.test:99999", "https://街道.test", "https://a b",
        "https://ledger.test:", "https://ledger.test//",
    ],
)  # fmt: skip
def test_an_address_that_no_page_can_have_is_refused_at_the_start(address: str, town: Path) -> None:
    (town / "gongji.toml").write_text(f"public_url = {json.dumps(address)}\n")
    with pytest.raises(SettingsInvalidError, match=r"public_url.*expected https://host"):
        settings.load(town)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://ledger.test/", "https://ledger.test"), ("http://127.0.0.1:8640", "http://127.0.0.1:8640"), ("http://[::1]:1", "http://[::1]:1"),
    ],
)  # fmt: skip
def test_an_address_of_pages_is_kept_without_a_slash_at_its_end(address: str, kept: str, town: Path) -> None:
    (town / "gongji.toml").write_text(f"public_url = {json.dumps(address)}\n")
    assert configs.api_config(settings.load(town)).public_url == kept


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000"), ("192.168.1.20", "http://192.168.1.20:9000"), ("0.0.0.0", "http://127.0.0.1:9000"),
        ("::", "http://[::1]:9000"),
    ],
)  # fmt: skip
def test_without_an_address_it_is_where_the_portal_listens_and_a_browser_can_go(
    host: str, address: str, town: Path
) -> None:
    assert settings.load(town, host=host, port=9000).portal_url == address


def test_a_demo_on_a_permissioned_network_is_refused_in_three_lines_however_it_was_set(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (town / "gongji.toml").write_text('network = "permissioned"\n')
    assert not settings.load(town).demo
    with pytest.raises(DemoOnNetworkError) as refused:
        settings.load(town, demo=True)
    error = refused.value
    assert "demo" in error.what
    assert "private keys" in error.why
    assert "leave demo out" in error.remedy
    monkeypatch.setenv("GONGJI_DEMO", "true")
    with pytest.raises(DemoOnNetworkError):
        settings.load(town)
