"""Compiles the contracts and writes everything that follows from them.

    python -m contracts.build            writes
    python -m contracts.build --check    compares and fails on a difference

Written and committed: `abi/<Contract>.json` (ABI, NatSpec, code, storage layout) for each contract that is deployed,
`enums.py` (one IntEnum per Solidity enum) and `events.py` (one frozen dataclass per event). The output depends on the
sources, the compiler's version and the settings below, on nothing else; a test rebuilds and compares.

A `solc` of the pinned version on PATH is used where there is one, else the npm compiler behind `bin/solc`. Both give
the same bytes. The npm one keeps what it gave in `cache/solc`, so that nothing is compiled twice.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import solcx
from eth_utils import keccak

from contracts.errors import BuildError

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
SOLC_VERSION = "0.8.37"
DEPLOYED = (
    "Members",
    "Ledger",
    "Funds",
    "Campaigns",
    "Committees",
    "Disbursements",
    "EventLog",
    "DeviceRegistry",
    "TimeBank",
    "Cooperative",
)
AUTHORITY = "@openzeppelin/contracts/access/manager/AccessManager.sol"
SETTINGS: dict[str, Any] = {
    "remappings": ["@openzeppelin/=node_modules/@openzeppelin/"],
    "optimizer": {"enabled": True, "runs": 1000},
    "viaIR": True,
    "evmVersion": "cancun",
    # Without the hash of the sources behind the code, words in the sources never change what is deployed.
    "metadata": {"appendCBOR": False},
}
OUTPUTS = ["abi", "devdoc", "userdoc", "evm.bytecode.object", "evm.deployedBytecode", "storageLayout"]

Json = dict[str, Any]


def compiler() -> Path:
    """The compiler to use: a native one of the pinned version on PATH, else the npm one.

    Raises:
        BuildError: There is neither.
    """
    native = shutil.which("solc")
    if (
        native
        and SOLC_VERSION
        in subprocess.run([native, "--version"], capture_output=True, text=True, check=False).stdout
    ):
        return Path(native)
    if not (ROOT / "node_modules" / "solc").is_dir():
        raise BuildError(
            f"no solc {SOLC_VERSION}",
            "it is neither on PATH nor in node_modules",
            "run ./run test once, which installs it",
        )
    return CONTRACTS / "bin" / "solc"


def compile_sources(selection: Json | None = None) -> Json:
    """Compiles all sources of the project and the authority they are deployed with.

    Args:
        selection: Which outputs of which files, as the compiler's `outputSelection` has it. If it is left out: all that
            the build needs of the sources compiled.

    Returns:
        The compiler's standard JSON output.

    Raises:
        BuildError: The compiler reports an error or a warning.
    """
    paths = [*sorted((CONTRACTS / "src").rglob("*.sol")), ROOT / "node_modules" / AUTHORITY]
    sources = {path.relative_to(ROOT).as_posix(): {"content": path.read_text()} for path in paths}
    selection = selection or {name: {"*": OUTPUTS, "": ["ast"]} for name in sources}
    request = {
        "language": "Solidity",
        "sources": sources,
        "settings": SETTINGS | {"outputSelection": selection},
    }
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    try:
        output: Json = solcx.compile_standard(
            request, solc_binary=compiler(), base_path=ROOT, allow_paths=[ROOT]
        )
    except solcx.exceptions.SolcError as error:
        raise BuildError(
            "the contracts do not compile", str(error.stderr_data or error.message), "mend the source"
        ) from None
    warnings = [
        e["formattedMessage"] for e in output.get("errors", ()) if "node_modules" not in e["formattedMessage"]
    ]
    if warnings:
        raise BuildError("the compiler warns", "\n".join(warnings), "mend the source")
    return output


def artifacts(output: Json) -> dict[str, Json]:
    """What is kept of each deployed contract, by its name."""
    compiled = {name: contract for unit in output["contracts"].values() for name, contract in unit.items()}
    return {name: _artifact(name, compiled[name]) for name in (*DEPLOYED, "AccessManager")}


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


def enums_module(output: Json) -> str:
    """Text of `enums.py`: one IntEnum per Solidity enum of the project's interfaces."""
    parts = [
        '"""Generated by `python -m contracts.build` from the Solidity enums. Do not edit."""\n\nfrom enum import IntEnum\n'
    ]
    for node in _definitions(output, "EnumDefinition"):
        members = "\n".join(f"    {m['name']} = {i}" for i, m in enumerate(node["members"]))
        parts.append(f'\n\nclass {node["name"]}(IntEnum):\n    """{_notice(node)}"""\n\n{members}\n')
    return "".join(parts)


def events_module(output: Json, built: dict[str, Json]) -> str:
    """Text of `events.py`: one frozen dataclass per event."""
    structs = {node["canonicalName"]: node for node in _definitions(output, "StructDefinition")}
    classes, scalars = [], {"Event", "param", "Scalar"}
    for name in DEPLOYED:
        for entry in sorted((e for e in built[name]["abi"] if e["type"] == "event"), key=lambda e: e["name"]):
            if entry["name"] in ("AuthorityUpdated", "EIP712DomainChanged"):
                continue
            lines = list(_fields(entry, built[name]["docs"]["events"], structs, scalars))
            classes.append(_event_class(name, entry, built[name]["docs"]["events"], lines))
    header = '"""Generated by `python -m contracts.build` from the Solidity events. Do not edit."""\n'
    aliases = "\n".join(f"    {s}," for s in sorted(scalars))
    imports = f"from dataclasses import dataclass\nfrom typing import Annotated, ClassVar\n\nfrom contracts.types import (\n{aliases}\n)\n"
    index = "\n\nEVENTS: tuple[type[Event], ...] = (\n" + "".join(f"    {c[0]},\n" for c in classes) + ")\n"
    return f"{header}\n{imports}" + "".join(c[1] for c in classes) + index


