"""Chains as a forger writes them: something in a block is another thing, and roots, blooms, hashes and seals follow.

An embedded chain is sealed by nobody, and the test holds the keys of its own network: so what is forged passes the checks that
all others rest on, and the rules see what no contract would have emitted.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import orjson
import rlp
from eth_utils import keccak

from audit.decode.envelope import bloom_of, decode_receipt
from audit.decode.mpt import list_root
from audit.errors import DecodeError
from audit.evidence.block_files import BLOCKS_PER_FILE, FOLDER
from audit.evidence.canonical import encode
from tests.audit.fuzzing.files import Mutant, seal
from tests.audit.sealing import key

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

PARENT, STATE, TRANSACTIONS, RECEIPTS, BLOOM, NUMBER, TIME, EXTRA = 0, 3, 4, 5, 6, 8, 11, 12
WORD = 32
Tree = Any
Block = dict[str, Any]


class Chain:
    """The blocks of a bundle, to be forged.

    Attributes:
        blocks: Header as its fields, transactions and receipts as bytes.
    """

    def __init__(self, mutant: Mutant, *, sealed: bool) -> None:
        self._mutant, self._sealed = mutant, sealed
        paths = sorted(path for path in mutant.files if path.startswith(FOLDER))
        lines = [orjson.loads(line) for path in paths for line in mutant.files[path].splitlines()]
        self.blocks: list[Block] = [
            {
                "header": rlp.decode(bytes.fromhex(line["header"][2:])),
                **{n: [bytes.fromhex(x[2:]) for x in line[n]] for n in ("transactions", "receipts")},
            }
            for line in lines
        ]

    def write(self, first: int) -> None:
        """Links all blocks from one on, and puts them into the bundle with a new manifest."""
        digest = self._digest(first - 1) if first else b""
        for number in range(first, len(self.blocks)):
            header = self.blocks[number]["header"]
            if number:
                header[PARENT] = digest
            if self._sealed and number:
                self._seal(header)
            digest = self._digest(number)
        for start in range(0, len(self.blocks), BLOCKS_PER_FILE):
            part = self.blocks[start : start + BLOCKS_PER_FILE]
            self._mutant.files[f"{FOLDER}{start:09d}.jsonl"] = b"".join(
                encode(_line(b)) + b"\n" for b in part
            )
        seal(self._mutant, {"hash": "0x" + digest.hex(), "number": len(self.blocks) - 1})
        self._mutant.resealed = True

    def fit(self, number: int) -> None:
        """Gives the header of a block the roots and the bloom of what the block holds."""
        block = self.blocks[number]
        block["header"][TRANSACTIONS] = list_root(block["transactions"])
        with contextlib.suppress(DecodeError):
            receipts = [decode_receipt(raw) for raw in block["receipts"]]
            block["receipts"] = [
                _with_bloom(raw, bloom_of(r.logs)) for raw, r in zip(block["receipts"], receipts, strict=True)
            ]
            bits = 0
            for receipt in receipts:
                bits |= bloom_of(receipt.logs)
            block["header"][BLOOM] = bits.to_bytes(256, "big")
        block["header"][RECEIPTS] = list_root(block["receipts"])

    def _digest(self, number: int) -> bytes:
        header = list(self.blocks[number]["header"])
        if self._sealed and number:
            with contextlib.suppress(Exception):
                extra = rlp.decode(header[EXTRA])
                header[EXTRA] = _encoded([*extra[:3], b"", []])
        return keccak(_encoded(header))

    def _seal(self, header: Tree) -> None:
        with contextlib.suppress(Exception):
            extra = rlp.decode(header[EXTRA])
            bare = list(header)
            bare[EXTRA] = _encoded([*extra[:4], []])
            digest = keccak(_encoded(bare))
            seals = [key(n).sign_recoverable(digest, hasher=None) for n in range(4)]
            header[EXTRA] = _encoded([*extra[:4], seals])


def spoil_chain(mutant: Mutant, *, sealed: bool) -> None:
    """Something in one block, and the whole chain after it made to fit."""
    chain, chance = Chain(mutant, sealed=sealed), mutant.chance
    full = [n for n, b in enumerate(chain.blocks) if b["receipts"]]
    number = chance.choice(full) if full and chance.random() < 0.9 else chance.randrange(len(chain.blocks))
    block = chain.blocks[number]
    kinds: list[Callable[[random.Random, Block], None]] = [_header]
    if sealed and number:
        kinds = [_header, _extra, _extra]
    if block["receipts"]:
        kinds += [_word, _word, _word, _word, _log, _log, _receipt, _call, _call, _transaction]
    kind = chance.choice(kinds)
    kind(chance, block)
    if kind not in (_header, _extra):
        chain.fit(number)
    chain.write(number)
    mutant.note(f"block {number} {kind.__name__[1:]}, all after it made to fit")


def spoil_proofs(mutant: Mutant) -> None:
    """The state root of the head is that of a trie of the forger's, and every proof begins there."""
    chain, chance = Chain(mutant, sealed=False), mutant.chance
    nodes = chance.choice((
        [_encoded([b"\x20" + bytes(32), _encoded([b"", b"", bytes(32), bytes(32)])])], _extensions(2_000), [_encoded(_nested(700))],
        [_encoded([b"\x00", _nested(20)])], [_encoded([[b""]] * 17)], [_encoded([b"\x00", []])], [_encoded([b"\x20", [b"x"]])],
        [_encoded(b"")], [b"\xc0"], [_encoded([b""] * 16 + [[b""]])], [_encoded([b"\x40", b"\x01"])], [_encoded([[], b""])], [b"\xf9\xff\xff"],
        [_encoded([b"\x3a", b"x"])],
    ))  # fmt: skip
    chain.blocks[-1]["header"][STATE] = keccak(nodes[0])
    proofs = [orjson.loads(line) for line in mutant.files["chain/proofs.jsonl"].splitlines()]
    for proof in proofs:
        proof["account"] = ["0x" + node.hex() for node in nodes]
    mutant.files["chain/proofs.jsonl"] = b"".join(encode(proof) + b"\n" for proof in proofs)
    chain.write(len(chain.blocks) - 1)
    mutant.note("proofs of a forged state")


