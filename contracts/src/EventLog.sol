// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IEventLog} from "./interfaces/IEventLog.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {MerkleLog} from "./libraries/MerkleLog.sol";

/// @dev See {IEventLog}.
contract EventLog is IEventLog, AccessManaged {
    uint64 public constant MOST_NEW_LEAVES = 2 ** 20;

    ILedger private immutable LEDGER;

    uint64 public anchoredSize;
    /// @dev Each time that false heads are set aside the log goes on in a new branch, where places after the head that holds
    /// are free again: what stood there, and was used, were other leaves. The first branch is 0.
    uint32 public branch;
    mapping(uint32 branch => uint64 size) private _startOf;
    mapping(uint32 branch => mapping(uint64 size => bytes32)) private _roots;
    /// @dev One bit for each leaf, 256 to a word: neighbours in the log share one.
    mapping(uint32 branch => mapping(uint64 word => uint256)) private _used;

    constructor(address authority, ILedger ledger) AccessManaged(authority) {
        LEDGER = ledger;
    }

    function anchor(uint64 size, bytes32 root, bytes32 ruleset, bytes32[] calldata path) external restricted {
        uint64 formerSize = anchoredSize;
        if (size <= formerSize) revert EventLogNotGrown(formerSize, size);
        if (size - formerSize > MOST_NEW_LEAVES) revert EventLogGrownTooFar(formerSize, size, MOST_NEW_LEAVES);
        bool isConsistent = formerSize == 0 || MerkleLog.continues(rootAt(formerSize), formerSize, root, size, path);
        if (root == 0 || !isConsistent) revert EventLogNotContinued(formerSize, size);
        anchoredSize = size;
        _roots[branch][size] = root;
        emit HeadAnchored(size, root, ruleset);
    }

    function resume(uint64 size) external restricted {
        if (size >= anchoredSize || (size != 0 && rootAt(size) == 0)) revert EventLogHeadUnknown(size);
        anchoredSize = size;
        _startOf[++branch] = size;
        emit LogResumed(size);
    }

    function use(uint64 size, Leaf calldata first, Leaf calldata second) external {
        bool isOfHours = Accounts.mayDebit(LEDGER.kindsOf(msg.sender), Accounts.ISSUED_MINUTES);
        if (!isOfHours) revert EventLogModuleNotAdmitted(msg.sender);
        bytes32 root = rootAt(size);
        _use(root, size, first);
        _use(root, size, second);
    }

    function rootAt(uint64 size) public view returns (bytes32) {
        return size == 0 ? bytes32(0) : _roots[_branchOf(size - 1)][size];
    }

    function isUsed(uint64 index) external view returns (bool) {
        return _used[_branchOf(index)][index >> 8] & _bitOf(index) != 0;
    }

    function includes(uint64 size, bytes32 leafHash, uint64 index, bytes32[] calldata path)
        external
        view
        returns (bool)
    {
        bytes32 root = rootAt(size);
        return root != 0 && MerkleLog.includes(root, size, leafHash, index, path);
    }

    function _use(bytes32 root, uint64 size, Leaf calldata leaf) private {
        bool isThere = root != 0 && MerkleLog.includes(root, size, leaf.leafHash, leaf.index, leaf.path);
        if (!isThere) revert EventLogLeafNotAnchored(leaf.leafHash, size);
        mapping(uint64 word => uint256) storage used = _used[_branchOf(leaf.index)];
        (uint256 marked, uint256 bit) = (used[leaf.index >> 8], _bitOf(leaf.index));
        if (marked & bit != 0) revert EventLogLeafUsed(leaf.leafHash);
        used[leaf.index >> 8] = marked | bit;
    }

    /// @dev The latest branch that has a leaf of its own at this place, since it begins no later.
    function _branchOf(uint64 index) private view returns (uint32 latest) {
        latest = branch;
        while (latest != 0 && _startOf[latest] > index) latest--;
    }

    function _bitOf(uint64 index) private pure returns (uint256) {
        return 1 << (index & 0xff);
    }
}
