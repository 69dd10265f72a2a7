// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @dev An account that a contract created and that obeys that contract alone; those it calls see it as the caller.
/// {Delegations} has one for each delegation, {Offices} one for each office.
contract ForwardingAccount {
    address private immutable OWNER = msg.sender;

    error ForwardingAccountNotYours(address caller);

    function forward(address target, bytes calldata data) external {
        if (msg.sender != OWNER) revert ForwardingAccountNotYours(msg.sender);
        Address.functionCall(target, data);
    }
}
