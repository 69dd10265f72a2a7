// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IEventLog} from "./IEventLog.sol";
import {IIntents} from "./IIntents.sol";

/// @title Time bank: hours earned by verified service
/// @notice No minute is credited without a claim whose two signed events, check-in and check-out, are proven here
/// to stand in the anchored event log. An event is used for one claim, for ever.
/// @dev A claim below level A2 needs a coordinator's acknowledgement. Every claim waits out a challenge window, in
/// which a coordinator may dispute it, once. Every state ends by a date: a task is taken and served by its own; a dispute
/// that nobody decides falls, so that the claim stands by its evidence or its acknowledgement, and without either is
/// rejected. Who opens a task does not serve it, who serves does not judge, and who opened or judged it does not take
/// the credit back. One coordinator may open a task and judge it. What hours are redeemed for is in `Redemptions`.
/// What is not protected: minutes and level are computed off chain, by a published rule that auditors re-run.
interface ITimeBank is IIntents {
    /// @notice Where a task stands.
    enum TaskState {
        NONE,
        OPEN,
        ACCEPTED,
        CLAIMED,
        DISPUTED,
        CREDITED,
        REJECTED,
        REVERSED,
        CANCELLED,
        EXPIRED
    }

    /// @notice How sure the credit is: A0 declared, A1 one-sided, A2 two signals, A3 device-verified, A4 witnessed.
    enum AssuranceLevel {
        A0,
        A1,
        A2,
        A3,
        A4
    }

    /// @notice What a visit earned, with its evidence.
    /// @param task Task that was done.
    /// @param servedMinutes Minutes between check-in and check-out that count.
    /// @param level How sure it is.
    /// @param ruleset Hash of the rules that computed it.
    /// @param logSize Size of the anchored head that holds both leaves.
    /// @param checkIn Leaf of the check-in.
    /// @param checkOut Leaf of the check-out.
    /// @custom:field task id
    /// @custom:field servedMinutes minutes
    /// @custom:field level choice
    /// @custom:field ruleset hash
    /// @custom:field logSize number
    /// @custom:field checkIn record
    /// @custom:field checkOut record
    struct Claim {
        bytes16 task;
        uint16 servedMinutes;
        AssuranceLevel level;
        bytes32 ruleset;
        uint64 logSize;
        IEventLog.Leaf checkIn;
        IEventLog.Leaf checkOut;
    }

    /// @notice The rule for a kind of service from this block on.
    /// @param service Code of the service.
    /// @param minMinutes Shorter visits earn nothing, in minutes.
    /// @param maxMinutes No visit earns more, in minutes.
    /// @param tariffMinutes What a visit earns whatever its length, in minutes, but no more than its task authorises, and
    /// exactly what is redeemed for it; 0 if its length counts.
    event ServiceSet(uint16 indexed service, uint16 minMinutes, uint16 maxMinutes, uint16 tariffMinutes);

    /// @notice How long a claim can be disputed before it is credited, from this block on.
    /// @param challengeSeconds In seconds.
    event ChallengeSet(uint32 challengeSeconds);

    /// @notice A task was opened.
    /// @param task Random id, which is also the order token in the signed events.
    /// @param fund Fund whose coordinators look after it.
    /// @param service Code of the service.
    /// @param authorisedMinutes No visit for it earns more, in minutes.
    /// @param beneficiary Commitment to who is served.
    /// @param coordinator Member who opened it, and does not serve it.
    /// @param expiresAt From this second on nobody takes it, seconds since 1970; a claim for it may arrive a week longer.
    event TaskOpened(
        bytes16 indexed task,
        uint16 indexed fund,
        uint16 indexed service,
        uint16 authorisedMinutes,
        bytes32 beneficiary,
        bytes16 coordinator,
        uint48 expiresAt
    );

    /// @notice A volunteer took a task.
    /// @param task Id of the task.
    /// @param volunteer Member who took it.
    event TaskAccepted(bytes16 indexed task, bytes16 indexed volunteer);

