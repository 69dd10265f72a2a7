// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRounds} from "./interfaces/IRounds.sol";

/// @dev How far the decision on a request has come: a part of {Rounds}.
abstract contract RoundStates is IRounds {
    /// @dev One word. Four sets of seats have one bit per seat: who approved, who is against, who stays out, and whose
    /// approval was taken back, so that its signature, which everybody has seen, does not count again.
    /// `fundsUp` says how many funds above the purpose's the one is whose committee decides: 0 until the request is referred.
    /// `endsAt` is the end of what runs: the last second of the vote, or the first after the notice.
    /// `approvedAt` is 0 while the amount is not among what was approved lately.
    struct Progress {
        ProposalState state;
        uint8 round;
        uint16 rulesVersion;
        uint8 tier;
        uint8 yesNeeded;
        uint8 fundsUp;
        uint16 approvals;
        uint16 rejections;
        uint16 recusals;
        uint16 retracted;
        uint16 objections;
        uint32 roundStartedAt;
        uint32 endsAt;
        uint24 proofSeconds;
        uint32 approvedAt;
    }

    uint32 private constant EXECUTION_SECONDS = 90 days;

    mapping(bytes32 proposalId => Progress) internal _progress;

    // PARTS

    /// @dev Writes the word as {Progress} has it. The compiler would write it twice, and read it before each time.
    function _keep(bytes32 proposalId, Progress memory progress) internal {
        uint256 word = uint256(progress.state) | (uint256(progress.round) << 8) | (uint256(progress.rulesVersion) << 16)
            | (uint256(progress.tier) << 32) | (uint256(progress.yesNeeded) << 40) | (uint256(progress.fundsUp) << 48)
            | (uint256(progress.approvals) << 56) | (uint256(progress.rejections) << 72)
            | (uint256(progress.recusals) << 88) | (uint256(progress.retracted) << 104)
            | (uint256(progress.objections) << 120) | (uint256(progress.roundStartedAt) << 136)
            | (uint256(progress.endsAt) << 168) | (uint256(progress.proofSeconds) << 200)
            | (uint256(progress.approvedAt) << 224);
        Progress storage kept = _progress[proposalId];
        assembly ("memory-safe") {
            sstore(kept.slot, word)
        }
    }

    function _requireIn(bytes32 proposalId, Progress memory progress, ProposalState needed) internal view {
        ProposalState found = _stateNow(progress);
        if (found == needed) return;
        if (progress.state != needed) revert ProposalNotIn(proposalId, needed, found);
        if (found == ProposalState.FAILED) revert ProposalVoteOver(proposalId, progress.endsAt);
        revert ProposalLapsed(proposalId, progress.endsAt + EXECUTION_SECONDS);
    }

    /// @dev The state at this second: a vote that ran out has failed, and what was not executed in time has lapsed,
    /// suspended or not.
    function _stateNow(Progress memory progress) internal view returns (ProposalState) {
        ProposalState state = progress.state;
        if (state == ProposalState.SUBMITTED && block.timestamp > progress.endsAt) return ProposalState.FAILED;
        bool waits = state == ProposalState.APPROVED || state == ProposalState.SUSPENDED;
        return waits && block.timestamp >= progress.endsAt + EXECUTION_SECONDS ? ProposalState.LAPSED : state;
    }
}
