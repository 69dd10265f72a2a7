"""Errors of this package. Each message gives what was expected and what was got.

The class name is the code that clients see. Texts and status of each code are in `problems.toml` (`kit.problem`); a
subclass without a row of its own takes its parent's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.abi import Revert


class LedgerApiError(Exception):
    """Base of all errors of this package."""


class NotFoundError(LedgerApiError):
    """No record has this id.

    Args:
        noun: What was looked for, such as "account".
        key: The id that was asked for.
    """

    def __init__(self, noun: str, key: object) -> None:
        super().__init__(f"expected the id of a known {noun}, got {key}")


class QueryInvalidError(LedgerApiError):
    """A parameter of the request is malformed or out of range."""


class QueryUnknownError(QueryInvalidError):
    """A parameter of the address is not one of those that it takes, or comes twice."""


class CursorInvalidError(QueryInvalidError):
    """A page cursor was not made by this server."""


class HostUnknownError(LedgerApiError):
    """The portal was called by a name that is not its own."""


class BodyTooLargeError(LedgerApiError):
    """The body of a request is larger than this address takes."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"expected a body of at most {limit_bytes} bytes, got more")


class BodySlowError(LedgerApiError):
    """The body of a request did not arrive in time."""


class HeadSlowError(LedgerApiError):
    """The head of a request did not arrive in time."""


class HeadTooLargeError(LedgerApiError):
    """The head of a request is larger than any that people send."""


class OverloadedError(LedgerApiError):
    """More requests come than can be answered, from whomever."""


class LimitReachedError(LedgerApiError):
    """A client or a member asks more than one may.

    Attributes:
        retry_seconds: After how many seconds it may ask again.
    """

    def __init__(self, limit: str, retry_seconds: int) -> None:
        super().__init__(f"expected at most {limit}, got more; the next in {retry_seconds} s")
        self.retry_seconds = retry_seconds


class RequestLimitError(LimitReachedError):
    """Too many requests."""


class WriteLimitError(LimitReachedError):
    """Too many drafts, intents, documents or other writes."""


class ChallengeLimitError(LimitReachedError):
    """Too many texts to sign in with."""


class UploadLimitError(LimitReachedError):
    """Too many files."""


class StreamLimitError(LimitReachedError):
    """Too many streams are open."""


class ParallelLimitError(LimitReachedError):
    """Too many requests at once."""


class DeviceLimitError(LimitReachedError):
    """Too many requests with events of devices."""


class SessionMissingError(LedgerApiError):
    """This needs somebody who signed in."""


class SessionForbiddenError(LedgerApiError):
    """Who signed in may not do this."""


class AccessForbiddenError(SessionForbiddenError):
    """A record is about somebody else."""


class EditForbiddenError(SessionForbiddenError):
    """An entry of the register is somebody else's to edit."""


class EditContradictedError(LedgerApiError):
    """What an entry of the register is to say contradicts what stands on chain."""


class ThingUnknownError(NotFoundError):
    """The register may say nothing of a thing that is not on chain."""


class ChallengeInvalidError(LedgerApiError):
    """The sign-in text is unknown, used, too old, or not signed by the key it names."""


class IdempotencyKeyReusedError(LedgerApiError):
    """The idempotency key was used for another command."""


class SignaturesInvalidError(LedgerApiError):
    """An intent came with too many or too few signatures, or one twice."""


class FormerVersionError(LedgerApiError):
    """What was signed is for a version of the contract that has been replaced, or not for that in which it began.

    Args:
        contract: Name of the contract.
        expected: Address of the version that takes it.
        got: Address for which it was signed.
    """

    def __init__(self, contract: str, expected: str, got: str) -> None:
        super().__init__(f"expected a signature for {contract} at {expected}, got one for {got}")


class StatementError(LedgerApiError):
    """A bank statement was not imported."""


class StatementMalformedError(StatementError):
    """A bank statement is not well-formed, or a line of it is."""


class StatementUnbalancedError(StatementError):
    """Opening balance and lines do not give the closing balance."""


class BankAccountForeignError(StatementError):
    """The statement is of another bank account."""


class BankLineUnknownError(StatementError):
    """No imported statement has this bank line."""


class BankLineMismatchError(StatementError):
    """A bank line has another amount, direction or account than the intent says."""


class DocumentMismatchError(LedgerApiError):
    """Salt and content do not give the commitment."""


class DraftExistsError(LedgerApiError):
    """The same request was drafted before, with another signature."""


class DraftSentError(LedgerApiError):
    """A draft was sent; its approvals are what they are."""


class DraftUnapprovedError(LedgerApiError):
    """A draft has not the approvals that the committee's rules ask for."""


class ApprovalForeignError(LedgerApiError):
    """An approval is of another request than the draft's."""


class ApprovalStaleError(LedgerApiError):
    """An approval has another round or deadline than the draft."""


class ApprovalRepeatedError(LedgerApiError):
    """The seat approved the draft already, with another key."""


class RuleRefusedError(LedgerApiError):
    """A contract refuses a call.

    Attributes:
        revert: Which rule, with its values.
    """

    def __init__(self, revert: Revert) -> None:
        super().__init__(str(revert))
        self.revert = revert


class ChainUnreachableError(LedgerApiError):
    """The chain does not answer."""


class ChainRefusedError(LedgerApiError):
    """The chain answered with an error that is no contract's."""


class MirrorUnavailableError(LedgerApiError):
    """The mirror cannot be read."""


class DatabaseUnavailableError(LedgerApiError):
    """The database of the application does not answer."""
