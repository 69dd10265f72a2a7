// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "../interfaces/IIntents.sol";

/// @dev Struct hashes of what is signed about tasks (EIP-712).
library TaskMessages {
    bytes32 private constant OPEN_TASK_TYPEHASH = keccak256(
        "OpenTask(string action,bytes16 task,uint16 fund,uint16 service,uint16 authorisedMinutes,bytes32 beneficiary,uint48 expiresAt,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ACT_ON_TASK_TYPEHASH =
        keccak256("ActOnTask(string action,bytes16 task,bytes32 document,uint256 nonce,uint48 deadline)");

    bytes32 private constant OPEN_ACTION = keccak256(unicode"发布任务 Open a task");
    bytes32 internal constant ACCEPT_ACTION = keccak256(unicode"接受任务 Accept a task");
    bytes32 internal constant RELEASE_ACTION = keccak256(unicode"退回任务 Give a task back");
    bytes32 internal constant CANCEL_ACTION = keccak256(unicode"取消任务 Cancel the task");
    bytes32 internal constant ACKNOWLEDGE_ACTION = keccak256(unicode"认可时长 Acknowledge the hours");
    bytes32 internal constant DISPUTE_ACTION = keccak256(unicode"提出争议 Dispute the hours");
    bytes32 internal constant REJECT_ACTION = keccak256(unicode"驳回时长 Reject the hours");
    bytes32 internal constant REVERSE_ACTION = keccak256(unicode"撤销时长 Take back credited hours");

    function opening(
        bytes16 task,
        uint16 fund,
        uint16 service,
        uint16 authorisedMinutes,
        bytes32 beneficiary,
        uint48 expiresAt,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                OPEN_TASK_TYPEHASH,
                OPEN_ACTION,
                task,
                fund,
                service,
                authorisedMinutes,
                beneficiary,
                expiresAt,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    /// @dev All other acts of a task, told apart by their action text.
    function act(bytes16 task, bytes32 action, bytes32 document, IIntents.Authorization calldata authorization)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(ACT_ON_TASK_TYPEHASH, action, task, document, authorization.nonce, authorization.deadline)
        );
    }
}
