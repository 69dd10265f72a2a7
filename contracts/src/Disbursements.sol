// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Intents} from "./Intents.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {IDisbursements} from "./interfaces/IDisbursements.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {Floors} from "./libraries/Floors.sol";
import {ProposalMessages} from "./libraries/ProposalMessages.sol";
import {ProofWindow} from "./libraries/ProofWindow.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev See {IDisbursements}.
contract Disbursements is IDisbursements, Intents, AccessManaged {
    struct BudgetLine {
        uint32 purpose;
        uint64 limitFen;
        uint64 spentFen;
        ProofWindow openProofs;
    }

    /// @dev Who takes part in a round, with the bit of the seat.
    struct Ballot {
        bytes16 member;
        uint8 seat;
        uint16 bit;
    }

    /// @dev One word. Four sets of seats have one bit per seat: who approved, who is against, who stays out, and whose
    /// approval was taken back, so that its signature, which everybody has seen, does not count again.
    /// `endsAt` is the end of what runs: the last second of the vote, the first after the notice, the last for the proof.
    struct Progress {
        ProposalState state;
        uint8 round;
        uint16 rulesVersion;
        uint8 tier;
        uint8 yesNeeded;
        uint16 approvals;
        uint16 rejections;
        uint16 recusals;
        uint16 retracted;
        uint16 objections;
        uint32 roundStartedAt;
        uint32 endsAt;
        uint24 proofSeconds;
    }

    uint32 private constant EXECUTION_SECONDS = 90 days;

    ILedger private immutable LEDGER;
    IMembers private immutable MEMBERS;
    IFunds private immutable FUNDS;
    ICommittees private immutable COMMITTEES;

    mapping(uint32 budgetLine => BudgetLine) private _budgetLines;
    mapping(bytes32 proposalId => Progress) private _progress;
    mapping(bytes32 proposalId => mapping(bytes16 member => bool)) private _recused;
    mapping(bytes32 proposalId => mapping(bytes16 member => bool)) private _objected;

    constructor(address authority, ILedger ledger, IMembers members, IFunds funds, ICommittees committees)
        AccessManaged(authority)
        EIP712("Gongji Disbursements", "1")
    {
        LEDGER = ledger;
        MEMBERS = members;
        FUNDS = funds;
        COMMITTEES = committees;
    }

    // SETUP

    function setBudgetLine(uint32 budgetLine, uint32 purpose, uint64 limitFen) external restricted {
        BudgetLine storage line = _budgetLines[budgetLine];
        bool known = line.purpose != 0;
        if (budgetLine == 0 || purpose == 0 || (known && line.purpose != purpose) || limitFen < line.spentFen) {
            revert BudgetLineInvalid(budgetLine);
        }
        (line.purpose, line.limitFen) = (purpose, limitFen);
        emit BudgetLineSet(budgetLine, purpose, limitFen);
    }

    // DECIDING

    function submit(Proposal calldata proposal, Authorization calldata authorization) external {
        bytes32 proposalId = idOf(proposal);
        _progress[proposalId] = _submitted(proposalId, proposal, authorization);
    }

    function submitApproved(
        Proposal calldata proposal,
        Authorization calldata authorization,
        uint48 deadline,
        bytes[] calldata signatures
    ) external {
        bytes32 proposalId = idOf(proposal);
        Progress memory progress = _submitted(proposalId, proposal, authorization);
        _approve(proposalId, proposal, progress, deadline, signatures);
    }

    function approve(Proposal calldata proposal, uint48 deadline, bytes[] calldata signatures) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.SUBMITTED);
        _approve(proposalId, proposal, progress, deadline, signatures);
    }

    function reject(Proposal calldata proposal, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress, Ballot memory ballot) =
            _ballot(proposal, ProposalMessages.REJECT_ACTION, authorization);
        if (progress.rejections & ballot.bit != 0) revert ProposalVotedAlready(proposalId, ballot.member);
        _retract(progress, ballot.bit);
        progress.rejections |= ballot.bit;
        emit ProposalRejected(proposalId, progress.round, ballot.member, ballot.seat);
        _decide(proposalId, proposal.committee, progress);
    }

    function retract(Proposal calldata proposal, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress, Ballot memory ballot) =
            _ballot(proposal, ProposalMessages.RETRACT_ACTION, authorization);
        if ((progress.approvals | progress.rejections) & ballot.bit == 0) {
            revert ProposalVoteMissing(proposalId, ballot.member);
        }
        _retract(progress, ballot.bit);
        emit VoteRetracted(proposalId, progress.round, ballot.member, ballot.seat);
        _decide(proposalId, proposal.committee, progress);
    }

    function recuse(Proposal calldata proposal, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress, Ballot memory ballot) =
            _ballot(proposal, ProposalMessages.RECUSE_ACTION, authorization);
        _retract(progress, ballot.bit);
        progress.recusals |= ballot.bit;
        _recused[proposalId][ballot.member] = true;
        emit MemberRecused(proposalId, ballot.member, ballot.seat);
        _decide(proposalId, proposal.committee, progress);
    }

    function object(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.APPROVED);
        if (block.timestamp >= progress.endsAt) revert ProposalNoticeOver(proposalId, progress.endsAt);
        address key = _keyOf(
            ProposalMessages.act(proposalId, ProposalMessages.OBJECT_ACTION, statement, authorization), authorization
        );
        uint16 fund = Accounts.fundOf(proposal.purpose);
        bytes16 member = MEMBERS.memberWithRole(key, IMembers.Role.RESIDENT, fund);
        if (MEMBERS.keyInForce(key).addedAt > progress.roundStartedAt) revert ProposalKeyTooNew(proposalId, member);
        _useNonce(key, authorization);
        if (_objected[proposalId][member]) revert ProposalObjectedAlready(proposalId, member);
        _objected[proposalId][member] = true;
        progress.objections++;
        emit ObjectionRaised(proposalId, member, statement, progress.objections);
        ICommittees.Tier memory rule = COMMITTEES.tierOf(proposal.committee, progress.rulesVersion, progress.tier);
        if (progress.objections == rule.objectionsToSuspend) _suspend(proposalId, progress);
        _progress[proposalId] = progress;
    }

    function answer(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.SUSPENDED);
        bytes32 structHash =
            ProposalMessages.act(proposalId, ProposalMessages.ANSWER_ACTION, statement, authorization);
        _useNonce(_requester(proposalId, proposal.requester, structHash, authorization), authorization);
        ICommittees.Rule memory rule =
            COMMITTEES.stricterRule(proposal.committee, proposal.amountFen, progress.rulesVersion, progress.tier);
        progress.round++;
        progress.recusals = _recusedSeats(proposalId, proposal.committee);
        (progress.approvals, progress.rejections, progress.retracted, progress.objections) = (0, 0, 0, 0);
        _startRound(progress, rule);
        _progress[proposalId] = progress;
        emit ObjectionsAnswered(
            proposalId, statement, progress.round, rule.version, rule.tier, progress.recusals, progress.endsAt
        );
    }

    function recordOpinion(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization)
        external
    {
        bytes32 proposalId = idOf(proposal);
        if (_progress[proposalId].state == ProposalState.NONE) {
            revert ProposalNotIn(proposalId, ProposalState.SUBMITTED, ProposalState.NONE);
        }
        address key = _keyOf(
            ProposalMessages.act(proposalId, ProposalMessages.OPINION_ACTION, statement, authorization), authorization
        );
        ICommittees.Voter memory voter = COMMITTEES.voterOf(proposal.committee, key);
        _useNonce(key, authorization);
        if (voter.seat != Seats.SUPERVISOR) revert ProposalSupervisorOnly(proposalId, voter.member);
        emit OpinionRecorded(proposalId, voter.member, statement);
    }

    function withdraw(Proposal calldata proposal, Authorization calldata authorization) external {
        bytes32 proposalId = idOf(proposal);
        ProposalState found = stateOf(proposalId);
        if (found == ProposalState.NONE || found > ProposalState.SUSPENDED) {
            revert ProposalNotIn(proposalId, ProposalState.SUBMITTED, found);
        }
        bytes32 structHash = ProposalMessages.act(proposalId, ProposalMessages.WITHDRAW_ACTION, 0, authorization);
        _requester(proposalId, proposal.requester, structHash, authorization);
        _progress[proposalId].state = ProposalState.WITHDRAWN;
        emit ProposalWithdrawn(proposalId);
    }

    // PAYING

    function execute(Proposal calldata proposal) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.APPROVED);
        progress.state = ProposalState.EXECUTED;
        uint32 noticeEndsAt = progress.endsAt;
        progress.endsAt = uint32(block.timestamp) + progress.proofSeconds;
        _progress[proposalId] = progress;

        BudgetLine memory line = _unblockedLine(proposal);
        line.openProofs = line.openProofs.add(progress.endsAt);
        _execute(proposalId, proposal, noticeEndsAt, progress.endsAt, line);
    }

    function executeProven(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization)
        external
    {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.APPROVED);
        progress.state = ProposalState.CLOSED;
        uint32 noticeEndsAt = progress.endsAt;
        progress.endsAt = uint32(block.timestamp);
        _progress[proposalId] = progress;
        _execute(proposalId, proposal, noticeEndsAt, progress.endsAt, _unblockedLine(proposal));
        _prove(proposalId, ProposalMessages.EXECUTE_PROVEN_ACTION, proposal.purpose, bankLine, authorization);
    }

    function provePayment(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.EXECUTED);
        _progress[proposalId].state = ProposalState.CLOSED;
        BudgetLine storage line = _budgetLines[proposal.budgetLine];
        line.openProofs = line.openProofs.remove(progress.endsAt);
        _prove(proposalId, ProposalMessages.PROVE_ACTION, proposal.purpose, bankLine, authorization);
    }

    function reverse(
        Proposal calldata proposal,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 proposalId = idOf(proposal);
        Progress memory progress = _progress[proposalId];
        bool proven = progress.state == ProposalState.CLOSED;
        if (!proven && progress.state != ProposalState.EXECUTED) {
            revert ProposalNotIn(proposalId, ProposalState.EXECUTED, progress.state);
        }
        if (proven && incomingBankLine == 0) revert ProposalReversalNeedsBankLine(proposalId);
        _progress[proposalId].state = ProposalState.REVERSED;
        BudgetLine storage line = _budgetLines[proposal.budgetLine];
        line.spentFen -= proposal.amountFen;
        if (!proven) line.openProofs = line.openProofs.remove(progress.endsAt);

        bytes32 structHash = ProposalMessages.reversal(proposalId, proposal.amountFen, incomingBankLine, document, authorization);
        address key = _keyOf(structHash, authorization);
        uint16 fund = Accounts.fundOf(proposal.purpose);
        bytes16 treasurer = incomingBankLine == 0
            ? MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund)
            : FUNDS.useBankLine(incomingBankLine, fund, key);
        emit DisbursementReversed(proposalId, incomingBankLine, document, treasurer);
        LEDGER.post(
            ILedger.Transfer({
                payer: Accounts.id(Accounts.BANK, FUNDS.bankOf(fund)),
                payee: Accounts.purpose(proposal.purpose),
                amount: proposal.amountFen,
                reason: ILedger.Reason.DISBURSEMENT_REVERSAL,
                cause: proposalId,
                document: document
            })
        );
    }

    // READING

    function idOf(Proposal calldata proposal) public pure returns (bytes32) {
        return ProposalMessages.idOf(proposal);
    }

    function stateOf(bytes32 proposalId) public view returns (ProposalState) {
        return _stateNow(_progress[proposalId]);
    }

    function budgetLineRecord(uint32 budgetLine) external view returns (uint32, uint64, uint64, bool) {
        BudgetLine memory line = _budgetLines[budgetLine];
        return (line.purpose, line.limitFen, line.spentFen, line.openProofs.isOverdue(block.timestamp));
    }

    // PARTS

    function _submitted(bytes32 proposalId, Proposal calldata proposal, Authorization calldata authorization)
        private
        returns (Progress memory progress)
    {
        if (_progress[proposalId].state != ProposalState.NONE) revert ProposalExists(proposalId);
        if (proposal.amountFen == 0) revert ProposalAmountZero();
        bytes32 structHash = ProposalMessages.submission(proposalId, proposal.amountFen, authorization);
        _requester(proposalId, proposal.requester, structHash, authorization);
        ICommittees.Rule memory rule = COMMITTEES.ruleFor(proposal.committee, proposal.amountFen);
        uint16 fund = Accounts.fundOf(proposal.purpose);
        if (fund != rule.fund) revert ProposalFundMismatch(rule.fund, fund);
        FUNDS.payingBank(fund);
        _unblockedLine(proposal);

        progress.round = 1;
        _startRound(progress, rule);
        emit ProposalSubmitted(proposalId, proposal, rule.version, rule.tier);
    }

    function _startRound(Progress memory progress, ICommittees.Rule memory rule) private view {
        progress.state = ProposalState.SUBMITTED;
        (progress.rulesVersion, progress.tier, progress.yesNeeded) = (rule.version, rule.tier, rule.yesNeeded);
        progress.roundStartedAt = uint32(block.timestamp);
        progress.endsAt = uint32(block.timestamp) + rule.decideSeconds;
    }

    function _approve(
        bytes32 proposalId,
        Proposal calldata proposal,
        Progress memory progress,
        uint48 deadline,
        bytes[] calldata signatures
    ) private {
        uint16 before = progress.approvals;
        if (signatures.length == 0) {
            _countApproval(proposalId, proposal, progress, msg.sender);
        } else {
            if (block.timestamp > deadline) revert IntentExpired(deadline);
            bytes32 digest = _hashTypedDataV4(ProposalMessages.approval(proposalId, proposal.amountFen, progress.round, deadline));
            for (uint256 i = 0; i < signatures.length; i++) {
                _countApproval(proposalId, proposal, progress, ECDSA.recoverCalldata(digest, signatures[i]));
            }
        }
        emit ProposalApproved(proposalId, progress.round, progress.approvals ^ before);
        _decide(proposalId, proposal.committee, progress);
    }

    function _countApproval(bytes32 proposalId, Proposal calldata proposal, Progress memory progress, address key)
        private
        view
    {
        Ballot memory ballot = _voter(proposalId, proposal.committee, progress, key);
        if (ballot.member == proposal.requester) revert ProposalSelfApproval(proposalId, ballot.member);
        if ((progress.approvals | progress.rejections) & ballot.bit != 0) {
            revert ProposalVotedAlready(proposalId, ballot.member);
        }
        if (progress.retracted & ballot.bit != 0) revert ProposalApprovalRetracted(proposalId, ballot.member);
        progress.approvals |= ballot.bit;
    }

    /// @dev Who does something with the own seat in the running round of a proposal.
    function _ballot(Proposal calldata proposal, bytes32 action, Authorization calldata authorization)
        private
        returns (bytes32 proposalId, Progress memory progress, Ballot memory ballot)
    {
        (proposalId, progress) = _in(proposal, ProposalState.SUBMITTED);
        address key = _keyOf(ProposalMessages.act(proposalId, action, 0, authorization), authorization);
        ballot = _voter(proposalId, proposal.committee, progress, key);
        _useNonce(key, authorization);
    }

    /// @dev Who may take part in the running round: a voting seat and a key, both held since before it began, and not
    /// recused.
    function _voter(bytes32 proposalId, uint32 committee, Progress memory progress, address key)
        private
        view
        returns (Ballot memory)
    {
        ICommittees.Voter memory voter = COMMITTEES.voterOf(committee, key);
        if (voter.seat == Seats.SUPERVISOR) revert ProposalSupervisorHasNoVote(proposalId, voter.member);
        if (voter.since > progress.roundStartedAt) revert ProposalSeatTooNew(proposalId, voter.member);
        if (voter.keyAddedAt > progress.roundStartedAt) revert ProposalKeyTooNew(proposalId, voter.member);
        uint16 bit = uint16(1 << voter.seat);
        if (progress.recusals & bit != 0) revert ProposalRecused(proposalId, voter.member);
        return Ballot({member: voter.member, seat: voter.seat, bit: bit});
    }

    function _retract(Progress memory progress, uint16 bit) private pure {
        progress.retracted |= progress.approvals & bit;
        progress.approvals &= ~bit;
        progress.rejections &= ~bit;
    }

    /// @dev Stores the votes with what they decide: the notice begins, or the request fails because too few are left.
    function _decide(bytes32 proposalId, uint32 committee, Progress memory progress) private {
        uint16 lost = progress.rejections | progress.recusals | progress.retracted;
        // While nobody is lost, too few approvals are told apart without asking.
        if (lost != 0 || Seats.count(progress.approvals) >= progress.yesNeeded) {
            ICommittees.Decision memory decision =
                COMMITTEES.decide(committee, progress.rulesVersion, progress.tier, progress.approvals, lost);
            if (decision.outcome == ICommittees.Outcome.PASSED) {
                progress.state = ProposalState.APPROVED;
                progress.endsAt = uint32(block.timestamp) + decision.noticeSeconds;
                progress.proofSeconds = decision.proofSeconds;
                emit NoticeStarted(proposalId, progress.round, progress.endsAt);
            } else if (decision.outcome == ICommittees.Outcome.FAILED) {
                progress.state = ProposalState.FAILED;
                emit ProposalFailed(proposalId, progress.round);
            }
        }
        _progress[proposalId] = progress;
    }

    function _suspend(bytes32 proposalId, Progress memory progress) private {
        emit ProposalSuspended(proposalId);
        progress.state = ProposalState.SUSPENDED;
        if (progress.round == Floors.MAX_ROUNDS) {
            progress.state = ProposalState.FAILED;
            emit ProposalFailed(proposalId, progress.round);
        }
    }

    /// @dev Seats whose last holder stays out. Who takes such a seat afterwards is too new for the round.
    function _recusedSeats(bytes32 proposalId, uint32 committee) private view returns (uint16 seats) {
        bytes16[] memory holders = COMMITTEES.holdersOf(committee);
        for (uint256 i = 0; i < holders.length; i++) {
            if (_recused[proposalId][holders[i]]) seats |= uint16(1 << i);
        }
    }

    function _execute(
        bytes32 proposalId,
        Proposal calldata proposal,
        uint32 noticeEndsAt,
        uint32 proofDueAt,
        BudgetLine memory line
    ) private {
        if (block.timestamp < noticeEndsAt) revert ProposalNoticeRunning(proposalId, noticeEndsAt);
        line.spentFen += proposal.amountFen;
        _budgetLines[proposal.budgetLine] = line;
        emit ProposalExecuted(proposalId, proposal.amountFen, proofDueAt);
        uint32 bank = FUNDS.payingBank(Accounts.fundOf(proposal.purpose));
        LEDGER.post(
            ILedger.Transfer({
                payer: Accounts.purpose(proposal.purpose),
                payee: Accounts.id(Accounts.BANK, bank),
                amount: proposal.amountFen,
                reason: ILedger.Reason.DISBURSEMENT,
                cause: proposalId,
                document: proposal.documents
            })
        );
    }

    function _in(Proposal calldata proposal, ProposalState needed)
        private
        view
        returns (bytes32 proposalId, Progress memory progress)
    {
        proposalId = idOf(proposal);
        progress = _progress[proposalId];
        ProposalState found = _stateNow(progress);
        if (found == needed) return (proposalId, progress);
        if (progress.state != needed) revert ProposalNotIn(proposalId, needed, found);
        if (found == ProposalState.FAILED) revert ProposalVoteOver(proposalId, progress.endsAt);
        revert ProposalLapsed(proposalId, progress.endsAt + EXECUTION_SECONDS);
    }

    /// @dev The state at this second: a vote that ran out has failed, and what was not executed in time has lapsed,
    /// suspended or not.
    function _stateNow(Progress memory progress) private view returns (ProposalState) {
        ProposalState state = progress.state;
        if (state == ProposalState.SUBMITTED && block.timestamp > progress.endsAt) return ProposalState.FAILED;
        bool waits = state == ProposalState.APPROVED || state == ProposalState.SUSPENDED;
        return waits && block.timestamp >= progress.endsAt + EXECUTION_SECONDS ? ProposalState.LAPSED : state;
    }

    function _unblockedLine(Proposal calldata proposal) private view returns (BudgetLine memory line) {
        line = _budgetLines[proposal.budgetLine];
        if (line.purpose != proposal.purpose) revert BudgetLineNotInPurpose(proposal.budgetLine, proposal.purpose);
        if (line.openProofs.isFull() || line.openProofs.isOverdue(block.timestamp)) {
            revert BudgetLineBlocked(proposal.budgetLine);
        }
        uint64 leftFen = line.limitFen - line.spentFen;
        if (proposal.amountFen > leftFen) revert BudgetLineExceeded(proposal.budgetLine, leftFen, proposal.amountFen);
    }

    function _prove(
        bytes32 proposalId,
        bytes32 action,
        uint32 purpose,
        bytes32 bankLine,
        Authorization calldata authorization
    ) private {
        address key = _keyOf(ProposalMessages.act(proposalId, action, bankLine, authorization), authorization);
        bytes16 treasurer = FUNDS.useBankLine(bankLine, Accounts.fundOf(purpose), key);
        emit PaymentProven(proposalId, bankLine, treasurer);
    }

    function _requester(bytes32 proposalId, bytes16 requester, bytes32 structHash, Authorization calldata authorization)
        private
        view
        returns (address key)
    {
        key = _keyOf(structHash, authorization);
        bytes16 member = MEMBERS.memberOf(key);
        if (member != requester) revert ProposalNotRequester(proposalId, member);
    }
}