def hostile(chance: random.Random) -> Tree:
    """What may stand in the place of an item of RLP."""
    return chance.choice((
        b"", b"\0", b"\x01", b"\xff", bytes(20), bytes(32), b"\xff" * 32, b"\xff" * 33, b"\x01" + bytes(8), b"\x7f" + b"\xff" * 7, [], [b""], [[]],
        _nested(60), _nested(700), chance.randbytes(5), bytes(5_000), [b""] * 300, b"\x01" + bytes(31),
    ))  # fmt: skip


def spoil_tree(chance: random.Random, tree: Tree) -> Tree:
    """A list of RLP with one item replaced, out, twice, or one byte of it changed."""
    if not isinstance(tree, list) or not tree or chance.random() < 0.1:
        return hostile(chance)
    at = chance.randrange(len(tree))
    item = tree[at]
    if isinstance(item, list) and item and chance.random() < 0.8:
        return [*tree[:at], spoil_tree(chance, item), *tree[at + 1 :]]
    changed: list[Tree] = chance.choice(
        ([hostile(chance)], [hostile(chance)], [], [item, item], [_flip(chance, item)])
    )
    return [*tree[:at], *changed, *tree[at + 1 :]]


def _flip(chance: random.Random, item: Tree) -> Tree:
    if not isinstance(item, bytes) or not item:
        return b"\x01"
    place = chance.randrange(len(item))
    return item[:place] + bytes([item[place] ^ 1 << chance.randrange(8)]) + item[place + 1 :]


def _header(chance: random.Random, block: Block) -> None:
    header = block["header"]
    at = chance.randrange(len(header))
    header[at] = chance.choice(
        (
            hostile(chance),
            _flip(chance, header[at]),
            b"\x7f" + b"\xff" * 30 if at == TIME else hostile(chance),
        )
    )
    if chance.random() < 0.1:
        header.append(hostile(chance))


def _extra(chance: random.Random, block: Block) -> None:
    block["header"][EXTRA] = _encoded(spoil_tree(chance, rlp.decode(block["header"][EXTRA])))


def _receipt(chance: random.Random, block: Block) -> None:
    at = chance.randrange(len(block["receipts"]))
    kind, tree = _opened(block["receipts"][at])
    block["receipts"][at] = kind + _encoded(spoil_tree(chance, tree))


def _transaction(chance: random.Random, block: Block) -> None:
    at = chance.randrange(len(block["transactions"]))
    kind, tree = _opened(block["transactions"][at])
    block["transactions"][at] = kind + _encoded(spoil_tree(chance, tree))


def _log(chance: random.Random, block: Block) -> None:
    """A log out, twice, elsewhere, or of another contract or event."""
    at, to = (chance.randrange(len(block["receipts"])) for _ in range(2))
    kind, tree = _opened(block["receipts"][at])
    other_kind, other = (kind, tree) if to == at else _opened(block["receipts"][to])
    if not tree[3]:
        return
    log = tree[3].pop(chance.randrange(len(tree[3])))
    if chance.random() < 0.8:
        other[3].insert(chance.randint(0, len(other[3])), log)
    if chance.random() < 0.4:
        other[3].append([log[0], list(log[1]), log[2]])
    if chance.random() < 0.2:
        log[1] = log[1][: chance.randrange(5)]
    block["receipts"][at] = kind + _encoded(tree)
    block["receipts"][to] = other_kind + _encoded(other)


