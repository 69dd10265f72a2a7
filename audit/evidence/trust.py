"""The trust file: what the auditor knows from somewhere other than the operator (`docs/bundle.md` §10)."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.decode.abi import contract_names
from audit.errors import BundleError
from audit.evidence.canonical import array, encode, hexed, integer, record, shown, text, unhexed
from audit.evidence.floors import Floors
from audit.evidence.pinned import (
    Pin,
    TrustedContract,
    contract_of,
    read_address,
    read_contract,
    read_pin,
    version_of,
)

FORMAT = "gongji.trust.v1"
MAX_TRUST_BYTES = 1_048_576
EMBEDDED = "embedded"
_DOMAIN = re.compile(r"[a-z0-9.-]{1,253}")
_CHECK_ID = re.compile(r"C\d\d(\.\d)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """What is pinned.

    Attributes:
        chain_id: EIP-155 chain id.
        genesis_hash: Hash of block 0, 32 bytes.
        validators: Addresses that sealed block 1, ascending; None for an embedded chain, which nobody seals.
        epoch_blocks: QBFT epoch length, in blocks; 0 for an embedded chain.
        contracts: Every version of every contract by its label (`audit.evidence.pinned.contract_of`), or none.
        pin: The head that was verified last, or None before the first audit.
        waives: Checks that the auditor does without.
        floors: Limits of the auditor's own.
        rulesets: Hashes of the rules of visits that the auditor knows beside the standard ones, 32 bytes each.
        passkey_domain: Domain for which passkeys of members sign (WebAuthn's RP ID); None takes no passkey.
    """

    chain_id: int
    genesis_hash: bytes
    validators: tuple[bytes, ...] | None = None
    epoch_blocks: int = 0
    contracts: dict[str, TrustedContract]
    pin: Pin | None = None
    waives: frozenset[str] = frozenset()
    floors: Floors = field(default_factory=Floors)
    rulesets: frozenset[bytes] = frozenset()
    passkey_domain: str | None = None

    def __post_init__(self) -> None:
        names = contract_names()
        if self.contracts and sorted({contract_of(label) for label in self.contracts}) != names:
            raise BundleError(
                f"expected all of {', '.join(names)}, or none; got {sorted(self.contracts)!r:.1000}"
            )
        for label in self.contracts:
            contract, version = contract_of(label), version_of(label)
            before = contract if version == 2 else f"{contract}.{version - 1}"
            if version == 0 or (version > 1 and before not in self.contracts):
                raise BundleError(f"expected versions as Name, Name.2, Name.3, got {shown(label)}")
        if len({c.address for c in self.contracts.values()}) < len(self.contracts):
            raise BundleError("expected each address once, got one twice")

    def address(self, label: str) -> bytes:
        """Address of a pinned version of a contract, 20 bytes; a name alone is that of the first."""
        return self.contracts[label].address

    @property
    def labels(self) -> dict[bytes, str]:
        """Labels of all versions by their addresses."""
        return {one.address: label for label, one in self.contracts.items()}

    @property
    def names(self) -> dict[bytes, str]:
        """Names of the contracts by the addresses of their versions."""
        return {one.address: contract_of(label) for label, one in self.contracts.items()}

    @property
    def versions(self) -> dict[str, list[bytes]]:
        """Addresses of the versions of each contract, in order."""
        found: dict[str, list[bytes]] = {}
        for label in sorted(self.contracts, key=version_of):
            found.setdefault(contract_of(label), []).append(self.contracts[label].address)
        return found

    @classmethod
    def load(cls, path: Path) -> Trust:
        """Reads a trust file. It is written by people, so its JSON need not be canonical.

        Raises:
            BundleError: The file is missing or is not of this format.
        """
        try:
            with path.open("rb") as file:
                document = json.loads(file.read(MAX_TRUST_BYTES), object_pairs_hook=_each_once)
        except (OSError, ValueError, RecursionError) as error:
            raise BundleError(f"信任文件无法读取 trust file {path}: {error}") from None
        return cls.from_json(document)

    @classmethod
    def from_json(cls, document: Any) -> Trust:
        """Reads the JSON of a trust file.

        Raises:
            BundleError: It is not of this format.
        """
        needed = ("format", "chain_id", "genesis_hash", "validators", "contracts")
        document = record(
            document, needed, ("epoch_blocks", "floors", "passkey_domain", "pin", "rulesets", "waives")
        )
        if document["format"] != FORMAT:
            raise BundleError(f"expected a {FORMAT} file, got {shown(document['format'])}")
        validators = _validators(document["validators"])
        return cls(
            chain_id=integer(document["chain_id"], low=1),
            genesis_hash=unhexed(document["genesis_hash"], 32),
            validators=validators,
            epoch_blocks=0 if validators is None else integer(document.get("epoch_blocks"), low=1),
            contracts={text(n): read_contract(c) for n, c in record_of_any(document["contracts"]).items()},
            pin=None if document.get("pin") is None else read_pin(document["pin"]),
            waives=frozenset(_check_id(w) for w in array(document.get("waives", []))),
            floors=Floors.from_json(document.get("floors", {})),
            rulesets=frozenset(unhexed(r, 32) for r in array(document.get("rulesets", []))),
            passkey_domain=_domain(document.get("passkey_domain")),
        )

    def to_json(self) -> dict[str, Any]:
        """The JSON of the trust file."""
        document: dict[str, Any] = {"format": FORMAT, "chain_id": self.chain_id, "genesis_hash": hexed(self.genesis_hash)}  # fmt: skip
        if self.validators is None:
            document["validators"] = EMBEDDED
        else:
            document |= {"validators": [hexed(v) for v in self.validators], "epoch_blocks": self.epoch_blocks}
        document["contracts"] = {
            n: {"address": hexed(c.address), "code_hash": hexed(c.code_hash)} for n, c in self.contracts.items()
        }  # fmt: skip
        if self.pin:
            document["pin"] = self.pin.to_json()
        if floors := self.floors.to_json():
            document["floors"] = floors
        if self.rulesets:
            document["rulesets"] = sorted(map(hexed, self.rulesets))
        if self.passkey_domain:
            document["passkey_domain"] = self.passkey_domain
        return document | {"waives": sorted(self.waives)}

    @property
    def digest(self) -> bytes:
        """SHA-256 of what the file says in canonical form, 32 bytes: spaces and the order of keys do not matter."""
        return hashlib.sha256(encode(self.to_json())).digest()

    def save(self, path: Path) -> None:
        """Writes the trust file in one step: cut off anywhere, it is the old one or the new one.

        Raises:
            OSError: It cannot be written.
        """
        target = path.resolve()
        with tempfile.NamedTemporaryFile(
            "w", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            part = Path(file.name)
            try:
                file.write(json.dumps(self.to_json(), indent=2) + "\n")
                file.flush()
                if target.exists():
                    part.chmod(target.stat().st_mode)
                os.fsync(file.fileno())
                part.replace(target)
            except BaseException:
                part.unlink()
                raise


def record_of_any(value: Any) -> dict[str, Any]:
    """An object with any keys.

    Raises:
        BundleError: It is no object.
    """
    if not isinstance(value, dict):
        raise BundleError(f"expected an object, got {shown(value)}")
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a JSON file, none of whose keys stands there twice: nobody could say which one was meant."""
    if len(pairs) != len(dict(pairs)):
        raise ValueError(f"a key stands there twice: {[key for key, _ in pairs]!r:.200}")
    return dict(pairs)


def _check_id(value: Any) -> str:
    if not _CHECK_ID.fullmatch(text(value)):
        raise BundleError(f"expected the number of a check such as C21, got {shown(value)}")
    return text(value)


def _domain(value: Any) -> str | None:
    if value is not None and not _DOMAIN.fullmatch(text(value)):
        raise BundleError(f"expected a domain such as gongji.example, got {shown(value)}")
    return value if value is None else text(value)


def _validators(value: Any) -> tuple[bytes, ...] | None:
    if value == EMBEDDED:
        return None
    validators = tuple(read_address(v) for v in array(value))
    if not validators or list(validators) != sorted(set(validators)):
        raise BundleError(
            f"验证者不符 expected validators in ascending order, none twice, got {shown(value)}"
        )
    return validators
