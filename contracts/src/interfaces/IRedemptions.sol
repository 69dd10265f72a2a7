// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Redemptions: minutes held for a service, and an hour for an hour to the neighbour who gives it
/// @notice A member's minutes wait in escrow until the service was received. They then go to who served, if that is a
/// person; of an organisation they are used up.
/// @dev Nobody has the service and the minutes both by a word of one's own: once the provider accepted, the member does
/// not cancel; the provider reports that the service is done, and the member confirms, disputes, or is silent, which
/// confirms. A coordinator of the redemption's fund who is neither of the two decides a dispute. Every state has a date
/// on which it ends, whoever is gone: what nobody accepted, served or decided by then goes back to the member.
/// If it comes out later that the service was never given, a coordinator who decided nothing of it takes the minutes back
/// within a year, from who got them to the member; minutes that were spent since are nobody's to take.
/// What is not protected: whether the service was given is the word of the two, and of the coordinator. The member names
/// the fund, and the provider accepts it with the redemption.
interface IRedemptions is IIntents {
    /// @notice Where a redemption stands.
    enum RedemptionState {
        NONE,
        OPEN,
        ACCEPTED,
        SERVED,
        DISPUTED,
        DONE,
        CANCELLED,
        DECLINED,
        VOIDED,
        RETURNED,
        LAPSED,
        REVERSED
    }

    /// @notice Minutes went into escrow for a service.
    /// @param redemption Random id.
    /// @param member Who redeems.
    /// @param provider Member who is to serve.
    /// @param fund Fund whose coordinators decide if the two do not agree.
    /// @param service Code of the service.
    /// @param heldMinutes In minutes: the tariff of the service, or within its limits if it has none.
    /// @param until From this second on the minutes go back unless the service was reported, seconds since 1970.
    event RedemptionOpened(
        bytes16 indexed redemption,
        bytes16 indexed member,
        bytes16 indexed provider,
        uint16 fund,
        uint16 service,
        uint16 heldMinutes,
        uint48 until
    );

    /// @notice The provider will serve: the member cannot cancel any more.
    /// @param redemption Id of the redemption.
    event RedemptionAccepted(bytes16 indexed redemption);

    /// @notice The provider reported that the service is done.
    /// @param redemption Id of the redemption.
    /// @param until From this second on the member's silence confirms it, seconds since 1970.
    event RedemptionServed(bytes16 indexed redemption, uint48 until);

    /// @notice The member confirmed that the service was received.
    /// @param redemption Id of the redemption.
    /// @param earnedMinutes Minutes that the neighbour who served got; 0 if an organisation served.
    event RedemptionConfirmed(bytes16 indexed redemption, uint16 earnedMinutes);

    /// @notice The member was silent until the date, which confirms the service.
    /// @param redemption Id of the redemption.
    /// @param earnedMinutes Minutes that the neighbour who served got; 0 if an organisation served.
    event RedemptionSettled(bytes16 indexed redemption, uint16 earnedMinutes);

    /// @notice The member says that the service was not received.
    /// @param redemption Id of the redemption.
    /// @param document Commitment to the reasons.
    /// @param until From this second on the minutes go back if nobody decided, seconds since 1970.
    event RedemptionDisputed(bytes16 indexed redemption, bytes32 document, uint48 until);

    /// @notice A coordinator decided that the service was given.
    /// @param redemption Id of the redemption.
    /// @param coordinator Member who decided.
    /// @param document Commitment to the reasons.
    /// @param earnedMinutes Minutes that the neighbour who served got; 0 if an organisation served.
    event DecidedForProvider(
        bytes16 indexed redemption, bytes16 indexed coordinator, bytes32 document, uint16 earnedMinutes
    );

    /// @notice A coordinator decided that the service was not given: the minutes went back.
    /// @param redemption Id of the redemption.
    /// @param coordinator Member who decided.
    /// @param document Commitment to the reasons.
    event DecidedForMember(bytes16 indexed redemption, bytes16 indexed coordinator, bytes32 document);

