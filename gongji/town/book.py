"""What the plan's acts can only know when their time comes: ids, addresses, keys of bank lines, commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.ids import lot_id, order_id
from gongji.town.device_specs import DEVICES
from iot.simulator.device import SimulatedDevice, own_phone
from register.commitments import document_commitment

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongji.town.keyring import Keyring
    from gongji.town.seed import Seed
    from iot.event.cose import Domain
    from register.places import PlaceRegister

NOBODY = bytes(16)
NOWHERE = bytes(32)


class Book:
    """The demo town's book of names.

    Attributes:
        receipt_key: Address of the key with which the portal acknowledges what it receives.
        documents: Salt and text of each public document that was committed to and is not stored yet.
        private_documents: The same of documents for those whom they concern.
    """

    def __init__(
        self,
        seed: Seed,
        places: PlaceRegister,
        domain: Domain,
        keyring: Keyring,
        receipt_key: str,
        line_key: Callable[[int, str], bytes],
        devices_from_seconds: int,
    ) -> None:
        """Opens the book.

        Args:
            seed: The town's secret.
            places: Register of places.
            domain: Deployment that devices sign for.
            keyring: Keys of its people.
            receipt_key: Address of the key with which the portal acknowledges what it receives.
            line_key: Key of a bank line, from the bank account's id and the bank's reference.
            devices_from_seconds: When its devices are enrolled, and their events begin to count, seconds since 1970.
        """
        self._seed, self._places, self._domain = seed, places, domain
        self._keyring, self._line_key = keyring, line_key
        self.receipt_key = receipt_key
        self._devices_from_seconds = devices_from_seconds
        self._kept: set[str] = set()
        self.documents: list[tuple[bytes, str]] = []
        self.private_documents: list[tuple[bytes, str]] = []
        self._devices: dict[str, SimulatedDevice] = {}

    def member(self, name: str) -> bytes:
        """Member id of a person, 16 bytes."""
        return self._seed.member(name)

    def address(self, name: str) -> str:
        """Address of a person's key."""
        return self._keyring.signer(name).address

    def possession(self, name: str, owner: str = "") -> bytes:
        """Proof that the key of a name is to be its member's, or another's."""
        return self._keyring.possession(name, owner or name)

    def id16(self, kind: str, name: str) -> bytes:
        """A random id, 16 bytes."""
        return self._seed.id16(kind, name)

    def order(self, name: str) -> bytes:
        """Id of a work order, 16 bytes."""
        return order_id(self.id16("order", name))

    def lot(self, order: str, name: str) -> bytes:
        """Id of a lot of a work order, 16 bytes."""
        return lot_id(self.order(order), self.id16("lot", name))

    def bank_line(self, bank: int, reference: str) -> bytes:
        """Key of a bank line, 32 bytes."""
        return self._line_key(bank, reference)

    def commit(self, text: str, *, public: bool = True) -> bytes:
        """Commitment to a document, 32 bytes; the document waits, with its salt, to be stored."""
        salt = self._seed.derive("salt", text)
        if text not in self._kept:
            self._kept.add(text)
            (self.documents if public else self.private_documents).append((salt, text))
        return document_commitment(salt, text.encode())

    def donor(self, name: str) -> bytes:
        """Commitment to a donor who gives privately, 32 bytes; opened to the donor and to auditors only."""
        return document_commitment(self._seed.derive("donor", name), name.encode())

    def household_salt(self, campaign: int, name: str) -> bytes:
        """Salt of a household in the list of a campaign, 32 bytes."""
        return self._seed.derive("household-salt", f"{campaign}/{name}")

    def place(self, elder: str) -> bytes:
        """Pseudonym of an old neighbour's home, 16 bytes."""
        return self._seed.id16("place", elder)

    def place_commitment(self, elder: str, use: str) -> bytes:
        """Commitment to a home for one use, 32 bytes; registered."""
        return self._places.bind(self.place(elder), self._seed.derive("place-salt", f"{elder}/{use}"))

    def new_phone(self, owner: str) -> SimulatedDevice:
        """A member's new telephone, with which nothing is signed yet."""
        return own_phone(self._seed.derive("new phone", owner).hex(), self._domain, self.member(owner))

    def device(self, name: str) -> SimulatedDevice:
        """A device; it keeps its counters for as long as the book is open."""
        if name not in self._devices:
            spec = DEVICES[name]
            self._devices[name] = SimulatedDevice(
                self._seed.derive("device", name).hex(),
                self._domain,
                spec.device_class,
                key_class=spec.key_class,
                owner=self.member(spec.owner) if spec.owner else NOBODY,
                place=self.place_commitment(spec.elder, name) if spec.elder else NOWHERE,
                valid_from_seconds=self._devices_from_seconds,
            )
        return self._devices[name]
