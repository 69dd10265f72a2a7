"""Tools that live outside the project's own environment: forge from npm, halmos and slither in environments of their own.

Halmos and slither need older packages than the project, so each is installed from its hash-locked requirement file into
`.tools/<name>` at first use, and again when that file changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"


def forge() -> Path:
    """The forge binary of this platform, which npm installed beside its launcher."""
    found = sorted((ROOT / "node_modules" / "@foundry-rs").glob("forge-*/bin/forge"))
    if not found:
        raise FileNotFoundError("forge is not in node_modules; ./run test installs it")
    return found[0]


def environment(profile: str) -> dict[str, str]:
    """Environment in which forge, and whoever calls it, uses one profile and finds Node."""
    path = os.pathsep.join([str(forge().parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "FOUNDRY_PROFILE": profile}


def tool(name: str) -> Path:
    """Folder of the commands of a tool; installs it if it is not there yet."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(name, ROOT / "requirements" / f"{name}.txt")
    return TOOLS / name / "bin"


def _install(name: str, requirements: Path) -> None:
    home, digest = TOOLS / name, hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = home / "installed"
    if stamp.exists() and stamp.read_text() == digest:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(home)], check=True)
    # Our own pip installs there: giving the environment one would take as long again.
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python")]
    quiet = ["--quiet", "--disable-pip-version-check"]
    install = ["install", *quiet, "--require-hashes", "--no-deps", "-r", str(requirements)]
    subprocess.run([*pip, *install], check=True)
    stamp.write_text(digest)