    /// @notice The member cancelled before the provider accepted: the minutes went back.
    /// @param redemption Id of the redemption.
    event RedemptionCancelled(bytes16 indexed redemption);

    /// @notice The provider will not serve: the minutes went back.
    /// @param redemption Id of the redemption.
    event RedemptionDeclined(bytes16 indexed redemption);

    /// @notice A coordinator ended a redemption that was not served: the minutes went back.
    /// @param redemption Id of the redemption.
    /// @param coordinator Member who did it.
    /// @param document Commitment to the reasons.
    event RedemptionVoided(bytes16 indexed redemption, bytes16 indexed coordinator, bytes32 document);

    /// @notice Nobody accepted, served or decided by the date: the minutes went back.
    /// @param redemption Id of the redemption.
    event RedemptionLapsed(bytes16 indexed redemption);

    /// @notice A finished redemption was reversed, because the service was not given: the minutes went back to the member.
    /// @param redemption Id of the redemption.
    /// @param coordinator Member who did it.
    /// @param document Commitment to the reasons.
    /// @param earnedMinutes Minutes taken back from the neighbour who had got them; 0 if they had been used up.
    event RedemptionReversed(
        bytes16 indexed redemption, bytes16 indexed coordinator, bytes32 document, uint16 earnedMinutes
    );

    /// @notice The redemption id is zero or taken.
    error RedemptionExists(bytes16 redemption);

    /// @notice The redemption is not in the state that this needs.
    error RedemptionNotIn(bytes16 redemption, RedemptionState needed, RedemptionState found);

    /// @notice The signer is not the member of the redemption whose act this is.
    error RedemptionNotYours(bytes16 redemption, bytes16 member);

    /// @notice Nobody redeems from oneself, and the provider must be a member.
    error RedemptionProviderInvalid(bytes16 provider);

    /// @notice There is no fund of this number whose coordinators could decide.
    error RedemptionFundUnknown(uint16 fund);

    /// @notice The minutes are not the service's tariff, or not within its limits.
    error RedemptionMinutesInvalid(uint16 got, uint16 min, uint16 max);

    /// @notice The redemption is past the date on which its state ends.
    error RedemptionOver(bytes16 redemption, uint48 until);

    /// @notice The state of the redemption has not ended yet.
    error RedemptionNotOver(bytes16 redemption, uint48 until);

    /// @notice Neither of the two sides decides as coordinator.
    error RedemptionOwnDecision(bytes16 redemption, bytes16 member);

    /// @notice A year has passed since the redemption was done.
    error RedemptionReversalOver(bytes16 redemption, uint48 until);

    /// @notice Who decided that the service was given does not take it back.
    error RedemptionSecondPersonNeeded(bytes16 redemption, bytes16 member);

    /// @notice The neighbour who got the minutes has spent them.
    error RedemptionMinutesSpent(bytes16 redemption, bytes16 provider, int64 balanceMinutes, uint16 earnedMinutes);

    /// @notice Puts own minutes into escrow for a service.
    /// @custom:act Redeem
    /// @custom:message Redeem(string action,bytes16 redemption,bytes16 provider,uint16 fund,uint16 service,uint16 heldMinutes,uint256 nonce,uint48 deadline)
    /// @custom:action 兑换服务 Redeem hours for a service
    /// @custom:notice-zh 预留自己的时长，换一次服务。对方接受以前，您可以取消。
    /// @custom:by member
    /// @custom:field redemption new-id
    /// @custom:field provider member
    /// @custom:field fund fund
    /// @custom:field service id
    /// @custom:field heldMinutes minutes
    /// @custom:field authorization authorization
    /// @custom:desk HOURS
    /// @custom:emits RedemptionOpened AccountOpened Transferred
    /// @custom:undo CancelRedemption
    function redeem(
        bytes16 redemption,
        bytes16 provider,
        uint16 fund,
        uint16 service,
        uint16 heldMinutes,
        Authorization calldata authorization
    ) external;

