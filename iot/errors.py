"""Errors of this package. Each message gives what was expected and what was got."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iot.codes import Code


class IotError(Exception):
    """Base of all errors of this package."""


class EventRefusedError(IotError):
    """A message is not an event that may enter the log.

    Args:
        code: Condition of `docs/service-events.md` §4.
        why: What was expected and what was got.
    """

    def __init__(self, code: Code, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code, self.why = code, why


class EventInvalidError(IotError):
    """A program of ours tried to make an event that breaks the CDDL."""


class LogRangeError(IotError):
    """A size or index outside the log was asked for."""


class LeafUnknownError(IotError):
    """No such leaf in the log of that size."""


class LogBrokenError(IotError):
    """The stored log contradicts itself; nothing more may be appended."""


class LogForeignError(IotError):
    """The head that was anchored last is none of this log."""


class VisitHeldError(IotError):
    """A claim was asked for a visit that is held."""


class DeviceKeyInvalidError(IotError):
    """A key in the registry is no point of its curve."""


class EventsError(IotError):
    """A request with events was not taken."""


class EventsMediaTypeError(EventsError):
    """The request is neither an event nor a sequence of events."""


class EventsTooLargeError(EventsError):
    """The body of a request is too large."""


class EventsTooManyError(EventsError):
    """A sequence has no events, or too many."""


class EventsNotKeptError(EventsError):
    """The events could not be stored now; the device keeps them and sends them again."""

    def __init__(self) -> None:
        super().__init__("expected the database to commit, got an error; send the events again")


class MqttSettingsError(IotError):
    """The address of the broker is none."""


class MqttProtocolError(IotError):
    """A peer broke the MQTT 5 protocol, or used a part the embedded broker does not have.

    Args:
        reason: MQTT 5 reason code.
        why: What was expected and what was got.
    """

    def __init__(self, reason: int, why: str) -> None:
        super().__init__(f"{why} (reason 0x{reason:02x})")
        self.reason = reason
