// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Campaigns: gifts towards a target, matched by money that is locked before the first gift
/// @notice Gifts wait in the campaign's own account. A campaign that reaches its target hands them and their match to
/// its purpose. One that does not returns the match at once and owes every gift back, each return proven by an
/// outgoing bank line. A gift counts by the day on which the bank booked it, also if a treasurer attests it some days
/// after the close; so a campaign is settled only after that grace.
/// @dev The match of a gift is fixed when the gift is attested: `amount * matchBps / 10000`, rounded down, within
/// what the giver (or the giver's household) and the lock have left.
interface ICampaigns is IIntents {
    /// @notice Where a campaign stands.
    enum CampaignState {
        NONE,
        OPEN,
        REACHED,
        MISSED
    }

    /// @notice The rules of one campaign. They never change.
    /// @param purpose Purpose that receives the money. Its fund's treasurer attests the gifts.
    /// @param targetFen Gifts needed, match not counted, in fen, over zero.
    /// @param minHouseholds Distinct giving households needed; 0 if it does not matter.
    /// @param building Only households of this building may give; zero if any may.
    /// @param closesAt First second at which no gift is taken, seconds since 1970; a day to a year after the opening. What
    /// the bank booked on the day of the second before still counts, since statements tell no hours.
    /// @param matchPurpose Purpose whose money is locked for matching, of the same fund or one above it; 0 if there is no
    /// match.
    /// @param matchLockFen Cap of all matches together, locked at opening, in fen.
    /// @param matchBps Match per gift, in basis points of the gift; 10000 is one to one, at most 30000.
    /// @param matchPerGiverFen Cap of matches per giver, or per household, in fen.
    /// @param perHousehold Whether the cap counts households; else it counts donors.
    /// @custom:field purpose purpose
    /// @custom:field targetFen money
    /// @custom:field minHouseholds number
    /// @custom:field building id
    /// @custom:field closesAt date
    /// @custom:field matchPurpose purpose
    /// @custom:field matchLockFen money
    /// @custom:field matchBps share
    /// @custom:field matchPerGiverFen money
    /// @custom:field perHousehold flag
    struct Terms {
        uint32 purpose;
        uint64 targetFen;
        uint32 minHouseholds;
        bytes16 building;
        uint48 closesAt;
        uint32 matchPurpose;
        uint64 matchLockFen;
        uint32 matchBps;
        uint64 matchPerGiverFen;
        bool perHousehold;
    }

    /// @notice A gift as a treasurer attests it.
    /// @param bankLine Key of the incoming bank line.
    /// @param amountFen In fen, over zero.
    /// @param bookedOn Day on which the bank booked it, as its statement has it: days since 1970 in China.
    /// @param donor Public donor: member id left-aligned. Private donor: commitment. Never zero.
    /// @param household Pseudonymous household of the donor; zero if unknown.
    /// @custom:field bankLine bank-line-in
    /// @custom:field amountFen money
    /// @custom:field bookedOn day
    /// @custom:field donor donor
    /// @custom:field household id?
    struct Gift {
        bytes32 bankLine;
        uint64 amountFen;
        uint32 bookedOn;
        bytes32 donor;
        bytes16 household;
    }

    /// @notice A campaign opened; its match, if any, is locked.
    /// @param campaign Id of the campaign; its accounts are of the kinds CAMPAIGN and MATCH_LOCK.
    /// @param terms Its rules.
    event CampaignOpened(uint32 indexed campaign, Terms terms);

    /// @notice A gift was attested.
    /// @param campaign Id of the campaign.
    /// @param bankLine Key of the incoming bank line.
    /// @param donor Public donor: member id left-aligned. Private donor: commitment.
    /// @param household Pseudonymous household, or zero.
    /// @param amountFen In fen.
    /// @param bookedOn Day on which the bank booked it: days since 1970 in China.
    /// @param matchedFen Match it earned, in fen; moved when the campaign is settled.
    /// @param giftsFen Gifts of the campaign so far, this one included, in fen.
    /// @param households Distinct giving households so far.
    event GiftAttested(
        uint32 indexed campaign,
        bytes32 indexed bankLine,
        bytes32 indexed donor,
        bytes16 household,
        uint64 amountFen,
        uint32 bookedOn,
        uint64 matchedFen,
        uint64 giftsFen,
        uint32 households
    );

    /// @notice A campaign was settled after its close and the grace for gifts booked before.
    /// @param campaign Id of the campaign.
    /// @param state REACHED or MISSED.
    /// @param giftsFen All gifts, in fen.
    /// @param matchedFen Match handed to the purpose, in fen.
    /// @param returnedFen Match returned to the matching purpose, in fen.
    event CampaignSettled(
        uint32 indexed campaign, CampaignState state, uint64 giftsFen, uint64 matchedFen, uint64 returnedFen
    );

    /// @notice A gift to a missed campaign was returned.
    /// @param campaign Id of the campaign.
    /// @param bankLine Key of the incoming line of the gift.
    /// @param outgoingBankLine Key of the line that returned it.
    /// @param amountFen In fen.
    event GiftRefunded(
        uint32 indexed campaign, bytes32 indexed bankLine, bytes32 indexed outgoingBankLine, uint64 amountFen
    );

    /// @notice The id is zero or taken.
    error CampaignsIdTaken(uint32 campaign);

    /// @notice The campaign is not in the state that this needs.
    error CampaignsNotIn(uint32 campaign, CampaignState needed, CampaignState found);

