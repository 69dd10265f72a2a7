// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IAuthority} from "../../../contracts/src/interfaces/IAuthority.sol";
import {ICommittees} from "../../../contracts/src/interfaces/ICommittees.sol";
import {IBudgets} from "../../../contracts/src/interfaces/IBudgets.sol";
import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {ILedger} from "../../../contracts/src/interfaces/ILedger.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {IOffices} from "../../../contracts/src/interfaces/IOffices.sol";
import {IVetoes} from "../../../contracts/src/interfaces/IVetoes.sol";
import {Deployed} from "./Deployed.sol";
import {VM, bound, check} from "./Vm.sol";

/// @dev Changes as the key of every office, a stranger and a committee of seven may drive them, each alone and all together,
/// for any office, through {Offices} and around it, against a founded town. Every act may be tried at any time; what the contracts let through is judged by what was seen before.
contract ChangingUser is Deployed {
    uint16 private constant FUND = 1;
    uint32 private constant BANK = 1;
    uint32 private constant PURPOSE = 0x10001;
    uint32 private constant COMMITTEE = 1;
    uint256 private constant SEATS = 7;
    uint256 private constant DELAY = 15 days;
    uint256 private constant OPEN = 7 days;
    uint64 private constant REGISTRAR = 1;
    uint64 private constant STEWARD = 2;
    uint64 private constant GUARDIAN = 3;
    uint64 private constant VETO = 7;
    uint64 private constant CHANGES = 0x80;
    uint64 private constant HOLDER = 0x100;

    /// @dev The first ones hold the offices, in their order.
    enum Who {
        ADMIN,
        REGISTRAR,
        STEWARD,
        GUARDIAN,
        DEVICE_REGISTRAR,
        STRANGER
    }
    enum What {
        RULES,
        BUDGET,
        UNFREEZE,
        TREASURER,
        MODULE,
        SECOND_ADMIN,
        SECOND_GUARDIAN,
        GUARDIAN_ENDS,
        WAIT_LOST,
        OFFICE_TO_KEY
    }

    struct Seen {
        bool waits;
        bool isStopped;
        uint256 dueAt;
        uint256 against;
    }

    IAccessManager public authority;
    IVetoes private _vetoes;
    mapping(bytes32 operation => Seen) private _seen;
    mapping(What what => uint256) public executions;
    string public broken;

    function found() external {
        deployAll();
        authority = IAccessManager(IAccessManaged(address(ledger)).authority());
        _vetoes = IVetoes(create("Vetoes", abi.encode(authority, members, funds, committees)));
        funds.openBankAccount(BANK);
        funds.openFund(FUND, 0, IFunds.Level.COMMUNITY, BANK);
        funds.openPurpose(PURPOSE);
        committees.openCommittee(COMMITTEE, FUND, new ICommittees.SeatClass[](SEATS));
        for (uint256 i = 0; i < SEATS; i++) {
            members.grantRole(register(i), IMembers.Role.RESIDENT, FUND, FAR);
            committees.fillSeat(COMMITTEE, uint8(i), memberOf(i), FAR);
        }
        _wire(address(committees), ICommittees.setRules.selector, STEWARD);
        _wire(address(budgets), IBudgets.setBudgetLine.selector, STEWARD);
        _wire(address(funds), IFunds.unfreeze.selector, GUARDIAN);
        _wire(address(members), IMembers.grantRole.selector, REGISTRAR);
        for (uint64 office = 0; office <= uint64(type(IOffices.Office).max); office++) {
            _grant(office);
        }
        authority.grantRole(VETO, address(_vetoes), 0);
        funds.freeze(FUND);
        // While the founding lasts an office is given up at once.
        authority.renounceRole(0, address(this));
        VM.prank(addressOf(Who.ADMIN));
        offices.actForOffice(
            IOffices.Office.ADMIN, address(authority), abi.encodeCall(IAuthority.endFounding, ()), direct()
        );
    }

    // ACTS

    function propose(uint256 by, uint256 seed, uint256 office) external {
        What what = _what(seed);
        (Who who, IOffices.Office chosen) = (_who(by, what), _office(office, what));
        (address target, bytes memory data) = callOf(what);
        VM.prank(addressOf(who));
        try offices.scheduleForOffice(chosen, target, data, direct()) {
            if (!_holds(who, chosen) || chosen != officeOf(what)) broken = "a change was proposed by who may not";
            uint256 dueAt = block.timestamp + DELAY;
            if (authority.getSchedule(idOf(chosen, what)) != dueAt) broken = "a change was scheduled for another time";
            _seen[idOf(chosen, what)] = Seen({waits: true, isStopped: false, dueAt: dueAt, against: 0});
        } catch {}
    }

    /// @dev Anybody, whoever proposed it.
    function run(uint256 seed, uint256 office) public {
        What what = _what(seed);
        IOffices.Office chosen = _office(office, what);
        (address target, bytes memory data) = callOf(what);
        VM.prank(addressOf(Who.STRANGER));
        try offices.runForOffice(chosen, target, data) {
            _executed(chosen, what);
        } catch {}
    }

    /// @dev A signed act that is not announced.
    function actAtOnce(uint256 by, uint256 seed, uint256 office) external {
        What what = _what(seed);
        (address target, bytes memory data) = callOf(what);
        VM.prank(addressOf(_who(by, what)));
        try offices.actForOffice(_office(office, what), target, data, direct()) {
            broken = "a change did not wait";
        } catch {}
    }

    /// @dev Around the accounts, by the own key: what it means, and what the account would have to ask of the authority.
    function callDirectly(uint256 by, uint256 seed, uint256 way) external {
        What what = _what(seed);
        Who who = _who(by, what);
        (address target, bytes memory data) = callOf(what);
        if (way % 3 == 1) data = abi.encodeCall(authority.execute, (target, data));
        if (way % 3 == 2) data = abi.encodeCall(authority.schedule, (target, data, 0));
        if (way % 3 != 0) target = address(authority);
        VM.prank(addressOf(who));
        (bool isDone,) = target.call(data);
        if (isDone) broken = "a key went around its office";
    }

    function stop(uint256 by, uint256 seed, uint256 office) external {
        What what = _what(seed);
        Who who = _who(by, what);
        bytes32 operation = idOf(_office(office, what), what);
        Seen storage seen = _seen[operation];
        bytes memory data = abi.encodeCall(IAuthority.stop, (operation));
        VM.prank(addressOf(who));
        try offices.actForOffice(IOffices.Office.GUARDIAN, address(authority), data, direct()) {
            if (!_holds(who, IOffices.Office.GUARDIAN)) broken = "a change was stopped by who may not";
            if (_isOfGuardian(what)) broken = "the guardian stopped the own replacement";
            if (!seen.waits || seen.isStopped) broken = "what did not wait was stopped";
            seen.isStopped = true;
        } catch {}
    }

    /// @dev An office calls off what it announced itself, and nothing else.
    function cancel(uint256 by, uint256 seed, uint256 office) external {
        What what = _what(seed);
        (Who who, IOffices.Office chosen) = (_who(by, what), _office(office, what));
        (address target, bytes memory data) = callOf(what);
        VM.prank(addressOf(who));
        try offices.cancelForOffice(chosen, target, data, direct()) {
            if (!_holds(who, chosen)) broken = "a change was called off by who may not";
            if (chosen != officeOf(what)) broken = "the change of another office was called off";
            if (isOfHolder(what) && !_seen[idOf(chosen, what)].isStopped) broken = "a change of who holds an office was called off";
            _seen[idOf(chosen, what)].waits = false;
        } catch {}
    }

    /// @dev Several seats vote, one after the other: one bit per seat.
    function veto(uint256 seed, uint256 seats) external {
        bytes32 operation = idOf(officeOf(_what(seed)), _what(seed));
        for (uint256 seat = 0; seat < SEATS; seat++) {
            if ((seats >> seat) & 1 == 1) _veto(operation, seat);
        }
    }

    function retract(uint256 seed, uint256 seat) external {
        bytes32 operation = idOf(officeOf(_what(seed)), _what(seed));
        seat %= SEATS;
        uint32 nonce = authority.getNonce(operation);
        VM.prank(keyOf(seat));
        try _vetoes.retractVeto(operation, nonce, COMMITTEE, direct()) {
            Seen storage seen = _seen[operation];
            if ((seen.against >> seat) & 1 == 0) broken = "a vote was taken back that nobody cast";
            seen.against ^= 1 << seat;
        } catch {}
    }

    function wait(uint256 time) external {
        VM.warp(block.timestamp + bound(time, 1 hours, 9 days));
    }

    // VIEWS

    function addressOf(Who who) public pure returns (address) {
        return VM.addr(0x5000 + uint256(who));
    }

    function callOf(What what) public view returns (address target, bytes memory data) {
        address stranger = addressOf(Who.STRANGER);
        if (what == What.RULES) {
            ICommittees.Tier[] memory tiers = new ICommittees.Tier[](1);
            tiers[0] = ICommittees.Tier(1_000_000, 2, 3, 1, 0, 0, 0, 10 days, 3 days, 2, 20 days);
            return (address(committees), abi.encodeCall(ICommittees.setRules, (COMMITTEE, tiers)));
        }
        if (what == What.BUDGET) return (address(budgets), abi.encodeCall(IBudgets.setBudgetLine, (5, PURPOSE, 1)));
        if (what == What.UNFREEZE) return (address(funds), abi.encodeCall(IFunds.unfreeze, (FUND)));
        if (what == What.TREASURER) {
            IMembers.Role role = IMembers.Role.TREASURER;
            return (address(members), abi.encodeCall(IMembers.grantRole, (memberOf(0), role, FUND, FAR)));
        }
        if (what == What.MODULE) return (address(ledger), abi.encodeCall(ILedger.admitModule, (stranger, ALL_KINDS)));
        target = address(authority);
        if (what == What.SECOND_ADMIN) return (target, abi.encodeCall(authority.grantRole, (HOLDER, stranger, 0)));
        if (what == What.SECOND_GUARDIAN) {
            return (target, abi.encodeCall(authority.grantRole, (HOLDER | GUARDIAN, stranger, 0)));
        }
        if (what == What.GUARDIAN_ENDS) {
            return (target, abi.encodeCall(authority.revokeRole, (HOLDER | GUARDIAN, addressOf(Who.GUARDIAN))));
        }
        if (what == What.OFFICE_TO_KEY) {
            return (target, abi.encodeCall(authority.grantRole, (STEWARD | CHANGES, stranger, 0)));
        }
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = ICommittees.setRules.selector;
        return (target, abi.encodeCall(authority.setTargetFunctionRole, (address(committees), selectors, STEWARD)));
    }

    function idOf(IOffices.Office office, What what) public view returns (bytes32) {
        (address target, bytes memory data) = callOf(what);
        return authority.hashOperation(offices.accountOf(office), target, data);
    }

    function officeOf(What what) public pure returns (IOffices.Office) {
        if (what <= What.BUDGET) return IOffices.Office.STEWARD;
        if (what == What.UNFREEZE) return IOffices.Office.GUARDIAN;
        return what == What.TREASURER ? IOffices.Office.REGISTRAR : IOffices.Office.ADMIN;
    }

    /// @dev Whether it says who holds an office: whoever stole a key of the ADMIN would call off its end.
    function isOfHolder(What what) public pure returns (bool) {
        return what >= What.SECOND_ADMIN && what <= What.GUARDIAN_ENDS;
    }

    function moduleAdmitted() external view returns (bool) {
        return ledger.isModule(addressOf(Who.STRANGER));
    }

    function isFrozen() external view returns (bool) {
        return ledger.isFrozen(FUND);
    }

    function roleOfRules() external view returns (uint64) {
        return authority.getTargetFunctionRole(address(committees), ICommittees.setRules.selector);
    }

    // PARTS

    /// @dev In its time, after its wait, unless it was stopped or called off since; and each schedule once.
    function _executed(IOffices.Office office, What what) private {
        Seen storage seen = _seen[idOf(office, what)];
        if (office != officeOf(what)) broken = "a change was carried out of an office that may not";
        if (!seen.waits) broken = "a change was carried out that did not wait";
        if (seen.isStopped) broken = "a change was carried out that was stopped";
        if (block.timestamp < seen.dueAt) broken = "a change was carried out before its time";
        if (block.timestamp >= seen.dueAt + OPEN) broken = "a change was carried out after its time";
        if (what == What.WAIT_LOST) broken = "a function lost its wait";
        if (what == What.OFFICE_TO_KEY) broken = "a key became an office";
        seen.waits = false;
        executions[what]++;
    }

    function _veto(bytes32 operation, uint256 seat) private {
        Seen storage seen = _seen[operation];
        uint32 nonce = authority.getNonce(operation);
        VM.prank(keyOf(seat));
        try _vetoes.vetoChange(operation, nonce, COMMITTEE, direct()) {
            if (!seen.waits || seen.isStopped) broken = "a vote against what does not wait";
            if ((seen.against >> seat) & 1 == 1) broken = "a seat voted twice";
            seen.against |= 1 << seat;
            uint256 votes = 0;
            for (uint256 i = 0; i < SEATS; i++) {
                votes += (seen.against >> i) & 1;
            }
            seen.isStopped = votes * 2 > SEATS;
            if ((authority.getSchedule(operation) == 0) != seen.isStopped) broken = "the majority was not kept";
        } catch {}
    }

    /// @dev Who holds an office now, by what was carried out.
    function _holds(Who who, IOffices.Office office) private view returns (bool) {
        if (who == Who.STRANGER) {
            if (office == IOffices.Office.ADMIN) return executions[What.SECOND_ADMIN] != 0;
            return office == IOffices.Office.GUARDIAN && executions[What.SECOND_GUARDIAN] != 0;
        }
        bool isEnded = who == Who.GUARDIAN && executions[What.GUARDIAN_ENDS] != 0;
        return uint256(who) == uint256(office) && !isEnded;
    }

    function _isOfGuardian(What what) private pure returns (bool) {
        return what == What.SECOND_GUARDIAN || what == What.GUARDIAN_ENDS;
    }

    function _wire(address target, bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        authority.setTargetFunctionRole(target, selectors, role | CHANGES);
    }

    function _grant(uint64 office) private {
        address account = offices.accountOf(IOffices.Office(office));
        authority.grantRole(office, account, 0);
        if (office != 0) authority.grantRole(office | CHANGES, account, 0);
        authority.grantRole(office | HOLDER, addressOf(Who(office)), 0);
    }

    /// @dev Often whose office it is, so that changes get far; else anybody.
    function _who(uint256 seed, What what) private pure returns (Who) {
        uint256 all = uint256(type(Who).max) + 1;
        return seed % (2 * all) < all ? Who(seed % all) : Who(uint256(officeOf(what)));
    }

    function _office(uint256 seed, What what) private pure returns (IOffices.Office) {
        uint256 all = uint256(type(IOffices.Office).max) + 1;
        return seed % (2 * all) < all ? IOffices.Office(seed % all) : officeOf(what);
    }

    function _what(uint256 seed) private pure returns (What) {
        return What(seed % (uint256(type(What).max) + 1));
    }
}

