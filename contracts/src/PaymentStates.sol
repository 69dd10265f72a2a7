// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ballots} from "./Ballots.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {BankLineUses} from "./libraries/BankLineUses.sol";
import {Floors} from "./libraries/Floors.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev How far what was approved is paid: a part of {Rounds}. Which line paid what, and who said so, {IFunds} keeps with the
/// line; so what is paid at once, with its proof, needs no word here.
abstract contract PaymentStates is Ballots {
    /// @dev One word. `proofDueAt` is that of the first execution, so that who undoes one wins no time for the proof.
    /// `instalmentsFen` is what was proven in instalments, `returnsFen` what of the payment came back in parts, `releasedBy` who
    /// said that the rest of the instalments is not paid (`BankLineUses.person`).
    struct Payment {
        uint32 proofDueAt;
        uint64 instalmentsFen;
        uint64 returnsFen;
        bytes8 releasedBy;
    }

    mapping(bytes32 proposalId => Payment) public paymentOf;

    // PAYING

    function execute(bytes32 proposalId) external onlyModule returns (uint32 proofDueAt) {
        Progress memory progress = _progress[proposalId];
        _requirePayable(proposalId, progress);
        proofDueAt = paymentOf[proposalId].proofDueAt;
        if (proofDueAt == 0) {
            proofDueAt = uint32(block.timestamp) + progress.proofSeconds;
            paymentOf[proposalId].proofDueAt = proofDueAt;
        }
        _set(proposalId, ProposalState.EXECUTED);
    }

    function executeProven(Subject calldata subject, bytes16 treasurer) external onlyModule {
        Progress memory progress = _progress[subject.proposalId];
        _requirePayable(subject.proposalId, progress);
        _requireOutside(subject, progress, treasurer);
        _set(subject.proposalId, ProposalState.CLOSED);
    }

    function prove(Subject calldata subject, bytes16 treasurer) external onlyModule returns (uint32) {
        _requireOutside(subject, _progress[subject.proposalId], treasurer);
        return _moveWhole(subject, ProposalState.CLOSED);
    }

    function proveInstalment(Subject calldata subject, uint64 amountFen, bytes16 treasurer)
        external
        onlyModule
        returns (uint32)
    {
        bytes32 proposalId = subject.proposalId;
        _require(proposalId, ProposalState.EXECUTED);
        _requireOutside(subject, _progress[proposalId], treasurer);
        Payment storage payment = paymentOf[proposalId];
        uint64 leftFen = subject.amountFen - payment.instalmentsFen;
        _requirePart(subject, leftFen, amountFen);
        payment.instalmentsFen += amountFen;
        if (leftFen != amountFen) return 0;
        _set(proposalId, ProposalState.CLOSED);
        return payment.proofDueAt;
    }

    // TAKING BACK

    function undo(Subject calldata subject) external onlyModule returns (uint32) {
        return _moveWhole(subject, ProposalState.APPROVED);
    }

    function reverse(Subject calldata subject) external onlyModule {
        bytes32 proposalId = subject.proposalId;
        uint64 paidFen = _paidFen(subject);
        if (paidFen != subject.amountFen) revert ProposalPartOutOfRange(proposalId, paidFen, subject.amountFen);
        Progress memory progress = _progress[proposalId];
        _removeApproved(subject, progress);
        progress.state = ProposalState.REVERSED;
        _keep(proposalId, progress);
    }

    function reopen(Subject calldata subject, uint64 amountFen)
        external
        onlyModule
        returns (uint32 proofDueAt, bool wasClosed)
    {
        bytes32 proposalId = subject.proposalId;
        Payment storage payment = paymentOf[proposalId];
        if (payment.returnsFen != 0 || payment.releasedBy != 0) revert ProposalReturnedInPart(proposalId);
        if (payment.instalmentsFen != 0) payment.instalmentsFen -= amountFen;
        Progress storage progress = _progress[proposalId];
        wasClosed = progress.state != ProposalState.EXECUTED;
        if (wasClosed) _require(proposalId, ProposalState.CLOSED);
        proofDueAt = payment.proofDueAt;
        if (proofDueAt == 0) {
            // It was proven as it was executed: the date that an execution in the first possible second would have set.
            proofDueAt = progress.endsAt + Floors.OBJECTION_GRACE + progress.proofSeconds;
            payment.proofDueAt = proofDueAt;
        }
        progress.state = ProposalState.EXECUTED;
    }

    function addReturn(Subject calldata subject, uint64 amountFen) external onlyModule {
        _requirePart(subject, _paidFen(subject), amountFen);
        paymentOf[subject.proposalId].returnsFen += amountFen;
    }

    function removeReturn(bytes32 proposalId, uint64 amountFen) external onlyModule {
        if (_progress[proposalId].state != ProposalState.EXECUTED) _require(proposalId, ProposalState.CLOSED);
        paymentOf[proposalId].returnsFen -= amountFen;
    }

    function releaseRest(Subject calldata subject, uint64 restFen, bytes16 treasurer) external onlyModule returns (uint32) {
        bytes32 proposalId = subject.proposalId;
        _require(proposalId, ProposalState.EXECUTED);
        Payment storage payment = paymentOf[proposalId];
        uint64 leftFen = subject.amountFen - payment.instalmentsFen;
        if (leftFen == subject.amountFen || leftFen != restFen) revert ProposalPartOutOfRange(proposalId, leftFen, restFen);
        payment.releasedBy = BankLineUses.person(treasurer);
        _set(proposalId, ProposalState.CLOSED);
        return payment.proofDueAt;
    }

    function reclaimRest(Subject calldata subject, bytes16 treasurer) external onlyModule returns (uint64, uint32) {
        bytes32 proposalId = subject.proposalId;
        _require(proposalId, ProposalState.CLOSED);
        Payment storage payment = paymentOf[proposalId];
        bytes8 releasedBy = payment.releasedBy;
        if (releasedBy == 0) revert ProposalRestNotReleased(proposalId);
        if (releasedBy == BankLineUses.person(treasurer)) revert ProposalSecondPersonNeeded(proposalId, treasurer);
        payment.releasedBy = 0;
        _set(proposalId, ProposalState.EXECUTED);
        return (subject.amountFen - payment.instalmentsFen, payment.proofDueAt);
    }

    // PARTS

    /// @dev What is approved, and may be paid at this second.
    function _requirePayable(bytes32 proposalId, Progress memory progress) private view {
        _requireIn(proposalId, progress, ProposalState.APPROVED);
        if (block.timestamp < progress.endsAt) revert ProposalNoticeRunning(proposalId, progress.endsAt);
        uint32 graceEndsAt = progress.endsAt + Floors.OBJECTION_GRACE;
        if (block.timestamp < graceEndsAt) revert ProposalGraceRunning(proposalId, graceEndsAt);
    }

    /// @dev Who asked or approved does not prove the payment. A seat that was filled after the round began may hide the one
    /// from which its holder approved.
    function _requireOutside(Subject calldata subject, Progress memory progress, bytes16 treasurer) private view {
        ICommittees.Seat memory seat = COMMITTEES.seatOf(_committee(subject, progress), treasurer);
        bool isLater = seat.since > progress.roundStartedAt;
        bool hasVote = seat.since != 0 && seat.number != Seats.SUPERVISOR;
        bool approved = hasVote && progress.approvals & uint16(1 << seat.number) != 0;
        if (treasurer == subject.requester || isLater || approved) {
            revert ProposalProverTookPart(subject.proposalId, treasurer);
        }
    }

    /// @dev What is proven in parts is neither proven nor undone as a whole.
    function _moveWhole(Subject calldata subject, ProposalState state) private returns (uint32) {
        bytes32 proposalId = subject.proposalId;
        _require(proposalId, ProposalState.EXECUTED);
        Payment storage payment = paymentOf[proposalId];
        uint64 leftFen = subject.amountFen - payment.instalmentsFen;
        if (leftFen != subject.amountFen) revert ProposalPartOutOfRange(proposalId, leftFen, subject.amountFen);
        _set(proposalId, state);
        return payment.proofDueAt;
    }

    /// @dev What of a closed request was paid and has not come back.
    function _paidFen(Subject calldata subject) private view returns (uint64) {
        _require(subject.proposalId, ProposalState.CLOSED);
        Payment storage payment = paymentOf[subject.proposalId];
        uint64 instalmentsFen = payment.instalmentsFen;
        return (instalmentsFen == 0 ? subject.amountFen : instalmentsFen) - payment.returnsFen;
    }

    function _set(bytes32 proposalId, ProposalState state) private {
        _progress[proposalId].state = state;
    }

    /// @dev For states that time does not end; what it is instead is told as of this second.
    function _require(bytes32 proposalId, ProposalState needed) private view {
        if (_progress[proposalId].state != needed) _requireIn(proposalId, _progress[proposalId], needed);
    }

    /// @dev The whole at once is no part: it has acts of its own.
    function _requirePart(Subject calldata subject, uint64 leftFen, uint64 partFen) private pure {
        bool isPart = partFen != 0 && partFen < subject.amountFen;
        if (!isPart || partFen > leftFen) revert ProposalPartOutOfRange(subject.proposalId, leftFen, partFen);
    }
}
