"""Files as nobody should hand them over: changed, cut, doubled, swapped, missing, or no files at all; the manifest follows, or does not."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from audit.evidence.bundle import MANIFEST
from tests.audit.fuzzing.values import altered, flipped

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

TRUST = "trust.json"
BOMB = gzip.compress(bytes(20_000_000))
NAMES = [
    "../outside.json", "/etc/passwd", "chain/../../outside.json", "chain//genesis.json", "CHAIN/genesis.json", "", ".",
    "..", "a" * 5_000, "chain/" + "a" * 300 + ".json", "chain/genesis.json\0", "chain/genesis.json\n", "événements.json",
    "con\u202egnp.json", MANIFEST, "chain/blocks/1.jsonl", "chain/blocks/000001000.jsonl", "mirror/state/x.jsonl",
    "exhibits/statements/x.json", "-", "~/x.json", "chain\\genesis.json",
]  # fmt: skip
# Names that a folder can hold and no bundle may: bytes, as Linux has them.
ODD_FILES = [
    b"chain/more.json",
    b"\xff\xfe.json",
    b"a\nb.json",
    b"\x1b[2J.json",
    b"mirror/x.JSONL",
    b".hidden",
]


@dataclass(kw_only=True)
class Mutant:
    """A bundle that is being spoilt.

    Attributes:
        chance: Where all choices come from.
        files: Content by path; the trust file and the manifest among them.
        notes: What was done, in order.
        acts: What is done to the folder once the files are there.
        resealed: Whether whoever seals the chain sealed what was changed.
        follows: Whether the manifest is made anew after the changes.
    """

    chance: random.Random
    files: dict[str, bytes]
    notes: list[str] = field(default_factory=list)
    acts: list[Callable[[Path], None]] = field(default_factory=list)
    resealed: bool = False
    follows: bool = True

    def pick(self) -> str:
        """A file other than manifest and trust file; small ones and large ones are as likely."""
        paths = sorted(path for path in self.files if path not in (MANIFEST, TRUST))
        folders = sorted({path.rpartition("/")[0] for path in paths})
        folder = self.chance.choice(folders)
        return self.chance.choice([path for path in paths if path.rpartition("/")[0] == folder])

    def note(self, text: str) -> None:
        """Notes what was done."""
        self.notes.append(text)


def seal(mutant: Mutant, head: dict[str, Any] | None = None) -> None:
    """Makes the manifest anew over the files as they are."""
    try:
        manifest = orjson.loads(mutant.files[MANIFEST])
        files = {
            path: {"bytes": len(data), "sha256": "0x" + hashlib.sha256(data).hexdigest()}
            for path, data in mutant.files.items()
            if path not in (MANIFEST, TRUST)
        }
        manifest |= {"files": files} | ({"head": head} if head else {})
    except (KeyError, ValueError, TypeError):
        return
    mutant.files[MANIFEST] = orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS) + b"\n"


def spoil_value(mutant: Mutant, path: str = "") -> None:
    """One value of one line."""
    path = path or mutant.pick()
    lines = mutant.files[path].splitlines(keepends=True)
    if not lines:
        mutant.files[path] = b"{}\n"
        return
    at = mutant.chance.randrange(len(lines))
    lines[at] = altered(mutant.chance, lines[at].rstrip(b"\n")) + b"\n"
    mutant.files[path] = b"".join(lines)
    mutant.note(f"value in {path} line {at + 1}")


def spoil_lines(mutant: Mutant) -> None:
    """Lines of a file: out, in, twice, elsewhere."""
    path, chance = mutant.pick(), mutant.chance
    lines = mutant.files[path].splitlines(keepends=True)
    at, to = (chance.randrange(len(lines) or 1) for _ in range(2))
    kind = chance.choice(("out", "twice", "moved", "foreign", "blank", "reversed", "cut", "none", "many"))
    foreign = mutant.files[mutant.pick()].splitlines(keepends=True) or [b"\n"]
    changed = {
        "out": lines[:at] + lines[at + 1 :], "twice": lines[:at] + lines[at : at + 1] * 2 + lines[at + 1 :],
        "moved": sorted(lines, key=lambda line: line == (lines or [b""])[at]), "foreign": [*lines[:to], chance.choice(foreign), *lines[to:]],
        "blank": [*lines[:at], b"\n", *lines[at:]], "reversed": lines[::-1], "cut": lines[:at], "none": [], "many": lines[at : at + 1] * 2_000,
    }  # fmt: skip
    mutant.files[path] = b"".join(changed[kind])[:2_000_000]
    mutant.note(f"lines of {path} {kind} {at + 1}")


def spoil_bytes(mutant: Mutant) -> None:
    """Bytes of a file, or how they spell the text."""
    path = mutant.chance.choice((mutant.pick(), mutant.pick(), mutant.pick(), MANIFEST, TRUST))
    data, chance = mutant.files[path], mutant.chance
    at = chance.randrange(len(data) or 1)
    kinds: dict[str, Callable[[], bytes]] = {
        "flipped": lambda: flipped(chance, data), "cut": lambda: data[:at], "beheaded": lambda: data[at:], "empty": lambda: b"",
        "unended": lambda: data[:-1], "crlf": lambda: data.replace(b"\n", b"\r\n"), "bom": lambda: codecs.BOM_UTF8 + data,
        "utf-16": lambda: data.decode("utf-8", "replace").encode("utf-16"), "spaced": lambda: data.replace(b":", b": ", 1),
        "nul": lambda: data[:at] + b"\0" + data[at:], "bad utf-8": lambda: data[:at] + b"\xc3\x28" + data[at:],
        "bomb": lambda: BOMB, "gzip": lambda: gzip.compress(data), "random": lambda: chance.randbytes(200), "cbor": lambda: b"\xd2\x84" * 99,
        "long line": lambda: b'"' + b"a" * (17 * 2**20) + b'"\n', "no end": lambda: data.replace(b"\n", b""), "trailing": lambda: data + b" ",
    }  # fmt: skip
    weights = [6, *(1 for _ in range(len(kinds) - 1))]
    [kind] = chance.choices(sorted(kinds, key=lambda k: k != "flipped"), weights)
    mutant.files[path] = kinds[kind]()
    mutant.note(f"bytes of {path} {kind}")


def spoil_files(mutant: Mutant) -> None:
    """Which files there are, and where."""
    path, other = mutant.pick(), mutant.pick()
    name = mutant.chance.choice(NAMES)
    kind = mutant.chance.choice(("out", "swapped", "copied", "named", "unlisted"))
    if kind == "out":
        del mutant.files[path]
    elif kind == "swapped":
        mutant.files[path], mutant.files[other] = mutant.files[other], mutant.files[path]
    elif kind == "copied":
        mutant.files[path] = mutant.files[other]
    elif kind == "named":
        _list(mutant, name, mutant.files[path])
    else:
        mutant.acts.append(lambda folder: (folder / path).unlink(missing_ok=True))
    mutant.note(f"files {kind} {path} {other} {name!r:.40}")


def _list(mutant: Mutant, name: str, data: bytes) -> None:
    """A manifest that lists one more name; the file is not there, or is where nobody should look."""
    seal(mutant)
    mutant.follows = False
    try:
        manifest = orjson.loads(mutant.files[MANIFEST])
        manifest["files"][name] = {"bytes": len(data), "sha256": "0x" + hashlib.sha256(data).hexdigest()}
        mutant.files[MANIFEST] = orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS) + b"\n"
    except (KeyError, ValueError, TypeError):
        return


def spoil_folder(mutant: Mutant) -> None:
    """What stands in the place of a file, or beside it: links, folders, pipes, odd names."""
    path = mutant.chance.choice((mutant.pick(), mutant.pick(), MANIFEST))
    odd = mutant.chance.choice(ODD_FILES)
    kind, act = mutant.chance.choice([
        ("link", lambda p, _: p.symlink_to("/etc/hostname")), ("link to itself", lambda p, _: p.symlink_to(p)),
        ("endless", lambda p, _: p.symlink_to("/dev/zero")), ("folder", lambda p, _: p.mkdir()),
        ("pipe", lambda p, _: os.mkfifo(p)), ("pipe by a link", lambda p, folder: (os.mkfifo(folder / "a.pipe"), p.symlink_to(folder / "a.pipe"))),
        ("odd file", lambda _, folder: _odd(folder, odd)), ("deep folders", lambda _, folder: _deep(folder)),
        ("good link", lambda p, folder: (p.with_name("b.json").write_bytes(mutant.files.get(path, b"")), p.symlink_to(p.with_name("b.json")))),
    ])  # fmt: skip
    takes_place = kind not in ("odd file", "deep folders")

    def spoil(folder: Path) -> None:
        target = folder / path
        if takes_place and (target.is_symlink() or target.is_file()):
            target.unlink()
        if not takes_place or not target.exists():
            act(target, folder)

    mutant.acts.append(spoil)
    mutant.note(f"folder {path} {kind}")


def _odd(folder: Path, name: bytes) -> None:
    target = os.path.join(os.fsencode(folder), name)  # noqa: PTH118 pathlib has no names of bytes
    os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
    with open(target, "wb") as file:  # noqa: PTH123
        file.write(b"{}\n")


def _deep(folder: Path) -> None:
    """Folders in folders, as deep as a path may be long."""
    for _ in range(900):
        folder /= "d"
        folder.mkdir()


def spoil_manifest(mutant: Mutant) -> None:
    """The manifest itself."""
    if mutant.chance.random() < 0.3:
        data = mutant.files[MANIFEST]
        number = mutant.chance.choice((b"0", b"1", b"9223372036854775807", b"999999999", b"-1", b"true"))
        head = data.rpartition(b'"number":')
        mutant.files[MANIFEST] = head[0] + head[1] + number + b"}}\n"
        mutant.note(f"manifest head {number.decode()}")
    else:
        spoil_value(mutant, MANIFEST)
    mutant.follows = False


def spoil_trust(mutant: Mutant) -> None:
    """What the auditor pins."""
    spoil_value(mutant, TRUST)
