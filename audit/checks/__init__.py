"""The numbered checks over the verified history, in the order of their numbers.

Each is made with the decorator `audit.checks.check.check`. All modules of this folder are run; neither they nor their checks are listed.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from audit.checks.check import Check

MODULES = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]


def _number(check: Check) -> list[int]:
    return [int(part) for part in check.check_id.removeprefix("C").split(".")]


CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (one for module in MODULES for one in vars(module).values() if isinstance(one, Check)), key=_number
    )
)
