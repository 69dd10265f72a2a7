// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Tasks} from "./Tasks.sol";
import {IEventLog} from "./interfaces/IEventLog.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {ITimeBank} from "./interfaces/ITimeBank.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {TaskMessages} from "./libraries/TaskMessages.sol";

/// @dev See {ITimeBank}.
contract TimeBank is Tasks {
    uint32 public constant DECISION_SECONDS = 14 days;
    uint32 public constant REVERSAL_SECONDS = 365 days;

    IEventLog private immutable EVENT_LOG;

    /// @dev The coordinator who last acknowledged or disputed its claim: most are never judged.
    mapping(bytes16 task => bytes16) private _judges;

    constructor(address authority, ILedger ledger, IMembers members, IEventLog eventLog, ITimeBank former)
        Tasks(authority, ledger, members, former)
    {
        EVENT_LOG = eventLog;
    }

    // CREDITING

    function admitClaim(Claim calldata claim) external restricted {
        Task storage record = _taskIn(claim.task, TaskState.ACCEPTED);
        (uint16 authorisedMinutes, bytes16 volunteer) = (record.minutes_, record.volunteer);
        uint32 claimBy = record.until + CLAIM_SECONDS;
        if (block.timestamp >= claimBy) revert TimeTaskExpired(claim.task, claimBy);
        Service memory rule = _serviceRule(record.service);
        _requireWithin(claim.servedMinutes, rule.minMinutes, authorisedMinutes);
        EVENT_LOG.use(claim.logSize, claim.checkIn, claim.checkOut);
        uint16 earnedMinutes = rule.tariffMinutes != 0 ? rule.tariffMinutes : claim.servedMinutes;
        if (earnedMinutes > authorisedMinutes) earnedMinutes = authorisedMinutes;
        uint32 until = uint32(block.timestamp) + challengeSeconds;
        (record.state, record.level, record.minutes_, record.until) =
            (TaskState.CLAIMED, claim.level, earnedMinutes, until);
        _loads[volunteer].ended++;
        emit ClaimAdmitted(
            claim.task,
            volunteer,
            claim.servedMinutes,
            earnedMinutes,
            claim.level,
            claim.ruleset,
            claim.checkIn.leafHash,
            claim.checkOut.leafHash,
            until
        );
    }

    function acknowledge(bytes16 task, Authorization calldata authorization) external {
        Task storage record = _undecided(task);
        uint32 decideBy = _decideBy(record);
        if (block.timestamp >= decideBy) revert TimeDecisionOver(task, decideBy);
        bytes16 coordinator = _judge(task, record, TaskMessages.ACKNOWLEDGE_ACTION, 0, authorization);
        if (record.state == TaskState.DISPUTED) {
            _requireOther(task, coordinator);
            // A dispute that was settled is not opened again: the claim may be credited now.
            record.until = uint32(block.timestamp);
        }
        (record.state, record.acknowledged) = (TaskState.CLAIMED, true);
        _judges[task] = coordinator;
        emit ClaimAcknowledged(task, coordinator);
    }

    function dispute(bytes16 task, bytes32 document, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.CLAIMED);
        if (block.timestamp >= record.until) revert TimeChallengeOver(task, record.until);
        bytes16 coordinator = _judge(task, record, TaskMessages.DISPUTE_ACTION, document, authorization);
        (record.state, record.until) = (TaskState.DISPUTED, uint32(block.timestamp) + DECISION_SECONDS);
        _judges[task] = coordinator;
        emit ClaimDisputed(task, coordinator, document, record.until);
    }

    function reject(bytes16 task, bytes32 document, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.DISPUTED);
        if (block.timestamp >= record.until) revert TimeDecisionOver(task, record.until);
        bytes16 coordinator = _judge(task, record, TaskMessages.REJECT_ACTION, document, authorization);
        _requireOther(task, coordinator);
        record.state = TaskState.REJECTED;
        emit ClaimRejected(task, coordinator, document);
    }

    function lapseClaim(bytes16 task) external {
        Task storage record = _undecided(task);
        if (_isSure(record)) revert TimeClaimStands(task);
        uint32 decideBy = _decideBy(record);
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
        (record.state, record.until) = (TaskState.CREDITED, uint32(block.timestamp) + REVERSAL_SECONDS);
        bytes16 volunteer = record.volunteer;
        bytes32 account = Accounts.id(Accounts.MEMBER_MINUTES, volunteer);
        emit ClaimCredited(task, volunteer, record.minutes_);
        _ensureOpen(account, false);
        _post(ISSUED, account, record.minutes_, ILedger.Reason.CREDIT, task, 0);
    }

    function reverseCredit(bytes16 task, bytes32 document, Authorization calldata authorization) external {
        Task storage record = _taskIn(task, TaskState.CREDITED);
        if (block.timestamp >= record.until) revert TimeReversalOver(task, record.until);
        bytes16 coordinator = _judge(task, record, TaskMessages.REVERSE_ACTION, document, authorization);
        if (_endOf(coordinator) == record.opener) revert TimeSecondPersonNeeded(task, coordinator);
        _requireOther(task, coordinator);
        record.state = TaskState.REVERSED;
        bytes32 account = Accounts.id(Accounts.MEMBER_MINUTES, record.volunteer);
        emit CreditReversed(task, coordinator, document);
        _post(account, ISSUED, record.minutes_, ILedger.Reason.CREDIT_REVERSAL, task, document);
    }

    // PARTS

    /// @dev Whoever judged a claim last does not decide on it once more: alone they would end the challenge window, or the hours.
    function _requireOther(bytes16 task, bytes16 coordinator) private view {
        if (coordinator == _judges[task]) revert TimeSecondPersonNeeded(task, coordinator);
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

    function _decideBy(Task storage record) private view returns (uint32) {
        return record.state == TaskState.DISPUTED ? record.until : record.until + DECISION_SECONDS;
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
