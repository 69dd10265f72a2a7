"""Finds modules where they stand, so that a new one takes part without being listed anywhere."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


def modules_of(package: str) -> list[ModuleType]:
    """The modules of a package, by name; those of its folders are left out.

    Args:
        package: Full name of the package.
    """
    return [import_module(name) for name, is_folder in _inside(package) if not is_folder]


def modules_named(package: str, name: str) -> list[ModuleType]:
    """The modules of a name in the folders of a package, by folder; a folder may have none.

    Args:
        package: Full name of the package.
        name: Name of the modules.
    """
    folders = [folder for folder, is_folder in _inside(package) if is_folder]
    return [import_module(f"{folder}.{name}") for folder in folders if find_spec(f"{folder}.{name}")]


def _inside(package: str) -> Sequence[tuple[str, bool]]:
    path = import_module(package).__path__
    return sorted((found.name, found.ispkg) for found in iter_modules(path, f"{package}."))
