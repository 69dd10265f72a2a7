// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {IBudgets} from "./interfaces/IBudgets.sol";
import {IDisbursements} from "./interfaces/IDisbursements.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {ProposalMessages} from "./libraries/ProposalMessages.sol";

/// @dev See {IDisbursements}.
contract Disbursements is IDisbursements, Intents {
    ILedger private immutable LEDGER;
    IFunds private immutable FUNDS;
    IBudgets private immutable BUDGETS;
    IRounds private immutable ROUNDS;

    constructor(ILedger ledger, IMembers members, IFunds funds, IBudgets budgets, IRounds rounds)
        Intents("Gongji Disbursements", members)
    {
        LEDGER = ledger;
        FUNDS = funds;
        BUDGETS = budgets;
        ROUNDS = rounds;
    }

    // DECIDING

    function submit(Proposal calldata proposal, Authorization calldata authorization) external {
        _submit(_subject(proposal), proposal, authorization);
    }

    function submitApproved(
        Proposal calldata proposal,
        Authorization calldata authorization,
        uint48 deadline,
        bytes[] calldata signatures
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        // Who sends the requester's part alone first takes nothing away: the approvals count all the same.
        bool isNew = ROUNDS.stateOf(subject.proposalId) == IRounds.ProposalState.NONE;
        if (isNew) _submit(subject, proposal, authorization);
        _approve(subject, proposal.amountFen, deadline, signatures);
    }

    function approve(Proposal calldata proposal, uint48 deadline, bytes[] calldata signatures) external {
        _approve(_subject(proposal), proposal.amountFen, deadline, signatures);
    }

    function reject(Proposal calldata proposal, Authorization calldata authorization) external {
        IRounds.Subject memory subject = _subject(proposal);
        address key = _actor(subject.proposalId, ProposalMessages.REJECT_ACTION, 0, authorization);
        ROUNDS.reject(subject, key);
    }

    function retract(Proposal calldata proposal, Authorization calldata authorization) external {
        IRounds.Subject memory subject = _subject(proposal);
        address key = _actor(subject.proposalId, ProposalMessages.RETRACT_ACTION, 0, authorization);
        ROUNDS.retract(subject, key);
    }

    function recuse(Proposal calldata proposal, Authorization calldata authorization) external {
        IRounds.Subject memory subject = _subject(proposal);
        address key = _actor(subject.proposalId, ProposalMessages.RECUSE_ACTION, 0, authorization);
        ROUNDS.recuse(subject, key);
    }

    function object(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external {
        _object(proposal, statement, authorization, IReceipts.Acknowledgement({receivedAt: 0, signature: ""}));
    }

    function objectAcknowledged(
        Proposal calldata proposal,
        bytes32 statement,
        Authorization calldata authorization,
        IReceipts.Acknowledgement calldata acknowledgement
    ) external {
        _object(proposal, statement, authorization, acknowledgement);
    }

    function answer(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization) external {
        IRounds.Subject memory subject = _subject(proposal);
        address key = _actor(subject.proposalId, ProposalMessages.ANSWER_ACTION, statement, authorization);
        _requireRequester(subject.proposalId, proposal.requester, key);
        ROUNDS.answer(subject, statement);
    }

    function recordOpinion(Proposal calldata proposal, bytes32 statement, Authorization calldata authorization)
        external
    {
        IRounds.Subject memory subject = _subject(proposal);
        address key = _actor(subject.proposalId, ProposalMessages.OPINION_ACTION, statement, authorization);
        ROUNDS.recordOpinion(subject, key, statement);
    }

    function withdraw(Proposal calldata proposal, Authorization calldata authorization) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 structHash =
            ProposalMessages.act(subject.proposalId, ProposalMessages.WITHDRAW_ACTION, 0, authorization);
        _requireRequester(subject.proposalId, proposal.requester, _keyOf(structHash, authorization));
        ROUNDS.withdraw(subject);
    }

    // PAYING

    function execute(Proposal calldata proposal) external {
        bytes32 proposalId = idOf(proposal);
        uint32 proofSeconds = ROUNDS.execute(proposalId);
        (uint32 proofDueAt,) = ROUNDS.paymentOf(proposalId);
        if (proofDueAt == 0) proofDueAt = uint32(block.timestamp) + proofSeconds;
        ROUNDS.setPayment(proposalId, proofDueAt, 0);
        BUDGETS.spend(proposal.budgetLine, proposal.purpose, proposal.amountFen, proofDueAt);
        _pay(proposalId, proposal, proofDueAt);
    }

    function executeProven(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization)
        external
    {
        IRounds.Subject memory subject = _subject(proposal);
        ROUNDS.execute(subject.proposalId);
        BUDGETS.spend(proposal.budgetLine, proposal.purpose, proposal.amountFen, 0);
        _pay(subject.proposalId, proposal, uint32(block.timestamp));
        _prove(subject, ProposalMessages.EXECUTE_PROVEN_ACTION, bankLine, authorization);
    }

    function provePayment(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external {
        IRounds.Subject memory subject = _subject(proposal);
        (uint32 proofDueAt,) = ROUNDS.paymentOf(subject.proposalId);
        BUDGETS.prove(proposal.budgetLine, proofDueAt);
        _prove(subject, ProposalMessages.PROVE_ACTION, bankLine, authorization);
    }

    function reverse(
        Proposal calldata proposal,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 structHash = ProposalMessages.reversal(
            subject.proposalId, proposal.amountFen, incomingBankLine, document, authorization
        );
        address key = _keyOf(structHash, authorization);
        bytes16 treasurer =
            incomingBankLine == 0 ? _undo(subject, key) : _takeBack(subject, incomingBankLine, key);
        emit DisbursementReversed(subject.proposalId, incomingBankLine, document, treasurer);
        LEDGER.post(
            ILedger.Transfer({
                payer: Accounts.id(Accounts.BANK, FUNDS.bankOf(Accounts.fundOf(proposal.purpose))),
                payee: Accounts.purpose(proposal.purpose),
                amount: proposal.amountFen,
                reason: ILedger.Reason.DISBURSEMENT_REVERSAL,
                cause: subject.proposalId,
                document: document
            })
        );
    }

    function idOf(Proposal calldata proposal) public pure returns (bytes32) {
        return ProposalMessages.idOf(proposal);
    }

    // PARTS

    function _submit(
        IRounds.Subject memory subject,
        Proposal calldata proposal,
        Authorization calldata authorization
    ) private {
        if (proposal.amountFen == 0) revert ProposalAmountZero();
        bytes32 structHash =
            ProposalMessages.submission(subject.proposalId, proposal.amountFen, authorization);
        _requireRequester(subject.proposalId, proposal.requester, _keyOf(structHash, authorization));
        (uint16 rulesVersion, uint8 tier) = ROUNDS.begin(subject);
        FUNDS.payingBank(Accounts.fundOf(proposal.purpose));
        BUDGETS.requireOpen(proposal.budgetLine, proposal.purpose, proposal.amountFen);
        emit ProposalSubmitted(subject.proposalId, proposal, rulesVersion, tier);
    }

    function _object(
        Proposal calldata proposal,
        bytes32 statement,
        Authorization calldata authorization,
        IReceipts.Acknowledgement memory acknowledgement
    ) private {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 structHash =
            ProposalMessages.act(subject.proposalId, ProposalMessages.OBJECT_ACTION, statement, authorization);
        address key = _keyOf(structHash, authorization);
        ROUNDS.object(subject, key, statement, _hashTypedDataV4(structHash), acknowledgement);
    }

    function _approve(
        IRounds.Subject memory subject,
        uint64 amountFen,
        uint48 deadline,
        bytes[] calldata signatures
    ) private {
        bytes32 proposalId = subject.proposalId;
        address[] memory keys = new address[](1);
        keys[0] = msg.sender;
        if (signatures.length != 0) {
            uint8 round = ROUNDS.roundOf(proposalId);
            bytes32 digest = _hashTypedDataV4(ProposalMessages.approval(proposalId, amountFen, round, deadline));
            uint256 nonce = ProposalMessages.approvalNonce(proposalId, round);
            keys = MEMBERS.signersOf(digest, nonce, deadline, signatures);
        }
        ROUNDS.approve(subject, keys);
    }

    function _pay(bytes32 proposalId, Proposal calldata proposal, uint32 proofDueAt) private {
        emit ProposalExecuted(proposalId, proposal.amountFen, proofDueAt);
        uint32 bank = FUNDS.bankOf(Accounts.fundOf(proposal.purpose));
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

    function _prove(
        IRounds.Subject memory subject,
        bytes32 action,
        bytes32 bankLine,
        Authorization calldata authorization
    ) private {
        bytes32 proposalId = subject.proposalId;
        ROUNDS.close(proposalId);
        address key = _keyOf(ProposalMessages.act(proposalId, action, bankLine, authorization), authorization);
        bytes16 treasurer = FUNDS.useBankLine(bankLine, Accounts.fundOf(subject.purpose), key);
        if (treasurer == subject.requester || ROUNDS.mayHaveApproved(subject, treasurer)) {
            revert ProposalProverTookPart(proposalId, treasurer);
        }
        ROUNDS.setPayment(proposalId, 0, treasurer);
        emit PaymentProven(proposalId, bankLine, treasurer);
    }

    /// @dev What was executed and never paid is approved as before: one treasurer alone ends no decision.
    function _undo(IRounds.Subject memory subject, address key) private returns (bytes16 treasurer) {
        bytes32 proposalId = subject.proposalId;
        if (ROUNDS.stateOf(proposalId) == IRounds.ProposalState.CLOSED) {
            revert ProposalReversalNeedsBankLine(proposalId);
        }
        ROUNDS.undo(proposalId);
        uint16 fund = Accounts.fundOf(subject.purpose);
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
        (uint32 proofDueAt,) = ROUNDS.paymentOf(proposalId);
        BUDGETS.giveBack(subject.budgetLine, subject.amountFen, proofDueAt);
    }

    /// @dev What was paid and came back, as another treasurer says than the one who proved the payment.
    function _takeBack(IRounds.Subject memory subject, bytes32 incomingBankLine, address key)
        private
        returns (bytes16 treasurer)
    {
        ROUNDS.reverse(subject);
        treasurer = FUNDS.useBankLine(incomingBankLine, Accounts.fundOf(subject.purpose), key);
        (, bytes16 prover) = ROUNDS.paymentOf(subject.proposalId);
        if (treasurer == prover) {
            revert ProposalSecondPersonNeeded(subject.proposalId, treasurer);
        }
        BUDGETS.giveBack(subject.budgetLine, subject.amountFen, 0);
    }

    /// @dev The key that acts; its nonce is used up.
    function _actor(bytes32 proposalId, bytes32 action, bytes32 evidence, Authorization calldata authorization)
        private
        returns (address key)
    {
        key = _keyOf(ProposalMessages.act(proposalId, action, evidence, authorization), authorization);
        MEMBERS.memberOf(key);
    }

    function _requireRequester(bytes32 proposalId, bytes16 requester, address key) private view {
        bytes16 member = MEMBERS.memberOf(key);
        if (member != requester) revert ProposalNotRequester(proposalId, member);
    }

    function _subject(Proposal calldata proposal) private pure returns (IRounds.Subject memory) {
        return IRounds.Subject({
            proposalId: idOf(proposal),
            committee: proposal.committee,
            purpose: proposal.purpose,
            budgetLine: proposal.budgetLine,
            amountFen: proposal.amountFen,
            requester: proposal.requester,
            payee: proposal.payee
        });
    }
}
