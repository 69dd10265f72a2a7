// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IEventLog} from "../../../contracts/src/interfaces/IEventLog.sol";
import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {IRedemptions} from "../../../contracts/src/interfaces/IRedemptions.sol";
import {ITimeBank} from "../../../contracts/src/interfaces/ITimeBank.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {Deployed} from "./Deployed.sol";
import {Tree} from "./Tree.sol";
import {VM, bound, check} from "./Vm.sol";

/// @dev Tasks, claims and redemptions as volunteers and a coordinator may drive them, with books of its own.
contract ServingUser is Deployed {
    uint16 private constant FUND = 1;
    uint16 private constant BY_LENGTH = 1;
    uint16 private constant BY_TARIFF = 2;
    uint256 private constant PROVIDER = 8;
    uint256 private constant COORDINATOR = 9;
    uint256 private constant SECOND_COORDINATOR = 10;
    uint256 private constant THIRD_COORDINATOR = 11;
    uint256 public constant VOLUNTEERS = 3;

    struct Served {
        uint256 volunteer;
        uint16 authorisedMinutes;
        uint16 servedMinutes;
        bool tariff;
        uint64 checkIn;
    }

    struct Redeemed {
        uint256 member;
        uint16 heldMinutes;
    }

    Served[] public tasks;
    Redeemed[] public redemptions;
    bool public leafUsedTwice;
    bool public creditedTwice;
    bool public reversedWrongly;
    bool public decidedAlone;
    /// @dev The first leaf is nobody's, so that no check-in stands at 0.
    bytes32[] private _log = [bytes32("device")];
    uint64 private _anchoredSize;

    function found() external {
        deployAll();
        funds.openBankAccount(1);
        funds.openFund(FUND, 0, IFunds.Level.COMMUNITY, 1);
        for (uint256 i = 0; i < VOLUNTEERS; i++) {
            register(i);
        }
        register(PROVIDER);
        members.grantRole(register(COORDINATOR), IMembers.Role.COORDINATOR, FUND, FAR);
        members.grantRole(register(SECOND_COORDINATOR), IMembers.Role.COORDINATOR, FUND, FAR);
        members.grantRole(register(THIRD_COORDINATOR), IMembers.Role.COORDINATOR, FUND, FAR);
        timeBank.setService(BY_LENGTH, 15, 240, 0);
        timeBank.setService(BY_TARIFF, 15, 240, 60);
        timeBank.setChallenge(1 days);
    }

    // ACTS

    function take(uint256 volunteerSeed, uint16 minutesSeed, bool tariff) external {
        uint256 volunteer = volunteerSeed % VOLUNTEERS;
        if (acceptedBy(volunteer) == timeBank.MOST_ACCEPTED_TASKS()) return;
        uint16 authorised = uint16(bound(minutesSeed, 15, 240));
        bytes16 task = taskId(tasks.length);
        VM.prank(keyOf(COORDINATOR));
        timeBank.openTask(task, FUND, tariff ? BY_TARIFF : BY_LENGTH, authorised, bytes32("who"), _date(), direct());
        VM.prank(keyOf(volunteer));
        timeBank.acceptTask(task, direct());
        tasks.push(Served(volunteer, authorised, 0, tariff, 0));
    }

    /// @dev A task that somebody has is given back and taken again, called off, or left until it expires.
    function give(uint256 taskSeed, uint8 how) external {
        uint256 number = _someTask(taskSeed, ITimeBank.TaskState.ACCEPTED);
        if (number == tasks.length) return;
        if (how % 3 == 0 && block.timestamp < _until(number)) {
            VM.prank(keyOf(tasks[number].volunteer));
            timeBank.releaseTask(taskId(number), direct());
            VM.prank(keyOf(tasks[number].volunteer));
            timeBank.acceptTask(taskId(number), direct());
        } else if (how % 3 == 1) {
            VM.prank(keyOf(SECOND_COORDINATOR));
            timeBank.cancelTask(taskId(number), bytes32("why"), direct());
        } else if (block.timestamp >= _endOf(number)) {
            timeBank.expireTask(taskId(number));
        }
    }

    function claim(uint256 taskSeed, uint16 minutesSeed, uint8 levelSeed) external {
        uint256 number = _someTask(taskSeed, ITimeBank.TaskState.ACCEPTED);
        if (number == tasks.length || block.timestamp >= _endOf(number)) return;
        uint16 served = uint16(bound(minutesSeed, 15, tasks[number].authorisedMinutes));
        _anchor(number);
        uint64 checkIn = _anchoredSize - 2;
        (tasks[number].servedMinutes, tasks[number].checkIn) = (served, checkIn);
        timeBank.admitClaim(_claim(number, served, ITimeBank.AssuranceLevel(levelSeed % 5), checkIn));
    }

    /// @dev A check-in that was used for one task is claimed for another, under a head that has more.
    function claimAgain(uint256 taskSeed, uint256 usedSeed) external {
        uint256 number = _someTask(taskSeed, ITimeBank.TaskState.ACCEPTED);
        if (number == tasks.length || block.timestamp >= _endOf(number) || tasks[usedSeed % tasks.length].checkIn == 0) return;
        uint64 used = tasks[usedSeed % tasks.length].checkIn;
        _anchor(number);
        ITimeBank.Claim memory made = _claim(number, tasks[number].authorisedMinutes, ITimeBank.AssuranceLevel.A3, used);
        try timeBank.admitClaim(made) {
            leafUsedTwice = true;
        } catch {}
    }

    function dispute(uint256 taskSeed, bool uphold) external {
        uint256 number = _someTask(taskSeed, ITimeBank.TaskState.CLAIMED);
        if (number == tasks.length) return;
        if (block.timestamp >= _until(number)) return;
        VM.prank(keyOf(COORDINATOR));
        timeBank.dispute(taskId(number), bytes32("why"), direct());
        if (_decides(COORDINATOR, number, uphold)) decidedAlone = true;
        else check(_decides(SECOND_COORDINATOR, number, uphold), "a second coordinator decides a dispute");
    }

    function _decides(uint256 by, uint256 number, bool uphold) private returns (bool) {
        bytes memory data = uphold
            ? abi.encodeCall(timeBank.acknowledge, (taskId(number), direct()))
            : abi.encodeCall(timeBank.reject, (taskId(number), bytes32("why"), direct()));
        VM.prank(keyOf(by));
        (bool done,) = address(timeBank).call(data);
        return done;
    }

    /// @dev A dispute that nobody decides: the claim stands or lapses by its evidence.
    function leave(uint256 taskSeed) external {
        uint256 number = _someTask(taskSeed, ITimeBank.TaskState.CLAIMED);
        if (number == tasks.length || block.timestamp >= _until(number)) return;
        VM.prank(keyOf(COORDINATOR));
        timeBank.dispute(taskId(number), bytes32("why"), direct());
        VM.warp(_until(number));
        (, ITimeBank.AssuranceLevel level, bool acknowledged,,,,,,) = timeBank.taskRecord(taskId(number));
        if (level < ITimeBank.AssuranceLevel.A2 && !acknowledged) timeBank.lapseClaim(taskId(number));
        else timeBank.credit(taskId(number));
    }

    function credit(uint256 taskSeed) external {
        uint256 number = _someTask(taskSeed, ITimeBank.TaskState.CLAIMED);
        if (number == tasks.length) return;
        (, ITimeBank.AssuranceLevel level, bool acknowledged,,,, uint32 until,,) = timeBank.taskRecord(taskId(number));
        if (block.timestamp < until) VM.warp(until);
        if (level < ITimeBank.AssuranceLevel.A2 && !acknowledged) {
            if (block.timestamp >= until + timeBank.DECISION_SECONDS()) {
                timeBank.lapseClaim(taskId(number));
                return;
            }
            VM.prank(keyOf(COORDINATOR));
            timeBank.acknowledge(taskId(number), direct());
        }
        timeBank.credit(taskId(number));
    }

    function creditAgain(uint256 taskSeed) external {
        uint256 number = _someTask(taskSeed, ITimeBank.TaskState.CREDITED);
        if (number == tasks.length) return;
        try timeBank.credit(taskId(number)) {
            creditedTwice = true;
        } catch {}
    }

    function reverse(uint256 taskSeed) external {
        uint256 number = _someTask(taskSeed, ITimeBank.TaskState.CREDITED);
        if (number == tasks.length) return;
        if (held(tasks[number].volunteer) < int64(uint64(earned(number)))) return;
        if (block.timestamp >= _until(number)) return;
        VM.prank(keyOf(THIRD_COORDINATOR));
        timeBank.reverseCredit(taskId(number), bytes32("why"), direct());
    }

    function redeem(uint256 memberSeed, uint16 minutesSeed) external {
        uint256 member = memberSeed % VOLUNTEERS;
        int64 has = held(member);
        if (has < 15) return;
        uint16 amount = uint16(bound(minutesSeed, 15, uint64(has) > 240 ? 240 : uint64(has)));
        VM.prank(keyOf(member));
        redeeming.redeem(redemptionId(redemptions.length), memberOf(PROVIDER), FUND, BY_LENGTH, amount, direct());
        redemptions.push(Redeemed(member, amount));
    }

    /// @dev The provider accepts, and reports the service as done.
    function provide(uint256 seed) external {
        (uint256 number, IRedemptions.RedemptionState state, uint256 until) = _someRedemption(seed);
        if (block.timestamp >= until) return;
        VM.prank(keyOf(PROVIDER));
        if (state == IRedemptions.RedemptionState.OPEN) redeeming.acceptRedemption(redemptionId(number), direct());
        else if (state == IRedemptions.RedemptionState.ACCEPTED) redeeming.serveRedemption(redemptionId(number), direct());
    }

    /// @dev The member confirms or disputes, and a coordinator decides for one of the two.
    function answer(uint256 seed, uint8 how) external {
        (uint256 number, IRedemptions.RedemptionState state, uint256 until) = _someRedemption(seed);
        if (state != IRedemptions.RedemptionState.SERVED || block.timestamp >= until) return;
        bytes16 id = redemptionId(number);
        VM.prank(keyOf(redemptions[number].member));
        if (how % 4 == 0) redeeming.confirmRedemption(id, direct());
        else redeeming.disputeRedemption(id, bytes32("why"), direct());
        if (how % 4 == 2) {
            VM.prank(keyOf(COORDINATOR));
            redeeming.decideForProvider(id, bytes32("why"), direct());
        } else if (how % 4 == 3) {
            VM.prank(keyOf(COORDINATOR));
            redeeming.decideForMember(id, bytes32("why"), direct());
        }
    }

    /// @dev One that is done is reversed, unless the coordinator who tries decided it, or a year is over.
    function takeBack(uint256 seed, bool bySecond) external {
        for (uint256 i = 0; i < redemptions.length; i++) {
            uint256 number = (seed % redemptions.length + i) % redemptions.length;
            if (_redemptionState(number) != IRedemptions.RedemptionState.DONE) continue;
            (,,, uint40 until,,, bytes16 judge) = redeeming.redemptionRecord(redemptionId(number));
            uint256 by = bySecond ? SECOND_COORDINATOR : COORDINATOR;
            bool mayReverse = judge != memberOf(by) && block.timestamp < until;
            VM.prank(keyOf(by));
            try redeeming.reverseRedemption(redemptionId(number), bytes32("why"), direct()) {
                if (!mayReverse) reversedWrongly = true;
            } catch {
                if (mayReverse) reversedWrongly = true;
            }
            return;
        }
    }

    /// @dev One that was not served is cancelled, declined or voided.
    function callOff(uint256 seed, uint8 how) external {
        (uint256 number, IRedemptions.RedemptionState state,) = _someRedemption(seed);
        bytes16 id = redemptionId(number);
        if (state == IRedemptions.RedemptionState.OPEN && how % 3 == 0) {
            VM.prank(keyOf(redemptions[number].member));
            redeeming.cancelRedemption(id, direct());
        } else if (state == IRedemptions.RedemptionState.OPEN || state == IRedemptions.RedemptionState.ACCEPTED) {
            VM.prank(keyOf(how % 3 == 1 ? PROVIDER : COORDINATOR));
            if (how % 3 == 1) redeeming.declineRedemption(id, direct());
            else redeeming.voidRedemption(id, bytes32("why"), direct());
        }
    }

    /// @dev Nobody does anything until the date.
    function waitOut(uint256 seed) external {
        (uint256 number, IRedemptions.RedemptionState state, uint256 until) = _someRedemption(seed);
        if (state == IRedemptions.RedemptionState.NONE) return;
        if (block.timestamp < until) VM.warp(until);
        if (state == IRedemptions.RedemptionState.SERVED) redeeming.settleRedemption(redemptionId(number));
        else redeeming.lapseRedemption(redemptionId(number));
    }

    // BOOKS

    /// @dev What a credited task earned: the minutes served, or the tariff, and never more than was authorised.
    function earned(uint256 number) public view returns (uint16) {
        Served memory served = tasks[number];
        uint16 granted = served.tariff ? 60 : served.servedMinutes;
        return granted < served.authorisedMinutes ? granted : served.authorisedMinutes;
    }

    function checkMinutesHeld() external view {
        int256[VOLUNTEERS] memory expected;
        for (uint256 i = 0; i < tasks.length; i++) {
            bool credited = stateOf(i) == ITimeBank.TaskState.CREDITED;
            if (credited) expected[tasks[i].volunteer] += int256(uint256(earned(i)));
        }
        int256 earnedByProvider = 0;
        for (uint256 i = 0; i < redemptions.length; i++) {
            int256 amount = int256(uint256(redemptions[i].heldMinutes));
            bool done = _redemptionState(i) == IRedemptions.RedemptionState.DONE;
            if (done) earnedByProvider += amount;
            if (done || _isHeld(i)) expected[redemptions[i].member] -= amount;
        }
        for (uint256 i = 0; i < VOLUNTEERS; i++) {
            check(held(i) == expected[i], "minutes of a member");
        }
        check(held(PROVIDER) == earnedByProvider, "minutes of who served");
    }

    function acceptedBy(uint256 volunteer) public view returns (uint256 count) {
        for (uint256 i = 0; i < tasks.length; i++) {
            bool accepted = stateOf(i) == ITimeBank.TaskState.ACCEPTED;
            if (accepted && tasks[i].volunteer == volunteer) count++;
        }
    }

    function escrowedMinutes() external view returns (int256 sum) {
        for (uint256 i = 0; i < redemptions.length; i++) {
            if (_isHeld(i)) sum += int256(uint256(redemptions[i].heldMinutes));
        }
    }

    function held(uint256 member) public view returns (int64) {
        return balanceOfMember(Accounts.MEMBER_MINUTES, memberOf(member));
    }

    function single(uint8 kind) external view returns (int64) {
        return balance(kind, 0);
    }

    function stateOf(uint256 number) public view returns (ITimeBank.TaskState state) {
        (state,,,,,,,,) = timeBank.taskRecord(taskId(number));
    }

    function taskId(uint256 number) public pure returns (bytes16) {
        return bytes16(uint128(0x5000 + number));
    }

    function redemptionId(uint256 number) public pure returns (bytes16) {
        return bytes16(uint128(0x6000 + number));
    }

    function providerMinutes() external view returns (int64) {
        return held(PROVIDER);
    }

    function _redemptionState(uint256 number) private view returns (IRedemptions.RedemptionState state) {
        (state,,,,,,) = redeeming.redemptionRecord(redemptionId(number));
    }

    function _isHeld(uint256 number) private view returns (bool) {
        IRedemptions.RedemptionState state = _redemptionState(number);
        return state >= IRedemptions.RedemptionState.OPEN && state <= IRedemptions.RedemptionState.DISPUTED;
    }

    /// @dev One that is not over, with where it stands and until when; its state is NONE if there is none.
    function _someRedemption(uint256 seed)
        private
        view
        returns (uint256 number, IRedemptions.RedemptionState state, uint256 until)
    {
        for (uint256 i = 0; i < redemptions.length; i++) {
            number = (seed % redemptions.length + i) % redemptions.length;
            if (!_isHeld(number)) continue;
            (state,,, until,,,) = redeeming.redemptionRecord(redemptionId(number));
            return (number, state, until);
        }
    }

    function _date() private view returns (uint48) {
        return uint48(block.timestamp + 180 days);
    }

    function _until(uint256 number) private view returns (uint32 until) {
        (,,,,,, until,,) = timeBank.taskRecord(taskId(number));
    }

    /// @dev When an accepted task ends.
    function _endOf(uint256 number) private view returns (uint256) {
        return _until(number) + timeBank.CLAIM_SECONDS();
    }

    function _someTask(uint256 seed, ITimeBank.TaskState state) private view returns (uint256) {
        for (uint256 i = 0; i < tasks.length; i++) {
            uint256 number = (seed % tasks.length + i) % tasks.length;
            if (stateOf(number) == state) return number;
        }
        return tasks.length;
    }

    /// @dev Anchors the log with a check-in and a check-out more.
    function _anchor(uint256 number) private {
        _log.push(sha256(abi.encode("in", number, _log.length)));
        _log.push(sha256(abi.encode("out", number, _log.length)));
        bytes32[] memory leaves = _log;
        eventLog.anchor(uint64(leaves.length), Tree.root(leaves), "rules", Tree.consistency(leaves, _anchoredSize));
        _anchoredSize = uint64(leaves.length);
    }

    /// @dev Of a visit from some leaf to the last one.
    function _claim(uint256 number, uint16 served, ITimeBank.AssuranceLevel level, uint64 checkIn)
        private
        view
        returns (ITimeBank.Claim memory)
    {
        return ITimeBank.Claim({
            task: taskId(number),
            servedMinutes: served,
            level: level,
            ruleset: bytes32("rules"),
            logSize: _anchoredSize,
            checkIn: _leaf(checkIn),
            checkOut: _leaf(_anchoredSize - 1)
        });
    }

    function _leaf(uint64 index) private view returns (IEventLog.Leaf memory) {
        bytes32[] memory leaves = _log;
        return IEventLog.Leaf(leaves[index], index, Tree.path(leaves, 0, leaves.length, index));
    }
}

