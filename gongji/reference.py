"""All settings by name, read from the schema of their model: for `docs/settings.md`, and to name the one that was meant."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gongji.errors import SettingUnknownError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

ENV_PREFIX, ENV_DELIMITER = "GONGJI_", "__"
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
HEAD = (
    "# Settings\n\nGenerated from `gongji/settings.py` and the configurations of the packages by\n\n"
    "```\n.venv/bin/python -c 'from gongji import reference, settings; print(reference.page(settings.Settings), end=\"\")'"
    " > docs/settings.md\n```\n\nThe command line wins over the"
    " environment, which wins over `gongji.toml` in the data directory. A name that is not here is refused, in the environment if it"
    " begins with `GONGJI_`; lists stand there as in JSON. No secret has a default.\n"
)
COLUMNS = "| setting | environment | default | range | meaning |\n| --- | --- | --- | --- | --- |\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        path: Tables of `gongji.toml` that it stands in, and its own name.
        schema: JSON schema of its values.
    """

    path: tuple[str, ...]
    schema: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name in `gongji.toml`, with dots between tables."""
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return ENV_PREFIX + ENV_DELIMITER.join(self.path).upper()


@cache
def settings_of(model: type[BaseModel]) -> tuple[Setting, ...]:
    """All settings of a model, those of its tables included, in the order of declaration."""
    schema = model.model_json_schema()
    return tuple(_walk(schema, schema.get("$defs", {}), ()))


def require_known(name: str, known: Iterable[str], where: str) -> None:
    """Refuses a name that no setting has.

    Args:
        name: The name.
        known: Names of all settings.
        where: Where it was found, for people.

    Raises:
        SettingUnknownError: No setting has it.
    """
    names = list(known)
    if name not in names:
        tables = {table for setting in names if (table := setting.rpartition(".")[0])}
        (nearest,) = difflib.get_close_matches(name, [*names, *sorted(tables)], n=1, cutoff=0)
        raise SettingUnknownError(name, where, nearest)


def page(model: type[BaseModel]) -> str:
    """Text of `docs/settings.md`."""
    tables: dict[tuple[str, ...], list[Setting]] = {}
    for setting in settings_of(model):
        tables.setdefault(setting.path[:-1], []).append(setting)
    return HEAD + "".join(
        f"\n{_title(table)}{COLUMNS}{''.join(_row(one) for one in settings)}"
        for table, settings in tables.items()
    )


def _walk(schema: dict[str, Any], definitions: dict[str, Any], path: tuple[str, ...]) -> Iterator[Setting]:
    for name, value in schema["properties"].items():
        inner = definitions.get(value.get("$ref", "").rpartition("/")[2], {})
        if "properties" in inner:
            yield from _walk(inner, definitions, (*path, name))
        else:
            yield Setting(path=(*path, name), schema=value)


def _title(table: tuple[str, ...]) -> str:
    return f"## `[{'.'.join(table)}]`\n\n" if table else ""


def _row(setting: Setting) -> str:
    schema = setting.schema
    cells = (
        f"`{setting.name}`",
        f"`{setting.variable}`",
        _default(schema),
        _range(schema),
        schema["description"],
    )
    return f"| {' | '.join(cells)} |\n"


def _default(schema: dict[str, Any]) -> str:
    default = schema.get("default")
    return "—" if default is None else f"`{default}`"


def _range(schema: dict[str, Any]) -> str:
    bounds = [f"{sign} {schema[key]}" for key, sign in BOUNDS.items() if key in schema]
    return ", ".join(bounds or [f"`{one}`" for one in schema.get("enum", ())])
