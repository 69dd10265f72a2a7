"""What the towns of the tests have in their register before they are served."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from register import KEY_FILE
from register.nouns import DEMO_PEOPLE, NAMED, DemoPerson, Name
from register.register import Register
from tests.conftest import member_id, signer

if TYPE_CHECKING:
    from collections.abc import Mapping
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


def write_people(folder: Path, roles: Mapping[str, str], homes: Mapping[str, str]) -> None:
    """Puts people with their throw-away keys on the page of the demo.

    Args:
        folder: Folder of the town.
        roles: Their roles by name.
        homes: Where their work is, by name; else on their day.
    """
    entries = []
    for name, role in roles.items():
        key = signer(name)
        person = DemoPerson(
            name=Name(zh=name, en=name), role=Name(zh=role, en=role), home=homes.get(name, "/me/day"),
            address=key.address, key="0x" + key._account.key.hex().removeprefix("0x"),
        )  # fmt: skip
        entries.append((f"0x{member_id(name).hex()}", person))
    with open_register(folder) as register:
        register.put_all(DEMO_PEOPLE, entries, "test")
