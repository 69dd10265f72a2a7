// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Intents} from "./Intents.sol";
import {IEventLog} from "./interfaces/IEventLog.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {ITimeBank} from "./interfaces/ITimeBank.sol";
import {Accounts} from "./libraries/Accounts.sol";

/// @dev See {ITimeBank}.
contract TimeBank is ITimeBank, Intents, AccessManaged {
    /// @dev `minutes_` is what is authorised until a claim is admitted, then what will be credited. `until` is the date on
    /// which the present state ends: no later is it taken, disputed, decided or taken back.
    struct Task {
        TaskState state;
        AssuranceLevel level;
        bool acknowledged;
        uint16 service;
        uint16 minutes_;
        uint16 fund;
        uint40 until;
        bytes16 volunteer;
    }

    /// @dev Coordinators who spoke of a task: who opened it, and who last acknowledged or disputed its claim.
    struct Coordinators {
        bytes16 opener;
        bytes16 judge;
    }

    /// @dev Tasks that a member has ever taken, and those of them that are claimed or given up. Both only grow, so that no
    /// slot is emptied and paid for anew with each visit.
    struct Load {
        uint64 taken;
        uint64 ended;
    }

    struct Service {
        uint16 minMinutes;
        uint16 maxMinutes;
        uint16 tariffMinutes;
    }

    bytes32 public constant OPEN_TASK_TYPEHASH = keccak256(
        "OpenTask(string action,bytes16 task,uint16 fund,uint16 service,uint16 authorisedMinutes,bytes32 beneficiary,uint48 expiresAt,uint256 nonce,uint48 deadline)"
    );
    bytes32 public constant ACT_ON_TASK_TYPEHASH =
        keccak256("ActOnTask(string action,bytes16 task,bytes32 document,uint256 nonce,uint48 deadline)");

    bytes32 private constant OPEN_ACTION = keccak256(unicode"发布任务 Open a task");
    bytes32 private constant ACCEPT_ACTION = keccak256(unicode"接受任务 Accept a task");
    bytes32 private constant RELEASE_ACTION = keccak256(unicode"退回任务 Give a task back");
    bytes32 private constant CANCEL_TASK_ACTION = keccak256(unicode"取消任务 Cancel the task");
    bytes32 private constant ACKNOWLEDGE_ACTION = keccak256(unicode"认可时长 Acknowledge the hours");
    bytes32 private constant DISPUTE_ACTION = keccak256(unicode"提出争议 Dispute the hours");
    bytes32 private constant REJECT_ACTION = keccak256(unicode"驳回时长 Reject the hours");
    bytes32 private constant REVERSE_ACTION = keccak256(unicode"撤销时长 Take back credited hours");

    uint48 public constant MOST_TASK_SECONDS = 365 days;
    uint64 public constant MOST_ACCEPTED_TASKS = 20;
    uint40 public constant CLAIM_SECONDS = 7 days;
    uint40 public constant DECISION_SECONDS = 14 days;
    uint40 public constant REVERSAL_SECONDS = 365 days;
    uint32 public constant LEAST_CHALLENGE_SECONDS = 1 days;
    uint32 public constant MOST_CHALLENGE_SECONDS = 30 days;

    bytes32 private constant ISSUED = bytes32(uint256(Accounts.ISSUED_MINUTES) << 248);

    ILedger private immutable LEDGER;
    IEventLog private immutable EVENT_LOG;
    ITimeBank private immutable FORMER;

    uint32 public challengeSeconds = LEAST_CHALLENGE_SECONDS;
    mapping(uint16 service => Service) private _services;
    mapping(bytes16 task => Task) public taskRecord;
    mapping(bytes16 task => Coordinators) private _coordinators;
    mapping(bytes16 volunteer => Load) private _loads;

    constructor(address authority, ILedger ledger, IMembers members, IEventLog eventLog, ITimeBank former)
        AccessManaged(authority)
        Intents("Gongji TimeBank", members)
    {
        LEDGER = ledger;
        EVENT_LOG = eventLog;
        FORMER = former;
        if (address(former) != address(0)) challengeSeconds = former.challengeSeconds();
    }

    // RULES

    function setService(uint16 service, uint16 minMinutes, uint16 maxMinutes, uint16 tariffMinutes)
        external
        restricted
    {
        if (service == 0 || maxMinutes == 0 || minMinutes > maxMinutes || tariffMinutes > maxMinutes) {
            revert TimeServiceInvalid(service);
        }
        _services[service] = Service(minMinutes, maxMinutes, tariffMinutes);
        emit ServiceSet(service, minMinutes, maxMinutes, tariffMinutes);
    }

    function setChallenge(uint32 newChallengeSeconds) external restricted {
        if (newChallengeSeconds < LEAST_CHALLENGE_SECONDS || newChallengeSeconds > MOST_CHALLENGE_SECONDS) {
            revert TimeChallengeOutOfRange(newChallengeSeconds, LEAST_CHALLENGE_SECONDS, MOST_CHALLENGE_SECONDS);
        }
        challengeSeconds = newChallengeSeconds;
        emit ChallengeSet(newChallengeSeconds);
    }

    // SERVING

    function openTask(
        bytes16 task,
        uint16 fund,
        uint16 service,
        uint16 authorisedMinutes,
        bytes32 beneficiary,
        uint48 expiresAt,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = keccak256(
            abi.encode(
                OPEN_TASK_TYPEHASH,
                OPEN_ACTION,
                task,
                fund,
                service,
                authorisedMinutes,
                beneficiary,
                expiresAt,
                authorization.nonce,
                authorization.deadline
            )
        );
        bytes16 coordinator = _coordinator(fund, structHash, authorization);
        LEDGER.requireCurrent(address(this));
        if (task == 0 || isKnown(task)) revert TimeTaskExists(task);
        Service memory rule = _serviceRule(service);
        _requireWithin(authorisedMinutes, rule.minMinutes, rule.maxMinutes);
        if (expiresAt <= block.timestamp || expiresAt > block.timestamp + MOST_TASK_SECONDS) {
            revert TimeTaskDateInvalid(expiresAt, MOST_TASK_SECONDS);
        }
        Task storage record = taskRecord[task];
        (record.state, record.fund, record.until) = (TaskState.OPEN, fund, uint40(expiresAt));
        (record.service, record.minutes_) = (service, authorisedMinutes);
        _coordinators[task].opener = coordinator;
        emit TaskOpened(task, fund, service, authorisedMinutes, beneficiary, coordinator, expiresAt);
    }

    function acceptTask(bytes16 task, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.OPEN);
        if (block.timestamp >= record.until) revert TimeTaskExpired(task, record.until);
        bytes16 member = _actor(_taskHash(ACCEPT_ACTION, task, 0, authorization), authorization);
        if (MEMBERS.kindOf(member) != IMembers.MemberKind.PERSON) revert TimeNotPerson(member);
        if (member == _coordinators[task].opener) revert TimeOwnTask(task, member);
        Load storage load = _loads[member];
        if (load.taken - load.ended >= MOST_ACCEPTED_TASKS) revert TimeTooManyTasks(member, MOST_ACCEPTED_TASKS);
        load.taken++;
        (record.state, record.volunteer) = (TaskState.ACCEPTED, member);
        emit TaskAccepted(task, member);
    }

    function releaseTask(bytes16 task, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.ACCEPTED);
        bytes16 member = _actor(_taskHash(RELEASE_ACTION, task, 0, authorization), authorization);
        if (member != record.volunteer) revert TimeNotVolunteer(task, member);
        _loads[member].ended++;
        (record.state, record.volunteer) = (TaskState.OPEN, bytes16(0));
        emit TaskReleased(task, member);
    }

    function cancelTask(bytes16 task, bytes32 document, Authorization calldata authorization) external {
        Task storage record = _unserved(task);
        bytes16 coordinator = _judge(task, record, CANCEL_TASK_ACTION, document, authorization);
        _endUnserved(record, TaskState.CANCELLED);
        emit TaskCancelled(task, coordinator, document);
    }

    function expireTask(bytes16 task) external {
        Task storage record = _unserved(task);
        uint40 expiresAt = record.state == TaskState.ACCEPTED ? record.until + CLAIM_SECONDS : record.until;
        if (block.timestamp < expiresAt) revert TimeTaskNotExpired(task, expiresAt);
        _endUnserved(record, TaskState.EXPIRED);
        emit TaskExpired(task);
    }

    // CREDITING

    function admitClaim(Claim calldata claim) external restricted {
        Task memory record = _taskIn(claim.task, TaskState.ACCEPTED);
        if (block.timestamp >= record.until + CLAIM_SECONDS) {
            revert TimeTaskExpired(claim.task, record.until + CLAIM_SECONDS);
        }
        Service memory rule = _serviceRule(record.service);
        _requireWithin(claim.servedMinutes, rule.minMinutes, record.minutes_);
        EVENT_LOG.use(claim.logSize, claim.checkIn.leafHash, claim.checkIn.index, claim.checkIn.path);
        EVENT_LOG.use(claim.logSize, claim.checkOut.leafHash, claim.checkOut.index, claim.checkOut.path);
        record.state = TaskState.CLAIMED;
        record.level = claim.level;
        uint256 earnedMinutes = rule.tariffMinutes != 0 ? rule.tariffMinutes : claim.servedMinutes;
        record.minutes_ = uint16(Math.min(earnedMinutes, record.minutes_));
        record.until = uint40(block.timestamp) + challengeSeconds;
        taskRecord[claim.task] = record;
        _loads[record.volunteer].ended++;
        emit ClaimAdmitted(
            claim.task,
            record.volunteer,
            claim.servedMinutes,
            record.minutes_,
            claim.level,
            claim.ruleset,
            claim.checkIn.leafHash,
            claim.checkOut.leafHash,
            record.until
        );
    }

    function acknowledge(bytes16 task, Authorization calldata authorization) external {
        Task storage record = _undecided(task);
        uint40 decideBy = _decideBy(record);
        if (block.timestamp >= decideBy) revert TimeDecisionOver(task, decideBy);
        bytes16 coordinator = _judge(task, record, ACKNOWLEDGE_ACTION, 0, authorization);
        // A dispute that was settled is not opened again: the claim may be credited now.
        if (record.state == TaskState.DISPUTED) record.until = uint40(block.timestamp);
        (record.state, record.acknowledged) = (TaskState.CLAIMED, true);
        _coordinators[task].judge = coordinator;
        emit ClaimAcknowledged(task, coordinator);
    }

    function dispute(bytes16 task, bytes32 document, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.CLAIMED);
        if (block.timestamp >= record.until) revert TimeChallengeOver(task, record.until);
        bytes16 coordinator = _judge(task, record, DISPUTE_ACTION, document, authorization);
        (record.state, record.until) = (TaskState.DISPUTED, uint40(block.timestamp) + DECISION_SECONDS);
        _coordinators[task].judge = coordinator;
        emit ClaimDisputed(task, coordinator, document, record.until);
    }

    function reject(bytes16 task, bytes32 document, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.DISPUTED);
        if (block.timestamp >= record.until) revert TimeDecisionOver(task, record.until);
        bytes16 coordinator = _judge(task, record, REJECT_ACTION, document, authorization);
        record.state = TaskState.REJECTED;
        emit ClaimRejected(task, coordinator, document);
    }

    function lapseClaim(bytes16 task) external {
        Task storage record = _undecided(task);
        if (_isSure(record)) revert TimeClaimStands(task);
        uint40 decideBy = _decideBy(record);
        if (block.timestamp < decideBy) revert TimeDecisionPending(task, decideBy);
        record.state = TaskState.REJECTED;
        emit ClaimLapsed(task);
    }

    function credit(bytes16 task) external {
        Task storage record = _undecided(task);
        if (block.timestamp < record.until) {
            if (record.state == TaskState.DISPUTED) revert TimeDecisionPending(task, record.until);
            revert TimeChallengeRunning(task, record.until);
        }
        if (!_isSure(record)) revert TimeLevelNeedsAcknowledgement(task, record.level);
        (record.state, record.until) = (TaskState.CREDITED, uint40(block.timestamp) + REVERSAL_SECONDS);
        bytes16 volunteer = record.volunteer;
        bytes32 account = Accounts.id(Accounts.MEMBER_MINUTES, volunteer);
        emit ClaimCredited(task, volunteer, record.minutes_);
        _ensureOpen(account, false);
        _ensureOpen(ISSUED, true);
        _post(ISSUED, account, record.minutes_, ILedger.Reason.CREDIT, task, 0);
    }

    function reverseCredit(bytes16 task, bytes32 document, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.CREDITED);
        if (block.timestamp >= record.until) revert TimeReversalOver(task, record.until);
        bytes16 coordinator = _judge(task, record, REVERSE_ACTION, document, authorization);
        Coordinators memory before = _coordinators[task];
        if (coordinator == before.opener || coordinator == before.judge) {
            revert TimeSecondPersonNeeded(task, coordinator);
        }
        record.state = TaskState.REVERSED;
        bytes32 account = Accounts.id(Accounts.MEMBER_MINUTES, record.volunteer);
        emit CreditReversed(task, coordinator, document);
        _post(account, ISSUED, record.minutes_, ILedger.Reason.CREDIT_REVERSAL, task, document);
    }

    // READING

    function isKnown(bytes16 task) public view returns (bool) {
        if (taskRecord[task].state != TaskState.NONE) return true;
        return address(FORMER) != address(0) && FORMER.isKnown(task);
    }

    function serviceRule(uint16 service)
        external
        view
        returns (uint16 minMinutes, uint16 maxMinutes, uint16 tariffMinutes)
    {
        Service memory rule = _serviceRule(service);
        return (rule.minMinutes, rule.maxMinutes, rule.tariffMinutes);
    }

    // PARTS

    function _taskIn(bytes16 task, TaskState needed) private view returns (Task storage record) {
        record = taskRecord[task];
        if (record.state != needed) revert TimeTaskNotIn(task, needed, record.state);
    }

    /// @dev A task for which nobody's visit was claimed yet.
    function _unserved(bytes16 task) private view returns (Task storage record) {
        record = taskRecord[task];
        if (record.state != TaskState.ACCEPTED) _taskIn(task, TaskState.OPEN);
    }

    function _endUnserved(Task storage record, TaskState end) private {
        if (record.state == TaskState.ACCEPTED) _loads[record.volunteer].ended++;
        record.state = end;
    }

    /// @dev A task whose claim is neither credited nor rejected.
    function _undecided(bytes16 task) private view returns (Task storage record) {
        record = taskRecord[task];
        if (record.state != TaskState.DISPUTED) _taskIn(task, TaskState.CLAIMED);
    }

    /// @dev Whether a claim stands by itself: by its evidence, or by a coordinator's word.
    function _isSure(Task storage record) private view returns (bool) {
        return record.level >= AssuranceLevel.A2 || record.acknowledged;
    }

    function _decideBy(Task storage record) private view returns (uint40) {
        return record.state == TaskState.DISPUTED ? record.until : record.until + DECISION_SECONDS;
    }

    function _serviceRule(uint16 service) private view returns (Service memory rule) {
        rule = _services[service];
        if (rule.maxMinutes != 0) return rule;
        if (address(FORMER) == address(0)) revert TimeServiceUnknown(service);
        (rule.minMinutes, rule.maxMinutes, rule.tariffMinutes) = FORMER.serviceRule(service);
    }

    function _requireWithin(uint16 got, uint16 min, uint16 max) private pure {
        if (got == 0 || got < min || got > max) revert TimeMinutesOutOfRange(got, min, max);
    }

    function _judge(
        bytes16 task,
        Task storage record,
        bytes32 action,
        bytes32 document,
        Authorization calldata authorization
    ) private returns (bytes16 coordinator) {
        coordinator = _coordinator(record.fund, _taskHash(action, task, document, authorization), authorization);
        if (coordinator == record.volunteer) revert TimeSelfJudgement(task, coordinator);
    }

    function _coordinator(uint16 fund, bytes32 structHash, Authorization calldata authorization)
        private
        returns (bytes16 member)
    {
        address key = _keyOf(structHash, authorization);
        member = MEMBERS.memberWithRole(key, IMembers.Role.COORDINATOR, fund);
    }

    function _actor(bytes32 structHash, Authorization calldata authorization) private returns (bytes16 member) {
        address key = _keyOf(structHash, authorization);
        member = MEMBERS.memberOf(key);
    }

    function _taskHash(bytes32 action, bytes16 task, bytes32 document, Authorization calldata authorization)
        private
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(ACT_ON_TASK_TYPEHASH, action, task, document, authorization.nonce, authorization.deadline)
        );
    }

    function _ensureOpen(bytes32 account, bool world) private {
        LEDGER.ensureAccount(account, ILedger.Unit.MINUTE, world, 0);
    }

    function _post(
        bytes32 payer,
        bytes32 payee,
        uint16 amountMinutes,
        ILedger.Reason reason,
        bytes16 cause,
        bytes32 document
    ) private {
        LEDGER.post(
            ILedger.Transfer({
                payer: payer,
                payee: payee,
                amount: amountMinutes,
                reason: reason,
                cause: bytes32(cause),
                document: document
            })
        );
    }
}
