"""What the build of the demo town notes down to go on after a kill: when it began, and how far it is."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Notes:
    """The file of a build.

    Attributes:
        midnight: Start of the day on which the build began, seconds since 1970; the town's "today".
        finished: Number of moments that are carried out.
    """

    def __init__(self, path: Path, midnight: int, finished: int) -> None:
        self._path, self.midnight, self.finished = path, midnight, finished

    @classmethod
    def open(cls, path: Path, midnight: int) -> Notes:
        """Reads the notes; begins them for a new build."""
        if path.exists():
            return cls(path, **json.loads(path.read_text()))
        path.parent.mkdir(parents=True, exist_ok=True)
        notes = cls(path, midnight, 0)
        notes.finish(0)
        return notes

    def finish(self, finished: int) -> None:
        """Notes how many moments are carried out; on the disk when this returns."""
        self.finished = finished
        part = self._path.with_suffix(".part")
        with part.open("w") as file:
            json.dump({"midnight": self.midnight, "finished": finished}, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)