    /// @notice Promises to serve for what a member redeems.
    /// @custom:act AcceptRedemption
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 接受兑换 Accept the redemption
    /// @custom:notice-zh 答应为对方服务。从这时起，对方不能自己取消。
    /// @custom:by provider of redemption
    /// @custom:field redemption id
    /// @custom:field authorization authorization
    /// @custom:emits RedemptionAccepted
    /// @custom:undo DeclineRedemption
    function acceptRedemption(bytes16 redemption, Authorization calldata authorization) external;

    /// @notice Reports that the service is done.
    /// @custom:act ServeRedemption
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 报告服务已做完 Report that the service is done
    /// @custom:notice-zh 说明服务已经做完。对方七天里没有提出争议，就算确认。
    /// @custom:by provider of redemption
    /// @custom:field redemption id
    /// @custom:field authorization authorization
    /// @custom:emits RedemptionServed
    /// @custom:undo none
    function serveRedemption(bytes16 redemption, Authorization calldata authorization) external;

    /// @notice Says that the service was received: before it was reported, after, or of one that was disputed.
    /// @custom:act ConfirmRedemption
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 确认已得到服务 Confirm that the service was received
    /// @custom:notice-zh 确认服务已经得到。时长归服务的邻居；服务的是单位，时长就用掉。
    /// @custom:by redeemer of redemption
    /// @custom:field redemption id
    /// @custom:field authorization authorization
    /// @custom:desk HOURS
    /// @custom:emits RedemptionConfirmed AccountOpened Transferred
    /// @custom:undo ReverseRedemption
    function confirmRedemption(bytes16 redemption, Authorization calldata authorization) external;

    /// @notice Confirms a service on which the member was silent until the date.
    /// @custom:act SettleRedemption
    /// @custom:action 兑换到期结清 Settle a redemption
    /// @custom:notice-zh 服务做完以后，对方到期没有提出争议，就算确认。
    /// @custom:by anyone
    /// @custom:field redemption id
    /// @custom:emits RedemptionSettled AccountOpened Transferred
    /// @custom:undo ReverseRedemption
    function settleRedemption(bytes16 redemption) external;

    /// @notice Says that the service that was reported was not received.
    /// @custom:act DisputeRedemption
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 对服务提出争议 Dispute the service
    /// @custom:notice-zh 对方说做完了，您没有得到服务：写明经过，由基金的协调员判定。
    /// @custom:by redeemer of redemption
    /// @custom:field redemption id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:desk HOURS
    /// @custom:emits RedemptionDisputed
    /// @custom:undo ConfirmRedemption
    function disputeRedemption(bytes16 redemption, bytes32 document, Authorization calldata authorization) external;

    /// @notice Decides a dispute: the service was given.
    /// @custom:act DecideForProvider
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 判定服务已做 Decide for the provider
    /// @custom:notice-zh 判定服务已经做了，时长归服务的邻居，写明原因。
    /// @custom:by coordinator of redemption
    /// @custom:field redemption id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits DecidedForProvider AccountOpened Transferred
    /// @custom:undo ReverseRedemption
    function decideForProvider(bytes16 redemption, bytes32 document, Authorization calldata authorization) external;

    /// @notice Decides a dispute: the service was not given, and the minutes go back.
    /// @custom:act DecideForMember
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 判定服务没做 Decide for the redeemer
    /// @custom:notice-zh 判定服务没有做，时长退回兑换的人，写明原因。
    /// @custom:by coordinator of redemption
    /// @custom:field redemption id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits DecidedForMember Transferred
    /// @custom:undo none
    function decideForMember(bytes16 redemption, bytes32 document, Authorization calldata authorization) external;

