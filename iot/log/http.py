"""The log over HTTPS for whoever checks it (`docs/service-events.md` §9): hashes and proofs, and nothing of a person."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from iot.errors import LeafUnknownError, LogRangeError
from iot.log.store import EventStore
from iot.ruleset import Ruleset
from kit.problem import Catalogue

CATALOGUE = Catalogue("iot")
MAX_LEAVES = 1000

Hex = Annotated[str, Field(pattern="^0x([0-9a-f]{2})*$", description="Bytes as 0x and lower-case hex.")]
Start = Annotated[int, Query(alias="from", ge=0, lt=2**63)]
Limit = Annotated[int, Query(ge=1, le=MAX_LEAVES)]
LeafHash = Annotated[str, Path(pattern="^0x[0-9a-fA-F]{64}$")]
Size = Annotated[int, Query(ge=0, lt=2**63)]
Old = Annotated[int, Query(alias="from", ge=1, lt=2**63)]
New = Annotated[int, Query(alias="to", ge=1, lt=2**63)]


def hexed(value: bytes) -> str:
    """0x and hex digits."""
    return "0x" + value.hex()


class HeadBody(BaseModel):
    """Head of the log as it is now."""

    size: int = Field(description="Number of leaves.")
    root: Hex = Field(description="Merkle tree hash over them (RFC 9162).")
    ruleset: Hex = Field(description="Hash of the rules in force.")


class LeavesBody(BaseModel):
    """Leaves of the log. Who was where at what time stands in the messages, which are for those who judge them."""

    start: int = Field(serialization_alias="from", description="Index of the first leaf, from 0.")
    size: int = Field(description="Leaves in the log now.")
    leaf_hashes: list[Hex] = Field(description="SHA-256(0x00 || message) of each.")


class InclusionBody(BaseModel):
    """Where a leaf stands in a head."""

    leaf_hash: Hex
    index: int = Field(description="Place in the log, from 0.")
    size: int = Field(description="Leaves of the head.")
    path: list[Hex] = Field(description="Inclusion path, lowest first.")


class ConsistencyBody(BaseModel):
    """Proof that one head is the beginning of another."""

    old: int = Field(serialization_alias="from", description="Leaves of the old head.")
    new: int = Field(serialization_alias="to", description="Leaves of the new head.")
    path: list[Hex] = Field(description="Consistency path.")


class LogApi:
    """The endpoints of one log."""

    def __init__(self, store: EventStore, ruleset: Ruleset) -> None:
        """Takes a log.

        Args:
            store: The log.
            ruleset: Rules in force.
        """
        self._store, self._ruleset = store, ruleset

    def get_head(self) -> Any:
        """Head of the log as it is now. What counts is what is anchored on chain."""
        with self._store.log() as reader:
            head = reader.head()
        return HeadBody(size=head.size, root=hexed(head.root), ruleset=hexed(self._ruleset.hash()))

    def get_leaves(self, start: Start = 0, limit: Limit = MAX_LEAVES) -> Any:
        """Leaf hashes of the log: whoever has a message finds it, and nobody reads what it says of a person."""
        with self._store.log() as log:
            hashes = [hexed(one) for one in log.leaf_hashes(start, limit)]
            return LeavesBody(start=start, size=log.size(), leaf_hashes=hashes)

    def get_inclusion(self, leaf_hash: LeafHash, size: Size) -> Any:
        """Inclusion path of a leaf in the head of a size (RFC 9162 §2.1.3)."""
        try:
            with self._store.log() as reader:
                proof = reader.inclusion(bytes.fromhex(leaf_hash[2:]), size)
        except (LeafUnknownError, LogRangeError) as error:
            return CATALOGUE.of(error).response()
        path = [hexed(one) for one in proof.path]
        return InclusionBody(leaf_hash=hexed(proof.leaf_hash), index=proof.index, size=size, path=path)

    def get_consistency(self, old: Old, new: New) -> Any:
        """Proof that the head of size `from` is the beginning of the head of size `to` (RFC 9162 §2.1.4)."""
        try:
            with self._store.log() as reader:
                path = reader.consistency(old, new)
        except LogRangeError as error:
            return CATALOGUE.of(error).response()
        return ConsistencyBody(old=old, new=new, path=[hexed(one) for one in path])


def log_router(store: EventStore, ruleset: Ruleset) -> APIRouter:
    """The routes of the log.

    Args:
        store: The log.
        ruleset: Rules in force.
    """
    routes, api = APIRouter(prefix="/v1/event-log", tags=["service events"]), LogApi(store, ruleset)
    routes.add_api_route("/head", api.get_head, response_model=HeadBody)
    routes.add_api_route("/leaves", api.get_leaves, response_model=LeavesBody)
    routes.add_api_route("/proofs/{leaf_hash}", api.get_inclusion, response_model=InclusionBody)
    routes.add_api_route("/consistency", api.get_consistency, response_model=ConsistencyBody)
    return routes
