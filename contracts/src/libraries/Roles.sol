// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev The bits that say which part of an office a role of the authority is.
library Roles {
    /// @dev What it does waits once the founding has ended. Held by the account that holds the office.
    uint64 internal constant CHANGES = 0x80;
    /// @dev A key that acts for the office through {Offices}.
    uint64 internal constant HOLDER = 0x100;
}
