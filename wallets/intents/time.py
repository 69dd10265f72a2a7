"""Intents of `ITimeBank`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from wallets.intents.base import Call, Intent, typed
from wallets.intents.disbursements import act_by_text


class TaskAct(Enum):
    """What a member does with a task: action text, function, and whether it takes a document."""

    ACCEPT = ("接受任务 Accept task", "acceptTask", False)
    RELEASE = ("退回任务 Release task", "releaseTask", False)
    ACKNOWLEDGE = ("认可时长 Acknowledge", "acknowledge", False)
    DISPUTE = ("提出争议 Dispute", "dispute", True)
    REJECT = ("驳回时长 Reject", "reject", True)
    REVERSE_CREDIT = ("撤销时长 Reverse credit", "reverseCredit", True)

    @property
    def text(self) -> str:
        """Action text, as the contract has it."""
        return self.value[0]


class RedemptionAct(Enum):
    """What a member does with a redemption: action text and function."""

    COMPLETE = ("服务已完成 Complete", "completeRedemption")
    CANCEL = ("取消兑换 Cancel", "cancelRedemption")

    @property
    def text(self) -> str:
        """Action text, as the contract has it."""
        return self.value[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTask(Intent):
    """A coordinator opens a task.

    Attributes:
        task: Random id, 16 bytes; also the order token in the signed events.
        fund: Fund whose coordinators look after it.
        service: Code of the service.
        authorised_minutes: No visit for it earns more.
        beneficiary: Commitment to who is served, 32 bytes.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "TimeBank"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "task", "fund", "service", "authorisedMinutes", "beneficiary", "nonce", "deadline",
    )  # fmt: skip

    task: bytes = typed("bytes16")
    fund: int = typed("uint16")
    service: int = typed("uint16")
    authorised_minutes: int = typed("uint16")
    beneficiary: bytes = typed("bytes32")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "发布任务 Open task"

    def call(self, signature: bytes) -> Call:
        """`openTask`."""
        authorization = (self.nonce, self.deadline, signature)
        args = (self.task, self.fund, self.service, self.authorised_minutes, self.beneficiary, authorization)
        return Call(contract="TimeBank", function="openTask", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActOnTask(Intent):
    """Any other act on a task.

    Attributes:
        act: Which one.
        task: The task, 16 bytes.
        document: Commitment to the reasons, 32 bytes; zeros where the act takes none.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "TimeBank"
    LAYOUT: ClassVar[tuple[str, ...]] = ("action", "task", "document", "nonce", "deadline")

    act: TaskAct = typed("")
    task: bytes = typed("bytes16")
    document: bytes = typed("bytes32")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return self.act.text

    @classmethod
    def chosen(cls, told: Any) -> dict[str, Any]:
        """The act, by its text."""
        return {"act": act_by_text(TaskAct, told)}

    def call(self, signature: bytes) -> Call:
        """The function of the act."""
        _, function, takes_document = self.act.value
        document = (self.document,) if takes_document else ()
        args = (self.task, *document, (self.nonce, self.deadline, signature))
        return Call(contract="TimeBank", function=function, args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class Redeem(Intent):
    """A member puts own minutes into escrow for a service.

    Attributes:
        redemption: Random id, 16 bytes.
        provider: Member who will serve, 16 bytes.
        service: Code of the service.
        held_minutes: In minutes, over zero.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "TimeBank"
    LAYOUT: ClassVar[tuple[str, ...]] = (
        "action", "redemption", "provider", "service", "heldMinutes", "nonce", "deadline",
    )  # fmt: skip

    redemption: bytes = typed("bytes16")
    provider: bytes = typed("bytes16")
    service: int = typed("uint16")
    held_minutes: int = typed("uint16")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return "兑换服务 Redeem minutes"

    def call(self, signature: bytes) -> Call:
        """`redeem`."""
        authorization = (self.nonce, self.deadline, signature)
        args = (self.redemption, self.provider, self.service, self.held_minutes, authorization)
        return Call(contract="TimeBank", function="redeem", args=args)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActOnRedemption(Intent):
    """A member completes or cancels a redemption.

    Attributes:
        act: Which one.
        redemption: The redemption, 16 bytes.
        nonce: Next nonce of the key in its lane.
    """

    CONTRACT: ClassVar[str] = "TimeBank"
    LAYOUT: ClassVar[tuple[str, ...]] = ("action", "redemption", "nonce", "deadline")

    act: RedemptionAct = typed("")
    redemption: bytes = typed("bytes16")
    nonce: int = typed("uint256")

    def action(self) -> str:
        """As the contract has it."""
        return self.act.text

    @classmethod
    def chosen(cls, told: Any) -> dict[str, Any]:
        """The act, by its text."""
        return {"act": act_by_text(RedemptionAct, told)}

    def call(self, signature: bytes) -> Call:
        """The function of the act."""
        args = (self.redemption, (self.nonce, self.deadline, signature))
        return Call(contract="TimeBank", function=self.act.value[1], args=args)
