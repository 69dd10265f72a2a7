// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Delegations: a service desk acts for a person who has no phone at hand
/// @notice A person lets the clerks of a fund do acts of one area, some a day, until a date. The registrar records it with a
/// commitment to the person's consent, on paper or recorded, which names a guardian: kin or a neighbour. It works only after a
/// week, and is ended at any time, that week included, by the person's own key or a guardian ({IMembers-refuseKey}), or by the
/// registrar ({IMembers-endKey}). What a clerk did about a redemption or a lot, the same member does not decide.
/// @dev A delegation is a key of the person, of the kind DESK, that a contract holds: other contracts see it as the caller
/// and know nothing of desks. Each act leaves both traces, the person's and the clerk's. What a registrar and a clerk can do
/// together is bounded by area and daily limit, and stands in the open for a week before the first act.
/// What is not protected: that the person meant what the clerk does. Whoever disagrees ends the delegation, and takes back
/// the act as one of the person's own.
interface IDelegations is IIntents {
    /// @notice What a delegation is for.
    enum Area {
        NONE,
        HOURS,
        WORK,
        OBJECTIONS
    }

    /// @notice The desk of a fund may act for a person from a moment on.
    /// @param delegation Random id.
    /// @param person Member for whom it acts.
    /// @param fund Fund whose clerks may act.
    /// @param account Key of the person that the delegation holds.
    /// @param area What it is for.
    /// @param dailyLimit How many acts a day, over all delegations of the person.
    /// @param validFrom First second at which it works, seconds since 1970.
    /// @param validUntil First second at which it is over, seconds since 1970.
    /// @param guardian Member who may end it as the person may.
    /// @param consent Commitment to the person's consent.
    event DelegationOpened(
        bytes16 indexed delegation,
        bytes16 indexed person,
        uint16 indexed fund,
        address account,
        Area area,
        uint8 dailyLimit,
        uint40 validFrom,
        uint40 validUntil,
        bytes16 guardian,
        bytes32 consent
    );

    /// @notice A clerk did an act for a person. What came of it, the events after this one say.
    /// @param delegation By which delegation.
    /// @param person For whom.
    /// @param clerk Member who signed.
    /// @param target Contract that was called.
    /// @param selector Function that was called.
    /// @param thing Redemption or lot that it is about, which the clerk does not decide about; zero for an objection.
    /// @param number Which act of the day for this person, from 1.
    event ActedForPerson(
        bytes16 indexed delegation,
        bytes16 indexed person,
        bytes16 indexed clerk,
        address target,
        bytes4 selector,
        bytes16 thing,
        uint8 number
    );

    /// @notice The delegation id is zero or taken.
    error DelegationExists(bytes16 delegation);

    /// @notice There is no such delegation.
    error DelegationUnknown(bytes16 delegation);

    /// @notice A desk acts for persons, and this member is none.
    error DelegationPersonInvalid(bytes16 member);

    /// @notice A delegation is for an area.
    error DelegationAreaMissing(bytes16 delegation);

    /// @notice The number of acts a day is none, or too many.
    error DelegationLimitInvalid(uint8 dailyLimit, uint8 max);

    /// @notice The end is before the delegation would work, or too late; seconds since 1970.
    error DelegationTermInvalid(uint40 validUntil, uint40 earliest, uint40 latest);

    /// @notice Nobody said that the person agreed.
    error DelegationConsentMissing(bytes16 delegation);

    /// @notice The delegation does not work yet, is over, or was ended; seconds since 1970.
    error DelegationNotInForce(bytes16 delegation, uint40 validFrom, uint40 endsAt);

    /// @notice The act is none that the delegation is for, or of a contract that is no module of the ledger.
    error DelegationActOutside(bytes16 delegation, address target, bytes4 selector);

    /// @notice What is called has more or fewer bytes than the act, without its authorization.
    error DelegationDataInvalid(bytes16 delegation, uint256 needed, uint256 got);

    /// @notice The acts of the day are used up.
    error DelegationSpent(bytes16 delegation, uint8 dailyLimit);

