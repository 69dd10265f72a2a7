"""The keys of the demo town's people: of most a wallet's, of some a passkey, made in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.town.roster import PASSKEYS
from wallets.passkey import PasskeySigner
from wallets.possession import prove_possession

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gongji.town.seed import Seed
    from wallets.intents import Domain
    from wallets.signer import LocalSigner, Signer


class Keyring:
    """Everybody's keys.

    Args:
        seed: The town's secret.
        members: Domain of the contract Members.
        passkeys: Address of the verifier of passkeys, and the domain for which they count.
        services: Keys that are files of the town: of whoever holds an office, by its name, and the one that the keeper signs welfare
            tasks with.
    """

    def __init__(
        self, seed: Seed, members: Domain, passkeys: tuple[str, str], services: Mapping[str, LocalSigner]
    ) -> None:
        self._seed, self._members, self._passkeys, self._services = seed, members, passkeys, services

    def signer(self, name: str) -> Signer:
        """Key of a person, or of whoever holds an office."""
        if name in self._services:
            return self._services[name]
        if name in PASSKEYS:
            return PasskeySigner(self._seed.derive("passkey", name), *self._passkeys)
        return self._seed.signer(name)

    def possession(self, name: str, owner: str) -> bytes:
        """Proof that the key of a name is to be a member's.

        Args:
            name: Whose key it is.
            owner: Name of the member.
        """
        return prove_possession(self.signer(name), self._seed.member(owner), self._members)
