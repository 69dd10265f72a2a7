// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Campaigns: gifts towards a target, matched by money that is locked before the first gift
/// @notice Gifts wait in the campaign's own account. A campaign that reaches its target hands them and their match to
/// its purpose. One that does not returns the match at once and owes every gift back, each return proven by an
/// outgoing bank line. A gift counts by the day on which the bank booked it, also if a treasurer attests it some days
/// after the close; so a campaign is settled only after that grace.
/// @dev The match of a gift is fixed when the gift is attested: `amount * matchBps / 10000`, rounded down, within
/// what the giver and the lock have left. A giver is who a treasurer cannot make afresh: a household that the registrar
/// listed, or an organisation that is a member and gives openly. All other gifts count towards the target and are not matched.
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
    /// @param building Only households of this building are listed; zero if those of the whole town are.
    /// @param closesAt First second at which no gift is taken, seconds since 1970; a day to a year after the opening. What
    /// the bank booked on the day of the second before still counts, since statements tell no hours.
    /// @param matchPurpose Purpose whose money is locked for matching, of the same fund or one above it; 0 if there is no
    /// match.
    /// @param matchLockFen Cap of all matches together, locked at opening, in fen.
    /// @param matchBps Match per gift, in basis points of the gift; 10000 is one to one, at most 30000.
    /// @param matchPerGiverFen Cap of matches per household, and per organisation, in fen.
    /// @param perHousehold Whether households alone are matched; else organisations that give openly are as well.
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

    /// @notice What a campaign has so far, but what was taken back.
    /// @param state Where it stands.
    /// @param giftsFen Gifts, in fen.
    /// @param matchedFen Match that they earned, in fen.
    /// @param households Distinct giving households.
    /// @param listedHouseholds How many households were listed; 0 before.
    struct Progress {
        CampaignState state;
        uint64 giftsFen;
        uint64 matchedFen;
        uint32 households;
        uint32 listedHouseholds;
    }

    /// @notice A gift as a treasurer attests it.
    /// @param bankLine Key of the incoming bank line.
    /// @param amountFen In fen, over zero.
    /// @param bookedOn Day on which the bank booked it, as its statement has it: days since 1970 in China.
    /// @param donor Public donor: member id left-aligned. Private donor: commitment. Never zero.
    /// @param household Number of the donor's household in the list of the campaign, from 1; 0 if unknown, or none, or if the
    /// donor is public.
    /// @custom:field bankLine bank-line-in
    /// @custom:field amountFen money
    /// @custom:field bookedOn day
    /// @custom:field donor donor
    /// @custom:field household number?
    struct Gift {
        bytes32 bankLine;
        uint64 amountFen;
        uint32 bookedOn;
        bytes32 donor;
        uint32 household;
    }

    /// @notice A campaign opened; its match, if any, is locked.
    /// @param campaign Id of the campaign; its accounts are of the kinds CAMPAIGN and MATCH_LOCK.
    /// @param terms Its rules.
    event CampaignOpened(uint32 indexed campaign, Terms terms);

    /// @notice The households that may give to a campaign were listed.
    /// @param campaign Id of the campaign.
    /// @param root Root of the Merkle tree over their leaves: salted, in an order that tells nothing.
    /// @param households How many they are.
    event HouseholdsListed(uint32 indexed campaign, bytes32 root, uint32 households);

    /// @notice A gift was attested.
    /// @param campaign Id of the campaign.
    /// @param bankLine Key of the incoming bank line.
    /// @param donor Public donor: member id left-aligned. Private donor: commitment.
    /// @param household Number of the household in the list of the campaign, or 0.
    /// @param amountFen In fen.
    /// @param bookedOn Day on which the bank booked it: days since 1970 in China.
    /// @param matchedFen Match it earned, in fen; moved when the campaign is settled.
    /// @param giftsFen Gifts of the campaign so far, this one included, in fen.
    /// @param households Distinct giving households so far.
    /// @param treasurer Who attested it.
    event GiftAttested(
        uint32 indexed campaign,
        bytes32 indexed bankLine,
        bytes32 indexed donor,
        uint32 household,
        uint64 amountFen,
        uint32 bookedOn,
        uint64 matchedFen,
        uint64 giftsFen,
        uint32 households,
        bytes16 treasurer
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

    /// @notice A gift was taken back: its transfer bounced, or it was attested by mistake.
    /// @param campaign Id of the campaign.
    /// @param bankLine Key of the incoming line of the gift.
    /// @param outgoingBankLine Key of the line by which the money went back; zero after a mistake, which frees the line.
    /// @param document Commitment to the reason.
    /// @param amountFen In fen; from the campaign before it has reached its target, from its purpose afterwards.
    /// @param matchedFen Match that it had earned, in fen; back in the matching purpose.
    /// @param giftsFen Gifts of the campaign that are left, in fen.
    /// @param households Distinct giving households that are left.
    /// @param treasurer Who took it back.
    event GiftReversed(
        uint32 indexed campaign,
        bytes32 indexed bankLine,
        bytes32 indexed outgoingBankLine,
        bytes32 document,
        uint64 amountFen,
        uint64 matchedFen,
        uint64 giftsFen,
        uint32 households,
        bytes16 treasurer
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

    /// @notice No match is locked beyond what is kept with a gift in seven bytes: 720 million million yuan.
    error CampaignsLockTooHigh(uint32 campaign, uint64 lockFen);

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

    /// @notice A list of households needs a root and at least one household.
    error CampaignsHouseholdsMissing(uint32 campaign);

    /// @notice The households of the campaign were listed before.
    error CampaignsHouseholdsListed(uint32 campaign, uint32 households);

    /// @notice More households are listed than stand in the campaign's building, or in the town.
    error CampaignsHouseholdsTooMany(uint32 campaign, uint32 households, uint32 placed);

    /// @notice The list of the campaign's households is not so long.
    error CampaignsHouseholdUnknown(bytes32 bankLine, uint32 household, uint32 listed);

    /// @notice Who gives openly names no household: its number would tell every other gift of the same household, whose members
    /// everybody knows.
    error CampaignsHouseholdOfOpenDonor(bytes32 bankLine, bytes32 donor);

    /// @notice A gift needs a donor or a commitment to one.
    error CampaignsDonorMissing(bytes32 bankLine);

    /// @notice There is nothing to attest.
    error CampaignsNothingToAttest();

    /// @notice Neither this version nor one before it opened the campaign, so that there is no gift to take back.
    error CampaignsGiftUnknown(bytes32 bankLine);

    /// @notice Only a module that may debit campaigns takes a gift out of the sums of one.
    error CampaignsModuleNotAllowed(address module);

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

    /// @notice Lists the households that may give to a campaign, once, and before the first gift that names one.
    /// @dev Each has a leaf `keccak256(abi.encode(salt, campaign, household))` with a random salt; in ascending order they
    /// are numbered from 1, so a number tells nothing of a household. No more are listed than stand in the building. A
    /// treasurer, who is another person, names the numbers: neither alone invents a household.
    /// @param root Root of the indexed Merkle tree over the leaves (`docs/bundle.md`).
    /// @param households How many leaves it has.
    /// @custom:act ListHouseholds
    /// @custom:action 公布参加众筹的住户 List the households of a campaign
    /// @custom:notice-zh 公布能参加众筹的住户有多少，各户只用加密的编号。
    /// @custom:by registrar
    /// @custom:field campaign id
    /// @custom:field root hash
    /// @custom:field households number
    /// @custom:emits HouseholdsListed
    /// @custom:undo none
    function listHouseholds(uint32 campaign, bytes32 root, uint32 households) external;

    /// @notice Attests gifts to a campaign.
    /// @param bank Bank account whose statement has the lines; that of the fund whose purpose receives the money.
    /// @custom:act AttestGifts
    /// @custom:message AttestGifts(string action,uint32 campaign,uint32 bank,string total,uint64 totalFen,Gift[] gifts,uint256 nonce,uint48 deadline)Gift(bytes32 bankLine,uint64 amountFen,uint32 bookedOn,bytes32 donor,uint32 household)
    /// @custom:action 确认收到众筹款 Attest gifts to a campaign
    /// @custom:notice-zh 确认一笔众筹捐款已经到账。
    /// @custom:by treasurer of campaign
    /// @custom:field campaign id
    /// @custom:field bank bank
    /// @custom:field gifts list
    /// @custom:field authorization authorization
    /// @custom:emits GiftAttested Transferred
    /// @custom:undo ReverseGift
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

    /// @notice Records the return of a gift, unless the fund is frozen. Also of a campaign that the version before this one opened.
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

    /// @notice Takes back a gift whose transfer bounced, or that was attested by mistake. Another treasurer than the one who
    /// attested it does. Also of a campaign that a version before this one opened.
    /// @dev Before the campaign is settled its sums go down, and the household counts no more if it gave nothing else. Once
    /// the target is reached the purpose pays the gift, and its match back to the matching purpose; the campaign stays reached.
    /// @param bankLine Line of the gift.
    /// @param outgoingBankLine Line by which the money went back, used once; zero if the gift was attested by mistake.
    /// @param document Commitment to the reason.
    /// @custom:act ReverseGift
    /// @custom:message ReverseGift(string action,uint32 campaign,bytes32 bankLine,bytes32 outgoingBankLine,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销众筹款 Reverse a gift
    /// @custom:notice-zh 撤销一笔转账被退回或登记有误的众筹款。要由另一位出纳来办。
    /// @custom:by treasurer of campaign
    /// @custom:field campaign id
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field outgoingBankLine bank-line-out?
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits GiftReversed Transferred
    /// @custom:undo none
    function reverseGift(
        uint32 campaign,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Longest and shortest time from opening to close, in seconds.
    function MAX_SECONDS() external view returns (uint48);
    function MIN_SECONDS() external view returns (uint48);

    /// @notice Time after the close in which gifts that the bank booked before are still attested, in seconds.
    function GRACE_SECONDS() external view returns (uint48);

    /// @notice Highest match per gift, in basis points of the gift.
    function MAX_MATCH_BPS() external view returns (uint32);

    /// @notice Takes a gift that is reversed out of the sums of a campaign that this version opened, and out of what its
    /// household gave and was matched with.
    /// @dev Called by the version that reverses it, this one or a later one. What an organisation was matched with stays used up,
    /// since the gift does not say which it was. Whoever may debit campaigns could take all that they have, so that this lets
    /// nobody do more; that the bank line is such a gift {IFunds} has said.
    /// @param household Number of the household in the list of the campaign, or 0.
    /// @return What is left.
    /// @custom:no-act Part of `reverseGift`.
    function discountGift(uint32 campaign, uint64 amountFen, uint32 household, uint64 matchedFen)
        external
        returns (Progress memory);

    /// @notice Version of this contract that opened a campaign and keeps its sums: this one or one before it; zero if none did.
    function versionOf(uint32 campaign) external view returns (ICampaigns);

    /// @notice Rules of a campaign that this version opened; zeros if it opened none such.
    function termsOf(uint32 campaign) external view returns (Terms memory);

    /// @notice Where a campaign stands, also one that the version before this one opened.
    function stateOf(uint32 campaign) external view returns (CampaignState);

    /// @notice Where a campaign of this version stands, and its totals so far.
    function campaignRecord(uint32 campaign)
        external
        view
        returns (
            CampaignState state,
            uint64 giftsFen,
            uint64 matchedFen,
            uint32 households,
            uint32 listedHouseholds
        );
}