def _word(chance: random.Random, block: Block) -> None:
    """One word of what an event says."""
    at = chance.randrange(len(block["receipts"]))
    kind, tree = _opened(block["receipts"][at])
    if not tree[3]:
        return
    log = chance.choice(tree[3])
    topics = len(log[1]) - 1
    place = chance.randrange(topics + max(len(log[2]) // WORD, 1)) if topics + len(log[2]) // WORD else 0
    if place < topics:
        log[1][place + 1] = _other_word(chance, log[1][place + 1])
    else:
        log[2] = _with_word(chance, log[2], place - topics)
    block["receipts"][at] = kind + _encoded(tree)


def _call(chance: random.Random, block: Block) -> None:
    """One word of what a transaction calls for, signed by somebody else."""
    at = chance.randrange(len(block["transactions"]))
    kind, fields = _opened(block["transactions"][at])
    if kind != b"\x02":
        return
    data = fields[7]
    words = len(data) // WORD
    if words and chance.random() < 0.9:
        fields[7] = data[:4] + _with_word(chance, data[4:], chance.randrange(words))
    else:
        fields[7] = chance.choice((b"", data[:4], data[:-1], data + data, chance.randbytes(4) + data[4:]))
    signature = key(9).sign_recoverable(keccak(kind + _encoded(fields[:9])), hasher=None)
    r, s = (signature[n : n + 32].lstrip(b"\0") for n in (0, 32))
    block["transactions"][at] = kind + _encoded([*fields[:9], bytes([signature[64]]).lstrip(b"\0"), r, s])


def _with_word(chance: random.Random, data: bytes, word: int) -> bytes:
    begin = word * WORD
    return data[:begin] + _other_word(chance, data[begin : begin + WORD]) + data[begin + WORD :]


def _other_word(chance: random.Random, word: bytes) -> bytes:
    number = int.from_bytes(word, "big")
    return chance.choice((
        bytes(32), b"\xff" * 32, ((number + 1) % 2**256).to_bytes(32, "big"), ((number - 1) % 2**256).to_bytes(32, "big"), _flip(chance, word),
        (2**64 - 1).to_bytes(32, "big"), (2**63).to_bytes(32, "big"), (255).to_bytes(32, "big"), (2).to_bytes(32, "big"), word[:31],
        (number * 2 % 2**256).to_bytes(32, "big"), (2**255).to_bytes(32, "big"),
    ))  # fmt: skip


def _opened(raw: bytes) -> tuple[bytes, Tree]:
    return (b"", rlp.decode(raw)) if raw[:1] >= b"\xc0" else (raw[:1], rlp.decode(raw[1:]))


def _with_bloom(raw: bytes, bits: int) -> bytes:
    kind, tree = _opened(raw)
    tree[2] = bits.to_bytes(256, "big")
    return bytes(kind + _encoded(tree))


def _line(block: Block) -> dict[str, Any]:
    lists = {n: ["0x" + raw.hex() for raw in block[n]] for n in ("transactions", "receipts")}
    return {"header": "0x" + _encoded(block["header"]).hex(), **lists}


def _encoded(tree: Tree) -> bytes:
    """RLP of any tree, however deep: what a library would not write."""
    # Lists come after what they hold, so that nothing here calls itself.
    order, open_ = [], [tree]
    while open_:
        item = open_.pop()
        order.append(item)
        open_ += item if isinstance(item, list) else ()
    done: dict[int, bytes] = {}
    for item in reversed(order):
        if isinstance(item, list):
            body = b"".join(done[id(part)] for part in item)
            done[id(item)] = _prefix(0xC0, body) + body
        else:
            done[id(item)] = item if len(item) == 1 and item[0] < 0x80 else _prefix(0x80, item) + item
    return done[id(tree)]


def _prefix(base: int, body: bytes) -> bytes:
    if len(body) < 56:
        return bytes([base + len(body)])
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([base + 55 + len(size)]) + size


def _nested(depth: int) -> Tree:
    tree: Tree = []
    for _ in range(depth):
        tree = [tree]
    return tree


def _extensions(count: int) -> list[bytes]:
    """Nodes that lead on without going on."""
    nodes = [_encoded([b"\x20" + bytes(32), b"x"])]
    for _ in range(count):
        nodes.insert(0, _encoded([b"\x00", keccak(nodes[0])]))
    return nodes
