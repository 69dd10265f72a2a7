"""Acts that share a message: the action text tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from wallets.errors import IntentInvalidError
from wallets.intents.base import Intent
from wallets.intents.struct import typed

if TYPE_CHECKING:
    from wallets.intents.base import Call


class Act(Enum):
    """An act that shares its message with others: id, action text, function, and what that is called with."""

    @property
    def id(self) -> str:
        """Its id in `contracts.acts`."""
        return str(self.value[0])

    @property
    def text(self) -> str:
        """Action text, as the contract has it."""
        return str(self.value[1])

    @property
    def function(self) -> str:
        """Function that takes it."""
        return str(self.value[2])

    @property
    def arguments(self) -> tuple[object, ...]:
        """As `Intent.ARGUMENTS`."""
        return tuple(self.value[3])


@dataclass(frozen=True, kw_only=True, slots=True)
class SeveralActs(Intent):
    """Base of intents that carry one of several acts.

    Attributes:
        ACTS: Which ones.
        act: Which one it is.
    """

    ACTS: ClassVar[type[Act]]

    act: Act = typed("")

    def action(self) -> str:
        """As the contract has it."""
        return self.act.text

    def call(self, signature: bytes) -> Call:
        """The function of the act."""
        return self.call_of(self.act.function, self.act.arguments, signature)

    @classmethod
    def chosen(cls, message: Any) -> dict[str, Any]:
        """The act, by its text.

        Raises:
            IntentInvalidError: No act has the text.
        """
        text = message["action"]
        found = next((act for act in cls.ACTS if act.text == text), None)
        if found is None:
            texts = ", ".join(act.text for act in cls.ACTS)
            raise IntentInvalidError(f"expected an action of {texts}, got {text!r}")
        return {"act": found}
