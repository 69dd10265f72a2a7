// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "../interfaces/IIntents.sol";

/// @dev Struct hashes of what is signed about redemptions (EIP-712).
library RedemptionMessages {
    bytes32 private constant REDEEM_TYPEHASH = keccak256(
        "Redeem(string action,bytes16 redemption,bytes16 provider,uint16 fund,uint16 service,uint16 heldMinutes,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ACT_ON_REDEMPTION_TYPEHASH =
        keccak256("ActOnRedemption(string action,bytes16 redemption,bytes32 document,uint256 nonce,uint48 deadline)");

    bytes32 private constant REDEEM_ACTION = keccak256(unicode"兑换服务 Redeem hours for a service");
    bytes32 internal constant ACCEPT_ACTION = keccak256(unicode"接受兑换 Accept the redemption");
    bytes32 internal constant SERVE_ACTION = keccak256(unicode"报告服务已做完 Report that the service is done");
    bytes32 internal constant CONFIRM_ACTION = keccak256(unicode"确认已得到服务 Confirm that the service was received");
    bytes32 internal constant DISPUTE_ACTION = keccak256(unicode"对服务提出争议 Dispute the service");
    bytes32 internal constant FOR_PROVIDER_ACTION = keccak256(unicode"判定服务已做 Decide for the provider");
    bytes32 internal constant FOR_MEMBER_ACTION = keccak256(unicode"判定服务没做 Decide for the redeemer");
    bytes32 internal constant CANCEL_ACTION = keccak256(unicode"取消兑换 Cancel the redemption");
    bytes32 internal constant DECLINE_ACTION = keccak256(unicode"谢绝兑换 Decline the redemption");
    bytes32 internal constant REVERSE_ACTION = keccak256(unicode"撤销已完成的兑换 Reverse a finished redemption");
    bytes32 internal constant VOID_ACTION = keccak256(unicode"作废兑换 Void the redemption");

    function redeeming(
        bytes16 redemption,
        bytes16 provider,
        uint16 fund,
        uint16 service,
        uint16 heldMinutes,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REDEEM_TYPEHASH,
                REDEEM_ACTION,
                redemption,
                provider,
                fund,
                service,
                heldMinutes,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    /// @dev All other acts of a redemption, told apart by their action text.
    function act(
        bytes16 redemption,
        bytes32 action,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ACT_ON_REDEMPTION_TYPEHASH,
                action,
                redemption,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}
