"""Settings of one town, read once: from the command line, from `GONGJI_…` in the environment, from `gongji.toml`.

The earlier wins. Settings of one process are declared in the configuration of its package, a table each, so that no field of a
configuration is out of reach. `docs/settings.md` is generated from all of them and a test compares.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from contracts.deployment import LOCAL_DOMAIN
from gongji.errors import DemoOnNetworkError, SettingsInvalidError, SettingsUnreadableError
from gongji.node_address import check_network, check_node_address
from gongji.public_address import check_public_address
from gongji.reference import ENV_DELIMITER, ENV_PREFIX, require_known, settings_of
from indexer.config import IndexerSettings
from iot.config import EventsSettings
from ledger_api.config import ApiSettings
from ledger_api.relayer.config import RelayerSettings

DEFAULT_DATA_DIR = Path("data")
# So that `gongji fund list --data-dir DIR` finds a town that was started with another --port.
LAST_START = Path("run", "last-start.toml")
# Set by a supervisor for its processes, which end with it; no setting.
LEASH = "GONGJI_LEASH"
# Where this machine reaches itself if it listens on all its addresses.
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 only compared
# What pydantic calls a name that it does not know, in a model and in a dataclass.
UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")


class Settings(BaseSettings):
    """Settings of one town."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter=ENV_DELIMITER, frozen=True, extra="forbid"
    )

    data_dir: Path = Field(
        default=DEFAULT_DATA_DIR, description="Folder of this town: journal, databases, keys."
    )
    network: Literal["embedded", "permissioned"] = Field(
        default="embedded",
        description="`embedded`: one process, for trial and tests. `permissioned`: nodes run by organisations.",
    )
    demo: bool = Field(
        default=False,
        description="Whether `/demo` lets everybody be a person of the demo town, with that person's private key. `gongji demo` sets"
        " it; a permissioned network refuses it.",
    )
    chain_id: int = Field(
        default=77001, gt=0, lt=2**31, description="EIP-155 chain id of a new embedded chain."
    )
    genesis_time: int | None = Field(
        default=None,
        description="Timestamp of block 0 of a new embedded chain, seconds since 1970; now if not set.",
    )
    rpc_urls: tuple[Annotated[str, AfterValidator(check_node_address)], ...] = Field(
        default=(),
        repr=False,
        description='JSON-RPC addresses of nodes, best of several organisations: `["https://name:password@host:8545"]`, or'
        " `https://:token@host` for a bearer token. The next is asked when one does not answer, or tells what does not prove"
        " itself. The embedded chain has its own if none is set.",
    )
    mirror_url: str | None = Field(
        default=None, description="Database of the mirror; `mirror.db` if not set."
    )
    app_url: str | None = Field(default=None, description="Database of the application; `app.db` if not set.")
    events_url: str | None = Field(
        default=None, description="Database of device events; `events.db` if not set."
    )
    town_url: str | None = Field(
        default=None, description="Database of the town's register; `town.db` if not set."
    )
    mqtt_url: str | None = Field(
        default=None, description="MQTT 5 broker, `mqtt://host:port`; an embedded one if not set."
    )
    host: str = Field(default="127.0.0.1", description="Address that portal, chain and broker listen on.")
    port: int = Field(
        default=8640,
        gt=0,
        le=65_528,
        description="Port of the portal. The chain has the next one, the broker the one after, metrics the next five.",
    )
    public_url: Annotated[str, AfterValidator(check_public_address)] | None = Field(
        default=None,
        description="Address under which people reach the portal, `https://ledger.example.org`: QR codes and sign-in texts have"
        " it, and it answers to this name. If not set, host and port, and `127.0.0.1` where it listens on all addresses.",
    )
    trusted_proxies: tuple[Annotated[str, AfterValidator(check_network)], ...] = Field(
        default=(),
        description='Addresses or networks of reverse proxies before the portal, such as `["127.0.0.1"]`: what they say in'
        " `X-Forwarded-For` and `X-Forwarded-Proto` is believed, of nobody else. Without it all that comes through a proxy is of one client.",
    )
    other_deployments: tuple[Path, ...] = Field(
        default=(),
        description="Files `deployment.json` of other towns whose devices may send here by mistake: their events are refused as"
        " such (E_AAD), and not as forged (E_SIG).",
    )
    town_name: str = Field(default="共济示范街道", description="Name of the town, shown on every page.")
    desk_phone: str = Field(
        default="0546-8000000", description="Phone of the service desk, shown on every page."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level logged."
    )
    api: ApiSettings = ApiSettings()
    relayer: RelayerSettings = RelayerSettings()
    indexer: IndexerSettings = IndexerSettings()
    events: EventsSettings = EventsSettings()

    @property
    def chain_urls(self) -> tuple[str, ...]:
        """JSON-RPC addresses of the chain's nodes, at least one."""
        return self.rpc_urls or (f"http://{self.host}:{self.port + 1}",)

    @property
    def portal_url(self) -> str:
        """Address of the portal."""
        return self.public_url or f"http://{LOOPBACK.get(self.host, self.host)}:{self.port}"

    @property
    def passkey_domain(self) -> str:
        """Domain for which passkeys count, fixed when the contracts are deployed: the public name, or that of this machine."""
        name = urlsplit(self.public_url or "").hostname or LOCAL_DOMAIN
        # No browser makes a passkey for a number.
        return LOCAL_DOMAIN if re.fullmatch(r"[0-9.]+|.*:.*", name) else name

    @property
    def broker_url(self) -> str:
        """Address of the MQTT broker."""
        return self.mqtt_url or f"mqtt://{self.host}:{self.port + 2}"

    def database_url(self, schema: Literal["mirror", "app", "events", "town"]) -> str:
        """SQLAlchemy URL of the database that holds a schema."""
        url: str | None = getattr(self, f"{schema}_url")
        return url or f"sqlite:///{self.data_dir.absolute() / schema}.db"

    def metrics_port(self, process: str) -> int:
        """Port on which a process other than the portal shows its metrics."""
        return self.port + 3 + ("chain", "indexer", "relayer", "ingest", "keeper").index(process)

    def path(self, name: str) -> Path:
        """A file or folder of this town."""
        return self.data_dir / name

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, then environment, then the town's file, then how the town was last started."""
        del dotenv_settings, file_secret_settings
        folder = Path(init_settings().get("data_dir", DEFAULT_DATA_DIR))
        files = (folder / "gongji.toml", folder / LAST_START)
        return (
            init_settings,
            env_settings,
            *(TomlConfigSettingsSource(settings_cls, toml_file=f) for f in files),
        )


