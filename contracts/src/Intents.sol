// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IIntents} from "./interfaces/IIntents.sol";
import {IMembers} from "./interfaces/IMembers.sol";

/// @dev What every contract that takes intents shares: it says what was signed, and Members says by which key.
abstract contract Intents is IIntents, EIP712 {
    IMembers internal immutable MEMBERS;

    constructor(string memory name, IMembers members) EIP712(name, "1") {
        MEMBERS = members;
    }

    /// @dev The key that authorises; its nonce is used up. For a direct call it is the caller, of whom nothing is proven
    /// yet: every act asks Members for the member or the role of the key.
    function _keyOf(bytes32 structHash, Authorization calldata authorization) internal returns (address) {
        if (authorization.signature.length == 0) return msg.sender;
        return MEMBERS.useIntent(_hashTypedDataV4(structHash), authorization);
    }

    /// @dev The member whose key authorises; its nonce is used up.
    function _memberOf(bytes32 structHash, Authorization calldata authorization) internal returns (bytes16) {
        if (authorization.signature.length == 0) return MEMBERS.memberOf(msg.sender);
        return MEMBERS.useMemberIntent(_hashTypedDataV4(structHash), authorization);
    }

    /// @dev The member whose key authorises, who holds this role; its nonce is used up.
    function _withRole(IMembers.Role role, uint32 scope, bytes32 structHash, Authorization calldata authorization)
        internal
        returns (bytes16)
    {
        if (authorization.signature.length == 0) return MEMBERS.memberWithRole(msg.sender, role, scope);
        return MEMBERS.useRoleIntent(_hashTypedDataV4(structHash), authorization, role, scope);
    }
}