    /// @notice A volunteer gave a task back before serving.
    /// @param task Id of the task.
    /// @param volunteer Member who gave it back.
    event TaskReleased(bytes16 indexed task, bytes16 indexed volunteer);

    /// @notice A coordinator called a task off before its visit was claimed.
    /// @param task Id of the task.
    /// @param coordinator Member who did it.
    /// @param document Commitment to the reasons.
    event TaskCancelled(bytes16 indexed task, bytes16 indexed coordinator, bytes32 document);

    /// @notice A task's date passed, and no visit for it was claimed.
    /// @param task Id of the task.
    event TaskExpired(bytes16 indexed task);

    /// @notice A claim was admitted: its events are in the log and were never used before.
    /// @param task Id of the task.
    /// @param volunteer Member who served.
    /// @param servedMinutes Minutes served that count.
    /// @param creditMinutes Minutes that will be credited: the tariff within what was authorised, or the minutes served.
    /// @param level How sure it is.
    /// @param ruleset Hash of the rules that computed it.
    /// @param checkIn Leaf hash of the check-in.
    /// @param checkOut Leaf hash of the check-out.
    /// @param creditableAt First second at which it may be credited, seconds since 1970.
    event ClaimAdmitted(
        bytes16 indexed task,
        bytes16 indexed volunteer,
        uint16 servedMinutes,
        uint16 creditMinutes,
        AssuranceLevel level,
        bytes32 ruleset,
        bytes32 checkIn,
        bytes32 checkOut,
        uint48 creditableAt
    );

    /// @notice A coordinator acknowledged a claim: below A2 it may now be credited; disputed, it is settled for it.
    /// @param task Id of the task.
    /// @param coordinator Member who did it.
    event ClaimAcknowledged(bytes16 indexed task, bytes16 indexed coordinator);

    /// @notice A coordinator disputed a claim.
    /// @param task Id of the task.
    /// @param coordinator Member who did it.
    /// @param document Commitment to the reasons.
    /// @param decideBy From this second on the dispute has fallen if nobody decided it, seconds since 1970.
    event ClaimDisputed(bytes16 indexed task, bytes16 indexed coordinator, bytes32 document, uint48 decideBy);

    /// @notice A disputed claim was rejected: nothing is credited.
    /// @param task Id of the task.
    /// @param coordinator Member who did it.
    /// @param document Commitment to the reasons.
    event ClaimRejected(bytes16 indexed task, bytes16 indexed coordinator, bytes32 document);

    /// @notice Nobody decided on a claim below A2 in time: nothing is credited.
    /// @param task Id of the task.
    event ClaimLapsed(bytes16 indexed task);

    /// @notice Minutes were credited.
    /// @param task Id of the task.
    /// @param volunteer Member who got them.
    /// @param creditedMinutes In minutes.
    event ClaimCredited(bytes16 indexed task, bytes16 indexed volunteer, uint16 creditedMinutes);

    /// @notice A credit was taken back.
    /// @param task Id of the task.
    /// @param coordinator Member who did it.
    /// @param document Commitment to the reasons.
    event CreditReversed(bytes16 indexed task, bytes16 indexed coordinator, bytes32 document);

    /// @notice The limits of the service make no sense.
    error TimeServiceInvalid(uint16 service);

    /// @notice The challenge window is shorter or longer than it may be.
    error TimeChallengeOutOfRange(uint32 got, uint32 min, uint32 max);

    /// @notice There is no rule for this service.
    error TimeServiceUnknown(uint16 service);

    /// @notice The task id is zero or taken.
    error TimeTaskExists(bytes16 task);

    /// @notice The task is not in the state that this needs.
    error TimeTaskNotIn(bytes16 task, TaskState needed, TaskState found);

    /// @notice A task needs minutes within the service's limits.
    error TimeMinutesOutOfRange(uint16 got, uint16 min, uint16 max);

