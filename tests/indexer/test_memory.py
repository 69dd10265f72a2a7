"""What a process that only fetches and proves takes of the machine's memory, of which there are several."""

from __future__ import annotations

import subprocess
import sys


def test_who_fetches_and_proves_loads_nothing_of_databases() -> None:
    loaded = "import sys, indexer.config, indexer.pipeline; print('sqlalchemy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
