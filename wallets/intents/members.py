"""Intents of `IMembers`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wallets.intents.base import Call, Intent, typed


@dataclass(frozen=True, kw_only=True, slots=True)
class RotateKey(Intent):
    """Replaces the signer's own key by a new one.

    Attributes:
        new_key: Address of the new key, 20 bytes.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "Members"
    LAYOUT: ClassVar[tuple[str, ...]] = ("action", "newKey", "nonce", "deadline")

    new_key: bytes = typed("address")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "更换密钥 Replace my key"

    def call(self, signature: bytes) -> Call:
        """`rotateKey`."""
        return Call(
            contract="Members",
            function="rotateKey",
            args=(self.new_key, (self.nonce, self.deadline, signature)),
        )
