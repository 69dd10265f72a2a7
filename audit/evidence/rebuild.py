"""Compiles the contracts of this checkout anew, with a compiler of the auditor's, from nothing but their sources.

The compiler is asked by its standard JSON (https://docs.soliditylang.org/en/latest/using-the-compiler.html): every source that
the contracts import stands in it, so that the compiler opens no file, and nothing that was compiled before is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.decode.abi import ABI_FOLDER, artifact
from audit.errors import RebuildError

ROOT = ABI_FOLDER.parents[1]
SOURCES = "contracts/src"
LIBRARY, LIBRARY_FOLDER = "@openzeppelin/", "node_modules/@openzeppelin/"
OUTPUTS = ["abi", "evm.bytecode.object", "evm.deployedBytecode", "storageLayout"]
# It takes a minute; a compiler that never ends is none.
TIMEOUT_SECONDS = 1_800
NPM_COMPILER = "node_modules/solc"
_NPM_MAIN = "process.stdout.write(require(process.argv[1]).compile(require('fs').readFileSync(0, 'utf8')))"
_IMPORT = re.compile(r"^import\s[^;]*?\"([^\"]+)\"\s*;|^import\s[^;]*?'([^']+)'\s*;", re.MULTILINE)

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiler:
    """A compiler that was found.

    Attributes:
        command: How it is started to read standard JSON.
        sha256: Of its file, 32 bytes: builds and their digests are listed at https://binaries.soliditylang.org.
    """

    command: tuple[str, ...]
    sha256: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Build:
    """What the sources come to.

    Attributes:
        compiler: What compiled them.
        version: Of the compiler, such as "0.8.37".
        sources: SHA-256 of the request to the compiler, in which every source stands, 32 bytes.
        contracts: What it gave for each contract, by name.
    """

    compiler: Compiler
    version: str
    sources: bytes
    contracts: dict[str, Json]

    def code(self, contract: str) -> bytes:
        """Runtime code of a contract, immutables not filled in."""
        return bytes.fromhex(self.contracts[contract]["evm"]["deployedBytecode"]["object"])

    def creation(self, contract: str) -> bytes:
        """Code that creates a contract, without its arguments."""
        return bytes.fromhex(self.contracts[contract]["evm"]["bytecode"]["object"])

    def immutables(self, contract: str) -> list[tuple[int, int]]:
        """Where immutables are filled in: first byte and how many."""
        spans = self.contracts[contract]["evm"]["deployedBytecode"]["immutableReferences"].values()
        return sorted((span["start"], span["length"]) for places in spans for span in places)


def rebuild(solc: Path | None = None, root: Path = ROOT) -> Build:
    """Compiles the contracts.

    Args:
        solc: A compiler of the auditor's, with the command line of the native one; None for the one of the pinned version on
            PATH, or else the one that npm installed in the checkout.
        root: Folder of the checkout.

    Raises:
        RebuildError: There is no such compiler, a source is missing, or they do not compile.
    """
    settings = dict(artifact("Ledger")["compiler"])
    version = settings.pop("solc")
    compiler = find_compiler(version, solc, root)
    request = json.dumps(request_for(read_sources(root), settings), sort_keys=True).encode()
    output = _run(compiler, request)
    errors = [e["formattedMessage"] for e in output.get("errors", ()) if e.get("severity") == "error"]
    if errors:
        raise RebuildError(f"源码无法编译 the sources do not compile: {errors[0]:.1000}")
    compiled = {
        name: contract for unit in output.get("contracts", {}).values() for name, contract in unit.items()
    }
    return Build(
        compiler=compiler, version=version, sources=hashlib.sha256(request).digest(), contracts=compiled
    )


def find_compiler(version: str, solc: Path | None = None, root: Path = ROOT) -> Compiler:
    """The compiler to use.

    Args:
        version: Which it must be, such as "0.8.37".
        solc: The auditor's own, or None.
        root: Folder of the checkout.

    Raises:
        RebuildError: There is none of this version.
    """
    for native in [solc] if solc else [Path(path) for path in [shutil.which("solc")] if path]:
        if version in _version(native):
            return Compiler(command=(str(native), "--standard-json"), sha256=_digest(native))
    node, package = shutil.which("node", path=_path()), root / NPM_COMPILER
    if solc is None and node and _npm_version(package) == version:
        command = (node, "-e", _NPM_MAIN, str(package))
        return Compiler(command=command, sha256=_digest(package / "soljson.js"))
    where = solc or f"PATH, {package}"
    raise RebuildError(f"没有编译器 expected solc {version}, found none: {where}")


def read_sources(root: Path = ROOT) -> dict[str, str]:
    """Every source of the contracts and all that they import, by its path from the root of the checkout.

    Raises:
        RebuildError: One is missing.
    """
    waiting = [path.relative_to(root).as_posix() for path in sorted((root / SOURCES).rglob("*.sol"))]
    sources: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name not in sources:
            try:
                sources[name] = (root / name).read_text("utf-8")
            except (OSError, ValueError) as error:
                raise RebuildError(f"源码缺失 a source is missing: {name}: {error}") from None
            waiting += [_resolved(name, a or b) for a, b in _IMPORT.findall(sources[name])]
    if not sources:
        raise RebuildError(f"没有源码 expected sources in {root / SOURCES}, got none")
    return sources


def _resolved(importer: str, name: str) -> str:
    if name.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))
    return LIBRARY_FOLDER + name.removeprefix(LIBRARY) if name.startswith(LIBRARY) else name


def request_for(sources: dict[str, str], settings: Json) -> Json:
    """What a compiler is asked.

    Args:
        sources: Text of each source by its path.
        settings: Of the compiler, as the files of the contracts name them.
    """
    return {
        "language": "Solidity",
        "sources": {name: {"content": sources[name]} for name in sorted(sources)},
        "settings": settings
        | {
            "remappings": [f"{LIBRARY}={LIBRARY_FOLDER}"],
            "outputSelection": {name: {"*": OUTPUTS} for name in sources if name.startswith(SOURCES)},
        },
    }


def _run(compiler: Compiler, request: bytes) -> Json:
    # Into a file: a pipe that is full may cut the end off.
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(
                compiler.command,
                input=request,
                stdout=answer,
                stderr=subprocess.PIPE,
                timeout=TIMEOUT_SECONDS,
                check=False,
                env=os.environ | {"PATH": _path()},
            )
            answer.seek(0)
            if done.returncode:
                raise RebuildError(f"编译器出错 the compiler failed: {done.stderr[:500]!r}")
            return dict(json.loads(answer.read()))
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise RebuildError(f"编译器出错 the compiler failed: {error!s:.500}") from None


def _path() -> str:
    """Where programs are looked for: beside Python first, where npm's node may be."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"


def _version(native: Path) -> str:
    command = [str(native), "--version"]
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=os.environ | {"PATH": _path()},
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _npm_version(package: Path) -> str:
    try:
        return str(json.loads((package / "package.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _digest(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError as error:
        raise RebuildError(f"没有编译器 the compiler cannot be read: {error}") from None
