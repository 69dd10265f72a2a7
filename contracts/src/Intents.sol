// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {NoncesKeyed} from "@openzeppelin/contracts/utils/NoncesKeyed.sol";
import {IIntents} from "./interfaces/IIntents.sol";

/// @dev What every contract that takes intents shares: whose key signed, in time, once.
abstract contract Intents is IIntents, EIP712, NoncesKeyed {
    /// @dev The key that authorises. Before the nonce is used the caller must prove that the key is a member's,
    /// so that a false signature, which recovers to a stranger's key, is refused as a stranger's.
    function _keyOf(bytes32 structHash, Authorization calldata authorization) internal view returns (address) {
        if (authorization.signature.length == 0) return msg.sender;
        if (block.timestamp > authorization.deadline) revert IntentExpired(authorization.deadline);
        return ECDSA.recoverCalldata(_hashTypedDataV4(structHash), authorization.signature);
    }

    function _useNonce(address key, Authorization calldata authorization) internal {
        if (authorization.signature.length != 0) _useCheckedNonce(key, authorization.nonce);
    }
}
