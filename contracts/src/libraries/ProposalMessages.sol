// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDisbursements} from "../interfaces/IDisbursements.sol";
import {IIntents} from "../interfaces/IIntents.sol";
import {AmountText} from "./AmountText.sol";

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
        "ReverseDisbursement(string action,string amount,Proposal proposal,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant RECORD_RETURN_TYPEHASH = keccak256(
        "RecordReturn(string action,string amount,uint64 amountFen,Proposal proposal,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant REVERSE_RETURN_TYPEHASH = keccak256(
        "ReverseReturn(string action,Proposal proposal,bytes32 bankLine,bytes32 document,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant PROVE_INSTALMENT_TYPEHASH = keccak256(
        "ProveInstalment(string action,string amount,uint64 amountFen,Proposal proposal,bytes32 bankLine,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant REVERSE_INSTALMENT_TYPEHASH = keccak256(
        "ReverseInstalment(string action,Proposal proposal,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );

    bytes32 private constant SUBMIT_ACTION = keccak256(unicode"申请拨款 Ask for money");
    bytes32 private constant APPROVE_ACTION = keccak256(unicode"批准付款 Approve the payment");
    bytes32 private constant REVERSE_ACTION = keccak256(unicode"撤销付款 Reverse a payment");
    bytes32 private constant RECORD_RETURN_ACTION = keccak256(unicode"记录部分退款 Record a partial return");
    bytes32 private constant REVERSE_RETURN_ACTION = keccak256(unicode"撤销部分退款 Reverse a partial return");
    bytes32 private constant PROVE_INSTALMENT_ACTION = keccak256(unicode"提交一期付款凭证 Prove an instalment");
    bytes32 private constant REVERSE_INSTALMENT_ACTION = keccak256(unicode"撤销一期付款 Reverse an instalment");
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

    function submission(bytes32 proposalId, uint64 amountFen, IIntents.Authorization calldata authorization)
        internal
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

    function approval(bytes32 proposalId, uint64 amountFen, uint8 round, uint48 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(APPROVE_PROPOSAL_TYPEHASH, APPROVE_ACTION, _amountHash(amountFen), proposalId, round, deadline)
        );
    }

    /// @dev The nonce of all approvals of a round. Nothing uses it up, since a seat approves once; who signed may burn it.
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
        bytes32 incomingBankLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
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

    function partReturn(
        bytes32 proposalId,
        uint64 amountFen,
        bytes32 incomingBankLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                RECORD_RETURN_TYPEHASH,
                RECORD_RETURN_ACTION,
                _amountHash(amountFen),
                amountFen,
                proposalId,
                incomingBankLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function returnReversal(
        bytes32 proposalId,
        bytes32 bankLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REVERSE_RETURN_TYPEHASH,
                REVERSE_RETURN_ACTION,
                proposalId,
                bankLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function instalment(
        bytes32 proposalId,
        uint64 amountFen,
        bytes32 bankLine,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                PROVE_INSTALMENT_TYPEHASH,
                PROVE_INSTALMENT_ACTION,
                _amountHash(amountFen),
                amountFen,
                proposalId,
                bankLine,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function instalmentReversal(
        bytes32 proposalId,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REVERSE_INSTALMENT_TYPEHASH,
                REVERSE_INSTALMENT_ACTION,
                proposalId,
                bankLine,
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