    /// @notice A task's date is in the future, by at most `most` seconds.
    error TimeTaskDateInvalid(uint48 expiresAt, uint48 most);

    /// @notice The task is past its date.
    error TimeTaskExpired(bytes16 task, uint48 expiresAt);

    /// @notice The task is not past its date yet.
    error TimeTaskNotExpired(bytes16 task, uint48 expiresAt);

    /// @notice Who opened a task does not serve it.
    error TimeOwnTask(bytes16 task, bytes16 member);

    /// @notice The member holds as many accepted tasks as anybody may.
    error TimeTooManyTasks(bytes16 member, uint64 most);

    /// @notice The signer is not the volunteer of the task.
    error TimeNotVolunteer(bytes16 task, bytes16 member);

    /// @notice Only a person serves.
    error TimeNotPerson(bytes16 member);

    /// @notice The claim can still be disputed.
    error TimeChallengeRunning(bytes16 task, uint48 creditableAt);

    /// @notice The claim is past its challenge window.
    error TimeChallengeOver(bytes16 task, uint48 creditableAt);

    /// @notice The claim's level needs a coordinator's acknowledgement.
    error TimeLevelNeedsAcknowledgement(bytes16 task, AssuranceLevel level);

    /// @notice The date by which a coordinator decides is past.
    error TimeDecisionOver(bytes16 task, uint48 decideBy);

    /// @notice A coordinator may still decide.
    error TimeDecisionPending(bytes16 task, uint48 decideBy);

    /// @notice The claim stands by its evidence or its acknowledgement, and does not lapse: it is credited.
    error TimeClaimStands(bytes16 task);

    /// @notice The date until which a credit may be taken back is past.
    error TimeReversalOver(bytes16 task, uint48 until);

    /// @notice Who opened the task, or last judged its claim, does not take the credit back: another coordinator does.
    error TimeSecondPersonNeeded(bytes16 task, bytes16 member);

    /// @notice The volunteer may not judge the own claim.
    error TimeSelfJudgement(bytes16 task, bytes16 member);

    /// @notice Sets the rule for a kind of service.
    /// @custom:act SetService
    /// @custom:action 设定服务规则 Set the rule of a service
    /// @custom:notice-zh 设定一项服务最短、最长和折算的分钟数。
    /// @custom:by steward
    /// @custom:field service id
    /// @custom:field minMinutes minutes
    /// @custom:field maxMinutes minutes
    /// @custom:field tariffMinutes minutes
    /// @custom:emits ServiceSet AccountOpened
    /// @custom:undo SetService
    function setService(uint16 service, uint16 minMinutes, uint16 maxMinutes, uint16 tariffMinutes) external;

    /// @notice Sets the challenge window.
    /// @custom:act SetChallenge
    /// @custom:action 设定异议期 Set the challenge window
    /// @custom:notice-zh 设定志愿时长记入之前的异议期。
    /// @custom:by steward
    /// @custom:field challengeSeconds seconds
    /// @custom:emits ChallengeSet
    /// @custom:undo SetChallenge
    function setChallenge(uint32 challengeSeconds) external;

    /// @notice Opens a task.
    /// @custom:act OpenTask
    /// @custom:message OpenTask(string action,bytes16 task,uint16 fund,uint16 service,uint16 authorisedMinutes,bytes32 beneficiary,uint48 expiresAt,uint256 nonce,uint48 deadline)
    /// @custom:action 发布任务 Open a task
    /// @custom:notice-zh 发布一个任务，等志愿者来接。
    /// @custom:by coordinator of fund
    /// @custom:field task new-id
    /// @custom:field fund fund
    /// @custom:field service id
    /// @custom:field authorisedMinutes minutes
    /// @custom:field beneficiary place
    /// @custom:field expiresAt date
    /// @custom:field authorization authorization
    /// @custom:emits TaskOpened
    /// @custom:undo CancelTask
    function openTask(
        bytes16 task,
        uint16 fund,
        uint16 service,
        uint16 authorisedMinutes,
        bytes32 beneficiary,
        uint48 expiresAt,
        Authorization calldata authorization
    ) external;

