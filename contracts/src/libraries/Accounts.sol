// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Ids of ledger accounts: one kind byte on the left, the owner's id on the right, zeros between.
/// An id can be read by eye and needs no hash; two kinds can never collide.
library Accounts {
    uint8 internal constant BANK = 0x01;
    uint8 internal constant PURPOSE = 0x02;
    uint8 internal constant CAMPAIGN = 0x03;
    uint8 internal constant MATCH_LOCK = 0x04;
    uint8 internal constant ISSUED_MINUTES = 0x10;
    uint8 internal constant MEMBER_MINUTES = 0x11;
    uint8 internal constant MINUTES_ESCROW = 0x12;
    uint8 internal constant ENTERPRISE = 0x20;
    uint8 internal constant WORKER = 0x23;

    function id(uint8 kind, uint256 owner) internal pure returns (bytes32) {
        return bytes32((uint256(kind) << 248) | owner);
    }

    /// @dev Account of a purpose. The upper half of a purpose's number is its fund's.
    function purpose(uint32 number) internal pure returns (bytes32) {
        return id(PURPOSE, number);
    }

    function fundOf(uint32 number) internal pure returns (uint16) {
        return uint16(number >> 16);
    }

    function id(uint8 kind, bytes16 owner) internal pure returns (bytes32) {
        return id(kind, uint256(uint128(owner)));
    }

    /// @dev Account of what an enterprise owes a worker: the enterprise's number left of the member id, so that the
    /// treasurer of one enterprise cannot reach what another owes.
    function worker(uint32 enterprise, bytes16 member) internal pure returns (bytes32) {
        return id(WORKER, (uint256(enterprise) << 128) | uint128(member));
    }

    /// @dev Whether a module may debit accounts of a kind, by the bits of all kinds that it may debit. What stands beside the ledger
    /// asks this of who calls it, and believes whose keys it is told: a module of hours decides about no money.
    function mayDebit(uint64 kinds, uint8 kind) internal pure returns (bool) {
        return (kinds >> kind) & 1 != 0;
    }

    function kindOf(bytes32 account) internal pure returns (uint8) {
        return uint8(account[0]);
    }
}