def _event_class(contract: str, entry: Json, docs: Json, lines: list[str]) -> tuple[str, str]:
    signature = f"{entry['name']}({','.join(_canonical(i) for i in entry['inputs'])})"
    body = "\n".join(lines)
    text = (
        f"\n\n@dataclass(frozen=True, kw_only=True, slots=True)\nclass {entry['name']}(Event):\n"
        f'    """{docs[signature]["notice"]}"""\n\n'
        f'    CONTRACT: ClassVar[str] = "{contract}"\n'
        f'    SIGNATURE: ClassVar[str] = "{signature}"\n'
        f'    TOPIC: ClassVar[bytes] = bytes.fromhex("{keccak(text=signature).hex()}")\n\n{body}\n'
    )
    return entry["name"], text


def _fields(entry: Json, docs: Json, structs: Json, scalars: set[str]) -> Any:
    """One line per field. The fields of a struct stand in its place: all are static, so the encoding is the same."""
    signature = f"{entry['name']}({','.join(_canonical(i) for i in entry['inputs'])})"
    for item in entry["inputs"]:
        if item["type"] == "tuple":
            struct_docs = _struct_docs(structs[item["internalType"].removeprefix("struct ")])
            for component in item["components"]:
                yield _field(component, struct_docs[component["name"]], scalars, indexed=False)
        else:
            yield _field(item, docs[signature]["params"][item["name"]], scalars, indexed=item["indexed"])


def _field(item: Json, doc: str, scalars: set[str], *, indexed: bool) -> str:
    abi, internal = item["type"], item["internalType"]
    if not re.fullmatch(r"uint\d+|bytes\d+|address|bool", abi):
        raise BuildError(
            f"event parameter {item['name']} is {abi}",
            "events carry scalars and structs of scalars only",
            "change the event",
        )
    if internal.startswith("enum "):
        hint = f'Annotated[int, Scalar(abi="uint8", enum="{internal.rsplit(".", 1)[1]}")]'
    else:
        hint = abi.capitalize()
        scalars.add(hint)
    flag = ", indexed=True" if indexed else ""
    return f"    {snake(item['name'])}: {hint} = param({json.dumps(doc, ensure_ascii=False)}{flag})"


def snake(name: str) -> str:
    """`amountFen` to `amount_fen`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m.group(1).lower(), name)


def _canonical(item: Json) -> str:
    if item["type"] == "tuple":
        return "(" + ",".join(_canonical(c) for c in item["components"]) + ")"
    return str(item["type"])


def _definitions(output: Json, kind: str) -> list[Json]:
    found = []
    for path, unit in sorted(output["sources"].items()):
        if path.startswith("contracts/src/interfaces/"):
            contracts = (n for n in unit["ast"]["nodes"] if n["nodeType"] == "ContractDefinition")
            found += [n for contract in contracts for n in contract["nodes"] if n["nodeType"] == kind]
    return found


def _doc_text(node: Json) -> str:
    text = node["documentation"]
    return str(text["text"] if isinstance(text, dict) else text)


def _notice(node: Json) -> str:
    return " ".join(
        re.sub(r"\s*@dev.*", "", _doc_text(node), flags=re.DOTALL).removeprefix("@notice ").split()
    )


def _struct_docs(node: Json) -> dict[str, str]:
    pairs = re.findall(r"@param (\w+) (.*?)(?=@param|\Z)", _doc_text(node), flags=re.DOTALL)
    return {name: " ".join(doc.split()) for name, doc in pairs}


def outputs() -> dict[Path, str]:
    """Every file that the build writes, with its text."""
    output = compile_sources()
    built = artifacts(output)
    files = {
        CONTRACTS / "abi" / f"{name}.json": json.dumps(a, indent=1, ensure_ascii=False) + "\n"
        for name, a in built.items()
    }
    files[CONTRACTS / "enums.py"] = enums_module(output)
    files[CONTRACTS / "events.py"] = events_module(output, built)
    return files


def stale(files: dict[Path, str]) -> list[str]:
    """Names of the files that are not what the build would write."""
    return [
        p.relative_to(ROOT).as_posix() for p, text in files.items() if not p.exists() or p.read_text() != text
    ]


def main() -> int:
    """Writes the files, or compares them with --check. Returns the exit status."""
    sys.stderr.write(f"compiling the contracts with solc {SOLC_VERSION}, about a minute …\n")
    try:
        files = outputs()
    except BuildError as error:
        sys.stderr.write(f"error: {error.what}\nwhy:   {error.why}\ndo:    {error.remedy}\n")
        return 1
    if "--check" in sys.argv[1:]:
        names = stale(files)
        sys.stderr.write("".join(f"stale: {name}\n" for name in names))
        return 1 if names else 0
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
