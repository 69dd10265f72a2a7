// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICooperative} from "../interfaces/ICooperative.sol";
import {IIntents} from "../interfaces/IIntents.sol";
import {AmountText} from "./AmountText.sol";

/// @dev Struct hashes of what is signed about piecework (EIP-712).
library CooperativeMessages {
    bytes32 private constant ATTEST_PROCEEDS_TYPEHASH = keccak256(
        "AttestProceeds(string action,uint32 enterprise,uint32 bank,bytes32 bankLine,string amount,uint64 amountFen,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant OPEN_WORK_ORDER_TYPEHASH = keccak256(
        "OpenWorkOrder(string action,bytes16 order,uint32 enterprise,uint32 product,uint32 pieces,uint32 workerPieces,uint48 dueAt,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant TAKE_LOT_TYPEHASH =
        keccak256("TakeLot(string action,bytes16 lot,bytes16 order,uint32 pieces,uint256 nonce,uint48 deadline)");
    bytes32 private constant SETTLE_LOT_TYPEHASH = keccak256(
        "SettleLot(string action,bytes16 lot,uint32 acceptedPieces,uint32 rejectedPieces,bytes32 document,uint256 nonce,uint48 deadline)"
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

    bytes32 private constant DECIDE_LOT_TYPEHASH = keccak256(
        "DecideLot(string action,bytes16 lot,uint32 acceptedPieces,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ACT_ON_LOT_TYPEHASH =
        keccak256("ActOnLot(string action,bytes16 lot,bytes32 document,uint256 nonce,uint48 deadline)");

    bytes32 private constant PROCEEDS_ACTION = keccak256(unicode"确认货款到账 Attest proceeds of sales");
    bytes32 private constant ORDER_ACTION = keccak256(unicode"发布加工单 Open a work order");
    bytes32 private constant TAKE_ACTION = keccak256(unicode"领取计件 Take pieces to make");
    bytes32 private constant SETTLE_ACTION = keccak256(unicode"验收并结算 Accept the pieces and settle the wage");
    bytes32 private constant PAY_ACTION = keccak256(unicode"确认工钱已付 Prove that wages were paid");
    bytes32 private constant REVERSE_PROCEEDS_ACTION = keccak256(unicode"撤销货款 Reverse proceeds of sales");
    bytes32 private constant REVERSE_PAYOUT_ACTION = keccak256(unicode"撤销工钱发放 Reverse a payment of wages");
    bytes32 private constant DECIDE_ACTION = keccak256(unicode"判定有争议的活 Decide a disputed lot");
    bytes32 internal constant RETURN_ACTION = keccak256(unicode"退回领的活 Return the pieces");
    bytes32 internal constant DISPUTE_ACTION = keccak256(unicode"对验收提出争议 Dispute the acceptance");
    bytes32 internal constant REVERSE_ACTION = keccak256(unicode"撤销结算 Reverse the settlement of a lot");

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
                _amountHash(amountFen),
                amountFen,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function order(
        bytes16 id,
        uint32 enterprise,
        uint32 product,
        uint32 pieces,
        uint32 workerPieces,
        uint48 dueAt,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                OPEN_WORK_ORDER_TYPEHASH,
                ORDER_ACTION,
                id,
                enterprise,
                product,
                pieces,
                workerPieces,
                dueAt,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function taking(
        bytes16 lot,
        bytes16 id,
        uint32 pieces,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                TAKE_LOT_TYPEHASH,
                TAKE_ACTION,
                lot,
                id,
                pieces,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function settlement(
        bytes16 lot,
        uint32 acceptedPieces,
        uint32 rejectedPieces,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                SETTLE_LOT_TYPEHASH,
                SETTLE_ACTION,
                lot,
                acceptedPieces,
                rejectedPieces,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function decision(
        bytes16 lot,
        uint32 acceptedPieces,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                DECIDE_LOT_TYPEHASH,
                DECIDE_ACTION,
                lot,
                acceptedPieces,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    /// @dev All other acts on a lot, told apart by their action text.
    function act(
        bytes16 lot,
        bytes32 action,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ACT_ON_LOT_TYPEHASH,
                action,
                lot,
                document,
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
                _amountHash(totalFen),
                totalFen,
                keccak256(abi.encodePacked(hashes)),
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function _amountHash(uint64 amountFen) private pure returns (bytes32) {
        return keccak256(bytes(AmountText.cny(amountFen)));
    }
}
