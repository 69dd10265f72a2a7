// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Authority} from "./Authority.sol";
import {ForwardingAccount} from "./ForwardingAccount.sol";
import {Intents} from "./Intents.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IOffices} from "./interfaces/IOffices.sol";
import {Roles} from "./libraries/Roles.sol";

/// @dev See {IOffices}.
contract Offices is IOffices, Intents {
    bytes32 private constant ACT_ON_CALL_TYPEHASH = keccak256(
        "ActOnCall(string action,uint8 office,address target,bytes data,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ACT_ACTION = keccak256(unicode"以职务办理 Act for an office");
    bytes32 private constant SCHEDULE_ACTION = keccak256(unicode"以职务公示改动 Announce a change for an office");
    bytes32 private constant CANCEL_ACTION = keccak256(unicode"以职务撤下改动 Call off a change for an office");

    Authority private immutable AUTHORITY;

    mapping(Office office => address) public accountOf;

    constructor(Authority authority, IMembers members) Intents("Gongji Offices", members) {
        AUTHORITY = authority;
        for (uint256 i = 0; i <= uint256(type(Office).max); i++) {
            accountOf[Office(i)] = address(new ForwardingAccount());
        }
    }

    function actForOffice(Office office, address target, bytes calldata data, Authorization calldata authorization)
        external
    {
        address account = _authorise(ACT_ACTION, office, target, data, authorization);
        _requireAtOnce(office, account, target, bytes4(data));
        ForwardingAccount(account).forward(target, data);
    }

    function scheduleForOffice(
        Office office,
        address target,
        bytes calldata data,
        Authorization calldata authorization
    ) external {
        address account = _authorise(SCHEDULE_ACTION, office, target, data, authorization);
        _forward(account, abi.encodeCall(AUTHORITY.schedule, (target, data, 0)));
    }

    function cancelForOffice(Office office, address target, bytes calldata data, Authorization calldata authorization)
        external
    {
        address account = _authorise(CANCEL_ACTION, office, target, data, authorization);
        _forward(account, abi.encodeCall(AUTHORITY.cancel, (account, target, data)));
    }

    /// @dev The authority would carry out at once what need not wait, whoever asks here.
    function runForOffice(Office office, address target, bytes calldata data) external {
        address account = accountOf[office];
        bytes32 operationId = AUTHORITY.hashOperation(account, target, data);
        if (AUTHORITY.getSchedule(operationId) == 0) revert OfficeChangeNotWaiting(office, operationId);
        _forward(account, abi.encodeCall(AUTHORITY.execute, (target, data)));
    }

    /// @dev The account of an office for which the key that signed, or calls, may act.
    function _authorise(
        bytes32 action,
        Office office,
        address target,
        bytes calldata data,
        Authorization calldata authorization
    ) private returns (address) {
        bytes32 structHash = keccak256(
            abi.encode(
                ACT_ON_CALL_TYPEHASH,
                action,
                office,
                target,
                keccak256(data),
                authorization.nonce,
                authorization.deadline
            )
        );
        address key = _keyOf(structHash, authorization);
        (bool isHolder,) = AUTHORITY.hasRole(Roles.HOLDER | uint64(office), key);
        if (!isHolder) revert OfficeNotHeld(office, key);
        emit ActedForOffice(office, key, target, bytes4(data));
        return accountOf[office];
    }

    /// @dev An act of the office that does not wait. Of the authority's own functions only those that ask themselves who
    /// calls: the others would schedule, carry out or call off what was signed as done.
    function _requireAtOnce(Office office, address account, address target, bytes4 selector) private view {
        bool isOwn = selector == IAuthority.stop.selector || selector == IAuthority.endFounding.selector;
        if (target == address(AUTHORITY) && isOwn) return;
        (bool isImmediate, uint32 delay) = AUTHORITY.canCall(account, target, selector);
        if (isImmediate && target != address(AUTHORITY)) return;
        if (delay != 0) revert OfficeActWaits(office, target, selector);
        revert OfficeActOutside(office, target, selector);
    }

    function _forward(address account, bytes memory data) private {
        ForwardingAccount(account).forward(address(AUTHORITY), data);
    }
}
