// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {PaymentPostings} from "./PaymentPostings.sol";
import {Payments} from "./Payments.sol";
import {IBudgets} from "./interfaces/IBudgets.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {AmountText} from "./libraries/AmountText.sol";
import {HeldKey} from "./libraries/HeldKey.sol";
import {ProposalMessages} from "./libraries/ProposalMessages.sol";

/// @dev See {IDisbursements}.
contract Disbursements is Payments {
    constructor(ILedger ledger, IMembers members, IFunds funds, IBudgets budgets, IRounds rounds)
        Intents("Gongji Disbursements", members)
        PaymentPostings(ledger, funds, budgets, rounds)
    {}

    function idOf(Proposal calldata proposal) external pure returns (bytes32) {
        return ProposalMessages.idOf(proposal);
    }

    // DECIDING

    function submit(Proposal calldata proposal, Authorization calldata authorization) external {
        IRounds.Subject memory subject = _subject(proposal);
        _requireRequest(subject, AmountText.hash(subject.amountFen), authorization);
        ROUNDS.submit(subject, proposal.number, proposal.documents, new HeldKey[](0), address(0));
    }

    function submitApproved(
        Proposal calldata proposal,
        Authorization calldata authorization,
        uint48 deadline,
        bytes[] calldata signatures
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 amount = AmountText.hash(subject.amountFen);
        uint8 round = ROUNDS.roundOf(subject.proposalId);
        // Who sends the requester's part alone first takes nothing away: the approvals count all the same.
        if (round != 0) return _approve(subject, amount, round, deadline, signatures);
        _requireRequest(subject, amount, authorization);
        (HeldKey[] memory keys, address first) = _signers(subject.proposalId, amount, 1, deadline, signatures);
        ROUNDS.submit(subject, proposal.number, proposal.documents, keys, first);
    }

    function approve(Proposal calldata proposal, uint48 deadline, bytes[] calldata signatures) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 amount = AmountText.hash(subject.amountFen);
        _approve(subject, amount, ROUNDS.roundOf(subject.proposalId), deadline, signatures);
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
        bytes32 structHash =
            ProposalMessages.act(subject.proposalId, ProposalMessages.ANSWER_ACTION, statement, authorization);
        _requireRequester(subject, structHash, authorization);
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
        _requireRequester(subject, structHash, authorization);
        ROUNDS.withdraw(subject);
    }

    // PARTS

    /// @dev It is the requester who asks, for money that could be paid now.
    function _requireRequest(IRounds.Subject memory subject, bytes32 amount, Authorization calldata authorization)
        private
    {
        if (subject.amountFen == 0) revert ProposalAmountZero();
        bytes32 structHash = ProposalMessages.submission(subject.proposalId, amount, authorization);
        _requireRequester(subject, structHash, authorization);
        FUNDS.payingBank(Accounts.fundOf(subject.purpose));
        BUDGETS.requireOpen(subject.budgetLine, subject.purpose, subject.amountFen);
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
        bytes32 amount,
        uint8 round,
        uint48 deadline,
        bytes[] calldata signatures
    ) private {
        (HeldKey[] memory keys, address first) =
            _signers(subject.proposalId, amount, round, deadline, signatures);
        ROUNDS.approve(subject, keys, first);
    }

    /// @dev Whose keys signed, or the caller's own, and the first of them.
    function _signers(
        bytes32 proposalId,
        bytes32 amount,
        uint8 round,
        uint48 deadline,
        bytes[] calldata signatures
    ) private view returns (HeldKey[] memory keys, address first) {
        if (signatures.length != 0) {
            bytes32 digest = _hashTypedDataV4(ProposalMessages.approval(proposalId, amount, round, deadline));
            return MEMBERS.signersOf(digest, ProposalMessages.approvalNonce(proposalId, round), deadline, signatures);
        }
        (keys, first) = (new HeldKey[](1), msg.sender);
        keys[0] = MEMBERS.heldKey(first);
    }

    /// @dev The key that acts; its nonce is used up.
    function _actor(bytes32 proposalId, bytes32 action, bytes32 evidence, Authorization calldata authorization)
        private
        returns (address key)
    {
        key = _keyOf(ProposalMessages.act(proposalId, action, evidence, authorization), authorization);
        MEMBERS.memberOf(key);
    }

    function _requireRequester(
        IRounds.Subject memory subject,
        bytes32 structHash,
        Authorization calldata authorization
    ) private {
        bytes16 member = _memberOf(structHash, authorization);
        if (member != subject.requester) revert ProposalNotRequester(subject.proposalId, member);
    }
}