    /// @notice Takes an open task.
    /// @custom:act AcceptTask
    /// @custom:message ActOnTask(string action,bytes16 task,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 接受任务 Accept a task
    /// @custom:notice-zh 接下一个等待志愿者的任务。
    /// @custom:by person
    /// @custom:field task id
    /// @custom:field authorization authorization
    /// @custom:emits TaskAccepted
    /// @custom:undo ReleaseTask
    function acceptTask(bytes16 task, Authorization calldata authorization) external;

    /// @notice Gives an accepted task back.
    /// @custom:act ReleaseTask
    /// @custom:message ActOnTask(string action,bytes16 task,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 退回任务 Give a task back
    /// @custom:notice-zh 放弃接下的任务，让别人来接。
    /// @custom:by volunteer of task
    /// @custom:field task id
    /// @custom:field authorization authorization
    /// @custom:emits TaskReleased
    /// @custom:undo AcceptTask
    function releaseTask(bytes16 task, Authorization calldata authorization) external;

    /// @notice Calls a task off before its visit was claimed.
    /// @custom:act CancelTask
    /// @custom:message ActOnTask(string action,bytes16 task,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 取消任务 Cancel the task
    /// @custom:notice-zh 取消一个还没有申报时长的任务，写明原因。
    /// @custom:by coordinator of task
    /// @custom:field task id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits TaskCancelled
    /// @custom:undo none
    function cancelTask(bytes16 task, bytes32 document, Authorization calldata authorization) external;

    /// @notice Ends a task that is past its date: an open one at once, an accepted one when no claim may arrive any more.
    /// @custom:act ExpireTask
    /// @custom:action 任务过期 Let a task expire
    /// @custom:notice-zh 任务过了日期没有人完成，就此结束。
    /// @custom:by anyone
    /// @custom:field task id
    /// @custom:emits TaskExpired
    /// @custom:undo none
    function expireTask(bytes16 task) external;

    /// @notice Admits a claim.
    /// @custom:act AdmitClaim
    /// @custom:action 受理时长 Admit a claim
    /// @custom:notice-zh 受理一次服务的时长，异议期从这时算起。
    /// @custom:by verifier
    /// @custom:field claim record
    /// @custom:emits ClaimAdmitted
    /// @custom:undo Dispute
    function admitClaim(Claim calldata claim) external;

    /// @notice Acknowledges a claim below A2, or settles a dispute for it, as another coordinator than disputed it.
    /// @custom:act Acknowledge
    /// @custom:message ActOnTask(string action,bytes16 task,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 认可时长 Acknowledge the hours
    /// @custom:notice-zh 认可一次等级不够的服务，或者了结别人对它提出的争议。
    /// @custom:by coordinator of task
    /// @custom:field task id
    /// @custom:field authorization authorization
    /// @custom:emits ClaimAcknowledged
    /// @custom:undo Dispute
    function acknowledge(bytes16 task, Authorization calldata authorization) external;

    /// @notice Disputes a claim in its window.
    /// @custom:act Dispute
    /// @custom:message ActOnTask(string action,bytes16 task,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 提出争议 Dispute the hours
    /// @custom:notice-zh 在异议期里对一次服务的时长提出争议。
    /// @custom:by coordinator of task
    /// @custom:field task id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits ClaimDisputed
    /// @custom:undo Acknowledge
    function dispute(bytes16 task, bytes32 document, Authorization calldata authorization) external;

