// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "../interfaces/IIntents.sol";
import {AmountText} from "./AmountText.sol";

/// @dev Struct hashes of what is signed about parts of payments (EIP-712).
library PartPaymentMessages {
    bytes32 private constant PROVE_INSTALMENT_TYPEHASH = keccak256(
        "ProveInstalment(string action,string amount,uint64 amountFen,Proposal proposal,bytes32 bankLine,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant REVERSE_PROOF_TYPEHASH = keccak256(
        "ReverseProof(string action,Proposal proposal,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant RECORD_RETURN_TYPEHASH = keccak256(
        "RecordReturn(string action,string amount,uint64 amountFen,Proposal proposal,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant REVERSE_RETURN_TYPEHASH = keccak256(
        "ReverseReturn(string action,Proposal proposal,bytes32 bankLine,bytes32 document,uint256 nonce,uint48 deadline)"
        "Proposal(uint32 committee,uint32 purpose,uint32 budgetLine,uint64 amountFen,uint64 number,bytes16 requester,bytes32 payee,bytes32 documents)"
    );
    bytes32 private constant RECORD_WAGE_RETURN_TYPEHASH = keccak256(
        "RecordWageReturn(string action,string amount,uint64 amountFen,uint32 enterprise,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant REVERSE_WAGE_RETURN_TYPEHASH = keccak256(
        "ReverseWageReturn(string action,uint32 enterprise,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
    );

    bytes32 private constant PROVE_INSTALMENT_ACTION = keccak256(unicode"提交一期付款凭证 Prove an instalment");
    bytes32 private constant REVERSE_PROOF_ACTION = keccak256(unicode"撤销付款凭证 Take back a proof of payment");
    bytes32 private constant RECORD_RETURN_ACTION = keccak256(unicode"记录部分退款 Record a partial return");
    bytes32 private constant REVERSE_RETURN_ACTION = keccak256(unicode"撤销部分退款 Reverse a partial return");
    bytes32 private constant RECORD_WAGE_RETURN_ACTION =
        keccak256(unicode"记录部分工钱退回 Record that wages came back in part");
    bytes32 private constant REVERSE_WAGE_RETURN_ACTION =
        keccak256(unicode"撤销部分工钱退回 Reverse a partial return of wages");

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
                AmountText.hash(amountFen),
                amountFen,
                proposalId,
                bankLine,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function proofReversal(
        bytes32 proposalId,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REVERSE_PROOF_TYPEHASH,
                REVERSE_PROOF_ACTION,
                proposalId,
                bankLine,
                incomingBankLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function partReturn(
        bytes32 proposalId,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                RECORD_RETURN_TYPEHASH,
                RECORD_RETURN_ACTION,
                AmountText.hash(amountFen),
                amountFen,
                proposalId,
                bankLine,
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

    function wageReturn(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                RECORD_WAGE_RETURN_TYPEHASH,
                RECORD_WAGE_RETURN_ACTION,
                AmountText.hash(amountFen),
                amountFen,
                enterprise,
                bankLine,
                incomingBankLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function wageReturnReversal(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REVERSE_WAGE_RETURN_TYPEHASH,
                REVERSE_WAGE_RETURN_ACTION,
                enterprise,
                bankLine,
                incomingBankLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}
