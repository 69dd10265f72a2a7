// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDisbursements} from "../interfaces/IDisbursements.sol";
import {IIntents} from "../interfaces/IIntents.sol";
import {AmountText} from "./AmountText.sol";
import {Lists} from "./Lists.sol";

/// @dev Struct hashes of what is signed about proposals (EIP-712).
library ProposalMessages {
    bytes32 private constant PROPOSAL_TYPEHASH = keccak256(
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant SUBMIT_PROPOSAL_TYPEHASH = keccak256(
        "SubmitProposal(string action,string amount,Proposal proposal,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant APPROVE_PROPOSAL_TYPEHASH = keccak256(
        "ApproveProposal(string action,string amount,Proposal proposal,uint8 round,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant ACT_ON_PROPOSAL_TYPEHASH = keccak256(
        "ActOnProposal(string action,Proposal proposal,bytes32 evidence,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant REVERSE_DISBURSEMENT_TYPEHASH = keccak256(
        "ReverseDisbursement(string action,string amount,Proposal proposal,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant PROVE_JOINT_PAYMENT_TYPEHASH = keccak256(
        "ProveJointPayment(string action,string total,uint64 totalFen,Proposal[] proposals,bytes32 bankLine,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );

    bytes32 private constant SUBMIT_ACTION = keccak256(unicode"申请拨款 Ask for money");
    bytes32 private constant APPROVE_ACTION = keccak256(unicode"批准付款 Approve the payment");
    bytes32 private constant REVERSE_ACTION = keccak256(unicode"撤销付款 Reverse a payment");
    bytes32 private constant PROVE_JOINT_ACTION =
        keccak256(unicode"合并付款并交凭证 Prove one payment of several requests");
    bytes32 internal constant REJECT_ACTION = keccak256(unicode"反对付款 Vote against the payment");
    bytes32 internal constant RETRACT_ACTION = keccak256(unicode"收回表决 Take back my vote");
    bytes32 internal constant RECUSE_ACTION = keccak256(unicode"声明回避 Recuse myself from the decision");
    bytes32 internal constant OBJECT_ACTION = keccak256(unicode"提出异议 Object to the payment");
    bytes32 internal constant ANSWER_ACTION = keccak256(unicode"答复异议 Answer the objections");
    bytes32 internal constant OPINION_ACTION = keccak256(unicode"提出监督意见 Give an opinion as supervisor");
    bytes32 internal constant WITHDRAW_ACTION = keccak256(unicode"撤回申请 Withdraw the request");
    bytes32 internal constant PROVE_ACTION = keccak256(unicode"提交付款凭证 Prove the payment");
    bytes32 internal constant EXECUTE_PROVEN_ACTION = keccak256(unicode"付款并交凭证 Pay and prove the payment");

    function idOf(IDisbursements.Proposal calldata proposal) internal pure returns (bytes32) {
        return keccak256(abi.encode(PROPOSAL_TYPEHASH, proposal));
    }

    /// @param amount Hash of the amount's text: {AmountText-hash}.
    function submission(bytes32 proposalId, bytes32 amount, IIntents.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                SUBMIT_PROPOSAL_TYPEHASH,
                SUBMIT_ACTION,
                amount,
                proposalId,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function approval(bytes32 proposalId, bytes32 amount, uint8 round, uint48 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(APPROVE_PROPOSAL_TYPEHASH, APPROVE_ACTION, amount, proposalId, round, deadline)
        );
    }

    /// @dev The nonce of all approvals of a round. An approval does not use it up, since a seat approves once; who signed may call it back.
    function approvalNonce(bytes32 proposalId, uint8 round) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(proposalId, round)));
    }

    /// @dev All other acts of a proposal, told apart by their action text.
    function act(
        bytes32 proposalId,
        bytes32 action,
        bytes32 evidence,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ACT_ON_PROPOSAL_TYPEHASH, action, proposalId, evidence, authorization.nonce, authorization.deadline
            )
        );
    }

    function reversal(
        bytes32 proposalId,
        uint64 amountFen,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REVERSE_DISBURSEMENT_TYPEHASH,
                REVERSE_ACTION,
                AmountText.hash(amountFen),
                proposalId,
                bankLine,
                incomingBankLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    /// @dev Also the sum of the requests, in fen.
    function jointPayment(
        IDisbursements.Proposal[] calldata proposals,
        bytes32 bankLine,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32 structHash, uint64 totalFen) {
        bytes32[] memory ids = new bytes32[](proposals.length);
        for (uint256 i = 0; i < proposals.length; i++) {
            totalFen += proposals[i].amountFen;
            ids[i] = idOf(proposals[i]);
        }
        structHash = keccak256(
            abi.encode(
                PROVE_JOINT_PAYMENT_TYPEHASH,
                PROVE_JOINT_ACTION,
                AmountText.hash(totalFen),
                totalFen,
                Lists.hash(ids),
                bankLine,
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}
