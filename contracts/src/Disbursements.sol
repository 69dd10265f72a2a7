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
import {AmountText} from "./libraries/AmountText.sol";
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

    /// @dev One word. `approvals` and `recusals` have one bit per seat.
    struct Progress {
        ProposalState state;
        uint8 round;
        uint16 rulesVersion;
        uint8 tier;
        uint8 yesNeeded;
        uint16 approvals;
        uint16 recusals;
        uint16 objections;
        uint32 roundStartedAt;
        uint32 voteEndsAt;
        uint32 noticeEndsAt;
        uint24 proofSeconds;
        uint32 proofDueAt;
    }

    bytes32 public constant PROPOSAL_TYPEHASH = keccak256(
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 public constant SUBMIT_PROPOSAL_TYPEHASH = keccak256(
        "SubmitProposal(string action,string amount,Proposal proposal,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 public constant APPROVE_PROPOSAL_TYPEHASH = keccak256(
        "ApproveProposal(string action,string amount,Proposal proposal,uint8 round,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 public constant ACT_ON_PROPOSAL_TYPEHASH = keccak256(
        "ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 public constant REVERSE_DISBURSEMENT_TYPEHASH = keccak256(
        "ReverseDisbursement(string action,string amount,Proposal proposal,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );

    bytes32 private constant SUBMIT_ACTION = keccak256(unicode"申请拨款 Ask for money");
    bytes32 private constant APPROVE_ACTION = keccak256(unicode"批准付款 Approve the payment");
    bytes32 private constant RECUSE_ACTION = keccak256(unicode"声明回避 Recuse myself from the decision");
    bytes32 private constant OBJECT_ACTION = keccak256(unicode"提出异议 Object to the payment");
    bytes32 private constant ANSWER_ACTION = keccak256(unicode"答复异议 Answer the objections");
    bytes32 private constant OPINION_ACTION = keccak256(unicode"提出监督意见 Give an opinion as supervisor");
    bytes32 private constant WITHDRAW_ACTION = keccak256(unicode"撤回申请 Withdraw the request");
    bytes32 private constant PROVE_ACTION = keccak256(unicode"提交付款凭证 Prove the payment");
    bytes32 private constant EXECUTE_PROVEN_ACTION = keccak256(unicode"付款并交凭证 Pay and prove the payment");
    bytes32 private constant REVERSE_ACTION = keccak256(unicode"撤销付款 Reverse a payment");

    uint32 private constant EXECUTION_SECONDS = 90 days;

    ILedger private immutable LEDGER;
    IMembers private immutable MEMBERS;
    IFunds private immutable FUNDS;
    ICommittees private immutable COMMITTEES;

    mapping(uint32 budgetLine => BudgetLine) private _budgetLines;
    mapping(bytes32 proposalId => Progress) private _progress;
    mapping(bytes32 proposalId => mapping(bytes16 member => uint8 round)) private _objectedInRound;

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
        _progress[proposalId] = progress;
    }

    function approve(Proposal calldata proposal, uint48 deadline, bytes[] calldata signatures) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.SUBMITTED);
        _approve(proposalId, proposal, progress, deadline, signatures);
        _progress[proposalId] = progress;
    }

    function recuse(Proposal calldata proposal, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.SUBMITTED);
        address key = _keyOf(_actHash(proposalId, RECUSE_ACTION, 0, authorization), authorization);
        (bytes16 member, uint8 seat, uint16 bit) = _voter(proposalId, proposal.committee, progress, key);
        _useNonce(key, authorization);
        progress.recusals |= bit;
        progress.approvals &= ~bit;
        emit MemberRecused(proposalId, member, seat);
        _startNoticeIfPassed(proposalId, proposal.committee, progress);
        _progress[proposalId] = progress;
    }

    function object(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.APPROVED);
        if (block.timestamp >= progress.noticeEndsAt) revert ProposalNoticeOver(proposalId, progress.noticeEndsAt);
        bytes32 structHash = _actHash(proposalId, OBJECT_ACTION, statement, authorization);
        uint16 fund = Accounts.fundOf(proposal.purpose);
        address key = _keyOf(structHash, authorization);
        bytes16 member = MEMBERS.memberWithRole(key, IMembers.Role.RESIDENT, fund);
        _useNonce(key, authorization);
        if (_objectedInRound[proposalId][member] == progress.round) revert ProposalObjectedAlready(proposalId, member);
        _objectedInRound[proposalId][member] = progress.round;
        progress.objections++;
        emit ObjectionRaised(proposalId, member, statement, progress.objections);
        ICommittees.Tier memory rule = COMMITTEES.tierOf(proposal.committee, progress.rulesVersion, progress.tier);
        if (progress.objections == rule.objectionsToSuspend) {
            progress.state = ProposalState.SUSPENDED;
            emit ProposalSuspended(proposalId);
        }
        _progress[proposalId] = progress;
    }

    function answer(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.SUSPENDED);
        bytes32 structHash = _actHash(proposalId, ANSWER_ACTION, statement, authorization);
        _useNonce(_requester(proposalId, proposal.requester, structHash, authorization), authorization);
        ICommittees.Tier memory rule = COMMITTEES.tierOf(proposal.committee, progress.rulesVersion, progress.tier);
        progress.state = ProposalState.SUBMITTED;
        progress.round++;
        progress.roundStartedAt = uint32(block.timestamp);
        progress.voteEndsAt = uint32(block.timestamp) + rule.decideSeconds;
        (progress.approvals, progress.objections, progress.noticeEndsAt) = (0, 0, 0);
        _progress[proposalId] = progress;
        emit ObjectionsAnswered(proposalId, statement, progress.round);
    }

    function recordOpinion(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization)
        external
    {
        bytes32 proposalId = idOf(proposal);
        if (_progress[proposalId].state == ProposalState.NONE) {
            revert ProposalNotIn(proposalId, ProposalState.SUBMITTED, ProposalState.NONE);
        }
        address key = _keyOf(_actHash(proposalId, OPINION_ACTION, statement, authorization), authorization);
        (bytes16 member, uint8 seat,) = COMMITTEES.voterOf(proposal.committee, key);
        _useNonce(key, authorization);
        if (seat != Seats.SUPERVISOR) revert ProposalSupervisorOnly(proposalId, member);
        emit OpinionRecorded(proposalId, member, statement);
    }

    function withdraw(Proposal calldata proposal, Authorization calldata authorization) external {
        bytes32 proposalId = idOf(proposal);
        ProposalState found = _progress[proposalId].state;
        if (found == ProposalState.NONE || found > ProposalState.SUSPENDED) {
            revert ProposalNotIn(proposalId, ProposalState.SUBMITTED, found);
        }
        bytes32 structHash = _actHash(proposalId, WITHDRAW_ACTION, 0, authorization);
        _requester(proposalId, proposal.requester, structHash, authorization);
        _progress[proposalId].state = ProposalState.WITHDRAWN;
        emit ProposalWithdrawn(proposalId);
    }

    // PAYING

    function execute(Proposal calldata proposal) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.APPROVED);
        progress.state = ProposalState.EXECUTED;
        progress.proofDueAt = uint32(block.timestamp) + progress.proofSeconds;
        _progress[proposalId] = progress;

        BudgetLine memory line = _unblockedLine(proposal);
        line.openProofs = line.openProofs.add(progress.proofDueAt);
        _execute(proposalId, proposal, progress, line);
    }

    function executeProven(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization)
        external
    {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.APPROVED);
        progress.state = ProposalState.CLOSED;
        progress.proofDueAt = uint32(block.timestamp);
        _progress[proposalId] = progress;
        _execute(proposalId, proposal, progress, _unblockedLine(proposal));
        _prove(proposalId, EXECUTE_PROVEN_ACTION, proposal.purpose, bankLine, authorization);
    }

    function provePayment(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external {
        (bytes32 proposalId, Progress memory progress) = _in(proposal, ProposalState.EXECUTED);
        _progress[proposalId].state = ProposalState.CLOSED;
        BudgetLine storage line = _budgetLines[proposal.budgetLine];
        line.openProofs = line.openProofs.remove(progress.proofDueAt);
        _prove(proposalId, PROVE_ACTION, proposal.purpose, bankLine, authorization);
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
        if (!proven) line.openProofs = line.openProofs.remove(progress.proofDueAt);

        bytes32 structHash = _reverseHash(proposalId, proposal.amountFen, incomingBankLine, document, authorization);
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
        return keccak256(abi.encode(PROPOSAL_TYPEHASH, proposal));
    }

    function stateOf(bytes32 proposalId) external view returns (ProposalState) {
        return _progress[proposalId].state;
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
        bytes32 structHash = _submitHash(proposalId, proposal.amountFen, authorization);
        _requester(proposalId, proposal.requester, structHash, authorization);
        (uint16 committeeFund, uint16 rulesVersion, uint8 tier, uint32 decideSeconds, uint8 yesNeeded) =
            COMMITTEES.ruleFor(proposal.committee, proposal.amountFen);
        uint16 fund = Accounts.fundOf(proposal.purpose);
        if (fund != committeeFund) revert ProposalFundMismatch(committeeFund, fund);
        FUNDS.payingBank(fund);
        _unblockedLine(proposal);

        progress.state = ProposalState.SUBMITTED;
        progress.round = 1;
        (progress.rulesVersion, progress.tier, progress.yesNeeded) = (rulesVersion, tier, yesNeeded);
        progress.roundStartedAt = uint32(block.timestamp);
        progress.voteEndsAt = uint32(block.timestamp) + decideSeconds;
        emit ProposalSubmitted(proposalId, proposal, rulesVersion, tier);
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
            bytes32 digest = _hashTypedDataV4(_approveHash(proposalId, proposal.amountFen, progress.round, deadline));
            for (uint256 i = 0; i < signatures.length; i++) {
                _countApproval(proposalId, proposal, progress, ECDSA.recoverCalldata(digest, signatures[i]));
            }
        }
        emit ProposalApproved(proposalId, progress.round, progress.approvals ^ before);
        _startNoticeIfPassed(proposalId, proposal.committee, progress);
    }

    function _countApproval(bytes32 proposalId, Proposal calldata proposal, Progress memory progress, address key)
        private
        view
    {
        (bytes16 member,, uint16 bit) = _voter(proposalId, proposal.committee, progress, key);
        if (member == proposal.requester) revert ProposalSelfApproval(proposalId, member);
        if (progress.approvals & bit != 0) revert ProposalApprovedAlready(proposalId, member);
        progress.approvals |= bit;
    }

    /// @dev Who may take part in the running round: a voting seat, held since before it began, and not recused. A
    /// recusal counts too, because it lowers the number of approvals needed.
    function _voter(bytes32 proposalId, uint32 committee, Progress memory progress, address key)
        private
        view
        returns (bytes16 member, uint8 seat, uint16 bit)
    {
        if (block.timestamp > progress.voteEndsAt) revert ProposalVoteOver(proposalId, progress.voteEndsAt);
        uint48 since;
        (member, seat, since) = COMMITTEES.voterOf(committee, key);
        if (seat == Seats.SUPERVISOR) revert ProposalSupervisorHasNoVote(proposalId, member);
        if (since > progress.roundStartedAt) revert ProposalSeatTooNew(proposalId, member);
        bit = uint16(1 << seat);
        if (progress.recusals & bit != 0) revert ProposalRecused(proposalId, member);
    }

    function _startNoticeIfPassed(bytes32 proposalId, uint32 committee, Progress memory progress) private {
        // While nobody is recused, too few approvals are told apart without asking.
        if (progress.recusals == 0 && Seats.count(progress.approvals) < progress.yesNeeded) return;
        (bool passed, uint32 noticeSeconds, uint24 proofSeconds) =
            COMMITTEES.outcome(committee, progress.rulesVersion, progress.tier, progress.approvals, progress.recusals);
        if (!passed) return;
        progress.state = ProposalState.APPROVED;
        progress.noticeEndsAt = uint32(block.timestamp) + noticeSeconds;
        progress.proofSeconds = proofSeconds;
        emit NoticeStarted(proposalId, progress.round, progress.noticeEndsAt);
    }

    function _execute(bytes32 proposalId, Proposal calldata proposal, Progress memory progress, BudgetLine memory line)
        private
    {
        if (block.timestamp < progress.noticeEndsAt) revert ProposalNoticeRunning(proposalId, progress.noticeEndsAt);
        uint32 lapsesAt = progress.noticeEndsAt + EXECUTION_SECONDS;
        if (block.timestamp >= lapsesAt) revert ProposalLapsed(proposalId, lapsesAt);
        line.spentFen += proposal.amountFen;
        _budgetLines[proposal.budgetLine] = line;
        emit ProposalExecuted(proposalId, proposal.amountFen, progress.proofDueAt);
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
        if (progress.state != needed) revert ProposalNotIn(proposalId, needed, progress.state);
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
        address key = _keyOf(_actHash(proposalId, action, bankLine, authorization), authorization);
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

    function _submitHash(bytes32 proposalId, uint64 amountFen, Authorization calldata authorization)
        private
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                SUBMIT_PROPOSAL_TYPEHASH,
                SUBMIT_ACTION,
                _amountHash(amountFen),
                proposalId,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function _approveHash(bytes32 proposalId, uint64 amountFen, uint8 round, uint48 deadline)
        private
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(APPROVE_PROPOSAL_TYPEHASH, APPROVE_ACTION, _amountHash(amountFen), proposalId, round, deadline)
        );
    }

    function _actHash(bytes32 proposalId, bytes32 action, bytes32 evidence, Authorization calldata authorization)
        private
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                ACT_ON_PROPOSAL_TYPEHASH, action, proposalId, evidence, authorization.nonce, authorization.deadline
            )
        );
    }

    function _reverseHash(
        bytes32 proposalId,
        uint64 amountFen,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REVERSE_DISBURSEMENT_TYPEHASH,
                REVERSE_ACTION,
                _amountHash(amountFen),
                proposalId,
                incomingBankLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function _amountHash(uint64 amountFen) private pure returns (bytes32) {
        return keccak256(bytes(AmountText.cny(amountFen)));
    }
}
