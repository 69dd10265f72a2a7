// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IEventLog} from "../../../contracts/src/interfaces/IEventLog.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {Deployed} from "./Deployed.sol";
import {Tree} from "./Tree.sol";
import {VM, bound, check} from "./Vm.sol";

/// @dev Heads of the log only grow, each goes on from the one before and keeps its root, and a leaf is used once.
contract EventLogTest is Deployed {
    bytes32 private constant RULES = "rules";

    function setUp() public {
        deployAll();
        ledger.admitModule(address(this), uint64(1) << Accounts.ISSUED_MINUTES);
    }

    function testFuzz_head_that_does_not_grow_is_refused(uint64 first, uint64 second, bytes32 root) public {
        first = uint64(bound(first, 1, eventLog.MOST_NEW_LEAVES()));
        second = uint64(bound(second, 0, first));
        if (root == 0) return;
        eventLog.anchor(first, root, RULES, _none());
        VM.expectRevert(abi.encodeWithSelector(IEventLog.EventLogNotGrown.selector, first, second));
        eventLog.anchor(second, ~root, RULES, _none());
        check(eventLog.anchoredSize() == first && eventLog.rootAt(first) == root, "head changed");
    }

    function testFuzz_head_that_grows_too_far_is_refused(uint64 first, uint64 second, bytes32 root) public {
        uint64 most = eventLog.MOST_NEW_LEAVES();
        first = uint64(bound(first, 1, most));
        second = uint64(bound(second, first + most + 1, type(uint64).max));
        if (root == 0) return;
        eventLog.anchor(first, root, RULES, _none());
        VM.expectRevert(abi.encodeWithSelector(IEventLog.EventLogGrownTooFar.selector, first, second, most));
        eventLog.anchor(second, root, RULES, _none());
    }

    function testFuzz_older_head_still_proves_its_leaves(uint8 size, uint8 growth, uint8 index) public {
        uint256 old = bound(size, 1, 24);
        bytes32[] memory leaves = _anchored(old, old + bound(growth, 1, 24));
        uint256 place = index % old;
        bytes32[] memory before = Tree.path(leaves, 0, old, place);
        bytes32[] memory afterwards = Tree.path(leaves, 0, leaves.length, place);
        check(eventLog.includes(uint64(old), leaves[place], uint64(place), before), "old head");
        check(eventLog.includes(uint64(leaves.length), leaves[place], uint64(place), afterwards), "new head");
    }

    /// @dev Whatever is altered: a leaf of before, a hash of the path, its length, or the size that is claimed.
    function testFuzz_head_that_does_not_go_on_from_the_one_before_is_refused(
        uint8 size,
        uint8 growth,
        uint8 place,
        uint8 how
    ) public {
        uint256 old = bound(size, 1, 24);
        bytes32[] memory leaves = Tree.leaves(old + bound(growth, 1, 24));
        eventLog.anchor(uint64(old), Tree.root(leaves, 0, old), RULES, _none());
        bytes32[] memory path = Tree.consistency(leaves, old);
        bytes32 root = Tree.root(leaves);
        if (how % 4 == 0) {
            leaves[place % old] = ~leaves[place % old];
            (root, path) = (Tree.root(leaves), Tree.consistency(leaves, old));
        } else if (how % 4 == 1) {
            path[place % path.length] = ~path[place % path.length];
        } else if (how % 4 == 2) {
            path = _shorter(path);
        } else {
            root = ~root;
        }
        VM.expectRevert(
            abi.encodeWithSelector(IEventLog.EventLogNotContinued.selector, uint64(old), uint64(leaves.length))
        );
        eventLog.anchor(uint64(leaves.length), root, RULES, path);
    }

    /// @dev Under the same head or a later one, first or second of a pair.
    function testFuzz_leaf_is_used_once(uint8 size, uint8 growth, uint8 index, uint8 other, bool later) public {
        uint256 old = bound(size, 3, 24);
        bytes32[] memory leaves = _anchored(old, old + bound(growth, 1, 24));
        uint256 a = index % old;
        (uint256 b, uint256 c) = ((a + 1) % old, (a + 2 + other % (old - 2)) % old);
        eventLog.use(uint64(old), _leaf(leaves, old, a), _leaf(leaves, old, b));
        check(eventLog.isUsed(uint64(a)) && eventLog.isUsed(uint64(b)) && !eventLog.isUsed(uint64(c)), "used");
        uint256 under = later ? leaves.length : old;
        IEventLog.Leaf memory again = _leaf(leaves, under, a);
        IEventLog.Leaf memory free = _leaf(leaves, under, c);
        VM.expectRevert(abi.encodeWithSelector(IEventLog.EventLogLeafUsed.selector, leaves[a]));
        eventLog.use(uint64(under), free, again);
        check(!eventLog.isUsed(uint64(c)), "other leaf");
    }

    /// @dev After false heads are set aside the leaves up to the head that holds are as they were, and no other is used.
    function testFuzz_log_that_is_resumed_keeps_what_was_used(uint8 size, uint8 growth, uint8 index) public {
        uint256 old = bound(size, 2, 24);
        bytes32[] memory leaves = _anchored(old, old + bound(growth, 2, 24));
        (uint256 a, uint256 b) = (index % old, old + index % (leaves.length - old));
        eventLog.use(uint64(leaves.length), _leaf(leaves, leaves.length, a), _leaf(leaves, leaves.length, b));
        eventLog.resume(uint64(old));
        check(eventLog.isUsed(uint64(a)) && !eventLog.isUsed(uint64(b)), "used");
        check(eventLog.rootAt(uint64(leaves.length)) == 0 && eventLog.rootAt(uint64(old)) != 0, "heads");
        check(eventLog.anchoredSize() == old, "size");
        eventLog.anchor(uint64(leaves.length), Tree.root(leaves), RULES, Tree.consistency(leaves, old));
    }

    function testFuzz_size_that_was_never_anchored_proves_nothing(uint64 size, bytes32 leaf) public view {
        check(!eventLog.includes(size, leaf, 0, new bytes32[](0)), "not anchored");
    }

    function _anchored(uint256 old, uint256 size) private returns (bytes32[] memory leaves) {
        leaves = Tree.leaves(size);
        eventLog.anchor(uint64(old), Tree.root(leaves, 0, old), RULES, _none());
        eventLog.anchor(uint64(size), Tree.root(leaves), RULES, Tree.consistency(leaves, old));
    }

    function _leaf(bytes32[] memory leaves, uint256 size, uint256 index) private pure returns (IEventLog.Leaf memory) {
        return IEventLog.Leaf(leaves[index], uint64(index), Tree.path(leaves, 0, size, index));
    }

    function _shorter(bytes32[] memory path) private pure returns (bytes32[] memory rest) {
        rest = new bytes32[](path.length - 1);
        for (uint256 i = 0; i < rest.length; i++) {
            rest[i] = path[i];
        }
    }

    function _none() private pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }
}
