"""What the plan's acts can only know when their time comes: ids, addresses, keys of bank lines, commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from contracts.enums import DeviceClass

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongji.places import PlaceRegister
    from gongji.town.seed import Seed
    from iot.cose import PrivateKey

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Book:
    """The demo town's book of names."""

    def __init__(
        self,
        seed: Seed,
        places: PlaceRegister,
        line_key: Callable[[int, str], bytes],
        keep_document: Callable[[str, bytes], bytes],
    ) -> None:
        """Opens the book.

        Args:
            seed: The town's secret.
            places: Register of places.
            line_key: Key of a bank line, from the bank account's id and the bank's reference.
            keep_document: Keeps a text under a salt of 32 bytes and returns its commitment.
        """
        self._seed, self._places, self._line_key, self._keep = seed, places, line_key, keep_document

    def member(self, name: str) -> bytes:
        """Member id of a person, 16 bytes."""
        return self._seed.member(name)

    def address(self, name: str) -> str:
        """Address of a person's key."""
        return self._seed.signer(name).address

    def id16(self, kind: str, name: str) -> bytes:
        """A random id, 16 bytes."""
        return self._seed.id16(kind, name)

    def bank_line(self, bank: int, reference: str) -> bytes:
        """Key of a bank line, 32 bytes."""
        return self._line_key(bank, reference)

    def commit(self, text: str) -> bytes:
        """Keeps a document and returns its commitment, 32 bytes."""
        return self._keep(text, self._seed.derive("salt", text))

    def place(self, elder: str) -> bytes:
        """Pseudonym of an old neighbour's home, 16 bytes."""
        return self._seed.id16("place", elder)

    def place_commitment(self, elder: str, use: str) -> bytes:
        """Commitment to a home for one use, 32 bytes; registered."""
        return self._places.bind(self.place(elder), self._seed.derive("place-salt", f"{elder}/{use}"))

    def device(self, name: str) -> bytes:
        """Device id, 8 bytes."""
        return self._seed.derive("device", name)[:8]

    def device_key(self, name: str, device_class: DeviceClass) -> PrivateKey:
        """Key of a device: P-256 in phones, Ed25519 in all others."""
        secret = self._seed.derive("device-key", name)
        if device_class is DeviceClass.PHONE:
            return ec.derive_private_key(int.from_bytes(secret, "big") % (P256_ORDER - 1) + 1, ec.SECP256R1())
        return ed25519.Ed25519PrivateKey.from_private_bytes(secret)
