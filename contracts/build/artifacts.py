"""What is kept of each deployed contract: ABI, NatSpec, code and storage layout."""

from __future__ import annotations

from eth_utils import keccak

from contracts.build.compiler import DEPLOYED, SETTINGS, SOLC_VERSION, Json


def artifacts(output: Json) -> dict[str, Json]:
    """What is kept of each deployed contract, by its name."""
    compiled = {name: contract for unit in output["contracts"].values() for name, contract in unit.items()}
    return {name: _artifact(name, compiled[name]) for name in DEPLOYED}


def _artifact(name: str, contract: Json) -> Json:
    runtime = contract["evm"]["deployedBytecode"]
    code = bytes.fromhex(runtime["object"])
    spans = sorted(
        (s["start"], s["length"]) for spans in runtime["immutableReferences"].values() for s in spans
    )
    return {
        "contract": name,
        "compiler": {"solc": SOLC_VERSION, **{k: v for k, v in SETTINGS.items() if k != "remappings"}},
        "abi": contract["abi"],
        "docs": {
            "events": _docs(contract, "events"),
            "errors": _docs(contract, "errors"),
            "methods": _docs(contract, "methods"),
        },
        "storage": contract["storageLayout"],
        "bytecode": "0x" + contract["evm"]["bytecode"]["object"],
        "runtime": {"code": "0x" + code.hex(), "hash": "0x" + keccak(code).hex(), "immutables": spans},
    }


def _docs(contract: Json, kind: str) -> Json:
    """Sentence and parameters of each signature; user and developer documentation made one."""
    merged: Json = {}
    for source in (contract["userdoc"].get(kind, {}), contract["devdoc"].get(kind, {})):
        for signature, doc in source.items():
            entry = doc[0] if isinstance(doc, list) else doc
            merged.setdefault(signature, {}).update(
                {k: v for k, v in entry.items() if k in ("notice", "params", "returns")}
            )
    return merged
