"""Why a spoilt bundle may still pass: what was changed proves nothing, or is as good as it was. Everything else is unsound."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import orjson

from audit.checks.genesis import IN_HEADER
from audit.evidence.trust import Trust
from tests.audit.fuzzing.files import MANIFEST, TRUST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.audit.fuzzing.bases import Base
    from tests.audit.fuzzing.files import Mutant

GENESIS, CODE, PROOFS, ACCOUNTS = (
    "chain/genesis.json",
    "chain/code.jsonl",
    "chain/proofs.jsonl",
    "api/accounts.jsonl",
)
BINDINGS, RULESETS, STATEMENTS = "exhibits/bindings.jsonl", "exhibits/rulesets.jsonl", "exhibits/statements/"
SAME = "nothing changed"
WHYS = {
    "chain": "order of what has none",
    "api": "order of what has none",
    "exhibits": "spelling, or day, of a bank's line",
}


def explanation(base: Base, mutant: Mutant, folder: Path) -> str | None:
    """Why a bundle that passed may pass, or None: then something that was attested is another thing, and nobody saw it.

    Args:
        base: What it was made from.
        mutant: What was made of it.
        folder: Where it is.
    """
    reasons = [_pinned(base, mutant, folder)]
    if mutant.acts and not _as_listed(mutant, folder):
        return None
    for path in sorted(base.files.keys() | mutant.files.keys()):
        before, after = base.files.get(path, b""), mutant.files.get(path, b"")
        if before != after and path not in (MANIFEST, TRUST):
            reasons.append(_reason(mutant, path, before, after))
    if None in reasons:
        return None
    return "; ".join(sorted({reason for reason in reasons if reason})) or SAME


def _as_listed(mutant: Mutant, folder: Path) -> bool:
    """Whether the folder holds just the files of the mutant after all."""
    found = {
        p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()
    }
    if found.keys() != mutant.files.keys() - {TRUST} or any(
        p.is_symlink() or not p.is_file() for p in found.values()
    ):
        return False
    return all(path.read_bytes() == mutant.files[name] for name, path in found.items())


def _pinned(base: Base, mutant: Mutant, folder: Path) -> str | None:
    """Whether the auditor pins less than before, which is the auditor's own choice."""
    if mutant.files.get(TRUST) == base.files[TRUST]:
        return ""
    now, before = Trust.load(folder.with_suffix(".trust")), Trust.from_json(orjson.loads(base.files[TRUST]))
    if now == before:
        return "the trust file says the same in another spelling"
    if (now.chain_id, now.genesis_hash, now.validators) != (
        before.chain_id,
        before.genesis_hash,
        before.validators,
    ):
        return None
    if now.pin != before.pin and now.pin is not None:
        return None
    if now.contracts != before.contracts and now.contracts:
        return None
    # The length of an epoch matters from its first end on, which a short chain does not reach.
    return "the trust file pins less, or an epoch that does not end, or waives more"


def _reason(mutant: Mutant, path: str, before: bytes, after: bytes) -> str | None:
    if mutant.resealed and path.startswith("chain/"):
        return "whoever seals the chain sealed it"
    if path in (BINDINGS, RULESETS):
        return "a line that proves itself, and that no claim needs"
    if path == GENESIS:
        is_less = not after or _says_no_more(before, after)
        return "a genesis file is optional, and says no more than it did" if is_less else None
    same = {
        CODE: lambda data: sorted(data.splitlines()),
        ACCOUNTS: lambda data: sorted(data.splitlines()),
        PROOFS: _sorted_slots,
    }
    read = _booked if path.startswith(STATEMENTS) else same.get(path)
    return WHYS[path.partition("/")[0]] if read and read(before) == read(after) else None


def _says_no_more(before: bytes, after: bytes) -> bool:
    """Whether a genesis file says of the header nothing else than before, and of all else the same."""
    (was, *rest), (now, *now_rest) = _core(before), _core(after)
    return now.items() <= was.items() and rest == now_rest


def _sorted_slots(data: bytes) -> list[Any]:
    lines = [orjson.loads(line) for line in data.splitlines()]
    for line in lines:
        line["slots"].sort(key=lambda entry: entry["slot"])
    return sorted(lines, key=lambda line: line["contract"])


def _core(data: bytes) -> Any:
    """What a genesis file says of block 0 and of the chain, numbers as numbers."""
    genesis = orjson.loads(data)
    header = {name: int(genesis[name], 0) for name in IN_HEADER if name in genesis}
    config = genesis["config"]
    accounts = {_lower(address): _numbers(fields) for address, fields in genesis["alloc"].items()}
    return header, config["chainId"], config.get("qbft", {}).get("epochlength", 0), accounts


def _numbers(fields: dict[str, Any]) -> dict[str, Any]:
    known = {name: fields.get(name, 0) for name in ("balance", "nonce")}
    numbers = {name: int(str(value), 0) for name, value in known.items()}
    storage = {_lower(slot): _lower(word) for slot, word in fields.get("storage", {}).items()}
    return numbers | {
        "code": _lower(fields.get("code", "")),
        "storage": {s: w for s, w in storage.items() if w.strip("0")},
    }


def _lower(value: str) -> str:
    return value.removeprefix("0x").lower()


def _booked(data: bytes) -> Any:
    if not data:
        return None
    statement = orjson.loads(data)
    lines: Iterable[Any] = statement.pop("lines")
    return statement, [(line["amount_fen"], _spelled(line["reference"])) for line in lines]


def _spelled(reference: str) -> str:
    return "".join(unicodedata.normalize("NFKC", reference).split()).upper()
