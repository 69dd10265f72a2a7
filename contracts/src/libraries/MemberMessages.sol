// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "../interfaces/IIntents.sol";

/// @dev Hashes of what members sign for {IMembers}: EIP-712 structs.
library MemberMessages {
    bytes32 private constant HOLD_KEY_TYPEHASH = keccak256("HoldKey(string action,bytes16 member)");
    bytes32 private constant ROTATE_KEY_TYPEHASH =
        keccak256("RotateKey(string action,address newKey,bytes possession,uint256 nonce,uint48 deadline)");
    bytes32 private constant REFUSE_KEY_TYPEHASH =
        keccak256("RefuseKey(string action,address key,uint256 nonce,uint48 deadline)");
    bytes32 private constant ACT_ON_GUARDIAN_TYPEHASH =
        keccak256("ActOnGuardian(string action,bytes16 guardian,uint256 nonce,uint48 deadline)");
    bytes32 private constant RECOVER_KEY_TYPEHASH = keccak256(
        "RecoverKey(string action,bytes16 member,address newKey,bytes possession,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant CANCEL_INTENT_TYPEHASH = keccak256(
        "CancelIntent(string action,address taker,uint256 cancelledNonce,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant HOLD_KEY_ACTION = keccak256(unicode"我持有这把密钥 I hold this key");
    bytes32 private constant ROTATE_KEY_ACTION = keccak256(unicode"更换密钥 Replace my key");
    bytes32 private constant REFUSE_KEY_ACTION = keccak256(unicode"拒绝新密钥 Refuse a new key");
    bytes32 private constant NAME_GUARDIAN_ACTION = keccak256(unicode"指定守护人 Name a guardian");
    bytes32 private constant DISMISS_GUARDIAN_ACTION = keccak256(unicode"解除守护人 Dismiss a guardian");
    bytes32 private constant RECOVER_KEY_ACTION = keccak256(unicode"为成员恢复密钥 Recover a key of a member");
    bytes32 private constant CANCEL_INTENT_ACTION = keccak256(unicode"收回签名 Call back a signature");

    function holdKey(bytes16 member) internal pure returns (bytes32) {
        return keccak256(abi.encode(HOLD_KEY_TYPEHASH, HOLD_KEY_ACTION, member));
    }

    function rotateKey(address newKey, bytes calldata possession, IIntents.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                ROTATE_KEY_TYPEHASH,
                ROTATE_KEY_ACTION,
                newKey,
                keccak256(possession),
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function refuseKey(address key, IIntents.Authorization calldata authorization) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(REFUSE_KEY_TYPEHASH, REFUSE_KEY_ACTION, key, authorization.nonce, authorization.deadline)
        );
    }

    function nameGuardian(bytes16 guardian, IIntents.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return _actOnGuardian(NAME_GUARDIAN_ACTION, guardian, authorization);
    }

    function dismissGuardian(bytes16 guardian, IIntents.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return _actOnGuardian(DISMISS_GUARDIAN_ACTION, guardian, authorization);
    }

    function recoverKey(
        bytes16 member,
        address newKey,
        bytes calldata possession,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                RECOVER_KEY_TYPEHASH,
                RECOVER_KEY_ACTION,
                member,
                newKey,
                keccak256(possession),
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function cancelIntent(address taker, uint256 cancelledNonce, IIntents.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                CANCEL_INTENT_TYPEHASH,
                CANCEL_INTENT_ACTION,
                taker,
                cancelledNonce,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function _actOnGuardian(bytes32 action, bytes16 guardian, IIntents.Authorization calldata authorization)
        private
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                ACT_ON_GUARDIAN_TYPEHASH, action, guardian, authorization.nonce, authorization.deadline
            )
        );
    }
}
