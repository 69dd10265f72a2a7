// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Whose key it is, and since when it may act, in one word: the member on the left, seconds since 1970 on the right.
/// Zero is the key of nobody.
type HeldKey is bytes32;

using {holder, validFrom} for HeldKey global;

HeldKey constant NOBODYS = HeldKey.wrap(0);

function held(bytes16 member, uint40 from) pure returns (HeldKey) {
    return HeldKey.wrap(bytes32(member) | bytes32(uint256(from)));
}

function holder(HeldKey key) pure returns (bytes16) {
    return bytes16(HeldKey.unwrap(key));
}

function validFrom(HeldKey key) pure returns (uint40) {
    return uint40(uint256(HeldKey.unwrap(key)));
}