contract ChangingTest {
    ChangingUser private user;

    struct FuzzSelector {
        address target;
        bytes4[] selectors;
    }

    function setUp() public {
        user = new ChangingUser();
        user.found();
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(user), new bytes4[](12));
        targets[0].selectors[0] = user.propose.selector;
        targets[0].selectors[1] = user.run.selector;
        targets[0].selectors[2] = user.callDirectly.selector;
        targets[0].selectors[3] = user.stop.selector;
        targets[0].selectors[4] = user.cancel.selector;
        targets[0].selectors[5] = user.veto.selector;
        targets[0].selectors[6] = user.retract.selector;
        targets[0].selectors[7] = user.wait.selector;
        targets[0].selectors[8] = user.actAtOnce.selector;
        // So that changes come to their time, these come more often.
        targets[0].selectors[9] = user.propose.selector;
        targets[0].selectors[10] = user.propose.selector;
        targets[0].selectors[11] = user.wait.selector;
    }

    function invariant_nobody_changes_a_rule_alone_before_its_time_or_once_it_was_stopped() public view {
        check(bytes(user.broken()).length == 0, user.broken());
        check(user.moduleAdmitted() == (user.executions(ChangingUser.What.MODULE) != 0), "module");
        check(user.isFrozen() == (user.executions(ChangingUser.What.UNFREEZE) == 0), "freeze");
        (bool isAdmin,) = user.authority().hasRole(0x100, user.addressOf(ChangingUser.Who.STRANGER));
        check(isAdmin == (user.executions(ChangingUser.What.SECOND_ADMIN) != 0), "admin");
        check(user.roleOfRules() == 0x82, "role");
    }

    /// @dev By the guardian, or by most seats where that is not the guardian's or as it happens.
    function testFuzz_what_was_stopped_is_never_carried_out(uint256 what, uint256 time, bool bySeats) public {
        what %= uint256(ChangingUser.What.WAIT_LOST);
        uint256 office = uint256(user.officeOf(ChangingUser.What(what)));
        user.propose(office, what, office);
        if (!bySeats) user.stop(uint256(ChangingUser.Who.GUARDIAN), what, office);
        user.veto(what, 0xf);
        VM.warp(block.timestamp + bound(time, 15 days, 23 days));
        user.run(what, office);
        check(user.executions(ChangingUser.What(what)) == 0, "carried out");
        check(bytes(user.broken()).length == 0, user.broken());
    }

    function testFuzz_no_office_calls_off_what_another_announced(uint256 what) public {
        what %= uint256(ChangingUser.What.WAIT_LOST);
        uint256 office = uint256(user.officeOf(ChangingUser.What(what)));
        user.propose(office, what, office);
        bytes32 operation = user.idOf(user.officeOf(ChangingUser.What(what)), ChangingUser.What(what));
        for (uint256 other = 0; other <= uint256(type(IOffices.Office).max); other++) {
            if (other != office) user.cancel(other, what, other);
        }
        check(user.authority().getSchedule(operation) != 0, "called off");
        user.cancel(office, what, office);
        bool isCalledOff = user.authority().getSchedule(operation) == 0;
        check(isCalledOff != user.isOfHolder(ChangingUser.What(what)), "called off by its own, unless it is of a holder");
        check(bytes(user.broken()).length == 0, user.broken());
    }

    /// @dev Whatever office it is of: what nobody stops is carried out when its time has come, and not a second before.
    function testFuzz_what_nobody_stops_is_carried_out_in_its_time(uint256 what) public {
        what %= uint256(ChangingUser.What.GUARDIAN_ENDS);
        uint256 office = uint256(user.officeOf(ChangingUser.What(what)));
        uint256 start = block.timestamp;
        user.propose(office, what, office);
        VM.warp(start + 15 days - 1);
        user.run(what, office);
        check(user.executions(ChangingUser.What(what)) == 0, "too early");
        VM.warp(start + 15 days);
        user.run(what, office);
        check(user.executions(ChangingUser.What(what)) == 1, "not carried out");
        check(bytes(user.broken()).length == 0, user.broken());
    }
}