    /// @notice Rejects a disputed claim, as another coordinator than disputed it.
    /// @custom:act Reject
    /// @custom:message ActOnTask(string action,bytes16 task,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 驳回时长 Reject the hours
    /// @custom:notice-zh 对别人提出争议的服务不予认可，不记时长。
    /// @custom:by coordinator of task
    /// @custom:field task id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits ClaimRejected
    /// @custom:undo none
    function reject(bytes16 task, bytes32 document, Authorization calldata authorization) external;

    /// @notice Rejects a claim below A2 on which no coordinator decided in time.
    /// @custom:act LapseClaim
    /// @custom:action 时长作废 Let a claim lapse
    /// @custom:notice-zh 等级不够的服务，协调员到期没有认可，就不记时长。
    /// @custom:by anyone
    /// @custom:field task id
    /// @custom:emits ClaimLapsed
    /// @custom:undo none
    function lapseClaim(bytes16 task) external;

    /// @notice Credits a claim after its window, or after a dispute that nobody decided.
    /// @custom:act CreditClaim
    /// @custom:action 时长入账 Credit a claim
    /// @custom:notice-zh 异议期过后，把时长记入账户。
    /// @custom:by anyone
    /// @custom:field task id
    /// @custom:emits ClaimCredited AccountOpened Transferred
    /// @custom:undo ReverseCredit
    function credit(bytes16 task) external;

    /// @notice Takes a credit back by a linked transfer.
    /// @custom:act ReverseCredit
    /// @custom:message ActOnTask(string action,bytes16 task,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销时长 Take back credited hours
    /// @custom:notice-zh 把已经记入的时长收回。
    /// @custom:by coordinator of task
    /// @custom:field task id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits CreditReversed Transferred
    /// @custom:undo none
    function reverseCredit(bytes16 task, bytes32 document, Authorization calldata authorization) external;

    /// @notice How far ahead a task's date may be, in seconds: a year, because a plan for longer is opened anew.
    function MOST_TASK_SECONDS() external view returns (uint48);

    /// @notice Tasks that a member may hold at once: 20, more than anybody serves in a week, so that nobody takes all.
    function MOST_ACCEPTED_TASKS() external view returns (uint64);

    /// @notice How long after a task's date a claim may arrive, in seconds: a week, for devices that were without a network.
    function CLAIM_SECONDS() external view returns (uint32);

    /// @notice How long a coordinator may take to decide, in seconds: two weeks, from the dispute on, or from the end of the
    /// challenge window for a claim that needs an acknowledgement.
    function DECISION_SECONDS() external view returns (uint32);

    /// @notice How long a credit may be taken back, in seconds: a year. What nobody doubted by then stays.
    function REVERSAL_SECONDS() external view returns (uint32);

    /// @notice Shortest challenge window, in seconds: one day, so that a coordinator sees each claim before it is
    /// credited. It is in force from the deployment until another is set.
    function LEAST_CHALLENGE_SECONDS() external view returns (uint32);

    /// @notice Longest challenge window, in seconds: 30 days, so that nobody's hours are held back for ever.
    function MOST_CHALLENGE_SECONDS() external view returns (uint32);

    /// @notice Where a task stands and who has it.
    function taskRecord(bytes16 task)
        external
        view
        returns (
            TaskState state,
            AssuranceLevel level,
            bool acknowledged,
            uint16 service,
            uint16 minutes_,
            uint16 fund,
            uint32 until,
            bytes16 volunteer,
            bytes3 opener
        );

    /// @notice Whether there is such a task, here or in a version before this one: ids are used once.
    function isKnown(bytes16 task) external view returns (bool);

    /// @notice The challenge window in force, in seconds. A new version begins with that of the version before it.
    function challengeSeconds() external view returns (uint32);

    /// @notice The rule for a kind of service, as `ServiceSet` explains it; what is redeemed for it follows it too. Until it is set
    /// here, that of the version before this one holds. Reverts if there is none.
    function serviceRule(uint16 service)
        external
        view
        returns (uint16 minMinutes, uint16 maxMinutes, uint16 tariffMinutes);
}
