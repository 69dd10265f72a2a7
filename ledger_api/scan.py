"""What the folders of the nouns declare: each router of an `api` or of `pages`, and the `acts` on the noun's things."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from kit.scan import modules_named

T = TypeVar("T")
HERE = Path(__file__).parent


def declared(module: str, kind: type[T]) -> list[T]:
    """What the modules of a name declare of a type, by noun.

    Args:
        module: Name of the modules: "api", "pages" or "acts".
        kind: Type of what is looked for.
    """
    found = (vars(one).values() for one in modules_named("ledger_api", module))
    return [value for values in found for value in values if isinstance(value, kind)]


def template_folders() -> list[Path]:
    """Where the templates of the pages stand, those of the shell included. No two have one name."""
    return sorted(HERE.glob("*/templates"))
