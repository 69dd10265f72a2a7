// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {AmountText} from "../../../contracts/src/libraries/AmountText.sol";
import {BankLineUses} from "../../../contracts/src/libraries/BankLineUses.sol";
import {Lists} from "../../../contracts/src/libraries/Lists.sol";
import {MerkleLog} from "../../../contracts/src/libraries/MerkleLog.sol";
import {ProofWindow} from "../../../contracts/src/libraries/ProofWindow.sol";
import {PERIOD_SECONDS, RecentSum} from "../../../contracts/src/libraries/RecentSum.sol";
import {Seats} from "../../../contracts/src/libraries/Seats.sol";
import {Split} from "../../../contracts/src/libraries/Split.sol";
import {VM, bound, check} from "./Vm.sol";
import {Tree} from "./Tree.sol";

/// @dev The small parts against slow and plain versions of themselves.
contract LibrariesTest {
    using BankLineUses for bytes15;

    RecentSum private recent;

    function testFuzz_use_of_a_bank_line_reads_back_as_what_it_is_for(
        uint32 number,
        uint32 household,
        uint56 matchedFen,
        uint48 time
    ) public pure {
        bytes15 gift = BankLineUses.ofGift(number, household, matchedFen);
        check(gift.purposeOf() == number && gift.householdOf() == household, "campaign and household");
        check(gift.matchedFenOf() == matchedFen, "match");
        bytes15 fee = BankLineUses.ofFee(number, time);
        check(fee.purposeOf() == number && fee.timeOf() == time, "fee");
        check(BankLineUses.ofPurpose(number).purposeOf() == number, "purpose");
    }

    function testFuzz_person_is_never_nobody_and_told_from_another(bytes16 member, bytes16 other) public pure {
        check(BankLineUses.person(member) != 0, "nobody");
        bytes8 halves = bytes8(member) ^ bytes8(member << 64) ^ bytes8(other) ^ bytes8(other << 64);
        bool isSame = BankLineUses.person(member) == BankLineUses.person(other);
        check(isSame == (halves << 1 == 0), "two people as one, or one as two");
    }

    function testFuzz_shares_of_at_most_the_whole_never_exceed_it(uint64 amount, uint16[3] memory bps) public pure {
        bps[0] = uint16(bound(bps[0], 0, 10_000));
        bps[1] = uint16(bound(bps[1], 0, 10_000 - bps[0]));
        bps[2] = uint16(bound(bps[2], 0, 10_000 - bps[0] - bps[1]));
        uint256 parts = uint256(Split.shareDown(amount, bps[0])) + Split.shareDown(amount, bps[1])
            + Split.shareDown(amount, bps[2]);
        check(parts <= amount, "shares above the whole");
        uint256 named = uint256(bps[0]) + bps[1] + bps[2];
        check(named < 10_000 || amount - parts <= 2, "more than rounding is left of the whole");
    }

    function testFuzz_text_of_an_amount_reads_back_as_the_amount(uint64 amountFen) public pure {
        bytes memory text = bytes(ShortStrings.toString(AmountText.cny(amountFen)));
        check(AmountText.hash(amountFen) == keccak256(text), "hash of another text");
        uint256 read = 0;
        for (uint256 i = 4; i < text.length; i++) {
            uint256 fromRight = text.length - 1 - i;
            if (fromRight == 2) check(text[i] == ".", "point");
            else if (fromRight > 3 && (fromRight - 2) % 4 == 0) check(text[i] == ",", "comma");
            else read = read * 10 + (uint8(text[i]) - 48);
        }
        check(read == amountFen, "text differs from the number");
        check(bytes4(bytes.concat(text[0], text[1], text[2], text[3])) == "CNY ", "unit");
        check(amountFen < 100 ? text.length == 8 : text[4] != "0" || text[5] == ".", "leading zero");
    }

    function testFuzz_list_is_hashed_as_the_language_does(bytes32[] memory hashes) public pure {
        check(Lists.hash(hashes) == keccak256(abi.encodePacked(hashes)), "hash of another list");
    }

    function testFuzz_seats_are_counted_one_by_one(uint16 seats) public pure {
        uint256 found = 0;
        for (uint256 i = 0; i < 16; i++) {
            found += (seats >> i) & 1;
        }
        check(Seats.count(seats) == found, "count");
    }

    function testFuzz_window_is_overdue_exactly_if_one_of_its_dates_is(uint32[3] memory dueAt, uint32 time)
        public
        pure
    {
        ProofWindow window;
        bool overdue = false;
        for (uint256 i = 0; i < 3; i++) {
            check(!window.isFull(), "full too early");
            dueAt[i] = uint32(bound(dueAt[i], 1, type(uint32).max));
            window = window.add(dueAt[i]);
            overdue = overdue || dueAt[i] < time;
        }
        check(window.isFull(), "not full");
        check(window.isOverdue(time) == overdue, "overdue");
    }

    function testFuzz_window_forgets_one_date_at_a_time(uint32[3] memory dueAt, uint256 which) public pure {
        ProofWindow window;
        for (uint256 i = 0; i < 3; i++) {
            dueAt[i] = uint32(bound(dueAt[i], 1, type(uint32).max));
            window = window.add(dueAt[i]);
        }
        which %= 3;
        window = window.remove(dueAt[which]);
        check(!window.isFull(), "still full");
        for (uint256 i = 0; i < 3; i++) {
            if (i != which) window = window.remove(dueAt[i]);
        }
        check(ProofWindow.unwrap(window) == 0, "not empty");
    }

    // Division of all dates is beyond the solver of the proofs (`tests/contracts/halmos`).
    function testFuzz_sum_counts_the_period_and_the_one_before(uint32[2] memory fen, uint40[3] memory times) public {
        uint256 begin = bound(times[0], PERIOD_SECONDS, type(uint40).max);
        uint256 next = begin + bound(times[1], 0, 3 * PERIOD_SECONDS);
        uint256 last = next + bound(times[2], 0, 3 * PERIOD_SECONDS);
        _addRecent(fen[0], begin);
        _addRecent(fen[1], next);
        VM.warp(last);
        uint256 periods = last / PERIOD_SECONDS;
        uint256 present = periods - next / PERIOD_SECONDS < 2 ? fen[1] : 0;
        uint256 former = periods - begin / PERIOD_SECONDS < 2 ? fen[0] : 0;
        check(recent.total() == present + former, "sum of two periods");
        check(last - begin >= PERIOD_SECONDS || recent.total() == uint256(fen[0]) + fen[1], "forgotten within a month");
        check(last - next < 2 * PERIOD_SECONDS || recent.total() == 0, "counted after two months");
    }

    function testFuzz_sum_without_what_was_taken_out_is_as_if_never_added(uint32[2] memory fen, uint40[3] memory times)
        public
    {
        uint256 begin = bound(times[0], PERIOD_SECONDS, type(uint40).max);
        uint256 next = begin + bound(times[1], 0, 3 * PERIOD_SECONDS);
        uint256 last = next + bound(times[2], 0, 3 * PERIOD_SECONDS);
        _addRecent(fen[0], begin);
        _addRecent(fen[1], next);
        recent.remove(fen[0], begin);
        VM.warp(last);
        uint256 left = last / PERIOD_SECONDS - next / PERIOD_SECONDS < 2 ? fen[1] : 0;
        check(recent.total() == left, "something is left of what was taken out");
    }

    function _addRecent(uint32 amountFen, uint256 time) private {
        VM.warp(time);
        recent.add(amountFen);
    }

    function testFuzz_account_tells_its_kind_and_owner(uint8 kind, uint32 owner, bytes16 member) public pure {
        check(uint8(Accounts.id(kind, uint256(owner))[0]) == kind, "kind");
        check(uint32(uint256(Accounts.id(kind, uint256(owner)))) == owner, "owner");
        check(bytes16(uint128(uint256(Accounts.id(kind, member)))) == member, "member");
        check(Accounts.fundOf(owner) == uint16(owner >> 16), "fund");
    }

    function includes(bytes32 root, uint64 size, bytes32 leaf, uint64 index, bytes32[] calldata path)
        external
        view
        returns (bool)
    {
        return MerkleLog.includes(root, size, leaf, index, path);
    }

    function testFuzz_every_leaf_is_proven_by_its_path_and_nowhere_else(uint8 size, uint8 index, uint8 other)
        public
        view
    {
        bytes32[] memory leaves = Tree.leaves(bound(size, 1, 48));
        uint256 place = index % leaves.length;
        bytes32 root = Tree.root(leaves, 0, leaves.length);
        bytes32[] memory path = Tree.path(leaves, 0, leaves.length, place);
        uint64 length = uint64(leaves.length);
        check(this.includes(root, length, leaves[place], uint64(place), path), "not included");
        check(!this.includes(root, length, leaves[place], length, path), "beyond the end");
        uint256 elsewhere = other % leaves.length;
        if (elsewhere == place) return;
        check(!this.includes(root, length, leaves[place], uint64(elsewhere), path), "in another place");
        check(!this.includes(root, length, leaves[elsewhere], uint64(place), path), "another leaf");
    }

    function testFuzz_altered_shortened_or_lengthened_path_proves_nothing(uint8 size, uint8 index, uint8 bit)
        public
        view
    {
        bytes32[] memory leaves = Tree.leaves(bound(size, 2, 48));
        uint256 place = index % leaves.length;
        bytes32 root = Tree.root(leaves, 0, leaves.length);
        bytes32[] memory path = Tree.path(leaves, 0, leaves.length, place);
        uint64 length = uint64(leaves.length);
        bytes32[] memory longer = new bytes32[](path.length + 1);
        bytes32[] memory shorter = new bytes32[](path.length - 1);
        for (uint256 i = 0; i < path.length; i++) {
            longer[i] = path[i];
            if (i < shorter.length) shorter[i] = path[i];
        }
        check(!this.includes(root, length, leaves[place], uint64(place), longer), "longer");
        check(!this.includes(root, length, leaves[place], uint64(place), shorter), "shorter");
        path[bit % path.length] ^= bytes32(uint256(1) << bit);
        check(!this.includes(root, length, leaves[place], uint64(place), path), "altered");
    }
}
