// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDonations} from "../../../contracts/src/interfaces/IDonations.sol";
import {IEventLog} from "../../../contracts/src/interfaces/IEventLog.sol";
import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {IIntents} from "../../../contracts/src/interfaces/IIntents.sol";
import {ILedger} from "../../../contracts/src/interfaces/ILedger.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {BankLineUses} from "../../../contracts/src/libraries/BankLineUses.sol";
import {AlwaysAllowed} from "./AlwaysAllowed.sol";
import {VM, create} from "./Committed.sol";

/// @dev What happens once only, for all bank lines, events and amounts at once. This contract is treasurer and
/// a module, by direct calls.
contract OnceOnlyProof is AlwaysAllowed {
    bytes16 private constant ME = "treasurer";
    uint16 private constant FUND = 1;
    uint32 private constant BANK = 1;
    uint32 private constant PURPOSE = 0x10001;

    ILedger private ledger;
    IMembers private members;
    IFunds private funds;
    IDonations private giving;
    IEventLog private eventLog;

    function setUp() public {
        ledger = ILedger(create("Ledger", abi.encode(this)));
        members = IMembers(create("Members", abi.encode(this, address(0), address(0))));
        funds = IFunds(create("Funds", abi.encode(this, ledger, members)));
        giving = IDonations(create("Donations", abi.encode(ledger, members, funds)));
        eventLog = IEventLog(create("EventLog", abi.encode(this, ledger)));
        ledger.admitModule(address(funds), type(uint64).max);
        ledger.admitModule(address(giving), type(uint64).max);
        ledger.admitModule(address(this), type(uint64).max);
        _become(ME);
        members.grantRole(ME, IMembers.Role.TREASURER, FUND, type(uint48).max);
        funds.openBankAccount(BANK);
        funds.openFund(FUND, 0, IFunds.Level.COMMUNITY, BANK);
        funds.openPurpose(PURPOSE);
        _donate("first", PURPOSE, 1);
    }

    // BANK LINES

    function check_line_of_a_donation_is_no_second_donation(bytes32 line, uint32 first, uint32 second) external {
        _donate(line, PURPOSE, first);
        try giving.attestDonations(FUND, BANK, _donation(line, PURPOSE, second), _direct()) {
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
        try giving.attestDonations(FUND, BANK, _donation(line, PURPOSE, amountFen), _direct()) {
            assert(false);
        } catch {}
    }

    function check_gift_goes_back_once_and_for_its_own_campaign(bytes32 line, uint32 campaign, uint32 other) external {
        if (line == 0 || line == "first" || line == "back") return;
        IFunds.Entry[] memory gifts = new IFunds.Entry[](1);
        gifts[0] = IFunds.Entry(line, 1, BankLineUses.ofGift(campaign, 7, 1));
        funds.recordGifts(FUND, BANK, gifts, address(this));
        if (other != campaign) _requireNotOwed(line, other);
        funds.returnGift(line, "back", FUND, BankLineUses.ofGift(campaign, 0, 0), address(this));
        _requireNotOwed(line, campaign);
    }

    function _requireNotOwed(bytes32 line, uint32 campaign) private {
        try funds.returnGift(line, "elsewhere", FUND, BankLineUses.ofGift(campaign, 0, 0), address(this)) {
            assert(false);
        } catch {}
    }

    /// @dev That the refusals above are not for some other reason.
    function check_another_line_is_free(bytes32 line, bytes32 other, uint32 amountFen) external {
        if (line == 0 || other == 0 || line == other || amountFen == 0 || line == "first" || other == "first") return;
        _donate(line, PURPOSE, amountFen);
        try giving.attestDonations(FUND, BANK, _donation(other, PURPOSE, amountFen), _direct()) {}
        catch {
            assert(false);
        }
    }

    // EVENTS

    /// @dev In a log of one event, whose root is the event: no solver has SHA-256, so that larger logs are forge's to fuzz.
    function check_event_is_no_pair_with_itself(bytes32 checkIn) external {
        if (checkIn == 0) return;
        eventLog.anchor(1, checkIn, "rules", new bytes32[](0));
        IEventLog.Leaf memory leaf;
        leaf.leafHash = checkIn;
        // That the refusal is not for some other reason.
        assert(eventLog.includes(1, checkIn, 0, leaf.path) && !eventLog.isUsed(0));
        try eventLog.use(1, leaf, leaf) {
            assert(false);
        } catch {}
    }

    // PARTS

    /// @dev Writes this contract into Members as the key of a person: a contract has no key with which it could prove that it
    /// holds one. The slots are those of `contracts/abi/Members.json`; with others nothing could be donated.
    function _become(bytes16 member) private {
        VM.store(address(members), keccak256(abi.encode(member, uint256(4))), bytes32(uint256(1)));
        VM.store(address(members), keccak256(abi.encode(address(this), uint256(5))), bytes32(uint256(uint128(member))));
    }

    function _donate(bytes32 line, uint32 purpose, uint64 amountFen) private {
        giving.attestDonations(FUND, BANK, _donation(line, purpose, amountFen), _direct());
    }

    function _donation(bytes32 line, uint32 purpose, uint64 amountFen)
        private
        pure
        returns (IFunds.Donation[] memory donations)
    {
        donations = new IFunds.Donation[](1);
        donations[0] = IFunds.Donation(line, purpose, amountFen, "donor");
    }

    function _direct() private pure returns (IIntents.Authorization memory) {
        return IIntents.Authorization({nonce: 0, deadline: 0, signature: ""});
    }
}
