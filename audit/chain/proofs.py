"""Storage proofs of the pinned contracts at one block: their form in a bundle, and what they prove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.decode.header import decode_rlp, sized, unpack
from audit.decode.keccak import keccak
from audit.decode.mpt import prove
from audit.errors import ProofError
from audit.evidence.canonical import array, hexed, record, text, unhexed

if TYPE_CHECKING:
    from audit.evidence.bundle import Bundle

PATH = "chain/proofs.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractProof:
    """Proof of a contract's account and of words in its storage.

    Attributes:
        contract: Name of the contract.
        account: Nodes on the way to its account, root first.
        slots: Nodes on the way to each word, by its slot.
    """

    contract: str
    account: list[bytes]
    slots: dict[bytes, list[bytes]]

    def to_json(self) -> dict[str, Any]:
        """The value of its line."""
        slots = [{"proof": [hexed(n) for n in self.slots[s]], "slot": hexed(s)} for s in sorted(self.slots)]
        return {"account": [hexed(n) for n in self.account], "contract": self.contract, "slots": slots}


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenStorage:
    """What a proof proves.

    Attributes:
        code_hash: keccak-256 of the contract's code, 32 bytes.
        words: Words of its storage by slot, 32 bytes each.
    """

    code_hash: bytes
    words: dict[bytes, bytes]


def read_proofs(bundle: Bundle) -> dict[str, ContractProof]:
    """The proofs of a bundle by contract.

    Raises:
        BundleError: A line is no proof.
        ProofError: A contract stands there twice.
    """
    found: dict[str, ContractProof] = {}
    for line in bundle.lines(PATH):
        proof = _read(line)
        if proof.contract in found:
            raise ProofError(f"{PATH}: {proof.contract} appears there twice")
        found[proof.contract] = proof
    return found


def check_proof(proof: ContractProof, state_root: bytes, address: bytes) -> ProvenStorage:
    """What a proof proves under a state root.

    Args:
        proof: The proof.
        state_root: 32 bytes.
        address: Of the contract, 20 bytes.

    Raises:
        ProofError: It proves nothing, or that there is no such account.
        DecodeError: What it proves is no account.
    """
    account = prove(state_root, keccak(address), proof.account)
    if account is None:
        raise ProofError(f"{proof.contract}: no account 0x{address.hex()} in this state")
    fields = unpack(account, "an account")
    if len(fields) != 4:
        raise ProofError(f"{proof.contract}: expected an account of 4 fields, got {len(fields)}")
    storage_root = sized(fields[2], 32)
    words = {slot: _word(prove(storage_root, keccak(slot), nodes)) for slot, nodes in proof.slots.items()}
    return ProvenStorage(code_hash=sized(fields[3], 32), words=words)


def _read(line: Any) -> ContractProof:
    row = record(line, ("account", "contract", "slots"))
    slots: dict[bytes, list[bytes]] = {}
    for one in array(row["slots"]):
        entry = record(one, ("proof", "slot"))
        slot = unhexed(entry["slot"], 32)
        if slot in slots:
            raise ProofError(f"{PATH}: slot 0x{slot.hex()} appears there twice")
        slots[slot] = [unhexed(n) for n in array(entry["proof"])]
    return ContractProof(
        contract=text(row["contract"]), account=[unhexed(n) for n in array(row["account"])], slots=slots
    )


def _word(value: bytes | None) -> bytes:
    if value is None:
        return bytes(32)
    word = decode_rlp(value, "a word")
    if not isinstance(word, bytes) or len(word) > 32:
        raise ProofError(f"expected a word of up to 32 bytes, got {value.hex()}")
    return word.rjust(32, b"\0")
