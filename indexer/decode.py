"""Turns a verified log into the row of its event.

The ABI words of an event have fixed places, so one compiled `struct` reads topics and data at once; only bytes at the end
of an event are as long as they are. What is read is what `contracts.events` declares; nothing is written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from struct import Struct, unpack_from
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.events import EVENTS
from indexer.names import table_name
from indexer.ranges import FOREVER, ranges

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from contracts.types import Event, Scalar
    from indexer.proof.receipts import Log

Fields = tuple[Any, ...]
Reader = Callable[[bytes], Fields]

# A word of 32 bytes by its ABI type, big-endian. A uint64 is read in two's complement, as its column holds it.
WORDS = {
    "bool": "31x?", "uint8": "31xB", "uint16": "30xH", "uint24": "28xI", "uint32": "28xI",
    "uint40": "24xQ", "uint48": "24xQ", "uint64": "24xq", "address": "12x20s",
}  # fmt: skip
FIRST_TOPIC = "33x"


class Decoder(NamedTuple):
    """How the events of one kind and one version of a contract are read.

    Attributes:
        table: Table of the event.
        read: Takes `Log.topics` and `Log.data`, joined, and gives the fields in the order of the declaration.
        first: First block in which they count.
        succeeded: First block in which those of the next version count; from it on it is noted who emitted an event.
        end: First block in which they count no more.
    """

    table: str
    read: Reader
    first: int = 0
    succeeded: int = FOREVER
    end: int = FOREVER


Decoders = Mapping[bytes, Decoder]


def decoders(deployment: Deployment) -> Decoders:
    """For each event of the deployed contracts, by address and first topic (52 bytes), how it is read."""
    return {
        version.address + event.TOPIC: Decoder(
            table_name(event), reader(event), version.first, version.succeeded, version.end
        )
        for event in EVENTS
        for version in ranges(deployment, event.CONTRACT)
    }


def reader(event: type[Event]) -> Reader:
    """The reader of an event."""
    params = event.params()
    indexed = [p for p in params if p.indexed]
    on_chain = indexed + [p for p in params if not p.indexed]
    form = Struct(">" + FIRST_TOPIC + "".join(("x" if p.indexed else "") + _word(p.scalar) for p in on_chain))
    read = _with_tail(form) if params and params[-1].scalar.abi == "bytes" else form.unpack
    if on_chain == list(params):
        return read
    order = itemgetter(*(on_chain.index(p) for p in params))
    return lambda words: order(read(words))


def _with_tail(form: Struct) -> Reader:
    """Reads an event that ends with bytes: where they begin stands among the words, then come their length and they."""

    def read(words: bytes) -> Fields:
        length = int.from_bytes(words[form.size : form.size + 32], "big")
        return form.unpack_from(words) + unpack_from(f"{length}s", words, form.size + 32)

    return read


def log_key(log: Log) -> bytes:
    """Address and first topic of a log, 52 bytes; shorter if it has no topic."""
    return log.address + log.topics[1:33]


def _word(scalar: Scalar) -> str:
    if scalar.abi == "bytes":
        return "32x"
    if scalar.abi.startswith("bytes"):
        size = int(scalar.abi.removeprefix("bytes"))
        return f"{size}s{32 - size}x"
    return WORDS[scalar.abi]
