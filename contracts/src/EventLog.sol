// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IEventLog} from "./interfaces/IEventLog.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {MerkleLog} from "./libraries/MerkleLog.sol";

/// @dev See {IEventLog}.
contract EventLog is IEventLog, AccessManaged {
    uint64 public constant MOST_NEW_LEAVES = 2 ** 20;

    ILedger private immutable LEDGER;

    uint64 public anchoredSize;
    mapping(uint64 size => bytes32) public rootAt;
    mapping(bytes32 leafHash => bool) public isUsed;

    constructor(address authority, ILedger ledger) AccessManaged(authority) {
        LEDGER = ledger;
    }

    function anchor(uint64 size, bytes32 root, bytes32 ruleset) external restricted {
        if (size <= anchoredSize) revert EventLogNotGrown(anchoredSize, size);
        if (size - anchoredSize > MOST_NEW_LEAVES) revert EventLogGrownTooFar(anchoredSize, size, MOST_NEW_LEAVES);
        anchoredSize = size;
        rootAt[size] = root;
        emit HeadAnchored(size, root, ruleset);
    }

    function use(uint64 size, bytes32 leafHash, uint64 index, bytes32[] calldata path) external {
        if (!LEDGER.isModule(msg.sender)) revert EventLogModuleNotAdmitted(msg.sender);
        if (!includes(size, leafHash, index, path)) revert EventLogLeafNotAnchored(leafHash, size);
        if (isUsed[leafHash]) revert EventLogLeafUsed(leafHash);
        isUsed[leafHash] = true;
    }

    function includes(uint64 size, bytes32 leafHash, uint64 index, bytes32[] calldata path)
        public
        view
        returns (bool)
    {
        bytes32 root = rootAt[size];
        return root != 0 && MerkleLog.includes(root, size, leafHash, index, path);
    }
}
