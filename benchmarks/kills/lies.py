"""What a node may tell that is not so, and how it may fail to tell anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import rlp

from audit.chain.qbft import decode_extra_data
from tests.audit.sealing import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.qbft import ExtraData

BLOCK, RECEIPTS = "eth_getBlockByNumber", "eth_getBlockReceipts"
Json = Any


def changed_value(method: str, result: Json) -> None:
    """The last word of an event's data is another one."""
    for log in _logs(method, result):
        if len(log["data"]) > 2:
            log["data"] = log["data"][:-1] + ("1" if log["data"][-1] == "0" else "0")
            return


def dropped_log(method: str, result: Json) -> None:
    """A receipt lacks a log."""
    if method == RECEIPTS and result:
        for receipt in result:
            del receipt["logs"][:1]


def _sealed_otherwise(change: Callable[[ExtraData], ExtraData]) -> Callable[[str, Json], None]:
    def lie(method: str, result: Json) -> None:
        if method == BLOCK and result and int(result["number"], 16):
            extra = change(decode_extra_data(bytes.fromhex(result["extraData"][2:])))
            bare = rlp.decode(extra.bare(keep_round=True))
            result["extraData"] = "0x" + rlp.encode([*bare[:4], list(extra.seals)]).hex()

    return lie


def _foreign(extra: ExtraData) -> ExtraData:
    stranger = key(77).sign_recoverable(bytes(32), hasher=None)
    return replace(extra, seals=(*extra.seals[:-1], stranger))


def other_time(method: str, result: Json) -> None:
    """A block is a second later than it was."""
    if method == BLOCK and result:
        result["timestamp"] = hex(int(result["timestamp"], 16) + 1)


def null_head(method: str, result: Json) -> Json:
    """There is no head."""
    return None if method == BLOCK else result


# By name: what changes an answer in place, or gives another one.
ANSWERS: dict[str, Callable[[str, Json], Any]] = {
    "changed value": changed_value,
    "dropped log": dropped_log,
    "missing seals": _sealed_otherwise(lambda extra: replace(extra, seals=extra.seals[:1])),
    "doubled seal": _sealed_otherwise(
        lambda extra: replace(extra, seals=(extra.seals[0],) * len(extra.seals))
    ),
    "foreign seal": _sealed_otherwise(_foreign),
    "other round": _sealed_otherwise(lambda extra: replace(extra, round=extra.round + 1)),
    "other time": other_time,
    "null head": null_head,
}
# Of these the node brings no answer at all.
SILENCES = ("HTML", "silence", "slow drip", "refused connection")
# What does not prove itself halts the mirror; without an answer it waits.
HALTING = tuple(name for name in ANSWERS if name != "null head")
ALL = (*ANSWERS, *SILENCES)


def _logs(method: str, result: Json) -> list[Json]:
    return [log for receipt in result or () for log in receipt["logs"]] if method == RECEIPTS else []
