// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IAuthority} from "../../../contracts/src/interfaces/IAuthority.sol";
import {ICommittees} from "../../../contracts/src/interfaces/ICommittees.sol";
import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {IOffices} from "../../../contracts/src/interfaces/IOffices.sol";
import {Deployed} from "./Deployed.sol";
import {VM, bound, check} from "./Vm.sol";

/// @dev A fund with a committee of seven, and two committees to which it may be handed over, driven by the steward and by the
/// keys of all who sit anywhere, in any order and at any time. What the contracts let through is judged by what was seen before.
contract HandingOverUser is Deployed {
    uint16 private constant FUND = 1;
    uint32 private constant BANK = 1;
    uint32 private constant COMMITTEES = 3;
    uint256 private constant SEATS = 7;
    uint256 private constant DELAY = 15 days;
    uint64 private constant STEWARD = 0x82;

    IAccessManager private _authority;
    /// @dev When a handover to a committee was announced last, and which seats of which committee agreed since, as its votes went.
    mapping(uint32 successor => uint256) private _announcedAt;
    mapping(uint32 successor => mapping(uint32 committee => uint256 seats)) private _agreed;
    mapping(uint32 committee => uint16) private _revisions;
    uint32 public decider = 1;
    uint256 public handovers;
    string public broken;

    function found() external {
        deployAll();
        _authority = IAccessManager(IAccessManaged(address(ledger)).authority());
        funds.openBankAccount(BANK);
        funds.openFund(FUND, 0, IFunds.Level.COMMUNITY, BANK);
        for (uint32 committee = 1; committee <= COMMITTEES; committee++) {
            committees.openCommittee(committee, FUND, new ICommittees.SeatClass[](SEATS));
            ICommittees.Tier[] memory tiers = new ICommittees.Tier[](1);
            tiers[0] = ICommittees.Tier(1_000_000, 2, 3, 1, 0, 0, 0, 10 days, 3 days, 2, 20 days);
            committees.setRules(committee, tiers);
            _revisions[committee] = 1 + uint16(SEATS);
            for (uint256 i = 0; i < SEATS; i++) {
                register(committee * 10 + i);
                committees.fillSeat(committee, uint8(i), memberOf(committee * 10 + i), FAR);
            }
        }
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (ICommittees.handOver.selector, ICommittees.fillSeat.selector);
        _authority.setTargetFunctionRole(address(committees), selectors, STEWARD);
        for (uint64 office = 0; office <= uint64(type(IOffices.Office).max); office++) {
            address account = offices.accountOf(IOffices.Office(office));
            _authority.grantRole(office, account, 0);
            if (office != 0) _authority.grantRole(office | 0x80, account, 0);
            _authority.grantRole(office | 0x100, address(this), 0);
        }
        _authority.renounceRole(0, address(this));
        offices.actForOffice(
            IOffices.Office.ADMIN, address(_authority), abi.encodeCall(IAuthority.endFounding, ()), direct()
        );
        VM.warp(block.timestamp + 1);
    }

    function announce(uint256 seed) external {
        uint32 successor = _successor(seed);
        try offices.scheduleForOffice(IOffices.Office.STEWARD, address(committees), _call(successor), direct()) {
            _announcedAt[successor] = block.timestamp;
            _forget(successor);
        } catch {}
    }

    /// @dev The steward, who has its own ways, prolongs a term in a committee: that is another revision of it.
    function fill(uint256 seed, uint256 seat) external {
        uint32 committee = _successor(seed);
        bytes memory data = abi.encodeCall(
            ICommittees.fillSeat, (committee, uint8(seat % SEATS), memberOf(committee * 10 + seat % SEATS), FAR)
        );
        try offices.scheduleForOffice(IOffices.Office.STEWARD, address(committees), data, direct()) {} catch {}
        try offices.runForOffice(IOffices.Office.STEWARD, address(committees), data) {
            _revisions[committee]++;
            _forget(committee);
        } catch {}
    }

    /// @dev Some seats of a committee agree, one after the other, or take it back.
    function vote(uint256 seed, uint256 by, uint256 seats, bool agrees) external {
        (uint32 successor, uint32 committee) = (_successor(seed), _successor(by));
        for (uint256 seat = 0; seat < SEATS; seat++) {
            if ((seats >> seat) & 1 == 1) _vote(successor, committee, seat, agrees);
        }
    }

    function carryOut(uint256 seed) external {
        uint32 successor = _successor(seed);
        try offices.runForOffice(IOffices.Office.STEWARD, address(committees), _call(successor)) {
            uint256 votes = _count(_agreed[successor][decider]);
            if (votes * 2 <= SEATS) broken = "fewer than most seats of the committee in force handed over";
            if (block.timestamp < _announcedAt[successor] + DELAY) broken = "a handover did not wait";
            if (successor == decider) broken = "a committee took over from itself";
            decider = successor;
            handovers++;
            VM.warp(block.timestamp + 1);
        } catch {}
    }

    /// @dev Nobody goes around the office.
    function callDirectly(uint256 seed, uint256 who) external {
        bytes memory data = _call(_successor(seed));
        VM.prank(keyOf(_successor(who) * 10));
        (bool isDone,) = address(committees).call(data);
        if (isDone) broken = "a key handed over by itself";
    }

    function wait(uint256 time) external {
        VM.warp(block.timestamp + bound(time, 1 hours, 9 days));
    }

    function inForce() external view returns (uint32) {
        return committees.committeeOf(FUND);
    }

    function _vote(uint32 successor, uint32 committee, uint256 seat, bool agrees) private {
        uint16 revision = _revisions[successor];
        uint32 nonce = _authority.getNonce(
            _authority.hashOperation(offices.accountOf(IOffices.Office.STEWARD), address(committees), _call(successor))
        );
        VM.prank(keyOf(committee * 10 + seat));
        if (agrees) {
            try committees.agreeToHandover(FUND, committee, successor, revision, nonce, direct()) {
                if (committee != decider) broken = "another committee agreed";
                _agreed[successor][committee] |= 1 << seat;
            } catch {}
        } else {
            try committees.retractAgreement(FUND, committee, successor, revision, nonce, direct()) {
                _agreed[successor][committee] &= ~(1 << seat);
            } catch {}
        }
    }

    function _forget(uint32 successor) private {
        for (uint32 committee = 1; committee <= COMMITTEES; committee++) {
            _agreed[successor][committee] = 0;
        }
    }

    function _call(uint32 successor) private pure returns (bytes memory) {
        return abi.encodeCall(ICommittees.handOver, (FUND, successor));
    }

    function _successor(uint256 seed) private pure returns (uint32) {
        return uint32(1 + seed % COMMITTEES);
    }

    function _count(uint256 seats) private pure returns (uint256 votes) {
        for (uint256 i = 0; i < SEATS; i++) {
            votes += (seats >> i) & 1;
        }
    }
}

