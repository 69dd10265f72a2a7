// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Intents} from "./Intents.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {ITimeBank} from "./interfaces/ITimeBank.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {TaskMessages} from "./libraries/TaskMessages.sol";

/// @dev Services, and tasks until they are served: a part of {TimeBank}.
abstract contract Tasks is ITimeBank, Intents, AccessManaged {
    /// @dev One word. `minutes_` is what is authorised until a claim is admitted, then what will be credited. `until` is the
    /// date on which the present state ends: no later is it taken, disputed, decided or taken back. `opener` is the end of
    /// the id of the coordinator who opened it, for which alone there is room: it never lets the opener pass, and keeps out
    /// one other member of 16 million, who leaves this task to somebody else.
    struct Task {
        TaskState state;
        AssuranceLevel level;
        bool acknowledged;
        uint16 service;
        uint16 minutes_;
        uint16 fund;
        uint32 until;
        bytes16 volunteer;
        bytes3 opener;
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

    uint48 public constant MOST_TASK_SECONDS = 365 days;
    uint64 public constant MOST_ACCEPTED_TASKS = 20;
    uint32 public constant CLAIM_SECONDS = 7 days;
    uint32 public constant LEAST_CHALLENGE_SECONDS = 1 days;
    uint32 public constant MOST_CHALLENGE_SECONDS = 30 days;
    bytes32 internal constant ISSUED = bytes32(uint256(Accounts.ISSUED_MINUTES) << 248);

    ILedger internal immutable LEDGER;
    ITimeBank private immutable FORMER;

    uint32 public challengeSeconds = LEAST_CHALLENGE_SECONDS;
    mapping(uint16 service => Service) private _services;
    mapping(bytes16 task => Task) public taskRecord;
    mapping(bytes16 volunteer => Load) internal _loads;

    constructor(address authority, ILedger ledger, IMembers members, ITimeBank former)
        AccessManaged(authority)
        Intents("Gongji TimeBank", members)
    {
        LEDGER = ledger;
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
        // No hour is credited before there is a service, and every credit comes from this account.
        _ensureOpen(ISSUED, true);
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
        bytes32 structHash = TaskMessages.opening(
            task, fund, service, authorisedMinutes, beneficiary, expiresAt, authorization
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
        (record.state, record.fund, record.until) = (TaskState.OPEN, fund, uint32(expiresAt));
        (record.service, record.minutes_, record.opener) = (service, authorisedMinutes, _endOf(coordinator));
        emit TaskOpened(task, fund, service, authorisedMinutes, beneficiary, coordinator, expiresAt);
    }

    function acceptTask(bytes16 task, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.OPEN);
        if (block.timestamp >= record.until) revert TimeTaskExpired(task, record.until);
        bytes16 member = _memberOf(TaskMessages.act(task, TaskMessages.ACCEPT_ACTION, 0, authorization), authorization);
        if (MEMBERS.kindOf(member) != IMembers.MemberKind.PERSON) revert TimeNotPerson(member);
        if (_endOf(member) == record.opener) revert TimeOwnTask(task, member);
        Load storage load = _loads[member];
        if (load.taken - load.ended >= MOST_ACCEPTED_TASKS) revert TimeTooManyTasks(member, MOST_ACCEPTED_TASKS);
        load.taken++;
        (record.state, record.volunteer) = (TaskState.ACCEPTED, member);
        emit TaskAccepted(task, member);
    }

    function releaseTask(bytes16 task, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.ACCEPTED);
        bytes16 member = _memberOf(TaskMessages.act(task, TaskMessages.RELEASE_ACTION, 0, authorization), authorization);
        if (member != record.volunteer) revert TimeNotVolunteer(task, member);
        _loads[member].ended++;
        (record.state, record.volunteer) = (TaskState.OPEN, bytes16(0));
        emit TaskReleased(task, member);
    }

    function cancelTask(bytes16 task, bytes32 document, Authorization calldata authorization) external {
        Task storage record = _unserved(task);
        bytes16 coordinator = _judge(task, record, TaskMessages.CANCEL_ACTION, document, authorization);
        _endUnserved(record, TaskState.CANCELLED);
        emit TaskCancelled(task, coordinator, document);
    }

    function expireTask(bytes16 task) external {
        Task storage record = _unserved(task);
        uint32 expiresAt = record.state == TaskState.ACCEPTED ? record.until + CLAIM_SECONDS : record.until;
        if (block.timestamp < expiresAt) revert TimeTaskNotExpired(task, expiresAt);
        _endUnserved(record, TaskState.EXPIRED);
        emit TaskExpired(task);
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

    function _taskIn(bytes16 task, TaskState needed) internal view returns (Task storage record) {
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

    function _serviceRule(uint16 service) internal view returns (Service memory rule) {
        rule = _services[service];
        if (rule.maxMinutes != 0) return rule;
        if (address(FORMER) == address(0)) revert TimeServiceUnknown(service);
        (rule.minMinutes, rule.maxMinutes, rule.tariffMinutes) = FORMER.serviceRule(service);
    }

    /// @dev What a task keeps of its opener's id: the end, since ids may be counted up.
    function _endOf(bytes16 member) internal pure returns (bytes3) {
        return bytes3(member << 104);
    }

    function _requireWithin(uint16 got, uint16 min, uint16 max) internal pure {
        if (got == 0 || got < min || got > max) revert TimeMinutesOutOfRange(got, min, max);
    }

    function _judge(
        bytes16 task,
        Task storage record,
        bytes32 action,
        bytes32 document,
        Authorization calldata authorization
    ) internal returns (bytes16 coordinator) {
        coordinator = _coordinator(record.fund, TaskMessages.act(task, action, document, authorization), authorization);
        if (coordinator == record.volunteer) revert TimeSelfJudgement(task, coordinator);
    }

    function _coordinator(uint16 fund, bytes32 structHash, Authorization calldata authorization)
        private
        returns (bytes16)
    {
        return _withRole(IMembers.Role.COORDINATOR, fund, structHash, authorization);
    }

    function _ensureOpen(bytes32 account, bool world) internal {
        LEDGER.ensureAccount(account, ILedger.Unit.MINUTE, world, 0);
    }
}
