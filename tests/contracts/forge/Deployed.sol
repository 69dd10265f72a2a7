// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IBankCharges} from "../../../contracts/src/interfaces/IBankCharges.sol";
import {IBudgets} from "../../../contracts/src/interfaces/IBudgets.sol";
import {ICampaigns} from "../../../contracts/src/interfaces/ICampaigns.sol";
import {ICommittees} from "../../../contracts/src/interfaces/ICommittees.sol";
import {ICooperative} from "../../../contracts/src/interfaces/ICooperative.sol";
import {IDelegations} from "../../../contracts/src/interfaces/IDelegations.sol";
import {IDisbursements} from "../../../contracts/src/interfaces/IDisbursements.sol";
import {IDonations} from "../../../contracts/src/interfaces/IDonations.sol";
import {IEnterprises} from "../../../contracts/src/interfaces/IEnterprises.sol";
import {IEventLog} from "../../../contracts/src/interfaces/IEventLog.sol";
import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {IIntents} from "../../../contracts/src/interfaces/IIntents.sol";
import {ILedger} from "../../../contracts/src/interfaces/ILedger.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {IOffices} from "../../../contracts/src/interfaces/IOffices.sol";
import {IPartPayments} from "../../../contracts/src/interfaces/IPartPayments.sol";
import {IRedemptions} from "../../../contracts/src/interfaces/IRedemptions.sol";
import {IRounds} from "../../../contracts/src/interfaces/IRounds.sol";
import {ITimeBank} from "../../../contracts/src/interfaces/ITimeBank.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {VM, check} from "./Vm.sol";