contract HandingOverTest {
    HandingOverUser private user;

    struct FuzzSelector {
        address target;
        bytes4[] selectors;
    }

    function setUp() public {
        user = new HandingOverUser();
        user.found();
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(user), new bytes4[](8));
        targets[0].selectors[0] = user.announce.selector;
        targets[0].selectors[1] = user.fill.selector;
        targets[0].selectors[2] = user.vote.selector;
        targets[0].selectors[3] = user.vote.selector;
        targets[0].selectors[4] = user.carryOut.selector;
        targets[0].selectors[5] = user.callDirectly.selector;
        targets[0].selectors[6] = user.wait.selector;
        targets[0].selectors[7] = user.announce.selector;
    }

    function invariant_nobody_hands_a_fund_over_but_most_seats_of_its_committee_in_time() public view {
        check(bytes(user.broken()).length == 0, user.broken());
        check(user.inForce() == user.decider(), "another committee decides");
    }

    /// @dev Any pair of seats, and any set of them: the majority of all decides, and the wait.
    function testFuzz_a_handover_needs_most_seats_and_its_wait(uint256 seats, uint256 time) public {
        seats %= 128;
        user.announce(1);
        user.vote(1, 0, seats, true);
        time = bound(time, 1, 21 days);
        user.wait(time > 9 days ? 9 days : time < 1 hours ? 1 hours : time);
        if (time > 9 days) user.wait(9 days);
        user.carryOut(1);
        uint256 votes = 0;
        for (uint256 i = 0; i < 7; i++) {
            votes += (seats >> i) & 1;
        }
        check((user.handovers() == 1) == (votes >= 4 && time > 9 days), "by other votes, or too early");
        check(bytes(user.broken()).length == 0, user.broken());
    }
}
