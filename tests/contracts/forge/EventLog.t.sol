// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IEventLog} from "../../../contracts/src/interfaces/IEventLog.sol";
import {Deployed} from "./Deployed.sol";
import {Tree} from "./Tree.sol";
import {VM, bound, check} from "./Vm.sol";

/// @dev Heads of the log only grow, and each keeps its root.
contract EventLogTest is Deployed {
    function setUp() public {
        deployAll();
    }

    function testFuzz_head_that_does_not_grow_is_refused(uint64 first, uint64 second, bytes32 root) public {
        first = uint64(bound(first, 1, eventLog.MOST_NEW_LEAVES()));
        second = uint64(bound(second, 0, first));
        eventLog.anchor(first, root, bytes32("rules"));
        VM.expectRevert(abi.encodeWithSelector(IEventLog.EventLogNotGrown.selector, first, second));
        eventLog.anchor(second, ~root, bytes32("rules"));
        check(eventLog.anchoredSize() == first && eventLog.rootAt(first) == root, "head changed");
    }

    function testFuzz_head_that_grows_too_far_is_refused(uint64 first, uint64 second, bytes32 root) public {
        uint64 most = eventLog.MOST_NEW_LEAVES();
        first = uint64(bound(first, 1, most));
        second = uint64(bound(second, first + most + 1, type(uint64).max));
        eventLog.anchor(first, root, bytes32("rules"));
        VM.expectRevert(abi.encodeWithSelector(IEventLog.EventLogGrownTooFar.selector, first, second, most));
        eventLog.anchor(second, root, bytes32("rules"));
        eventLog.anchor(first + most, root, bytes32("rules"));
    }

    function testFuzz_older_head_still_proves_its_leaves(uint8 size, uint8 growth, uint8 index) public {
        uint256 old = bound(size, 1, 24);
        bytes32[] memory leaves = Tree.leaves(old + bound(growth, 1, 24));
        eventLog.anchor(uint64(old), Tree.root(leaves, 0, old), bytes32("rules"));
        eventLog.anchor(uint64(leaves.length), Tree.root(leaves, 0, leaves.length), bytes32("rules"));
        uint256 place = index % old;
        bytes32[] memory before = Tree.path(leaves, 0, old, place);
        bytes32[] memory afterwards = Tree.path(leaves, 0, leaves.length, place);
        check(eventLog.includes(uint64(old), leaves[place], uint64(place), before), "old head");
        check(eventLog.includes(uint64(leaves.length), leaves[place], uint64(place), afterwards), "new head");
    }

    function testFuzz_size_that_was_never_anchored_proves_nothing(uint64 size, bytes32 leaf) public view {
        check(!eventLog.includes(size, leaf, 0, new bytes32[](0)), "not anchored");
    }
}
