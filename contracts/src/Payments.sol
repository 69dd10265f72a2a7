// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {PaymentPostings} from "./PaymentPostings.sol";
import {IDisbursements} from "./interfaces/IDisbursements.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {BankLineUses} from "./libraries/BankLineUses.sol";
import {ProposalMessages} from "./libraries/ProposalMessages.sol";

/// @dev Requests that are paid, proven, alone or several by one line, and taken back: a part of {Disbursements}.
abstract contract Payments is IDisbursements, PaymentPostings {
    // PAYING

    function execute(Proposal calldata proposal) external {
        IRounds.Subject memory subject = _subject(proposal);
        uint32 proofDueAt = ROUNDS.execute(subject.proposalId);
        BUDGETS.spend(proposal.budgetLine, proposal.purpose, proposal.amountFen, proofDueAt);
        emit ProposalExecuted(subject.proposalId, proposal.amountFen, proofDueAt);
        _postOut(subject, proposal.amountFen, ILedger.Reason.DISBURSEMENT, proposal.documents);
    }

    function executeProven(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization)
        external
    {
        IRounds.Subject memory subject = _subject(proposal);
        (bytes16 treasurer, uint32 bank) =
            _use(subject, ProposalMessages.EXECUTE_PROVEN_ACTION, bankLine, authorization);
        _executeProven(subject, proposal.documents, treasurer, bank);
        emit PaymentProven(subject.proposalId, bankLine, treasurer);
    }

    function provePayment(Proposal calldata proposal, bytes32 bankLine, Authorization calldata authorization) external {
        IRounds.Subject memory subject = _subject(proposal);
        (bytes16 treasurer,) = _use(subject, ProposalMessages.PROVE_ACTION, bankLine, authorization);
        BUDGETS.prove(proposal.budgetLine, ROUNDS.prove(subject, treasurer));
        emit PaymentProven(subject.proposalId, bankLine, treasurer);
    }

    function proveJointPayment(
        Proposal[] calldata proposals,
        bytes32 bankLine,
        Authorization calldata authorization
    ) external {
        if (proposals.length < 2) revert JointPaymentOfOne();
        (bytes32 structHash, uint64 totalFen) = ProposalMessages.jointPayment(proposals, bankLine, authorization);
        address key = _keyOf(structHash, authorization);
        (bytes16 treasurer, uint32 bank) =
            FUNDS.recordJointPayment(Accounts.fundOf(proposals[0].purpose), bankLine, _shares(proposals), key);
        emit JointPaymentProven(bankLine, totalFen, uint32(proposals.length), treasurer);
        for (uint256 i = 0; i < proposals.length; i++) {
            _close(_subject(proposals[i]), proposals[i].documents, treasurer, bank);
            emit PaymentProven(ProposalMessages.idOf(proposals[i]), bankLine, treasurer);
        }
    }

    // TAKING BACK

    function reverse(
        Proposal calldata proposal,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        IRounds.Subject memory subject = _subject(proposal);
        bytes32 structHash = ProposalMessages.reversal(
            subject.proposalId, proposal.amountFen, bankLine, incomingBankLine, document, authorization
        );
        address key = _keyOf(structHash, authorization);
        bytes16 treasurer = incomingBankLine == 0
            ? _undo(subject, bankLine, key)
            : _takeBack(subject, bankLine, incomingBankLine, key);
        emit DisbursementReversed(subject.proposalId, bankLine, incomingBankLine, document, treasurer);
        _postBack(subject, proposal.amountFen, ILedger.Reason.DISBURSEMENT_REVERSAL, document);
    }

    // PARTS

    function _use(
        IRounds.Subject memory subject,
        bytes32 action,
        bytes32 bankLine,
        Authorization calldata authorization
    ) private returns (bytes16 treasurer, uint32 bank) {
        bytes32 proposalId = subject.proposalId;
        address key = _keyOf(ProposalMessages.act(proposalId, action, bankLine, authorization), authorization);
        return FUNDS.recordPayment(
            Accounts.fundOf(subject.purpose),
            IFunds.Entry({
                bankLine: bankLine,
                amountFen: subject.amountFen,
                use: BankLineUses.ofRequest(proposalId)
            }),
            key
        );
    }

    /// @dev A request may be executed before its payment is proven, or not.
    function _close(IRounds.Subject memory subject, bytes32 documents, bytes16 treasurer, uint32 bank) private {
        if (ROUNDS.stateOf(subject.proposalId) == IRounds.ProposalState.EXECUTED) {
            BUDGETS.prove(subject.budgetLine, ROUNDS.prove(subject, treasurer));
        } else {
            _executeProven(subject, documents, treasurer, bank);
        }
    }

    function _executeProven(IRounds.Subject memory subject, bytes32 documents, bytes16 treasurer, uint32 bank) private {
        ROUNDS.executeProven(subject, treasurer);
        BUDGETS.spend(subject.budgetLine, subject.purpose, subject.amountFen, 0);
        emit ProposalExecuted(subject.proposalId, subject.amountFen, uint32(block.timestamp));
        _postOut(subject, bank, subject.amountFen, ILedger.Reason.DISBURSEMENT, documents);
    }

    /// @dev What was paid and came back, all of it: the request is over.
    function _takeBack(IRounds.Subject memory subject, bytes32 bankLine, bytes32 incomingBankLine, address key)
        private
        returns (bytes16 treasurer)
    {
        treasurer = _recordReturn(subject, bankLine, incomingBankLine, subject.amountFen, key);
        ROUNDS.reverse(subject);
        BUDGETS.giveBack(subject.budgetLine, subject.amountFen, 0);
    }

    /// @dev What was executed and never paid is approved as before: one treasurer alone ends no decision.
    function _undo(IRounds.Subject memory subject, bytes32 bankLine, address key) private returns (bytes16 treasurer) {
        bytes32 proposalId = subject.proposalId;
        if (bankLine != 0 || ROUNDS.stateOf(proposalId) == IRounds.ProposalState.CLOSED) {
            revert ProposalReversalNeedsBankLine(proposalId);
        }
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, Accounts.fundOf(subject.purpose));
        BUDGETS.giveBack(subject.budgetLine, subject.amountFen, ROUNDS.undo(subject));
    }

    /// @dev What each request has of a joint payment. They are of one fund, whose bank account paid.
    function _shares(Proposal[] calldata proposals) private pure returns (IFunds.Entry[] memory shares) {
        uint16 fund = Accounts.fundOf(proposals[0].purpose);
        shares = new IFunds.Entry[](proposals.length);
        for (uint256 i = 0; i < proposals.length; i++) {
            Proposal calldata proposal = proposals[i];
            uint16 ofFund = Accounts.fundOf(proposal.purpose);
            if (ofFund != fund) revert JointPaymentOfSeveralFunds(fund, ofFund);
            bytes15 use = BankLineUses.ofRequest(ProposalMessages.idOf(proposal));
            shares[i] = IFunds.Entry({bankLine: 0, amountFen: proposal.amountFen, use: use});
        }
    }
}
