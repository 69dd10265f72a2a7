// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Vetoes: a committee stops a change that concerns its fund
/// @notice While a change waits in public, the members of the committees that it concerns may vote against it. Once more
/// than half of all seats of one committee are against it, it is stopped for good.
/// @dev A change that names a fund, directly or by a committee, a budget line's purpose, a campaign's pot or a role in it,
/// concerns the committees in force of that fund and of the funds above it; a key, the household or the restored membership of a
/// member, the committees where that member sits. Every change, those among them, and all others (offices, modules, the guardian) concern the committees of funds
/// without a fund above. A veto stops, and never decides: what is proposed anew is voted on anew.
/// Whoever a key is added for stops that alone. Seats count that are in force at the vote. Seats change by changes that wait as long as what is voted on.
interface IVetoes is IIntents {
    /// @notice A member of a committee voted against a change, or took that back.
    /// @param operationId Id of the change.
    /// @param operationNonce How often it was scheduled, from 1.
    /// @param committee Committee of the member.
    /// @param seat Number of the seat, from 0.
    /// @param member Who voted.
    /// @param against Whether the seat is now against the change.
    /// @param votes Seats of the committee against it, now: without those whose member holds the seat no more.
    event VetoCast(
        bytes32 indexed operationId,
        uint32 indexed operationNonce,
        uint32 indexed committee,
        uint8 seat,
        bytes16 member,
        bool against,
        uint8 votes
    );

    /// @notice A member stopped the change by which a key was to be added for the member.
    /// @param operationId Id of the change.
    /// @param operationNonce How often it was scheduled, from 1.
    /// @param member Whose key it would have been.
    event AddedKeyRefused(bytes32 indexed operationId, uint32 indexed operationNonce, bytes16 indexed member);

    /// @notice The change adds no key for the member who signed.
    error VetoNotOwnKey(bytes32 operationId, bytes16 member);

    /// @notice No change of this id waits, or it was scheduled anew since.
    error VetoChangeNotWaiting(bytes32 operationId, uint32 operationNonce);

    /// @notice The change does not concern this committee.
    error VetoCommitteeNotConcerned(bytes32 operationId, uint32 committee);

    /// @notice A supervisor has no vote.
    error VetoSupervisorHasNoVote(bytes32 operationId, bytes16 member);

    /// @notice The seat is against the change already, or was not.
    error VetoUnchanged(bytes32 operationId, uint8 seat);

    /// @notice Votes against a change that waits, as a member of a committee that it concerns.
    /// @dev The vote that makes them more than half of all seats stops the change. A vote counts while the member who cast it
    /// holds the seat, as an agreement to a handover does: whoever sits there now says what the committee thinks now. Whoever
    /// would empty seats to be rid of votes needs a change that waits as long, and is voted on as well. A seat that
    /// was filled after the announcement may vote against, while it may not agree: a veto leaves all as it is. Where a vote counts
    /// again, since the same member has the seat again, the next vote that is cast stops the change.
    /// @param operationId Id of the change.
    /// @param operationNonce How often it was scheduled, from 1.
    /// @param committee Committee in which the member sits.
    /// @custom:act VetoChange
    /// @custom:message ActOnChange(string action,bytes32 operationId,uint32 operationNonce,uint32 committee,uint256 nonce,uint48 deadline)
    /// @custom:action 反对改动 Vote against a change
    /// @custom:notice-zh 对一项正在公示的改动投反对票；全体席位过半数反对，它就不会生效。
    /// @custom:by seat of committee
    /// @custom:field operationId id
    /// @custom:field operationNonce number
    /// @custom:field committee id
    /// @custom:field authorization authorization
    /// @custom:emits VetoCast ChangeCancelled
    /// @custom:undo RetractVeto
    function vetoChange(
        bytes32 operationId,
        uint32 operationNonce,
        uint32 committee,
        Authorization calldata authorization
    ) external;

    /// @notice Takes an own vote against a change back, while it waits.
    /// @param operationId Id of the change.
    /// @param operationNonce How often it was scheduled, from 1.
    /// @param committee Committee in which the member sits.
    /// @custom:act RetractVeto
    /// @custom:message ActOnChange(string action,bytes32 operationId,uint32 operationNonce,uint32 committee,uint256 nonce,uint48 deadline)
    /// @custom:action 撤回反对票 Take back a vote against a change
    /// @custom:notice-zh 收回自己对一项改动投的反对票。
    /// @custom:by seat of committee
    /// @custom:field operationId id
    /// @custom:field operationNonce number
    /// @custom:field committee id
    /// @custom:field authorization authorization
    /// @custom:emits VetoCast
    /// @custom:undo VetoChange
    function retractVeto(
        bytes32 operationId,
        uint32 operationNonce,
        uint32 committee,
        Authorization calldata authorization
    ) external;

    /// @notice Stops a change that would add a key for the own member, while it waits in public.
    /// @dev By a key in force, or for 15 days after its end ({IMembers-objectorKey}): a registrar who ends somebody's key and
    /// brings another one is stopped by whoever has the ended one. A thief who has it holds the new key up for as long.
    /// @param operationId Id of the change.
    /// @param operationNonce How often it was scheduled, from 1.
    /// @custom:act RefuseAddedKey
    /// @custom:message RefuseAddedKey(string action,bytes32 operationId,uint32 operationNonce,uint256 nonce,uint48 deadline)
    /// @custom:action 拒绝公示中的密钥 Refuse a key that waits in public
    /// @custom:notice-zh 叫停给自己名下添加一把密钥的改动。刚被注销的密钥在十五天内也可以用来拒绝。
    /// @custom:by member
    /// @custom:field operationId id
    /// @custom:field operationNonce number
    /// @custom:field authorization authorization
    /// @custom:emits AddedKeyRefused ChangeCancelled
    /// @custom:undo none
    function refuseAddedKey(bytes32 operationId, uint32 operationNonce, Authorization calldata authorization) external;

    /// @notice Whether a committee may stop a change that waits or is due.
    function concerns(bytes32 operationId, uint32 committee) external view returns (bool);

    /// @notice Seats of a committee that are against a change, one bit per seat: those that the member still holds who voted.
    function vetoesOf(bytes32 operationId, uint32 operationNonce, uint32 committee) external view returns (uint16);
}
