"""The code as it was at a commit, to measure it beside what it has become."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
BEFORE_PROJECTIONS = "46d18a8"


@contextmanager
def old_code(commit: str = BEFORE_PROJECTIONS) -> Iterator[Path]:
    """A folder with the code of a commit and this checkout's benchmarks. It runs in the same environment.

    Args:
        commit: Any name that git knows; a shallow clone may lack it.

    Raises:
        SystemExit: The commit is not here.
    """
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        raise SystemExit(f"expected commit {commit} in this clone, got: {archive.stderr.decode().strip()}")
    with tempfile.TemporaryDirectory(prefix="old-code-") as name:
        folder = Path(name)
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
            files.extractall(folder, filter="data")
        shutil.rmtree(folder / "benchmarks")
        shutil.copytree(ROOT / "benchmarks", folder / "benchmarks")
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        yield folder
