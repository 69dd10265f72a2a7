// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Gifts} from "./Gifts.sol";
import {ICampaigns} from "./interfaces/ICampaigns.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";

/// @dev See {ICampaigns}.
contract Campaigns is Gifts, AccessManaged {
    /// @dev A town's budget is for a year; what a campaign has not used by then goes back into it.
    uint48 public constant MAX_SECONDS = 365 days;
    /// @dev Residents must be able to see it before it is over, and to cancel.
    uint48 public constant MIN_SECONDS = 1 days;
    /// @dev Public matching is one to one as a rule, for the poorest places up to three to one. Above that the gifts of a
    /// few would be no more than a way to move the pot.
    uint32 public constant MAX_MATCH_BPS = 30_000;

    constructor(address authority, ILedger ledger, IMembers members, IFunds funds, ICampaigns former)
        AccessManaged(authority)
        Gifts(ledger, members, funds, former)
    {}

    function openCampaign(uint32 campaign, Terms calldata terms) external restricted {
        if (campaign == 0 || campaignRecord[campaign].state != CampaignState.NONE) revert CampaignsIdTaken(campaign);
        _requireFit(campaign, terms);
        _terms[campaign] = terms;
        campaignRecord[campaign].state = CampaignState.OPEN;
        emit CampaignOpened(campaign, terms);
        LEDGER.openAccount(_account(campaign), ILedger.Unit.CNY, false, Accounts.fundOf(terms.purpose));
        if (terms.matchPurpose == 0) return;
        // Of no fund: a match that is locked goes to the campaign or back, frozen or not.
        LEDGER.openAccount(_lock(campaign), ILedger.Unit.CNY, false, 0);
        bytes32 pot = Accounts.purpose(terms.matchPurpose);
        _post(campaign, pot, _lock(campaign), terms.matchLockFen, ILedger.Reason.MATCH_LOCK);
    }

    function listHouseholds(uint32 campaign, bytes32 root, uint32 households) external restricted {
        _requireState(campaign, CampaignState.OPEN);
        if (root == 0 || households == 0) revert CampaignsHouseholdsMissing(campaign);
        Progress storage progress = campaignRecord[campaign];
        if (progress.listedHouseholds != 0) revert CampaignsHouseholdsListed(campaign, progress.listedHouseholds);
        bytes16 building = _terms[campaign].building;
        uint32 placed = MEMBERS.householdsIn(building);
        if (households > placed) revert CampaignsHouseholdsTooMany(campaign, households, placed);
        progress.listedHouseholds = households;
        emit HouseholdsListed(campaign, root, households);
    }

    function settle(uint32 campaign) external {
        Terms memory terms = _terms[campaign];
        _requireState(campaign, CampaignState.OPEN);
        uint48 settlesAt = terms.closesAt + GRACE_SECONDS;
        if (block.timestamp < settlesAt) revert CampaignsStillOpen(campaign, settlesAt);
        Progress memory progress = campaignRecord[campaign];
        bool reached = progress.giftsFen >= terms.targetFen && progress.households >= terms.minHouseholds;
        uint64 matchedFen = reached ? progress.matchedFen : 0;
        uint64 returnedFen = terms.matchLockFen - matchedFen;
        CampaignState state = reached ? CampaignState.REACHED : CampaignState.MISSED;
        campaignRecord[campaign].state = state;
        emit CampaignSettled(campaign, state, progress.giftsFen, matchedFen, returnedFen);
        bytes32 purpose = Accounts.purpose(terms.purpose);
        if (reached) _post(campaign, _account(campaign), purpose, progress.giftsFen, ILedger.Reason.CAMPAIGN_SUCCESS);
        if (matchedFen != 0) _post(campaign, _lock(campaign), purpose, matchedFen, ILedger.Reason.MATCH);
        if (returnedFen == 0) return;
        bytes32 pot = Accounts.purpose(terms.matchPurpose);
        _post(campaign, _lock(campaign), pot, returnedFen, ILedger.Reason.MATCH_RETURN);
    }

    function _requireFit(uint32 campaign, Terms calldata terms) private view {
        bool matched = terms.matchPurpose != 0;
        bool matchParts = terms.matchLockFen != 0 && terms.matchBps != 0 && terms.matchPerGiverFen != 0;
        bool anyMatchPart = terms.matchLockFen != 0 || terms.matchBps != 0 || terms.matchPerGiverFen != 0;
        if (terms.targetFen == 0 || (matched ? !matchParts : anyMatchPart)) {
            revert CampaignsTermsInvalid(campaign);
        }
        if (terms.closesAt < block.timestamp + MIN_SECONDS || terms.closesAt > block.timestamp + MAX_SECONDS) {
            revert CampaignsLengthInvalid(campaign, terms.closesAt);
        }
        _requirePurpose(terms.purpose);
        if (!matched) return;
        _requirePurpose(terms.matchPurpose);
        // With each gift its match is kept, in seven bytes.
        if (terms.matchLockFen > type(uint56).max) revert CampaignsLockTooHigh(campaign, terms.matchLockFen);
        if (terms.matchBps > MAX_MATCH_BPS) revert CampaignsMatchTooHigh(campaign, terms.matchBps, MAX_MATCH_BPS);
        if (!FUNDS.isWithin(Accounts.fundOf(terms.purpose), Accounts.fundOf(terms.matchPurpose))) {
            revert CampaignsPotElsewhere(campaign, terms.matchPurpose, terms.purpose);
        }
    }

    function _requirePurpose(uint32 purpose) private view {
        bool opened = LEDGER.unitOf(Accounts.purpose(purpose)) != ILedger.Unit.NONE;
        if (!opened) revert CampaignsPurposeUnknown(purpose);
    }
}
