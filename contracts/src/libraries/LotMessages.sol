// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICooperative} from "../interfaces/ICooperative.sol";
import {IIntents} from "../interfaces/IIntents.sol";
import {Lists} from "./Lists.sol";

/// @dev Struct hashes of what is signed about work orders and lots (EIP-712).
library LotMessages {
    bytes32 private constant OPEN_WORK_ORDER_TYPEHASH = keccak256(
        "OpenWorkOrder(string action,bytes16 order,uint32 enterprise,uint32 product,uint32 pieces,uint32 workerPieces,uint48 dueAt,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant TAKE_LOT_TYPEHASH =
        keccak256("TakeLot(string action,bytes16 lot,bytes16 order,uint32 pieces,uint256 nonce,uint48 deadline)");
    bytes32 private constant SETTLE_LOT_TYPEHASH = keccak256(
        "SettleLot(string action,bytes16 lot,uint32 acceptedPieces,uint32 rejectedPieces,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant SETTLEMENT_TYPEHASH =
        keccak256("Settlement(bytes16 lot,uint32 acceptedPieces,uint32 rejectedPieces,bytes32 document)");
    bytes32 private constant SETTLE_LOTS_TYPEHASH = keccak256(
        "SettleLots(string action,bytes16 order,Settlement[] settlements,uint256 nonce,uint48 deadline)"
        "Settlement(bytes16 lot,uint32 acceptedPieces,uint32 rejectedPieces,bytes32 document)"
    );
    bytes32 private constant DECIDE_LOT_TYPEHASH = keccak256(
        "DecideLot(string action,bytes16 lot,uint32 acceptedPieces,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ACT_ON_LOT_TYPEHASH =
        keccak256("ActOnLot(string action,bytes16 lot,bytes32 document,uint256 nonce,uint48 deadline)");

    bytes32 private constant ORDER_ACTION = keccak256(unicode"发布加工单 Open a work order");
    bytes32 private constant TAKE_ACTION = keccak256(unicode"领取计件 Take pieces to make");
    bytes32 private constant SETTLE_ACTION = keccak256(unicode"验收并结算 Accept the pieces and settle the wage");
    bytes32 private constant SETTLE_LOTS_ACTION = keccak256(unicode"一起验收并结算 Accept several lots and settle their wages");
    bytes32 private constant DECIDE_ACTION = keccak256(unicode"判定有争议的活 Decide a disputed lot");
    bytes32 internal constant RETURN_ACTION = keccak256(unicode"退回领的活 Return the pieces");
    bytes32 internal constant DISPUTE_ACTION = keccak256(unicode"对验收提出争议 Dispute the acceptance");
    bytes32 internal constant REVERSE_ACTION = keccak256(unicode"撤销结算 Reverse the settlement of a lot");

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
        ICooperative.Settlement memory one,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                SETTLE_LOT_TYPEHASH, SETTLE_ACTION, one, authorization.nonce, authorization.deadline
            )
        );
    }

    function settlements(
        bytes16 id,
        ICooperative.Settlement[] calldata list,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](list.length);
        for (uint256 i = 0; i < list.length; i++) {
            hashes[i] = keccak256(abi.encode(SETTLEMENT_TYPEHASH, list[i]));
        }
        return keccak256(
            abi.encode(
                SETTLE_LOTS_TYPEHASH,
                SETTLE_LOTS_ACTION,
                id,
                Lists.hash(hashes),
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
}
