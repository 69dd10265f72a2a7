"""Roles of the authority; members with their roles and households; committees with rules and seats, as storage holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.decode.abi import camel
from audit.rules.stored.things import Begin, Rule, Stored, Thing, Values

if TYPE_CHECKING:
    from audit.chain.history import Log


def _grant(v: Values) -> Thing:
    return Thing("Authority", "_roles", (v["role_id"], "members", v["account"]))


def _guarded(v: Values) -> Thing:
    return Thing("Authority", "_targets", (v["target"], "allowedRoles", v["selector"]))


FOUNDED = Thing("Authority", "foundedAt", ())


def _role(v: Values) -> Thing:
    """Member, role and scope side by side are the key, as `Members` has it."""
    key = v["member"] + (v["role"] << 32 | v["scope"]).to_bytes(16, "big")
    return Thing("Members", "_grants", (key,))


def _building(v: Values) -> Thing:
    return Thing("Members", "buildingOf", (v["household"],))


def _committee(v: Values) -> Thing:
    return Thing("Committees", "_committees", (v["committee"],))


def _in_force(v: Values) -> Thing:
    return Thing("Committees", "_latest", (v["fund"],))


def _seat(v: Values) -> Thing:
    return Thing("Committees", "_seats", (v["committee"], v["member"]))


def _tier(v: Values) -> Thing:
    return Thing("Committees", "_tiers", (v["committee"], v["version"], v["tier"]))


BEGINS: dict[str, Begin] = {
    "Authority.RoleGranted": lambda v: [_grant(v), FOUNDED],
    "Authority.TargetFunctionRoleUpdated": lambda v: [_guarded(v)],
    "Members.RoleGranted": lambda v: [_role(v)],
    "Members.HouseholdPlaced": lambda v: [_building(v)],
    "Committees.CommitteeOpened": lambda v: [_committee(v), _in_force(v)],
    "Committees.SeatFilled": lambda v: [_seat(v)],
    "Committees.TierSet": lambda v: [_tier(v)],
}


def _granted(stored: Stored, log: Log, v: Values) -> None:
    """A new holder's delay is the plain number; another delay is packed with the former one and when it takes effect."""
    stored.setdefault(FOUNDED, {"": 0})
    before = stored.get(_grant(v), {"since": 0, "delay": 0})
    if v["new_member"]:
        stored[_grant(v)] = {"since": v["since"], "delay": v["delay"]}
        return
    after, former, effect = (
        before["delay"] >> shift & mask for shift, mask in ((0, 2**32 - 1), (32, 2**32 - 1), (64, 2**48 - 1))
    )
    current = after if effect <= log.block.time else former
    delay = v["since"] << 64 | current << 32 | v["delay"]
    stored[_grant(v)] = {"since": before["since"], "delay": delay}


def _revoked(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_grant(v)] = {"since": 0, "delay": 0}


def _wired(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_guarded(v)] = {"": v["role_id"]}


def _founded(stored: Stored, log: Log, v: Values) -> None:
    del v
    stored[FOUNDED] = {"": log.block.time}


def _given(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_role(v)] = {"": v["valid_until"]}


def _placed(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_building(v)] = {"": v["building"]}


def _opened(stored: Stored, log: Log, v: Values) -> None:
    del log
    seats = ("donor_seats", "resident_seats", "official_seats", "enterprise_seats")
    classes = {camel(name): v[name] for name in seats}
    begun = {"revision": 0, "since": v["since"], "until": 0, "former": 0}
    stored[_committee(v)] = {"fund": v["fund"], "seats": v["seats"], "rulesVersion": 0, **classes, **begun}
    if v["since"]:
        stored[_in_force(v)] = {"": v["committee"]}


def _tier_set(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_tier(v)] = {camel(name): value for name, value in v["rule"].items()}
    stored[_committee(v)]["rulesVersion"] = v["version"]
    stored[_committee(v)]["revision"] += v["tier"] == 0


def _filled(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_seat(v)] = {
        "number": v["seat"],
        "since": v["since"],
        "validUntil": v["valid_until"],
        "vacatedAt": 0,
    }
    stored[_committee(v)]["revision"] += 1


def _vacated(stored: Stored, log: Log, v: Values) -> None:
    stored[_seat(v)]["vacatedAt"] = log.block.time
    stored[_committee(v)]["revision"] += 1


def _handed_over(stored: Stored, log: Log, v: Values) -> None:
    del log
    stored[_committee({"committee": v["former"]})]["until"] = v["since"]
    successor = stored[_committee({"committee": v["successor"]})]
    successor["since"], successor["former"] = v["since"], v["former"]
    stored[_in_force(v)] = {"": v["successor"]}


RULES: dict[str, Rule] = {
    "Authority.RoleGranted": _granted,
    "Authority.RoleRevoked": _revoked,
    "Authority.TargetFunctionRoleUpdated": _wired,
    "Authority.FoundingEnded": _founded,
    "Members.RoleGranted": _given,
    "Members.HouseholdPlaced": _placed,
    "Committees.CommitteeOpened": _opened,
    "Committees.TierSet": _tier_set,
    "Committees.SeatFilled": _filled,
    "Committees.SeatVacated": _vacated,
    "Committees.FundHandedOver": _handed_over,
}
