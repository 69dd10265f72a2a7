"""Collects blocks, code and storage proofs from a node, each checked against the hash or root that it must have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.chain.proofs import PATH, ContractProof, check_proof
from audit.chain.storage import slots_to_prove
from audit.collect.answers import array, data, field, quantity
from audit.collect.rebuild import header_rlp, receipts_rlp, transactions_rlp
from audit.collect.rpc import address_of
from audit.decode.abi import decode_log
from audit.decode.envelope import decode_receipt
from audit.decode.header import decode_header
from audit.errors import CollectError, DecodeError, OtherTownError, ProofError
from audit.evidence.block_files import RawBlock
from audit.evidence.canonical import hexed, shown
from audit.evidence.pinned import contract_of
from audit.rules.stored import begun_by, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from audit.collect.rpc import Call, Http, Json
    from audit.collect.writer import BundleWriter
    from audit.decode.envelope import RawLog
    from audit.evidence.bundle import Manifest
    from audit.evidence.pinned import TrustedContract
    from audit.rules.stored import Thing

BLOCKS_AT_ONCE = 50
SLOTS_AT_ONCE = 500
ATTEMPTS = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectedHead:
    """The last block that was collected.

    Attributes:
        number: From 0; -1 if there is none.
        hash: 32 bytes.
        state_root: 32 bytes.
    """

    number: int = -1
    hash: bytes = bytes(32)
    state_root: bytes = bytes(32)


class ChainSource:
    """A node that is asked for everything from block 0 to its head.

    Attributes:
        head: The last block so far.
        anchored_leaves: Size of the last anchored head of the log of signed events.
    """

    def __init__(
        self,
        http: Http,
        rpc_url: str,
        contracts: Mapping[str, TrustedContract],
        writer: BundleWriter,
        progress: Callable[[str, int, int], None],
    ) -> None:
        self._http, self._url, self._writer, self._progress = http, rpc_url, writer, progress
        self._node = address_of(rpc_url).name
        self._contracts = contracts
        self._labels = {c.address: label for label, c in contracts.items()}
        self._names = {address: contract_of(label) for address, label in self._labels.items()}
        self._accounts: set[bytes] = set()
        self._things: set[Thing] = set()
        self.head = CollectedHead()
        self.anchored_leaves = 0

    async def collect(self, chain_id: int, former: Manifest | None = None) -> CollectedHead:
        """Collects everything.

        Args:
            chain_id: What the node must be of.
            former: Of the bundle that is replaced; its head must be in the node's chain.

        Raises:
            CollectError: The node is of another chain, or tells what does not prove itself.
            OtherTownError: The bundle that is replaced is of another chain.
        """
        [answer] = await self._ask(("eth_chainId", []))
        if quantity(answer) != chain_id:
            raise CollectError(f"{self._node}: expected chain {chain_id}, got {quantity(answer)}")
        if former is not None:
            await self._require_same(former)
        for _ in range(ATTEMPTS):
            await self._extend()
            if await self._collect_proofs():
                await self._collect_code()
                return self.head
        raise CollectError(f"{self._node}: the head moved {ATTEMPTS} times before its state was proven")

    async def _require_same(self, former: Manifest) -> None:
        [block] = await self._ask(("eth_getBlockByNumber", [hex(former.head_number), False]))
        if block is None or field(block, "hash") != hexed(former.head_hash):
            raise OtherTownError(f"{self._node} has no block {former.head_number} {hexed(former.head_hash)}")

    async def _extend(self) -> None:
        """Collects blocks up to the node's head as it is now."""
        last = await self._height()
        while self.head.number < last:
            first = self.head.number + 1
            numbers = [hex(n) for n in range(first, min(first + BLOCKS_AT_ONCE, last + 1))]
            blocks = await self._ask(*(("eth_getBlockByNumber", [n, True]) for n in numbers))
            receipts = await self._ask(*(("eth_getBlockReceipts", [n]) for n in numbers))
            for block, of_block in zip(blocks, receipts, strict=True):
                self._take(block, of_block)
            self._progress("区块 blocks", self.head.number + 1, last + 1)

    def _take(self, block: Json, receipts: Json) -> None:
        raw = _rebuilt(block, receipts)
        header = decode_header(raw.header)
        if header.number != self.head.number + 1 or (header.number and header.parent_hash != self.head.hash):
            raise CollectError(
                f"block {header.number} does not follow block {self.head.number}: collect again"
            )
        self._writer.add_block(header.number, raw)
        logs = (log for r in raw.receipts for log in decode_receipt(r).logs)
        for log in logs:
            self._note(log)
        digest = data(block["hash"])
        self.head = CollectedHead(number=header.number, hash=digest, state_root=header.state_root)

    def _note(self, log: RawLog) -> None:
        """Notes what there is to prove, and how much of the event log is anchored."""
        contract = self._names.get(log.address)
        if contract is None:
            return
        event, values = decode_log(contract, log.topics, log.data)
        self._things.update(begun_by(f"{contract}.{event}", values, self._labels[log.address]))
        if event == "AccountOpened":
            self._accounts.add(values["account"])
        elif event in ("HeadAnchored", "LogResumed"):
            self.anchored_leaves = values["size"]

    async def _collect_proofs(self) -> bool:
        """Collects proofs of the head's state; False if the node's head moved on and they are not of it any more."""
        proofs = []
        spots = [thing.spot for thing in sample(self._things, self.head.hash)]
        for name, slots in slots_to_prove(self._contracts, self._accounts, spots).items():
            try:
                proof = await self._prove(name, slots)
                check_proof(proof, self.head.state_root, self._contracts[name].address)
            except (ProofError, CollectError) as error:
                await self._expect_moved(error)
                return False
            proofs.append(proof)
            self._progress("状态证明 proofs of state", len(proofs), len(self._contracts))
        self._writer.add_lines(PATH, (p.to_json() for p in proofs))
        return True

    async def _prove(self, contract: str, slots: list[bytes]) -> ContractProof:
        address, block = hexed(self._contracts[contract].address), hex(self.head.number)
        answers: list[Json] = []
        for first in range(0, len(slots) or 1, SLOTS_AT_ONCE):
            part = [hexed(s) for s in slots[first : first + SLOTS_AT_ONCE]]
            answers += await self._ask(("eth_getProof", [address, part, block]))
        entries = [entry for answer in answers for entry in array(field(answer, "storageProof"))]
        if len(entries) != len(slots):
            raise CollectError(f"{self._node}: expected proofs of {len(slots)} slots, got {len(entries)}")
        nodes = ([data(node) for node in array(field(entry, "proof"))] for entry in entries)
        account = [data(node) for node in array(field(answers[0], "accountProof"))]
        return ContractProof(contract=contract, account=account, slots=dict(zip(slots, nodes, strict=True)))

    async def _expect_moved(self, error: Exception) -> None:
        if await self._height() == self.head.number:
            raise CollectError(f"{self._node}: block {self.head.number} is not proven: {error}") from None

    async def _collect_code(self) -> None:
        block = hex(self.head.number)
        names = sorted(self._contracts)
        codes = await self._ask(*(("eth_getCode", [hexed(self._contracts[n].address), block]) for n in names))
        lines = [{"code": hexed(data(code)), "contract": n} for n, code in zip(names, codes, strict=True)]
        self._writer.add_lines("chain/code.jsonl", lines)

    async def _height(self) -> int:
        """Number of the node's last block."""
        [height] = await self._ask(("eth_blockNumber", []))
        return quantity(height)

    async def _ask(self, *calls: Call) -> list[Json]:
        return await self._http.rpc(self._url, list(calls))


def _rebuilt(block: Json, receipts: Json) -> RawBlock:
    if not isinstance(block, dict):
        raise CollectError(f"expected a block, got {shown(block)}")
    try:
        return RawBlock(
            header=header_rlp(block),
            transactions=transactions_rlp(block),
            receipts=receipts_rlp(block, receipts),
        )
    except DecodeError as error:
        raise CollectError(f"a block that cannot be read: {error}") from None
