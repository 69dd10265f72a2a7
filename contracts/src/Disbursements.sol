// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {PaymentPostings} from "./PaymentPostings.sol";
import {Payments} from "./Payments.sol";
import {IBudgets} from "./interfaces/IBudgets.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {ProposalMessages} from "./libraries/ProposalMessages.sol";

/// @dev See {IDisbursements}.
contract Disbursements is Payments {
    constructor(ILedger ledger, IMembers members, IFunds funds, IBudgets budgets, IRounds rounds)
        PaymentPostings(ledger, members, funds, budgets, rounds)
    {}

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

    function _requireRequester(bytes32 proposalId, bytes16 requester, address key) private view {
        bytes16 member = MEMBERS.memberOf(key);
        if (member != requester) revert ProposalNotRequester(proposalId, member);
    }
}
