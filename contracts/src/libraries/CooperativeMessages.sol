// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICooperative} from "../interfaces/ICooperative.sol";
import {IIntents} from "../interfaces/IIntents.sol";
import {AmountText} from "./AmountText.sol";
import {Lists} from "./Lists.sol";

/// @dev Struct hashes of what is signed about the money of a co-op at the bank (EIP-712).
library CooperativeMessages {
    bytes32 private constant ATTEST_PROCEEDS_TYPEHASH = keccak256(
        "AttestProceeds(string action,uint32 enterprise,uint32 bank,bytes32 bankLine,string amount,uint64 amountFen,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant PAYOUT_TYPEHASH = keccak256("Payout(bytes16 worker,uint64 amountFen,bytes32 bankLine)");
    bytes32 private constant PAY_OUT_TYPEHASH = keccak256(
        "PayOut(string action,uint32 enterprise,uint32 bank,string total,uint64 totalFen,Payout[] payouts,uint256 nonce,uint48 deadline)"
        "Payout(bytes16 worker,uint64 amountFen,bytes32 bankLine)"
    );
    bytes32 private constant REVERSE_PROCEEDS_TYPEHASH = keccak256(
        "ReverseProceeds(string action,uint32 enterprise,bytes32 bankLine,bytes32 outgoingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant REVERSE_PAYOUT_TYPEHASH = keccak256(
        "ReversePayout(string action,uint32 enterprise,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
    );

    bytes32 private constant PROCEEDS_ACTION = keccak256(unicode"确认货款到账 Attest proceeds of sales");
    bytes32 private constant PAY_ACTION = keccak256(unicode"确认工钱已付 Prove that wages were paid");
    bytes32 private constant REVERSE_PROCEEDS_ACTION = keccak256(unicode"撤销货款 Reverse proceeds of sales");
    bytes32 private constant REVERSE_PAYOUT_ACTION = keccak256(unicode"撤销工钱发放 Reverse a payment of wages");

    function proceeds(
        uint32 enterprise,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ATTEST_PROCEEDS_TYPEHASH,
                PROCEEDS_ACTION,
                enterprise,
                bank,
                bankLine,
                AmountText.hash(amountFen),
                amountFen,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    /// @dev Taking back what a bank line was recorded for: a payment of wages, or proceeds.
    function reversal(
        bool isPayout,
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 returnLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                isPayout ? REVERSE_PAYOUT_TYPEHASH : REVERSE_PROCEEDS_TYPEHASH,
                isPayout ? REVERSE_PAYOUT_ACTION : REVERSE_PROCEEDS_ACTION,
                enterprise,
                bankLine,
                returnLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function payment(
        uint32 enterprise,
        uint32 bank,
        ICooperative.Payout[] calldata payouts,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](payouts.length);
        uint64 totalFen = 0;
        for (uint256 i = 0; i < payouts.length; i++) {
            totalFen += payouts[i].amountFen;
            hashes[i] = keccak256(abi.encode(PAYOUT_TYPEHASH, payouts[i]));
        }
        return keccak256(
            abi.encode(
                PAY_OUT_TYPEHASH,
                PAY_ACTION,
                enterprise,
                bank,
                AmountText.hash(totalFen),
                totalFen,
                Lists.hash(hashes),
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}