def load(data_dir: Path | None = None, **overrides: Any) -> Settings:
    """Reads the settings.

    Args:
        data_dir: Folder of the town; None takes `GONGJI_DATA_DIR`, else `data`.
        overrides: Settings from the command line; None leaves what the file says.

    Raises:
        SettingUnknownError: The environment or `gongji.toml` names a setting that does not exist.
        SettingsInvalidError: A setting is out of range.
        SettingsUnreadableError: The file is not TOML, or a list in the environment not JSON.
        DemoOnNetworkError: A town on a permissioned network is to be a demo town.
    """
    for variable in os.environ:
        if variable.upper().startswith(ENV_PREFIX) and variable != LEASH:
            known = (one.variable for one in settings_of(Settings))
            require_known(variable.upper(), known, "the environment")
    folder = data_dir or Path(os.environ.get("GONGJI_DATA_DIR", DEFAULT_DATA_DIR))
    file = str(folder / "gongji.toml")
    chosen = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(data_dir=folder, **chosen)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] in UNKNOWN:
            require_known(name, (one.name for one in settings_of(Settings)), file)
        # What is not to be shown may hold a password.
        shown = Settings.model_fields[str(first["loc"][0])].repr
        got = repr(first.get("input")) if shown else "（不显示 not shown）"
        raise SettingsInvalidError(name, first["msg"], got) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsUnreadableError(file, str(error)) from None
    except SettingsError as error:
        raise SettingsUnreadableError("the environment", str(error)) from None
    if settings.demo and settings.network == "permissioned":
        raise DemoOnNetworkError(folder)
    return settings


def note_start(settings: Settings) -> None:
    """Notes the port that a town is started on."""
    path = settings.path(str(LAST_START))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"port = {settings.port}\n")
