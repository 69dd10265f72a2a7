// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CampaignPostings} from "./CampaignPostings.sol";
import {GiftRules} from "./GiftRules.sol";
import {ICampaigns} from "./interfaces/ICampaigns.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {BankLineUses} from "./libraries/BankLineUses.sol";
import {CampaignMessages} from "./libraries/CampaignMessages.sol";

/// @dev What comes in for a campaign and goes back: a part of {Campaigns}. Of a gift nothing is kept here: {IFunds} keeps it with
/// its bank line. So a new version refunds what is owed for campaigns of the one before, and takes gifts back whose sums that one keeps.
abstract contract Gifts is GiftRules {
    using BankLineUses for bytes15;

    struct Giver {
        uint32 gifts;
        uint64 matchedFen;
    }

    /// @dev The version before this one, or none.
    ICampaigns private immutable FORMER;

    mapping(uint32 campaign => Terms) internal _terms;
    mapping(uint32 campaign => Progress) public campaignRecord;
    /// @dev A household by its number in the list of the campaign, or an organisation by its member id, left-aligned: no
    /// number is so large.
    mapping(uint32 campaign => mapping(bytes32 giver => Giver)) private _givers;

    constructor(ILedger ledger, IMembers members, IFunds funds, ICampaigns former)
        CampaignPostings(ledger, members, funds)
    {
        FORMER = former;
    }

    function attestGifts(uint32 campaign, uint32 bank, Gift[] calldata gifts, Authorization calldata authorization)
        external
    {
        if (gifts.length == 0) revert CampaignsNothingToAttest();
        Progress memory progress = campaignRecord[campaign];
        if (progress.state != CampaignState.OPEN) revert CampaignsNotIn(campaign, CampaignState.OPEN, progress.state);
        Terms memory terms = _terms[campaign];
        uint48 settlesAt = terms.closesAt + GRACE_SECONDS;
        if (block.timestamp >= settlesAt) revert CampaignsClosed(campaign, settlesAt);
        address key = _keyOf(CampaignMessages.attesting(campaign, bank, gifts, authorization), authorization);
        uint64 formerFen = progress.giftsFen;
        (IFunds.Entry[] memory entries, uint32[] memory households) = _add(campaign, terms, progress, gifts);
        campaignRecord[campaign] = progress;
        bytes16 treasurer = FUNDS.recordGifts(Accounts.fundOf(terms.purpose), bank, entries, key);
        ILedger.Leg[] memory legs = new ILedger.Leg[](gifts.length);
        for (uint256 i = 0; i < gifts.length; i++) {
            formerFen += gifts[i].amountFen;
            _announce(campaign, gifts[i], entries[i].use.matchedFenOf(), formerFen, households[i], treasurer);
            ILedger.Leg memory leg = legs[i];
            (leg.payee, leg.amount) = (_account(campaign), gifts[i].amountFen);
            (leg.reason, leg.cause, leg.document) =
                (ILedger.Reason.CAMPAIGN_GIFT, gifts[i].bankLine, gifts[i].donor);
        }
        LEDGER.postFrom(Accounts.id(Accounts.BANK, bank), legs);
    }

    function refundGift(
        uint32 campaign,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        Authorization calldata authorization
    ) external {
        CampaignState state = stateOf(campaign);
        if (state != CampaignState.MISSED) revert CampaignsNotIn(campaign, CampaignState.MISSED, state);
        bytes32 structHash = CampaignMessages.refunding(campaign, bankLine, outgoingBankLine, authorization);
        address key = _keyOf(structHash, authorization);
        uint16 fund = LEDGER.fundOf(_account(campaign));
        uint64 amountFen =
            FUNDS.returnGift(bankLine, outgoingBankLine, fund, BankLineUses.ofGift(campaign, 0, 0), key);
        emit GiftRefunded(campaign, bankLine, outgoingBankLine, amountFen);
        _postBack(_account(campaign), fund, amountFen, ILedger.Reason.CAMPAIGN_REFUND, bankLine, outgoingBankLine);
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
        ICampaigns version = versionOf(campaign);
        if (address(version) == address(0)) revert CampaignsGiftUnknown(bankLine);
        Terms memory terms = version.termsOf(campaign);
        uint16 fund = Accounts.fundOf(terms.purpose);
        (bytes16 treasurer, IFunds.BankLine memory gift) = FUNDS.reverseEntry(
            bankLine,
            outgoingBankLine,
            fund,
            IFunds.BankLineState.GIFT,
            BankLineUses.ofGift(campaign, 0, 0),
            key
        );
        uint64 matchedFen = gift.use.matchedFenOf();
        // The sums of a campaign stand in one place, whichever version takes the gift back.
        Progress memory progress =
            version.discountGift(campaign, gift.amountFen, gift.use.householdOf(), matchedFen);
        emit GiftReversed(
            campaign,
            bankLine,
            outgoingBankLine,
            document,
            gift.amountFen,
            matchedFen,
            progress.giftsFen,
            progress.households,
            treasurer
        );
        bool isReached = progress.state == CampaignState.REACHED;
        bytes32 payer = isReached ? Accounts.purpose(terms.purpose) : _account(campaign);
        _postBack(payer, fund, gift.amountFen, ILedger.Reason.CAMPAIGN_REVERSAL, bankLine, document);
        if (!isReached || matchedFen == 0) return;
        bytes32 pot = Accounts.purpose(terms.matchPurpose);
        _post(campaign, payer, pot, matchedFen, ILedger.Reason.MATCH_RETURN);
    }

    function discountGift(uint32 campaign, uint64 amountFen, uint32 household, uint64 matchedFen)
        external
        returns (Progress memory progress)
    {
        bool mayDebit = (LEDGER.kindsOf(msg.sender) >> Accounts.CAMPAIGN) & 1 != 0;
        if (!mayDebit) revert CampaignsModuleNotAllowed(msg.sender);
        progress = campaignRecord[campaign];
        progress.giftsFen -= amountFen;
        progress.matchedFen -= matchedFen;
        if (household != 0) {
            Giver storage giver = _givers[campaign][bytes32(uint256(household))];
            giver.matchedFen -= matchedFen;
            if (--giver.gifts == 0) progress.households--;
        }
        campaignRecord[campaign] = progress;
    }

    function versionOf(uint32 campaign) public view returns (ICampaigns) {
        if (campaignRecord[campaign].state != CampaignState.NONE) return this;
        return address(FORMER) == address(0) ? FORMER : FORMER.versionOf(campaign);
    }

    function termsOf(uint32 campaign) external view returns (Terms memory) {
        return _terms[campaign];
    }

    function stateOf(uint32 campaign) public view returns (CampaignState state) {
        state = campaignRecord[campaign].state;
        if (state == CampaignState.NONE && address(FORMER) != address(0)) return FORMER.stateOf(campaign);
    }

    /// @return entries What each gift is for.
    /// @return households How many households have given, with each gift.
    function _add(uint32 campaign, Terms memory terms, Progress memory progress, Gift[] calldata gifts)
        private
        returns (IFunds.Entry[] memory entries, uint32[] memory households)
    {
        entries = new IFunds.Entry[](gifts.length);
        households = new uint32[](gifts.length);
        for (uint256 i = 0; i < gifts.length; i++) {
            Gift calldata gift = gifts[i];
            _requireFitting(terms, progress, gift);
            uint64 matchedFen = _count(campaign, terms, progress, gift);
            bytes15 use = BankLineUses.ofGift(campaign, gift.household, uint56(matchedFen));
            (entries[i], households[i]) = (IFunds.Entry(gift.bankLine, gift.amountFen, use), progress.households);
        }
    }

    /// @dev Adds a gift to the sums, and to what its giver gave and was matched with. The lock bounds the match, and fits
    /// seven bytes.
    function _count(uint32 campaign, Terms memory terms, Progress memory progress, Gift calldata gift)
        private
        returns (uint64 matchedFen)
    {
        bytes32 giver = _giverOf(terms, gift);
        if (giver != 0) {
            Giver memory former = _givers[campaign][giver];
            if (gift.household != 0 && former.gifts == 0) progress.households++;
            matchedFen = _match(terms, gift.amountFen, former.matchedFen, progress.matchedFen);
            _givers[campaign][giver] = Giver({gifts: former.gifts + 1, matchedFen: former.matchedFen + matchedFen});
        }
        progress.giftsFen += gift.amountFen;
        progress.matchedFen += matchedFen;
    }

    function _announce(
        uint32 campaign,
        Gift calldata gift,
        uint64 matchedFen,
        uint64 giftsFen,
        uint32 households,
        bytes16 treasurer
    ) private {
        emit GiftAttested(
            campaign,
            gift.bankLine,
            gift.donor,
            gift.household,
            gift.amountFen,
            gift.bookedOn,
            matchedFen,
            giftsFen,
            households,
            treasurer
        );
    }

    function _requireState(uint32 campaign, CampaignState needed) internal view {
        CampaignState found = campaignRecord[campaign].state;
        if (found != needed) revert CampaignsNotIn(campaign, needed, found);
    }
}
