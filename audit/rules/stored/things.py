"""Things of which the storage is proven, each with what the events say of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from audit.chain.storage import Step, spot
from audit.errors import StateError

if TYPE_CHECKING:
    from audit.chain.history import Log
    from audit.chain.storage import Spot

Values = dict[str, Any]
Fields = dict[str, Any]
# Of a member whom a word only serves to refuse it keeps the end of the id.
TAIL_BYTES = 4


def tail_of(member: bytes) -> bytes:
    """What a word keeps of a member (16 bytes) whom it only serves to refuse."""
    return member[-TAIL_BYTES:]


class Thing(NamedTuple):
    """A value in the storage of a contract.

    Attributes:
        contract: Label of the version of the contract.
        label: Name of the state variable.
        steps: Keys and fields on the way from there.
    """

    contract: str
    label: str
    steps: tuple[Step, ...]

    @property
    def spot(self) -> Spot:
        """Where it stands."""
        return spot(self.contract, self.label, *self.steps)

    @property
    def kind(self) -> str:
        """Contract and state variable, with the fields on the way, such as "Members._keys"."""
        return ".".join([self.contract, self.label, *(s for s in self.steps if isinstance(s, str))])

    def __str__(self) -> str:
        steps = (f"0x{step.hex()}" if isinstance(step, bytes) else str(step) for step in self.steps)
        return f"{self.contract}.{self.label}{''.join(f'[{step}]' for step in steps)}"


class Stored(dict[Thing, Fields]):
    """What each thing must hold: its fields by the contract's names; "" names a value that is no struct.

    Attributes:
        requests: Requests as they were submitted, by their id.
        gifts: Gifts to campaigns as they were attested, by their bank line.
        parents: The fund above each fund, or 0.
        terms: What orders of a product are opened with, by enterprise and product.
    """

    def __init__(self, terms: dict[tuple[int, int], Fields] | None = None) -> None:
        """Makes it.

        Args:
            terms: Those of the registry, which every version of `Cooperative` reads; None for none yet.
        """
        super().__init__()
        self.requests: dict[bytes, Values] = {}
        self.gifts: dict[bytes, Values] = {}
        self.parents: dict[int, int] = {}
        self.terms: dict[tuple[int, int], Fields] = {} if terms is None else terms

    def __missing__(self, thing: Thing) -> Fields:
        """No event began it.

        Raises:
            StateError: Always.
        """
        raise StateError(f"expected {thing}, got none")

    def request(self, proposal_id: bytes) -> Values:
        """A request as it was submitted.

        Raises:
            StateError: It was not.
        """
        if proposal_id not in self.requests:
            raise StateError(f"expected the request 0x{proposal_id.hex()}, got none")
        return self.requests[proposal_id]

    def take_gift(self, bank_line: bytes) -> Values:
        """A gift as it was attested; it is none any more.

        Raises:
            StateError: It was not.
        """
        if bank_line not in self.gifts:
            raise StateError(f"expected the gift 0x{bank_line.hex()}, got none")
        return self.gifts.pop(bank_line)

    def terms_of(self, enterprise: int, product: int) -> Fields:
        """What an order that is opened now is opened with.

        Raises:
            StateError: There is no rate card.
        """
        if (enterprise, product) not in self.terms:
            raise StateError(
                f"expected a rate card of enterprise {enterprise} for product {product}, got none"
            )
        return dict(self.terms[enterprise, product])

    def parent(self, fund: int) -> int:
        """The fund above a fund.

        Raises:
            StateError: There is none.
        """
        if not self.parents.get(fund):
            raise StateError(f"expected a fund above fund {fund}, got none")
        return self.parents[fund]


Begin = Callable[[Values], list[Thing]]
Rule = Callable[[Stored, "Log", Values], None]
