// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ApprovedSums} from "./ApprovedSums.sol";
import {RoundStates} from "./RoundStates.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev What a round is and what its votes come to: a part of {Rounds}.
abstract contract Ballots is ApprovedSums, RoundStates {
    ILedger internal immutable LEDGER;
    IMembers internal immutable MEMBERS;
    IFunds private immutable FUNDS;
    ICommittees internal immutable COMMITTEES;

    mapping(bytes32 proposalId => mapping(bytes16 member => bool)) internal _recused;

    constructor(ILedger ledger, IMembers members, IFunds funds, ICommittees committees) {
        LEDGER = ledger;
        MEMBERS = members;
        FUNDS = funds;
        COMMITTEES = committees;
    }

    modifier onlyModule() {
        _requireModule();
        _;
    }

    // PARTS

    function _requireModule() private view {
        bool isOfMoney = Accounts.mayDebit(LEDGER.kindsOf(msg.sender), Accounts.PURPOSE);
        if (!isOfMoney) revert RoundsModuleNotAdmitted(msg.sender);
    }

    function _startRound(Progress memory progress, ICommittees.Rule memory rule) internal view {
        progress.state = ProposalState.SUBMITTED;
        (progress.rulesVersion, progress.tier, progress.yesNeeded) = (rule.version, rule.tier, rule.yesNeeded);
        progress.roundStartedAt = uint32(block.timestamp);
        progress.endsAt = uint32(block.timestamp) + rule.decideSeconds;
    }

    /// @dev Whatever was voted before is void; who recused stays out.
    function _startNextRound(Progress memory progress, ICommittees.Rule memory rule, uint16 recusals) internal view {
        progress.round++;
        progress.recusals = recusals;
        (progress.approvals, progress.rejections, progress.retracted, progress.objections) = (0, 0, 0, 0);
        _startRound(progress, rule);
    }

    /// @dev Committee of the running round: the one that was asked, or that of a fund above. No fund ever gets another
    /// parent; to which committee it was handed over since makes no difference to the round.
    function _committee(Subject calldata subject, Progress memory progress) internal view returns (uint32) {
        if (progress.fundsUp == 0) return subject.committee;
        return COMMITTEES.committeeAt(_fund(subject, progress), progress.roundStartedAt);
    }

    /// @dev Fund whose committee decides now.
    function _fund(Subject calldata subject, Progress memory progress) private view returns (uint16 fund) {
        fund = Accounts.fundOf(subject.purpose);
        for (uint8 i = 0; i < progress.fundsUp; i++) {
            fund = FUNDS.parentOf(fund);
        }
    }

    /// @dev Who does something with the own seat in the running round.
    function _ballot(Subject calldata subject, address key)
        internal
        view
        returns (Progress memory progress, bytes16 member, uint8 seat, uint16 bit)
    {
        progress = _progress[subject.proposalId];
        _requireIn(subject.proposalId, progress, ProposalState.SUBMITTED);
        (member, seat, bit) = _voter(subject.proposalId, _committee(subject, progress), progress, key);
    }

    /// @dev Who may take part in the running round: a voting seat and a key, both held since before it began, and not
    /// recused. {ICommittees-seatsSince} tells the same of several keys at once, without reasons.
    function _voter(bytes32 proposalId, uint32 committee, Progress memory progress, address key)
        internal
        view
        returns (bytes16 member, uint8 seat, uint16 bit)
    {
        ICommittees.Voter memory voter = COMMITTEES.voterOf(committee, key);
        (member, seat) = (voter.member, voter.seat);
        if (seat == Seats.SUPERVISOR) revert ProposalSupervisorHasNoVote(proposalId, member);
        if (voter.since > progress.roundStartedAt) revert ProposalSeatTooNew(proposalId, member);
        if (voter.keyValidFrom > progress.roundStartedAt) revert ProposalKeyTooNew(proposalId, member);
        bit = uint16(1 << seat);
        if (progress.recusals & bit != 0) revert ProposalRecused(proposalId, member);
    }

    function _retract(Progress memory progress, uint16 bit) internal pure {
        progress.retracted |= progress.approvals & bit;
        progress.approvals &= ~bit;
        progress.rejections &= ~bit;
    }

    /// @dev Stores the votes with what they decide: the notice begins, or too few are left. Then it fails, unless recusals
    /// alone are why: then the committee of a fund above decides.
    function _decide(Subject calldata subject, Progress memory progress) internal {
        uint16 lost = progress.rejections | progress.recusals | progress.retracted;
        // While nobody is lost, too few approvals are told apart without asking.
        if (lost != 0 || Seats.count(progress.approvals) >= progress.yesNeeded) {
            // The tier of one that is not kept yet was found in this very call.
            bool isNew = _progress[subject.proposalId].round == 0;
            ICommittees.Decision memory decision = COMMITTEES.decide(
                ICommittees.Vote({
                    committee: _committee(subject, progress),
                    rulesVersion: progress.rulesVersion,
                    tier: progress.tier,
                    togetherFen: isNew ? 0 : subject.amountFen + recentFen(subject),
                    approvals: progress.approvals,
                    lost: lost,
                    recusals: progress.recusals
                })
            );
            _followDecision(subject, progress, decision);
        }
        _keep(subject.proposalId, progress);
    }

    function _followDecision(
        Subject calldata subject,
        Progress memory progress,
        ICommittees.Decision memory decision
    ) private {
        bytes32 proposalId = subject.proposalId;
        if (decision.tier != progress.tier) {
            (progress.tier, progress.yesNeeded) = (decision.tier, decision.yesNeeded);
            emit ProposalTierRaised(proposalId, decision.tier);
        }
        if (decision.outcome == ICommittees.Outcome.PASSED) {
            progress.state = ProposalState.APPROVED;
            progress.endsAt = uint32(block.timestamp) + decision.noticeSeconds;
            progress.proofSeconds = decision.proofSeconds;
            progress.approvedAt = uint32(block.timestamp);
            emit NoticeStarted(proposalId, progress.round, progress.endsAt);
            _add(subject);
        } else if (decision.outcome == ICommittees.Outcome.RECUSED && _refer(subject, progress)) {
            emit ProposalReferred(
                proposalId,
                _committee(subject, progress),
                progress.round,
                progress.rulesVersion,
                progress.tier,
                progress.recusals,
                progress.endsAt
            );
        } else if (decision.outcome != ICommittees.Outcome.OPEN) {
            progress.state = ProposalState.FAILED;
            emit ProposalFailed(proposalId, progress.round);
        }
    }

    /// @dev Begins a new round in the committee of the nearest fund above that can decide: its rules reach the amount, and
    /// its seats suffice without those of members who recused.
    function _refer(Subject calldata subject, Progress memory progress) private view returns (bool) {
        uint16 fund = FUNDS.parentOf(_fund(subject, progress));
        for (uint8 fundsUp = progress.fundsUp + 1; fund != 0; fundsUp++) {
            uint32 committee = COMMITTEES.committeeOf(fund);
            if (committee != 0 && _moveTo(subject, progress, committee)) {
                progress.fundsUp = fundsUp;
                return true;
            }
            fund = FUNDS.parentOf(fund);
        }
        return false;
    }

    /// @dev A committee without rules, or with rules that do not reach the amount, cannot decide.
    function _moveTo(Subject calldata subject, Progress memory progress, uint32 committee) private view returns (bool) {
        try COMMITTEES.ruleFor(committee, subject.amountFen, recentFen(subject)) returns (ICommittees.Rule memory rule) {
            uint16 recusals = _recusedSeats(subject.proposalId, committee);
            if (!COMMITTEES.maySuffice(committee, rule.version, rule.tier, recusals)) return false;
            _startNextRound(progress, rule, recusals);
            return true;
        } catch {
            return false;
        }
    }

    function _removeApproved(Subject calldata subject, Progress memory progress) internal {
        if (progress.approvedAt != 0) _subtract(subject, progress.approvedAt);
        progress.approvedAt = 0;
    }

    /// @dev Seats whose last holder stays out. Who takes such a seat afterwards is too new for the round.
    function _recusedSeats(bytes32 proposalId, uint32 committee) internal view returns (uint16 seats) {
        bytes16[] memory holders = COMMITTEES.holdersOf(committee);
        for (uint256 i = 0; i < holders.length; i++) {
            if (_recused[proposalId][holders[i]]) seats |= uint16(1 << i);
        }
    }
}
