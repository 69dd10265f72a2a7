"""C40: the list of a campaign's households, opened: each is a household that stood there, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_abi import encode

from audit.checks.check import check
from audit.decode.keccak import keccak
from audit.decode.merkle_log import leaf_hash, roots
from audit.errors import BundleError
from audit.evidence.canonical import array, integer, record, unhexed
from audit.evidence.formats import HOUSEHOLDS_FOLDER, HOUSEHOLDS_FORMAT
from audit.rules.membership import Membership, place_of

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

Opened = list[tuple[bytes, bytes]]
MOST_CAMPAIGNS = 2**32 - 1


@check("C40", "众筹住户名单属实", "Listed households are households, each once")
def households(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Lists that were published are opened; they have the published root, and are of households that stood in the building, none of them twice."""
    del trust
    opened = _opened(bundle)
    lists = {log.values["campaign"]: log for log in history.logs("Campaigns.HouseholdsListed")}
    for campaign in opened.keys() - lists.keys():
        tally.expect(False, f"campaign {campaign}", "没有公布过名单 no list was published")
    buildings = {
        log.values["campaign"]: log.values["terms"]["building"]
        for log in history.logs("Campaigns.CampaignOpened")
    }
    membership = Membership(history)
    for campaign in opened.keys() & lists.keys():
        _judge(tally, lists[campaign], buildings.get(campaign, b""), opened[campaign], membership)
    if kept := sorted(lists.keys() - opened.keys()):
        return tally.undecided(f"这些众筹的名单没有打开 the lists of these campaigns were not opened: {kept}")
    return tally.result() if tally.counted else tally.not_applicable("没有公布过名单 no list was published")


def _judge(tally: Tally, log: Log, building: bytes, opened: Opened, membership: Membership) -> None:
    v = log.values
    leaves = sorted(leaf_of(salt, v["campaign"], household) for household, salt in opened)
    root = roots([leaf_hash(leaf) for leaf in leaves], [len(leaves)])[len(leaves)]
    tally.expect_equal(log.where, "住户数 households", expected=len(opened), got=v["households"])
    tally.expect_equal(log.where, "名单的根 root of the list", expected=root, got=v["root"])
    distinct = {household for household, _ in opened}
    tally.expect_equal(log.where, "不同的住户数 distinct households", expected=len(distinct), got=len(opened))
    for household in sorted(distinct):
        home = membership.building_of(household, place_of(log))
        stands = home == building if any(building) else any(home)
        tally.expect(
            stands, log.where, f"住户不在这里 household 0x{household.hex()} stood elsewhere or nowhere"
        )


def leaf_of(salt: bytes, campaign: int, household: bytes) -> bytes:
    """Leaf of a household in the list of a campaign, 32 bytes (`ICampaigns`).

    Args:
        salt: 32 random bytes.
        campaign: Number of the campaign.
        household: Id of the household, 16 bytes.
    """
    return keccak(encode(["bytes32", "uint32", "bytes16"], [salt, campaign, household]))


def _opened(bundle: Bundle) -> dict[int, Opened]:
    """Household and salt of each line of the lists that were opened, by campaign."""
    found: dict[int, Opened] = {}
    for path in bundle.paths(HOUSEHOLDS_FOLDER):
        exhibit: dict[str, Any] = record(bundle.json(path), ("campaign", "format", "households"))
        campaign = integer(exhibit["campaign"])
        if exhibit["format"] != HOUSEHOLDS_FORMAT or campaign > MOST_CAMPAIGNS or campaign in found:
            raise BundleError(f"{path}: expected one {HOUSEHOLDS_FORMAT} of a campaign")
        entries = [record(entry, ("household", "salt")) for entry in array(exhibit["households"])]
        found[campaign] = [(unhexed(one["household"], 16), unhexed(one["salt"], 32)) for one in entries]
    return found
