// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {IIntents} from "../../../contracts/src/interfaces/IIntents.sol";
import {ILedger} from "../../../contracts/src/interfaces/ILedger.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {ITimeBank} from "../../../contracts/src/interfaces/ITimeBank.sol";
import {AlwaysAllowed} from "./AlwaysAllowed.sol";
import {create} from "./Committed.sol";

/// @dev A volunteer: who opened a task does not take it.
contract Volunteer {
    function take(ITimeBank timeBank, bytes16 task, IIntents.Authorization calldata authorization) external {
        timeBank.acceptTask(task, authorization);
    }
}

/// @dev What happens once only, for all bank lines, events and amounts at once. This contract is treasurer and coordinator,
/// by direct calls.
contract OnceOnlyProof is AlwaysAllowed {
    bytes16 private constant ME = "treasurer";
    uint16 private constant FUND = 1;
    uint32 private constant BANK = 1;
    uint32 private constant PURPOSE = 0x10001;

    ILedger private ledger;
    IMembers private members;
    IFunds private funds;
    ITimeBank private timeBank;
    Volunteer private volunteer;

    function setUp() public {
        ledger = ILedger(create("Ledger", abi.encode(this)));
        members = IMembers(create("Members", abi.encode(this)));
        funds = IFunds(create("Funds", abi.encode(this, ledger, members)));
        timeBank = ITimeBank(create("TimeBank", abi.encode(this, ledger, members, this)));
        ledger.admitModule(address(funds), type(uint64).max);
        ledger.admitModule(address(timeBank), type(uint64).max);
        ledger.admitModule(address(this), type(uint64).max);
        members.register(ME, IMembers.MemberKind.PERSON, 0, address(this));
        volunteer = new Volunteer();
        members.register("volunteer", IMembers.MemberKind.PERSON, 0, address(volunteer));
        members.grantRole(ME, IMembers.Role.TREASURER, FUND, type(uint48).max);
        members.grantRole(ME, IMembers.Role.COORDINATOR, FUND, type(uint48).max);
        funds.openBankAccount(BANK);
        funds.openFund(FUND, 0, IFunds.Level.COMMUNITY, BANK);
        funds.openPurpose(PURPOSE);
        _donate("first", PURPOSE, 1);
        timeBank.setService(1, 1, 600, 0);
    }

    // BANK LINES

    function check_line_of_a_donation_is_no_second_donation(bytes32 line, uint32 first, uint32 second) external {
        _donate(line, PURPOSE, first);
        try funds.attestDonations(FUND, BANK, _donation(line, PURPOSE, second), _direct()) {
            assert(false);
        } catch {}
    }

    function check_line_of_a_donation_is_used_for_nothing_else(bytes32 line, uint32 amountFen) external {
        _donate(line, PURPOSE, amountFen);
        try funds.useBankLine(line, FUND, address(this)) {
            assert(false);
        } catch {}
    }

    function check_used_line_is_no_donation(bytes32 line, uint32 amountFen) external {
        funds.useBankLine(line, FUND, address(this));
        try funds.attestDonations(FUND, BANK, _donation(line, PURPOSE, amountFen), _direct()) {
            assert(false);
        } catch {}
    }

    /// @dev That the refusals above are not for some other reason.
    function check_another_line_is_free(bytes32 line, bytes32 other, uint32 amountFen) external {
        if (line == 0 || other == 0 || line == other || amountFen == 0 || line == "first" || other == "first") return;
        _donate(line, PURPOSE, amountFen);
        try funds.attestDonations(FUND, BANK, _donation(other, PURPOSE, amountFen), _direct()) {}
        catch {
            assert(false);
        }
    }

    // EVENTS

    /// @dev Stands in for the event log and says of every event that it is there: even then it is used once.
    function includes(uint64, bytes32, uint64, bytes32[] calldata) external pure returns (bool) {
        return true;
    }

    function check_event_is_used_for_one_claim(bytes32 event_, bytes32 out, bytes32 otherOut) external {
        _accept("task one");
        _accept("task two");
        timeBank.admitClaim(_claim("task one", event_, out));
        try timeBank.admitClaim(_claim("task two", event_, otherOut)) {
            assert(false);
        } catch {}
    }

    function check_check_out_of_one_claim_is_no_check_in_of_another(bytes32 event_, bytes32 in_, bytes32 out) external {
        _accept("task one");
        _accept("task two");
        timeBank.admitClaim(_claim("task one", in_, event_));
        try timeBank.admitClaim(_claim("task two", event_, out)) {
            assert(false);
        } catch {}
    }

    /// @dev That the refusals above are not for some other reason.
    function check_other_events_are_free(bytes32 a, bytes32 b, bytes32 c, bytes32 d) external {
        if (a == b || a == c || a == d || b == c || b == d || c == d) return;
        _accept("task one");
        _accept("task two");
        timeBank.admitClaim(_claim("task one", a, b));
        try timeBank.admitClaim(_claim("task two", c, d)) {}
        catch {
            assert(false);
        }
    }

    // PARTS

    function _donate(bytes32 line, uint32 purpose, uint64 amountFen) private {
        funds.attestDonations(FUND, BANK, _donation(line, purpose, amountFen), _direct());
    }

    function _donation(bytes32 line, uint32 purpose, uint64 amountFen)
        private
        pure
        returns (IFunds.Donation[] memory donations)
    {
        donations = new IFunds.Donation[](1);
        donations[0] = IFunds.Donation(line, purpose, amountFen, "donor");
    }

    function _accept(bytes16 task) private {
        timeBank.openTask(task, FUND, 1, 600, "who", uint48(block.timestamp + 1 days), _direct());
        volunteer.take(timeBank, task, _direct());
    }

    function _claim(bytes16 task, bytes32 checkIn, bytes32 checkOut) private pure returns (ITimeBank.Claim memory) {
        ITimeBank.Leaf memory leafIn = ITimeBank.Leaf(checkIn, 0, new bytes32[](0));
        ITimeBank.Leaf memory leafOut = ITimeBank.Leaf(checkOut, 1, new bytes32[](0));
        return ITimeBank.Claim(task, 60, ITimeBank.AssuranceLevel.A3, "rules", 2, leafIn, leafOut);
    }

    function _direct() private pure returns (IIntents.Authorization memory) {
        return IIntents.Authorization({nonce: 0, deadline: 0, signature: ""});
    }
}
