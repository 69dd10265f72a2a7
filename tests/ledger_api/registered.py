"""What the towns of the tests have in their register before they are served."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from register.nouns import NAMED, Name
from register.register import KEY_FILE, Register

if TYPE_CHECKING:
    from pathlib import Path

Names = dict[str, dict[str, tuple[str, str]]]


def open_register(folder: Path) -> closing[Register]:
    """The register of a town as `client.config_of` places it."""
    return closing(Register.open(f"sqlite:///{folder}/town.db", folder / "keys" / KEY_FILE))


def write_names(folder: Path, names: Names) -> None:
    """Names the things of a town: Chinese and English by noun and key."""
    with open_register(folder) as register:
        for noun, named in names.items():
            values = [(key, Name(zh=zh, en=en)) for key, (zh, en) in named.items()]
            register.put_all(NAMED[noun], values, "test")
