"""One intent of every kind and act, made from the names of its fields, and what is signed and sent for it.

python -m tests.wallets.samples        writes the golden file anew
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from contracts.abi import encode_call
from wallets.intents import INTENTS, Domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallets.intents import Intent, Struct

GOLDEN = Path(__file__).parent / "golden" / "intents.json"


def samples() -> Iterator[tuple[str, Intent]]:
    """Kind and act, such as "ActOnTask ACCEPT", and an intent of it."""
    for kind, intent_type in INTENTS.items():
        for act in getattr(intent_type, "ACTS", (None,)):
            chosen = {} if act is None else {"act": act}
            yield f"{kind} {act.name if act else ''}".strip(), _sample(intent_type, intent_type, chosen)


def signed_and_sent(intent: Intent) -> dict[str, str]:
    """Digest of an intent, and keccak of the calldata that carries it."""
    domain = Domain(contract=intent.CONTRACT, chain_id=77001, address="0x" + "ab" * 20)
    call = intent.call(b"s" * 65)
    data = encode_call(call.contract, call.function, *call.args)
    return {"digest": "0x" + intent.digest(domain).hex(), "calldata": "0x" + keccak(data).hex()}


def _sample(struct_type: Any, intent_type: type[Intent], chosen: dict[str, Any]) -> Any:
    structs: dict[str, type[Struct]] = {s.__name__: s for s in intent_type.STRUCTS}

    def value(name: str, abi: str) -> Any:
        if abi.endswith("[]"):
            return (value(name, abi[:-2]), value(name + "2", abi[:-2]))
        if abi in structs:
            return _sample(structs[abi], intent_type, {})
        word = keccak(text=name)
        # Three bits less than the type holds, so that a sum of two is held, too.
        return (
            int.from_bytes(word, "big") >> (259 - int(abi[4:])) if abi[:4] == "uint" else word[: _size(abi)]
        )

    return struct_type(
        **{f.name: value(f.name, f.metadata["abi"]) for f in fields(struct_type) if f.name not in chosen},
        **chosen,
    )


def _size(abi: str) -> int:
    return 20 if abi == "address" else int(abi[5:] or 32)


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({name: signed_and_sent(i) for name, i in samples()}, indent=1) + "\n")