/// @dev The committed code of all contracts, deployed. The test is the authority's only admin, and every restricted
/// function that has no role is the admin's; who holds which role in a town is tested elsewhere. Members act by
/// direct calls.
abstract contract Deployed {
    uint48 internal constant FAR = type(uint48).max;
    uint64 internal constant ALL_KINDS = type(uint64).max;
    uint64 internal constant DESK_ROLE = 8;
    uint256 internal constant START = 1_750_000_000;

    ILedger internal ledger;
    IMembers internal members;
    IFunds internal funds;
    IDonations internal giving;
    IBankCharges internal charges;
    ICampaigns internal campaigns;
    IOffices internal offices;
    ICommittees internal committees;
    IBudgets internal budgets;
    IRounds internal rounds;
    IDisbursements internal disbursements;
    IEventLog internal eventLog;
    ITimeBank internal timeBank;
    IRedemptions internal redeeming;
    IEnterprises internal enterprises;
    ICooperative internal cooperative;
    IDelegations internal delegations;
    IPartPayments internal parts;

    function deployAll() internal {
        VM.warp(START);
        address authority = create("Authority", abi.encode(address(this)));
        // Keys here are wallets': they need no verifiers.
        members = IMembers(create("Members", abi.encode(authority, address(0), address(0))));
        ledger = ILedger(create("Ledger", abi.encode(authority)));
        funds = IFunds(create("Funds", abi.encode(authority, ledger, members)));
        giving = IDonations(create("Donations", abi.encode(ledger, members, funds)));
        charges = IBankCharges(create("BankCharges", abi.encode(ledger, members, funds)));
        campaigns = ICampaigns(create("Campaigns", abi.encode(authority, ledger, members, funds, address(0))));
        offices = IOffices(create("Offices", abi.encode(authority, members)));
        committees = ICommittees(create("Committees", abi.encode(authority, members, funds, offices)));
        budgets = IBudgets(create("Budgets", abi.encode(authority, ledger)));
        address receipts = create("Receipts", abi.encode(authority));
        rounds = IRounds(create("Rounds", abi.encode(ledger, members, funds, committees, receipts)));
        disbursements =
            IDisbursements(create("Disbursements", abi.encode(ledger, members, funds, budgets, rounds)));
        eventLog = IEventLog(create("EventLog", abi.encode(authority, ledger)));
        timeBank = ITimeBank(create("TimeBank", abi.encode(authority, ledger, members, eventLog, address(0))));
        redeeming = IRedemptions(create("Redemptions", abi.encode(ledger, members, funds, timeBank, address(0))));
        enterprises = IEnterprises(create("Enterprises", abi.encode(authority, ledger, members, funds)));
        cooperative =
            ICooperative(create("Cooperative", abi.encode(ledger, members, enterprises, address(0))));
        parts = IPartPayments(
            create("PartPayments", abi.encode(ledger, members, funds, budgets, rounds, enterprises))
        );
        delegations = IDelegations(create("Delegations", abi.encode(authority, ledger, members)));
        _letBringDeskKeys(IAccessManager(authority));
        ledger.admitModule(address(funds), ALL_KINDS);
        ledger.admitModule(address(giving), ALL_KINDS);
        ledger.admitModule(address(charges), ALL_KINDS);
        ledger.admitModule(address(campaigns), ALL_KINDS);
        ledger.admitModule(address(disbursements), ALL_KINDS);
        ledger.admitModule(address(timeBank), ALL_KINDS);
        ledger.admitModule(address(redeeming), ALL_KINDS);
        ledger.admitModule(address(enterprises), ALL_KINDS);
        ledger.admitModule(address(cooperative), ALL_KINDS);
        ledger.admitModule(address(parts), ALL_KINDS);
    }

    function _letBringDeskKeys(IAccessManager authority) private {
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (IMembers.addDeskKey.selector, IMembers.noteDeskAct.selector);
        authority.setTargetFunctionRole(address(members), selectors, DESK_ROLE);
        authority.grantRole(DESK_ROLE, address(delegations), 0);
    }

    function create(string memory name, bytes memory args) internal returns (address created) {
        string memory artifact = VM.readFile(string.concat("contracts/abi/", name, ".json"));
        bytes memory code = bytes.concat(VM.parseJsonBytes(artifact, ".bytecode"), args);
        assembly ("memory-safe") {
            created := create(0, add(code, 32), mload(code))
        }
        check(created != address(0), name);
    }

    /// @dev Registers a person in a household of the same number. The key is `keyOf` the number.
    function register(uint256 number) internal returns (bytes16 member) {
        member = memberOf(number);
        members.register(
            member, IMembers.MemberKind.PERSON, householdOf(number), keyOf(number), possessionOf(number, member)
        );
    }

    /// @dev That the key of a number is to be a member's.
    function possessionOf(uint256 number, bytes16 member) internal view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Gongji Members"),
                keccak256("1"),
                block.chainid,
                members
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256("HoldKey(string action,bytes16 member)"),
                keccak256(unicode"我持有这把密钥 I hold this key"),
                member
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            VM.sign(0x3000 + number, keccak256(abi.encodePacked(hex"1901", domain, message)));
        return abi.encodePacked(r, s, v);
    }

    function memberOf(uint256 number) internal pure returns (bytes16) {
        return bytes16(uint128(0x1000 + number));
    }

    function householdOf(uint256 number) internal pure returns (bytes16) {
        return bytes16(uint128(0x2000 + number));
    }

    function keyOf(uint256 number) internal pure returns (address) {
        return VM.addr(0x3000 + number);
    }

    function line(uint256 number) internal pure returns (bytes32) {
        return keccak256(abi.encode("line", number));
    }

    function direct() internal pure returns (IIntents.Authorization memory) {
        return IIntents.Authorization({nonce: 0, deadline: 0, signature: ""});
    }

    function balance(uint8 kind, uint256 owner) internal view returns (int64) {
        return ledger.balanceOf(Accounts.id(kind, owner));
    }

    function balanceOfMember(uint8 kind, bytes16 owner) internal view returns (int64) {
        return ledger.balanceOf(Accounts.id(kind, owner));
    }
}
