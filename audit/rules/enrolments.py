"""From when on an enrolled device counts, and from when in full: replayed from the events.

The rules are the auditor's own. Who ordered or signed an enrolment is found by C14.2 and C15.1.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from audit.errors import DecodeError
from audit.rules.devices import MOST_BACKDATED_SECONDS, PHONE
from audit.rules.membership import place_of
from audit.rules.signing import proven_phone

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.evidence.trust import Trust
    from audit.report.findings import Tally

DAY_SECONDS = 24 * 3600
WAIT_SECONDS, MAX_PHONE_SECONDS = 15 * DAY_SECONDS, 366 * DAY_SECONDS
# An own phone counts from so long before its block on: by which the clocks of phone and chain may differ.
CLOCK_TOLERANCE_SECONDS = 300
ESP256, K2 = 1, 2
ENROLLED, FOUNDED = "DeviceRegistry.DeviceEnrolled", "Authority.FoundingEnded"

Values = dict[str, Any]


class EnrolmentRules:
    """Compares each enrolment with what the rules give.

    Args:
        history: The verified history.
        trust: Tells which deployment a phone signs for.
        tally: Takes what was compared.
    """

    def __init__(self, history: History, trust: Trust, tally: Tally) -> None:
        self._history, self._trust, self._tally = history, trust, tally
        self._founded = next(map(place_of, history.logs(FOUNDED)), None)
        self._enrolled: dict[bytes, Values] = {}

    def judge(self) -> None:
        """Judges all enrolments, in the order of the chain."""
        for log in self._history.logs(ENROLLED):
            if self._history.transaction_of(log).function == "enrolPhone":
                self._own(log)
            else:
                self._ordered(log)
            self._enrolled[log.values["device"]] = log.values

    def _ordered(self, log: Log) -> None:
        """What the office enrols is there to be seen before it counts, and counts in full from then on."""
        v, now = log.values, log.block.time
        is_founded = self._founded is not None and place_of(log) > self._founded
        earliest = now + WAIT_SECONDS if is_founded else now - MOST_BACKDATED_SECONDS
        self._tally.expect(
            v["valid_from"] >= earliest, log.where, f"登记后马上算数，没有公示 it counts from {v['valid_from']}, before {earliest}"
        )  # fmt: skip
        self._equal(log, v["valid_from"])

    def _own(self, log: Log) -> None:
        """A member's own phone counts at once, in full after the wait; enrolled anew it does not wait again."""
        v, now = log.values, log.block.time
        before = self._enrolled.get(v["device"])
        if before:
            what = f"登记过别人的手机 it was enrolled as the phone of {before['owner'].hex()}"
            self._tally.expect(before["owner"] == v["owner"], log.where, what)
        device = sha256(v["key_x"] + v["key_y"]).digest()[:8]
        fixed = (PHONE, ESP256, K2, bytes(32), now - CLOCK_TOLERANCE_SECONDS, device)
        got = tuple(
            v[name] for name in ("device_class", "algorithm", "key_class", "place", "valid_from", "device")
        )
        self._tally.expect_equal(
            log.where, "自己登记的手机 a phone that a member enrols", expected=fixed, got=got
        )
        in_bounds = v["valid_until"] <= now + MAX_PHONE_SECONDS
        self._tally.expect(in_bounds, log.where, f"登记超过一年 it is over at {v['valid_until']}")
        self._equal(log, before["settled_from"] if before else now + WAIT_SECONDS)
        self._proven(log)

    def _proven(self, log: Log) -> None:
        """Its key signed that the member holds it: nobody keeps another's phone out by enrolling it first."""
        v, call = log.values, self._history.transaction_of(log)
        try:
            proven_phone(v["owner"], v["key_x"] + v["key_y"], call.args["possession"], self._trust)
        except DecodeError as error:
            self._tally.expect(
                False, log.where, f"手机没有证明归本人 its key did not sign for the owner: {error}"
            )

    def _equal(self, log: Log, settled_from: int) -> None:
        what = "何时起算满 from when it counts in full"
        self._tally.expect_equal(log.where, what, expected=settled_from, got=log.values["settled_from"])
