// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Offices: who holds an office signs what it does, and anyone carries it here
/// @notice Each office that a person holds has an account, which has its roles at the authority for good. A key acts for
/// the office while it has the role of a holder, which an ADMIN grants and takes away by acts that wait. It signs an act that
/// holds at once, or a change that is announced; once that has waited anybody carries it out.
/// @dev Accounts are created once, with the contract. Other contracts see the account as the caller and know no keys. A key
/// need not be a member's, and may be a wallet's, a P-256 key or a passkey, as for {IMembers}, which verifies it and keeps its
/// nonces; it calls a signature back by {IMembers-cancelIntent}. The processes that anchor and verify have no account: their
/// keys act themselves.
/// What is not protected: that a holder read what was signed. What waits, others can stop; what holds at once only adds
/// something empty, or stops something.
interface IOffices is IIntents {
    /// @notice The offices that a person holds, by their roles at the authority.
    enum Office {
        ADMIN,
        REGISTRAR,
        STEWARD,
        GUARDIAN,
        DEVICE_REGISTRAR
    }

    /// @notice A holder acted for an office. What came of it, the events after this one say.
    /// @param office For which office.
    /// @param key Key of the holder.
    /// @param target Contract that is called, now or when the change has waited.
    /// @param selector Function that is called.
    event ActedForOffice(Office indexed office, address indexed key, address indexed target, bytes4 selector);

    /// @notice The key holds no such office.
    error OfficeNotHeld(Office office, address key);

    /// @notice The office may do this only by a change that waits.
    error OfficeActWaits(Office office, address target, bytes4 selector);

    /// @notice The office has no such act.
    error OfficeActOutside(Office office, address target, bytes4 selector);

    /// @notice The office has no such change that waits or is due.
    error OfficeChangeNotWaiting(Office office, bytes32 operationId);

    /// @notice Does an act of an office that holds at once: routine, or a stop.
    /// @param office Office for which the key acts.
    /// @param target Contract that is called.
    /// @param data Function and arguments.
    /// @custom:act ActForOffice
    /// @custom:message ActOnCall(string action,uint8 office,address target,bytes data,uint256 nonce,uint48 deadline)
    /// @custom:action 以职务办理 Act for an office
    /// @custom:notice-zh 以所任职务办一件马上生效的事：日常事务，或者叫停。账上写明是哪把密钥办的。
    /// @custom:by holder of office
    /// @custom:field office choice
    /// @custom:field target key
    /// @custom:field data call
    /// @custom:field authorization authorization
    /// @custom:emits ActedForOffice
    /// @custom:undo none
    function actForOffice(Office office, address target, bytes calldata data, Authorization calldata authorization)
        external;

    /// @notice Announces a change for an office: everybody sees it, and it can be stopped until its time has come.
    /// @dev It is due as early as may be, and carried out by whoever asks for it ({runForOffice}).
    /// @param office Office for which the key acts.
    /// @param target Contract that is called when the change has waited.
    /// @param data Function and arguments.
    /// @custom:act ScheduleForOffice
    /// @custom:message ActOnCall(string action,uint8 office,address target,bytes data,uint256 nonce,uint48 deadline)
    /// @custom:action 以职务公示改动 Announce a change for an office
    /// @custom:notice-zh 以所任职务公示一项改动：等待期里人人看得见，资金守护和有关的管委会可以叫停。
    /// @custom:by holder of office
    /// @custom:field office choice
    /// @custom:field target key
    /// @custom:field data call
    /// @custom:field authorization authorization
    /// @custom:emits ActedForOffice ChangeScheduled
    /// @custom:undo CancelForOffice
    function scheduleForOffice(Office office, address target, bytes calldata data, Authorization calldata authorization)
        external;

    /// @notice Calls off a change that the office announced itself.
    /// @dev At once. Changes of other offices the guardian stops ({IAuthority-stop}).
    /// @param office Office for which the key acts.
    /// @param target Contract that would have been called.
    /// @param data Function and arguments.
    /// @custom:act CancelForOffice
    /// @custom:message ActOnCall(string action,uint8 office,address target,bytes data,uint256 nonce,uint48 deadline)
    /// @custom:action 以职务撤下改动 Call off a change for an office
    /// @custom:notice-zh 以所任职务撤下本职务自己公示的一项改动：它不会生效。改由谁任职的撤不下，只能由资金守护或管委会叫停。
    /// @custom:by holder of office
    /// @custom:field office choice
    /// @custom:field target key
    /// @custom:field data call
    /// @custom:field authorization authorization
    /// @custom:emits ActedForOffice ChangeCancelled
    /// @custom:undo ScheduleForOffice
    function cancelForOffice(Office office, address target, bytes calldata data, Authorization calldata authorization)
        external;

    /// @notice Carries out a change of an office that has waited.
    /// @dev By anybody, so that no change hangs on whoever announced it; who wants to call it off does so before.
    /// What need not wait nobody carries out here: it was never scheduled.
    /// @param office Office that announced it.
    /// @param target Contract that is called.
    /// @param data Function and arguments.
    /// @custom:act RunForOffice
    /// @custom:action 执行到期的改动 Carry out a change that is due
    /// @custom:notice-zh 一项改动公示期满、没有被叫停，就让它生效。谁都可以来办。
    /// @custom:by anyone
    /// @custom:field office choice
    /// @custom:field target key
    /// @custom:field data call
    /// @custom:emits ChangeExecuted
    /// @custom:undo none
    function runForOffice(Office office, address target, bytes calldata data) external;

    /// @notice The account that has the roles of an office at the authority.
    function accountOf(Office office) external view returns (address);
}