    /// @notice Nobody is the own clerk.
    error DelegationOwnClerk(bytes16 delegation, bytes16 clerk);

    /// @notice Who is named to end the delegation does not act by it.
    error DelegationGuardianActs(bytes16 delegation, bytes16 clerk);

    /// @notice The hours would go to the clerk who acts.
    error DelegationClerkGains(bytes16 delegation, bytes16 clerk);

    /// @notice Lets the clerks of a fund act for a person, after a week.
    /// @param delegation Random id, not zero, not taken.
    /// @param person Member for whom they act.
    /// @param fund Fund whose clerks may act.
    /// @param area What it is for.
    /// @param dailyLimit How many acts a day, over all delegations of the person; at most MAX_DAILY.
    /// @param validUntil First second at which it is over, seconds since 1970; at most MAX_SECONDS from now.
    /// @param guardian Member who may end it as the person may: kin or a neighbour with a key, whom the paper names. Not a clerk
    /// who acts by it.
    /// @param consent Commitment to what the person signed on paper or said in a recording, the guardian's name included.
    /// @custom:act OpenDelegation
    /// @custom:action 登记代办委托 Let a desk act for a person
    /// @custom:notice-zh 登记一位成员的委托：服务台可以替他办一类事，每天有次数，到某一天为止。一周后才能用；本人、纸上写明的守护人和登记处随时可以叫停。
    /// @custom:by registrar
    /// @custom:field delegation new-id
    /// @custom:field person member
    /// @custom:field fund fund
    /// @custom:field area choice
    /// @custom:field dailyLimit number
    /// @custom:field validUntil date
    /// @custom:field guardian member
    /// @custom:field consent commitment
    /// @custom:emits KeyAdded DelegationOpened
    /// @custom:undo EndKey
    function openDelegation(
        bytes16 delegation,
        bytes16 person,
        uint16 fund,
        Area area,
        uint8 dailyLimit,
        uint40 validUntil,
        bytes16 guardian,
        bytes32 consent
    ) external;

    /// @notice Does an act for a person, as a clerk of the fund that was chosen.
    /// @param delegation By which delegation.
    /// @param target Contract that is called.
    /// @param data Function and arguments, without the authorization at their end.
    /// @custom:act ActForPerson
    /// @custom:message ActForPerson(string action,bytes16 delegation,address target,bytes data,uint256 nonce,uint48 deadline)
    /// @custom:action 替人办理 Act for a person
    /// @custom:notice-zh 服务台按委托替一位成员办一件事；账上写明是谁办的、替谁办的。
    /// @custom:by clerk of delegation
    /// @custom:field delegation id
    /// @custom:field target key
    /// @custom:field data call
    /// @custom:field authorization authorization
    /// @custom:emits ActedForPerson
    /// @custom:undo none
    function actForPerson(
        bytes16 delegation,
        address target,
        bytes calldata data,
        Authorization calldata authorization
    ) external;

    /// @notice How long a delegation waits before it works, in seconds: a week, in which whoever looks in on the person once a
    /// week hears of it.
    function COOL_OFF() external view returns (uint40);

    /// @notice How long a delegation goes at most, in seconds: a year, after which the person is asked anew.
    function MAX_SECONDS() external view returns (uint40);

    /// @notice How many acts a day a delegation may be for: as many as a person who goes to a desk has at once.
    function MAX_DAILY() external view returns (uint8);

    /// @notice How many words the arguments of an act have that a delegation of an area is for, its authorization aside; 0 of
    /// any other act.
    function argumentWords(Area area, bytes4 selector) external pure returns (uint256);

    /// @notice What a delegation says; zeros if unknown. Since when and until when it works, its key says.
    function delegationRecord(bytes16 delegation)
        external
        view
        returns (bytes16 person, uint16 fund, Area area, uint8 dailyLimit, address account);

    /// @notice How many acts desks did for a person on the last day that they did any; days since 1970 in China.
    function actsOf(bytes16 person) external view returns (uint32 day, uint8 count);
}
