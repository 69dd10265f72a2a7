"""Scripts, styles and pictures of the pages, each under a name with a hash of its content: browsers may keep it for good.

A script imports others by the names under which they lie here, such as `"./keys.js"`. It is served with their hashed names, so its
own changes with theirs, and a page never gets scripts of two versions.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.responses import Response

from ledger_api.errors import NotFoundError

ADDRESS = "/static/{name}"
FOREVER = "public, max-age=31536000, immutable"
FOLDER = Path(__file__).parent / "static"
NODE_MODULES = FOLDER.parents[2] / "node_modules"
# Files of others that pages may load, and nothing else of theirs.
VENDOR = {
    "htmx.min.js": NODE_MODULES / "htmx.org" / "dist" / "htmx.min.js",
    "ethers.min.js": NODE_MODULES / "ethers" / "dist" / "ethers.min.js",
}
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
IMPORT = re.compile(rb'(?<="\./)[a-z_.]+\.js(?=")')
HASH_DIGITS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class StaticFile:
    """A file as it is served.

    Attributes:
        name: Its name with the hash.
        content: What is in it.
        media_type: Such as "text/css".
    """

    name: str
    content: bytes
    media_type: str


@cache
def static_file(name: str) -> StaticFile | None:
    """A file by the name under which it lies here; None if there is none, or it is not installed."""
    path = VENDOR.get(name, FOLDER / name)
    if path.suffix not in MEDIA_TYPES or not path.is_file():
        return None
    content = path.read_bytes()
    if name not in VENDOR and path.suffix == ".js":
        content = IMPORT.sub(lambda found: _served_name(found[0].decode()).encode(), content)
    digits = hashlib.sha256(content).hexdigest()[:HASH_DIGITS]
    return StaticFile(
        name=f"{path.stem}.{digits}{path.suffix}", content=content, media_type=MEDIA_TYPES[path.suffix]
    )


def static(name: str) -> str:
    """Address of a file, for templates.

    Args:
        name: The name under which it lies here.
    """
    return ADDRESS.format(name=_served_name(name))


async def serve(name: str) -> Response:
    """A file by its name with the hash.

    Raises:
        NotFoundError: There is none.
    """
    found = _by_hashed_name().get(name)
    if found is None:
        raise NotFoundError("file", name[:80])
    return Response(found.content, media_type=found.media_type, headers={"cache-control": FOREVER})


@cache
def _by_hashed_name() -> dict[str, StaticFile]:
    names = (*(path.name for path in FOLDER.iterdir()), *VENDOR)
    return {file.name: file for file in map(static_file, names) if file is not None}


def _served_name(name: str) -> str:
    """Its name with the hash; without one if it is not installed: a page is shown all the same, and asks in vain."""
    file = static_file(name)
    return name if file is None else file.name