contract ServingTest {
    ServingUser private user;

    struct FuzzSelector {
        address target;
        bytes4[] selectors;
    }

    function setUp() public {
        user = new ServingUser();
        user.found();
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(user), new bytes4[](15));
        targets[0].selectors[0] = user.take.selector;
        targets[0].selectors[1] = user.claim.selector;
        targets[0].selectors[2] = user.claimAgain.selector;
        targets[0].selectors[3] = user.dispute.selector;
        targets[0].selectors[4] = user.credit.selector;
        targets[0].selectors[5] = user.creditAgain.selector;
        targets[0].selectors[6] = user.reverse.selector;
        targets[0].selectors[7] = user.redeem.selector;
        targets[0].selectors[8] = user.provide.selector;
        targets[0].selectors[9] = user.give.selector;
        targets[0].selectors[10] = user.leave.selector;
        targets[0].selectors[11] = user.answer.selector;
        targets[0].selectors[12] = user.callOff.selector;
        targets[0].selectors[13] = user.waitOut.selector;
        targets[0].selectors[14] = user.takeBack.selector;
    }

    /// @dev All rules at once: each by itself would be driven through the very same acts.
    function invariant_minutes_are_credited_once_and_held_or_in_escrow() public view {
        user.checkMinutesHeld();
        check(user.single(Accounts.MINUTES_ESCROW) == user.escrowedMinutes(), "escrow");
        int256 sum =
            user.single(Accounts.ISSUED_MINUTES) + user.single(Accounts.MINUTES_ESCROW) + user.providerMinutes();
        for (uint256 i = 0; i < user.VOLUNTEERS(); i++) {
            sum += user.held(i);
        }
        check(sum == 0, "zero-sum");
        check(!user.leafUsedTwice(), "an event was used twice");
        check(!user.creditedTwice(), "a task was credited twice");
        check(!user.reversedWrongly(), "a redemption was reversed, or was not");
        check(!user.decidedAlone(), "who disputed a claim decided on it");
    }
}
