// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Deployed} from "./Deployed.sol";
import {VM, check} from "./Vm.sol";

/// @dev A member with four guardians, of whom two help and two refuse whatever they can, in any order and at any time.
contract KeepingTest is Deployed {
    uint256 private constant MEMBER = 1;
    uint256 private constant NEW_KEY = 10;
    uint256 private constant DELAY = 15 days;
    bytes16 private member;
    bytes private possession;

    function setUp() public {
        deployAll();
        member = register(MEMBER);
        for (uint256 guardian = 2; guardian <= 5; guardian++) {
            register(guardian);
            VM.prank(keyOf(MEMBER));
            members.nameGuardian(memberOf(guardian), direct());
        }
        possession = possessionOf(NEW_KEY, member);
    }

    function testFuzz_two_guardians_bring_back_who_lost_the_only_key(uint256 seed) public {
        members.endKey(keyOf(MEMBER));
        uint256 refusals = 0;
        for (uint256 i = 0; i < 6; i++) {
            _bring();
            VM.warp(block.timestamp + ((seed >> (i * 32)) % DELAY));
            if (_refuse(4 + ((seed >> (i * 32 + 31)) & 1))) refusals++;
        }
        check(refusals <= 2, "a guardian refused a key twice");
        _bring();
        VM.warp(block.timestamp + DELAY);
        check(members.memberOf(keyOf(NEW_KEY)) == member, "who lost the key is kept out");
    }

    function testFuzz_an_owner_whose_key_works_is_outvoted_by_nobody(uint256 seed) public {
        for (uint256 i = 0; i < 4; i++) {
            _bring();
            VM.warp(block.timestamp + ((seed >> (i * 32)) % DELAY));
            check(_refuse(MEMBER), "an owner could not refuse in time");
        }
        VM.warp(block.timestamp + DELAY);
        check(!_works(NEW_KEY) && _works(MEMBER), "guardians took an account over");
    }

    /// @dev The registrar has announced a key and ends the member's own, before or after: whoever may refuse still does, and in no
    /// order does the new one act while a key could still have refused it.
    function testFuzz_who_ends_a_key_first_wins_no_time(uint40 ended, uint40 brought) public {
        uint256 stranger = 6;
        bytes16 alone = register(stranger);
        (uint256 endedAt, uint256 broughtAt) = (block.timestamp + 1 + ended % (3 * DELAY), block.timestamp + brought % (3 * DELAY));
        bytes memory proof = possessionOf(NEW_KEY, alone);
        if (endedAt <= broughtAt) {
            VM.warp(endedAt);
            members.endKey(keyOf(stranger));
        }
        VM.warp(broughtAt);
        members.addKey(alone, keyOf(NEW_KEY), proof);
        bool isLate = endedAt + DELAY <= broughtAt;
        check(_works(NEW_KEY) == isLate, "a key acted that could have been refused");
        if (isLate) return;
        VM.prank(keyOf(stranger));
        members.refuseKey(keyOf(NEW_KEY), direct());
        VM.warp(block.timestamp + DELAY);
        check(!_works(NEW_KEY), "a refused key acts");
    }

    /// @dev The two who help sign for the new key, unless it waits or works already.
    function _bring() private {
        uint40 endsAt = members.keyRecord(keyOf(NEW_KEY)).endsAt;
        bool isFree = members.keyRecord(keyOf(NEW_KEY)).member == 0 || endsAt != 0;
        for (uint256 guardian = 2; isFree && guardian <= 3; guardian++) {
            VM.prank(keyOf(guardian));
            members.recoverKey(member, keyOf(NEW_KEY), possession, direct());
        }
    }

    function _refuse(uint256 number) private returns (bool done) {
        address key = keyOf(NEW_KEY);
        VM.prank(keyOf(number));
        try members.refuseKey(key, direct()) {
            done = true;
        } catch {}
    }

    function _works(uint256 number) private view returns (bool) {
        try members.memberOf(keyOf(number)) returns (bytes16) {
            return true;
        } catch {
            return false;
        }
    }
}
