// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @dev The key of a person that a delegation holds: modules see it as the caller. One for each delegation, a copy of the one
/// that {Delegations} makes first, and obeys that alone.
contract DeskAccount {
    address private immutable DELEGATIONS = msg.sender;

    error DeskAccountNotYours(address caller);

    function forward(address target, bytes calldata data) external {
        if (msg.sender != DELEGATIONS) revert DeskAccountNotYours(msg.sender);
        Address.functionCall(target, data);
    }
}
