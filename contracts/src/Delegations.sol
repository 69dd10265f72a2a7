// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ForwardingAccount} from "./ForwardingAccount.sol";
import {Intents} from "./Intents.sol";
import {IDelegations} from "./interfaces/IDelegations.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {DeskActs} from "./libraries/DeskActs.sol";

/// @dev See {IDelegations}.
contract Delegations is IDelegations, Intents, AccessManaged {
    /// @dev Two words.
    struct Delegation {
        bytes16 person;
        uint16 fund;
        Area area;
        uint8 dailyLimit;
        address account;
    }

    /// @dev One word.
    struct Acts {
        uint32 day;
        uint8 count;
    }

    uint40 public constant COOL_OFF = 7 days;
    uint40 public constant MAX_SECONDS = 365 days;
    uint8 public constant MAX_DAILY = 5;
    /// @dev China has no summer time: a day at the desk begins at the same second all year.
    uint256 private constant CHINA_AHEAD = 8 hours;

    bytes32 private constant ACT_FOR_PERSON_TYPEHASH = keccak256(
        "ActForPerson(string action,bytes16 delegation,address target,bytes data,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ACT_FOR_PERSON_ACTION = keccak256(unicode"替人办理 Act for a person");

    ILedger private immutable LEDGER;
    address private immutable ACCOUNT;

    mapping(bytes16 delegation => Delegation) public delegationRecord;
    mapping(bytes16 person => Acts) public actsOf;

    constructor(address authority, ILedger ledger, IMembers members)
        Intents("Gongji Delegations", members)
        AccessManaged(authority)
    {
        LEDGER = ledger;
        ACCOUNT = address(new ForwardingAccount());
    }

    function openDelegation(
        bytes16 delegation,
        bytes16 person,
        uint16 fund,
        Area area,
        uint8 dailyLimit,
        uint40 validUntil,
        bytes16 guardian,
        bytes32 consent
    ) external restricted {
        if (delegation == 0 || delegationRecord[delegation].person != 0) revert DelegationExists(delegation);
        if (MEMBERS.kindOf(person) != IMembers.MemberKind.PERSON) revert DelegationPersonInvalid(person);
        if (area == Area.NONE) revert DelegationAreaMissing(delegation);
        if (dailyLimit == 0 || dailyLimit > MAX_DAILY) revert DelegationLimitInvalid(dailyLimit, MAX_DAILY);
        if (consent == 0) revert DelegationConsentMissing(delegation);
        uint40 validFrom = uint40(block.timestamp) + COOL_OFF;
        uint40 latest = uint40(block.timestamp) + MAX_SECONDS;
        if (validUntil <= validFrom || validUntil > latest) {
            revert DelegationTermInvalid(validUntil, validFrom + 1, latest);
        }
        address account = Clones.cloneDeterministic(ACCOUNT, delegation);
        delegationRecord[delegation] = Delegation(person, fund, area, dailyLimit, account);
        MEMBERS.addDeskKey(person, account, guardian, validFrom, validUntil);
        emit DelegationOpened(
            delegation, person, fund, account, area, dailyLimit, validFrom, validUntil, guardian, consent
        );
    }

    function actForPerson(
        bytes16 delegation,
        address target,
        bytes calldata data,
        Authorization calldata authorization
    ) external {
        Delegation memory record = delegationRecord[delegation];
        if (record.person == 0) revert DelegationUnknown(delegation);
        bytes32 structHash = _structHash(delegation, target, data, authorization);
        bytes16 clerk = _withRole(IMembers.Role.CLERK, record.fund, structHash, authorization);
        if (clerk == record.person) revert DelegationOwnClerk(delegation, clerk);
        if (clerk == MEMBERS.deskGuardianOf(record.account)) revert DelegationGuardianActs(delegation, clerk);
        _requireInForce(delegation, record.account);
        bytes4 selector = bytes4(data);
        uint256 words = DeskActs.argumentWords(record.area, selector);
        if (!LEDGER.isModule(target) || words == 0) revert DelegationActOutside(delegation, target, selector);
        if (data.length != 4 + 32 * words) revert DelegationDataInvalid(delegation, 4 + 32 * words, data.length);
        if (DeskActs.gainer(target, data) == clerk) revert DelegationClerkGains(delegation, clerk);
        bytes16 thing = DeskActs.thing(record.area, data);
        emit ActedForPerson(delegation, record.person, clerk, target, selector, thing, _spend(delegation, record));
        if (thing != 0) MEMBERS.noteDeskAct(thing, clerk);
        ForwardingAccount(record.account).forward(target, DeskActs.direct(data));
    }

    function argumentWords(Area area, bytes4 selector) external pure returns (uint256) {
        return DeskActs.argumentWords(area, selector);
    }

    function _requireInForce(bytes16 delegation, address account) private view {
        IMembers.Key memory key = MEMBERS.keyRecord(account);
        if (block.timestamp < key.validFrom || block.timestamp >= key.endsAt) {
            revert DelegationNotInForce(delegation, key.validFrom, key.endsAt);
        }
    }

    /// @dev Counts by person, so that a second delegation gives no second day.
    function _spend(bytes16 delegation, Delegation memory record) private returns (uint8 number) {
        uint32 day = uint32((block.timestamp + CHINA_AHEAD) / 1 days);
        Acts memory acts = actsOf[record.person];
        number = acts.day == day ? acts.count + 1 : 1;
        if (number > record.dailyLimit) revert DelegationSpent(delegation, record.dailyLimit);
        actsOf[record.person] = Acts({day: day, count: number});
    }

    function _structHash(bytes16 delegation, address target, bytes calldata data, Authorization calldata authorization)
        private
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                ACT_FOR_PERSON_TYPEHASH,
                ACT_FOR_PERSON_ACTION,
                delegation,
                target,
                keccak256(data),
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}
