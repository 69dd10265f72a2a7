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
        bytes32 amount = ProposalMessages.amountHash(subject.amountFen);
        if (!_submit(subject, proposal, amount, authorization)) revert ProposalExists(subject.proposalId);
    }

    function submitApproved(
        Proposal calldata proposal,
        Authorization calldata authorization,
        uint48 deadline,
        bytes[] calldata signatures
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 amount = ProposalMessages.amountHash(subject.amountFen);
        // Who sends the requester's part alone first takes nothing away: the approvals count all the same.
        bool isNew = _submit(subject, proposal, amount, authorization);
        _approve(subject, amount, isNew ? 1 : ROUNDS.roundOf(subject.proposalId), deadline, signatures);
    }

    function approve(Proposal calldata proposal, uint48 deadline, bytes[] calldata signatures) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 amount = ProposalMessages.amountHash(subject.amountFen);
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

    /// @dev Nothing happens if it was submitted before.
    function _submit(
        IRounds.Subject memory subject,
        Proposal calldata proposal,
        bytes32 amount,
        Authorization calldata authorization
    ) private returns (bool) {
        if (proposal.amountFen == 0) revert ProposalAmountZero();
        (bool isNew, uint16 rulesVersion, uint8 tier) = ROUNDS.begin(subject);
        if (!isNew) return false;
        bytes32 structHash = ProposalMessages.submission(subject.proposalId, amount, authorization);
        _requireRequester(subject, structHash, authorization);
        FUNDS.payingBank(Accounts.fundOf(proposal.purpose));
        BUDGETS.requireOpen(proposal.budgetLine, proposal.purpose, proposal.amountFen);
        emit ProposalSubmitted(subject.proposalId, proposal, rulesVersion, tier);
        return true;
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
        HeldKey[] memory keys;
        address first = msg.sender;
        if (signatures.length == 0) {
            keys = new HeldKey[](1);
            keys[0] = MEMBERS.heldKey(first);
        } else {
            bytes32 proposalId = subject.proposalId;
            bytes32 digest = _hashTypedDataV4(ProposalMessages.approval(proposalId, amount, round, deadline));
            uint256 nonce = ProposalMessages.approvalNonce(proposalId, round);
            (keys, first) = MEMBERS.signersOf(digest, nonce, deadline, signatures);
        }
        ROUNDS.approve(subject, keys, first);
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