    /// @notice A target, a close in the future, or the parts of a match are missing or do not fit together.
    error CampaignsTermsInvalid(uint32 campaign);

    /// @notice The campaign would close sooner than a day from now, or later than a year from now.
    error CampaignsLengthInvalid(uint32 campaign, uint48 closesAt);

    /// @notice The match per gift is above its bound, in basis points.
    error CampaignsMatchTooHigh(uint32 campaign, uint32 matchBps, uint32 maxBps);

    /// @notice The money for matching is neither of the receiving purpose's fund nor of one above it.
    error CampaignsPotElsewhere(uint32 campaign, uint32 matchPurpose, uint32 purpose);

    /// @notice No ledger account of a purpose has this number.
    error CampaignsPurposeUnknown(uint32 purpose);

    /// @notice Gifts that the bank booked before the close are attested until `settlesAt`.
    error CampaignsStillOpen(uint32 campaign, uint48 settlesAt);

    /// @notice The campaign has closed, and since `settlesAt` so has the grace for gifts booked before.
    error CampaignsClosed(uint32 campaign, uint48 settlesAt);

    /// @notice The bank booked the gift after the last day of the campaign, in days since 1970.
    error CampaignsBookedAfterClose(bytes32 bankLine, uint32 bookedOn, uint32 lastDay);

    /// @notice The bank cannot have booked the gift on a day that is still to come, in days since 1970.
    error CampaignsBookedAhead(bytes32 bankLine, uint32 bookedOn, uint32 today);

    /// @notice The household is not of the campaign's building.
    error CampaignsHouseholdElsewhere(bytes16 household, bytes16 building);

    /// @notice A gift needs a donor or a commitment to one.
    error CampaignsDonorMissing(bytes32 bankLine);

    /// @notice There is nothing to attest.
    error CampaignsNothingToAttest();

    /// @notice The bank line holds no gift to this campaign that is still to be returned.
    error CampaignsGiftUnknown(bytes32 bankLine);

    /// @notice Opens a campaign and locks its match in the same step. A frozen fund does not match.
    /// @dev A pot is meant for the fund and those below it, so it matches for no other. It is locked for a year at most,
    /// so that no money is put out of reach; and a day at least, so that gifts can come in.
    /// @custom:act OpenCampaign
    /// @custom:action 发起众筹 Open a campaign
    /// @custom:notice-zh 发起一次众筹，条件定了就不再改。
    /// @custom:by steward
    /// @custom:field campaign id
    /// @custom:field terms record
    /// @custom:emits CampaignOpened AccountOpened Transferred
    /// @custom:undo none
    function openCampaign(uint32 campaign, Terms calldata terms) external;

    /// @notice Attests gifts to a campaign.
    /// @param bank Bank account whose statement has the lines; that of the fund whose purpose receives the money.
    /// @custom:act AttestGifts
    /// @custom:message AttestGifts(string action,uint32 campaign,uint32 bank,string total,uint64 totalFen,Gift[] gifts,uint256 nonce,uint48 deadline)Gift(bytes32 bankLine,uint64 amountFen,uint32 bookedOn,bytes32 donor,bytes16 household)
    /// @custom:action 确认收到众筹款 Attest gifts to a campaign
    /// @custom:notice-zh 确认一笔众筹捐款已经到账。
    /// @custom:by treasurer of campaign
    /// @custom:field campaign id
    /// @custom:field bank bank
    /// @custom:field gifts list
    /// @custom:field authorization authorization
    /// @custom:emits GiftAttested Transferred
    /// @custom:undo none
    function attestGifts(uint32 campaign, uint32 bank, Gift[] calldata gifts, Authorization calldata authorization)
        external;

    /// @notice Settles a campaign after its close and the grace for gifts that the bank booked before.
    /// @custom:act SettleCampaign
    /// @custom:action 结束众筹 Settle a campaign
    /// @custom:notice-zh 众筹截止、补登期满后结算：达到目标就转入用途，没有达到就退回。
    /// @custom:by anyone
    /// @custom:field campaign id
    /// @custom:emits CampaignSettled Transferred
    /// @custom:undo none
    function settle(uint32 campaign) external;

    /// @notice Records the return of a gift, unless the fund is frozen.
    /// @param outgoingBankLine Line that returned it, used once.
    /// @custom:act RefundGift
    /// @custom:message RefundGift(string action,uint32 campaign,bytes32 bankLine,bytes32 outgoingBankLine,uint256 nonce,uint48 deadline)
    /// @custom:action 退回众筹款 Refund a gift
    /// @custom:notice-zh 记下一笔众筹款已经退回。
    /// @custom:by treasurer of campaign
    /// @custom:field campaign id
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field outgoingBankLine bank-line-out
    /// @custom:field authorization authorization
    /// @custom:emits GiftRefunded Transferred
    /// @custom:undo none
    function refundGift(
        uint32 campaign,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        Authorization calldata authorization
    ) external;

    /// @notice Longest and shortest time from opening to close, in seconds.
    function MAX_SECONDS() external view returns (uint48);
    function MIN_SECONDS() external view returns (uint48);

    /// @notice Time after the close in which gifts that the bank booked before are still attested, in seconds.
    function GRACE_SECONDS() external view returns (uint48);

    /// @notice Highest match per gift, in basis points of the gift.
    function MAX_MATCH_BPS() external view returns (uint32);

    /// @notice Where a campaign stands, and its totals so far.
    function campaignRecord(uint32 campaign)
        external
        view
        returns (CampaignState state, uint64 giftsFen, uint64 matchedFen, uint32 households);
}
