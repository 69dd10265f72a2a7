"""What can be chosen in the fields of an act: the enums of Solidity, which the ABI alone knows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from contracts import enums
from contracts.abi import Json, artifact
from contracts.acts import acts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from enum import IntEnum

    from contracts.acts import ActField


@cache
def choices_of(act: str) -> dict[str, type[IntEnum]]:
    """The enum of each field that is a choice, by the field's name, of which an act has no two.

    Args:
        act: Id of the act.
    """
    record = acts()[act]
    entries = artifact(record.contract)["abi"]
    entry = next(e for e in entries if e["type"] == "function" and e["name"] == record.function)
    return dict(_chosen(record.fields, entry["inputs"]))


def _chosen(fields: Sequence[ActField], items: Sequence[Json]) -> Iterator[tuple[str, type[IntEnum]]]:
    for field, item in zip(fields, items, strict=True):
        if item["internalType"].startswith("enum "):
            yield field.name, getattr(enums, item["internalType"].removesuffix("[]").rpartition(".")[2])
        # A struct of the standard library, such as an authorization, has fields that no tag explains.
        if field.fields:
            yield from _chosen(field.fields, item["components"])
