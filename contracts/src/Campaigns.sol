// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Intents} from "./Intents.sol";
import {ICampaigns} from "./interfaces/ICampaigns.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {CampaignMessages} from "./libraries/CampaignMessages.sol";

/// @dev See {ICampaigns}.
contract Campaigns is ICampaigns, Intents, AccessManaged {
    struct Progress {
        CampaignState state;
        uint64 giftsFen;
        uint64 matchedFen;
        uint32 households;
        uint32 listedHouseholds;
    }

    struct GiftRecord {
        uint32 campaign;
        uint32 bank;
        uint64 amountFen;
        uint64 matchedFen;
        uint32 household;
    }

    struct Giver {
        uint32 gifts;
        uint64 matchedFen;
    }

    /// @dev A town's budget is for a year; what a campaign has not used by then goes back into it.
    uint48 public constant MAX_SECONDS = 365 days;
    /// @dev Residents must be able to see it before it is over, and to cancel.
    uint48 public constant MIN_SECONDS = 1 days;
    /// @dev Public matching is one to one as a rule, for the poorest places up to three to one. Above that the gifts of a
    /// few would be no more than a way to move the pot.
    uint32 public constant MAX_MATCH_BPS = 30_000;
    /// @dev What a bank books on the last day stands in the statement that a treasurer imports within five working days.
    uint48 public constant GRACE_SECONDS = 7 days;
    /// @dev Statements have days of China: one time zone, and no summer time.
    uint256 private constant CHINA_SECONDS = 8 hours;

    ILedger private immutable LEDGER;
    IFunds private immutable FUNDS;

    mapping(uint32 campaign => Terms) private _terms;
    mapping(uint32 campaign => Progress) public campaignRecord;
    mapping(bytes32 bankLine => GiftRecord) private _gifts;
    /// @dev A household by its number in the list of the campaign, or an organisation by its member id, left-aligned: no
    /// number is so large.
    mapping(uint32 campaign => mapping(bytes32 giver => Giver)) private _givers;

    constructor(address authority, ILedger ledger, IMembers members, IFunds funds)
        AccessManaged(authority)
        Intents("Gongji Campaigns", members)
    {
        LEDGER = ledger;
        FUNDS = funds;
    }

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

    function attestGifts(uint32 campaign, uint32 bank, Gift[] calldata gifts, Authorization calldata authorization)
        external
    {
        if (gifts.length == 0) revert CampaignsNothingToAttest();
        Terms memory terms = _terms[campaign];
        _requireState(campaign, CampaignState.OPEN);
        uint48 settlesAt = terms.closesAt + GRACE_SECONDS;
        if (block.timestamp >= settlesAt) revert CampaignsClosed(campaign, settlesAt);
        uint16 fund = Accounts.fundOf(terms.purpose);
        FUNDS.requireBank(fund, bank);
        address key = _keyOf(CampaignMessages.attesting(campaign, bank, gifts, authorization), authorization);
        ILedger.Leg[] memory legs = new ILedger.Leg[](gifts.length);
        for (uint256 i = 0; i < gifts.length; i++) {
            Gift calldata gift = gifts[i];
            bytes16 treasurer = FUNDS.useBankLine(gift.bankLine, fund, key);
            _attest(campaign, bank, terms, gift, treasurer);
            legs[i] = ILedger.Leg(
                _account(campaign), gift.amountFen, ILedger.Reason.CAMPAIGN_GIFT, gift.bankLine, gift.donor
            );
        }
        LEDGER.postFrom(Accounts.id(Accounts.BANK, bank), legs);
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

    function refundGift(
        uint32 campaign,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        Authorization calldata authorization
    ) external {
        _requireState(campaign, CampaignState.MISSED);
        bytes32 structHash = CampaignMessages.refunding(campaign, bankLine, outgoingBankLine, authorization);
        address key = _keyOf(structHash, authorization);
        GiftRecord memory gift = _takeOut(campaign, bankLine);
        emit GiftRefunded(campaign, bankLine, outgoingBankLine, gift.amountFen);
        uint16 fund = Accounts.fundOf(_terms[campaign].purpose);
        FUNDS.useBankLine(outgoingBankLine, fund, key);
        LEDGER.post(
            ILedger.Transfer({
                payer: _account(campaign),
                payee: Accounts.id(Accounts.BANK, gift.bank),
                amount: gift.amountFen,
                reason: ILedger.Reason.CAMPAIGN_REFUND,
                cause: bankLine,
                document: outgoingBankLine
            })
        );
    }

    function reverseGift(
        uint32 campaign,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = CampaignMessages.reversing(campaign, bankLine, outgoingBankLine, document, authorization);
        address key = _keyOf(structHash, authorization);
        GiftRecord memory gift = _takeOut(campaign, bankLine);
        Progress memory progress = _discount(campaign, gift);
        uint32 purpose = _terms[campaign].purpose;
        uint16 fund = Accounts.fundOf(purpose);
        bytes16 treasurer = FUNDS.reverseBankLine(bankLine, outgoingBankLine, fund, key);
        emit GiftReversed(
            campaign,
            bankLine,
            outgoingBankLine,
            document,
            gift.amountFen,
            gift.matchedFen,
            progress.giftsFen,
            progress.households,
            treasurer
        );
        bool isReached = progress.state == CampaignState.REACHED;
        LEDGER.post(
            ILedger.Transfer({
                payer: isReached ? Accounts.purpose(purpose) : _account(campaign),
                payee: Accounts.id(Accounts.BANK, gift.bank),
                amount: gift.amountFen,
                reason: ILedger.Reason.CAMPAIGN_REVERSAL,
                cause: bankLine,
                document: document
            })
        );
        if (!isReached || gift.matchedFen == 0) return;
        bytes32 pot = Accounts.purpose(_terms[campaign].matchPurpose);
        _post(campaign, Accounts.purpose(purpose), pot, gift.matchedFen, ILedger.Reason.MATCH_RETURN);
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
        if (terms.matchBps > MAX_MATCH_BPS) revert CampaignsMatchTooHigh(campaign, terms.matchBps, MAX_MATCH_BPS);
        if (!FUNDS.isWithin(Accounts.fundOf(terms.purpose), Accounts.fundOf(terms.matchPurpose))) {
            revert CampaignsPotElsewhere(campaign, terms.matchPurpose, terms.purpose);
        }
    }

    function _requirePurpose(uint32 purpose) private view {
        bool opened = LEDGER.unitOf(Accounts.purpose(purpose)) != ILedger.Unit.NONE;
        if (!opened) revert CampaignsPurposeUnknown(purpose);
    }

    function _attest(uint32 campaign, uint32 bank, Terms memory terms, Gift calldata gift, bytes16 treasurer) private {
        if (gift.donor == 0) revert CampaignsDonorMissing(gift.bankLine);
        if (gift.household != 0 && _isOpen(gift.donor)) revert CampaignsHouseholdOfOpenDonor(gift.bankLine, gift.donor);
        _requireBooked(terms.closesAt, gift);
        Progress memory progress = campaignRecord[campaign];
        if (gift.household > progress.listedHouseholds) {
            revert CampaignsHouseholdUnknown(gift.bankLine, gift.household, progress.listedHouseholds);
        }
        uint64 matchedFen = 0;
        bytes32 giver = _giverOf(terms, gift);
        if (giver != 0) {
            Giver memory former = _givers[campaign][giver];
            if (gift.household != 0 && former.gifts == 0) progress.households++;
            matchedFen = _match(terms, gift.amountFen, former.matchedFen, progress.matchedFen);
            _givers[campaign][giver] = Giver({gifts: former.gifts + 1, matchedFen: former.matchedFen + matchedFen});
        }
        progress.giftsFen += gift.amountFen;
        progress.matchedFen += matchedFen;
        campaignRecord[campaign] = progress;
        _gifts[gift.bankLine] = GiftRecord({
            campaign: campaign,
            bank: bank,
            amountFen: gift.amountFen,
            matchedFen: matchedFen,
            household: gift.household
        });
        emit GiftAttested(
            campaign,
            gift.bankLine,
            gift.donor,
            gift.household,
            gift.amountFen,
            gift.bookedOn,
            matchedFen,
            progress.giftsFen,
            progress.households,
            treasurer
        );
    }

    /// @dev Who may be matched: a household of the list, or an organisation that gives openly. A treasurer makes neither.
    function _giverOf(Terms memory terms, Gift calldata gift) private view returns (bytes32) {
        if (gift.household != 0) return bytes32(uint256(gift.household));
        if (terms.matchPurpose == 0 || terms.perHousehold || !_isOpen(gift.donor)) return 0;
        bool isOrganisation = MEMBERS.kindOf(bytes16(gift.donor)) == IMembers.MemberKind.ORGANISATION;
        return isOrganisation ? gift.donor : bytes32(0);
    }

    /// @dev Whether a donor is named: a member id, and zeros after it. A commitment ends with sixteen zeros by no chance.
    function _isOpen(bytes32 donor) private pure returns (bool) {
        return uint128(uint256(donor)) == 0;
    }

    function _match(Terms memory terms, uint64 amountFen, uint64 giverFen, uint64 alreadyFen)
        private
        pure
        returns (uint64)
    {
        if (terms.matchPurpose == 0) return 0;
        uint256 uncappedFen = (uint256(amountFen) * terms.matchBps) / 10_000;
        uint256 room = Math.min(terms.matchPerGiverFen - giverFen, terms.matchLockFen - alreadyFen);
        return uint64(Math.min(uncappedFen, room));
    }

    function _takeOut(uint32 campaign, bytes32 bankLine) private returns (GiftRecord memory gift) {
        gift = _gifts[bankLine];
        if (campaign == 0 || gift.campaign != campaign) revert CampaignsGiftUnknown(bankLine);
        delete _gifts[bankLine];
    }

    /// @dev Takes a gift out of the sums, and out of what its household gave and was matched with. What an organisation was
    /// matched with stays used up, since the gift does not say which it was.
    function _discount(uint32 campaign, GiftRecord memory gift) private returns (Progress memory progress) {
        progress = campaignRecord[campaign];
        progress.giftsFen -= gift.amountFen;
        progress.matchedFen -= gift.matchedFen;
        if (gift.household != 0) {
            Giver storage giver = _givers[campaign][bytes32(uint256(gift.household))];
            giver.matchedFen -= gift.matchedFen;
            if (--giver.gifts == 0) progress.households--;
        }
        campaignRecord[campaign] = progress;
    }

    /// @dev A statement has days and no hours, so the last day of a campaign counts whole.
    function _requireBooked(uint48 closesAt, Gift calldata gift) private view {
        uint32 lastDay = _dayOf(closesAt - 1);
        if (gift.bookedOn > lastDay) revert CampaignsBookedAfterClose(gift.bankLine, gift.bookedOn, lastDay);
        uint32 today = _dayOf(block.timestamp);
        if (gift.bookedOn > today) revert CampaignsBookedAhead(gift.bankLine, gift.bookedOn, today);
    }

    function _dayOf(uint256 time) private pure returns (uint32) {
        return uint32((time + CHINA_SECONDS) / 1 days);
    }

    function _requireState(uint32 campaign, CampaignState needed) private view {
        CampaignState found = campaignRecord[campaign].state;
        if (found != needed) revert CampaignsNotIn(campaign, needed, found);
    }

    function _post(uint32 campaign, bytes32 payer, bytes32 payee, uint64 amountFen, ILedger.Reason reason) private {
        LEDGER.post(
            ILedger.Transfer({
                payer: payer,
                payee: payee,
                amount: amountFen,
                reason: reason,
                cause: bytes32(uint256(campaign)),
                document: bytes32(0)
            })
        );
    }

    function _lock(uint32 campaign) private pure returns (bytes32) {
        return Accounts.id(Accounts.MATCH_LOCK, campaign);
    }

    function _account(uint32 campaign) private pure returns (bytes32) {
        return Accounts.id(Accounts.CAMPAIGN, campaign);
    }
}