    /// @notice Takes the minutes back before the provider accepted.
    /// @custom:act CancelRedemption
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 取消兑换 Cancel the redemption
    /// @custom:notice-zh 您预留的时长马上退回您的账户，对方不用再来服务。取消了不能反悔。
    /// @custom:by redeemer of redemption
    /// @custom:field redemption id
    /// @custom:field authorization authorization
    /// @custom:desk HOURS
    /// @custom:emits RedemptionCancelled Transferred
    /// @custom:undo none
    function cancelRedemption(bytes16 redemption, Authorization calldata authorization) external;

    /// @notice Gives the minutes back, because the provider will not serve.
    /// @custom:act DeclineRedemption
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 谢绝兑换 Decline the redemption
    /// @custom:notice-zh 您不能去服务：对方预留的时长马上退回对方的账户。谢绝了不能反悔。
    /// @custom:by provider of redemption
    /// @custom:field redemption id
    /// @custom:field authorization authorization
    /// @custom:emits RedemptionDeclined Transferred
    /// @custom:undo none
    function declineRedemption(bytes16 redemption, Authorization calldata authorization) external;

    /// @notice Ends a redemption that was not served, so that the minutes go back.
    /// @custom:act VoidRedemption
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 作废兑换 Void the redemption
    /// @custom:notice-zh 作废一次还没有做完的兑换，预留的时长退回兑换的人，写明原因。
    /// @custom:by coordinator of redemption
    /// @custom:field redemption id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits RedemptionVoided Transferred
    /// @custom:undo none
    function voidRedemption(bytes16 redemption, bytes32 document, Authorization calldata authorization) external;

    /// @notice Gives the minutes back when nobody accepted, served or decided by the date.
    /// @custom:act LapseRedemption
    /// @custom:action 兑换过期 Let a redemption lapse
    /// @custom:notice-zh 兑换过了日期，没有人接受、服务或者判定，时长退回兑换的人。
    /// @custom:by anyone
    /// @custom:field redemption id
    /// @custom:emits RedemptionLapsed Transferred
    /// @custom:undo none
    function lapseRedemption(bytes16 redemption) external;

    /// @notice Takes the minutes of a finished redemption back, because the service was not given after all.
    /// @custom:act ReverseRedemption
    /// @custom:message ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销已完成的兑换 Reverse a finished redemption
    /// @custom:notice-zh 事后查明服务没有做：时长从服务的人那里退回兑换的人，写明原因。对方已经用掉的，退不回来。
    /// @custom:by coordinator of redemption
    /// @custom:field redemption id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits RedemptionReversed Transferred
    /// @custom:undo none
    function reverseRedemption(bytes16 redemption, bytes32 document, Authorization calldata authorization) external;

    /// @notice How long minutes are held for a service, in seconds: 60 days, long enough for a busy barber, and no longer,
    /// so that nobody's minutes are stuck with a provider who is gone.
    function REDEMPTION_SECONDS() external view returns (uint40);

    /// @notice How long the member may dispute a service that was reported, in seconds: a week, in which who looks at the
    /// phone on weekends alone looks at it once.
    function CONFIRMATION_SECONDS() external view returns (uint40);

    /// @notice How long a coordinator may take to decide a dispute, in seconds: two weeks, as of a claim of hours.
    function DECISION_SECONDS() external view returns (uint40);

    /// @notice How long after its end a redemption may be reversed, in seconds: a year, as credited hours.
    function REVERSAL_SECONDS() external view returns (uint40);

    /// @notice Whether there is such a redemption, here or in a version before this one: ids are used once.
    function isKnown(bytes16 redemption) external view returns (bool);

    /// @notice Where a redemption stands and between whom. `until` is the date on which its state ends, or from which on it is
    /// not reversed any more; `judge` is the coordinator who decided that the service was given, or zero.
    function redemptionRecord(bytes16 redemption)
        external
        view
        returns (
            RedemptionState state,
            uint16 heldMinutes,
            uint16 fund,
            uint40 until,
            bytes16 member,
            bytes16 provider,
            bytes16 judge
        );
}
