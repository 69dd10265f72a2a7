// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Authority: who holds which office, and how long changes wait in public before they hold
/// @notice An office's routine acts at once. What changes who decides, by which rules, limits, modules or keys waits: it is
/// scheduled, seen by everybody, and stopped by the guardian until its time comes. What stops something acts at once.
/// @dev OpenZeppelin's AccessManager with floors. A role with the bit 0x80 is the part of an office whose acts wait, held by
/// the same account as the role without it; ADMIN waits as well. The accounts are those of {IOffices}, for good; a role with
/// the bit 0x100 is a key's that acts for the office there. While a town is founded the delays are those of its grants;
/// once the founding has ended the floors hold, and nothing takes that back.
/// From then on nobody leaves an office at once either.
/// What is not protected: the guardian can stop every change but that of the guardian, which committees can stop
/// ({IVetoes}), and can change nothing. Who wires the contracts in the founding decides which functions wait; an auditor
/// compares that with an own list.
interface IAuthority {
    /// @notice The founding has ended: from now on changes wait.
    /// @param admin Who ended it.
    event FoundingEnded(address indexed admin);

    /// @notice A call was scheduled: a change that everybody can see before it holds.
    /// @param operationId Hash of caller, contract and calldata.
    /// @param nonce How often this operation was scheduled, from 1.
    /// @param dueAt First second at which it may be carried out, seconds since 1970; it is over a week later.
    /// @param caller Who scheduled it and may carry it out.
    /// @param target Contract that is called.
    /// @param data Calldata.
    event ChangeScheduled(
        bytes32 indexed operationId, uint32 indexed nonce, uint48 dueAt, address caller, address target, bytes data
    );

    /// @notice What was scheduled was carried out.
    /// @param operationId Hash of caller, contract and calldata.
    /// @param nonce How often this operation was scheduled, from 1.
    event ChangeExecuted(bytes32 indexed operationId, uint32 indexed nonce);

    /// @notice What was scheduled was cancelled.
    /// @param operationId Hash of caller, contract and calldata.
    /// @param nonce How often this operation was scheduled, from 1.
    /// @param by Who cancelled it: the guardian, an ADMIN, who scheduled it, or {IVetoes} for a committee.
    event ChangeCancelled(bytes32 indexed operationId, uint32 indexed nonce, address indexed by);

    /// @notice The founding has ended before.
    error AuthorityFounded(uint48 foundedAt);

    /// @notice The office must have a holder.
    error AuthorityOfficeVacant(uint64 roleId);

    /// @notice An office has one account, with both of its roles.
    error AuthorityOfficeShared(uint64 roleId);

    /// @notice An office stays with its account: a key gets and loses the role of a holder.
    error AuthorityOfficeFixed(uint64 roleId);

    /// @notice A function whose acts wait cannot go to a role whose acts do not, and none can go to everybody.
    error AuthorityWaitLost(address target, bytes4 selector, uint64 roleId);

    /// @notice Who grants an office must be one whose acts wait.
    error AuthorityAdminActsAtOnce(uint64 roleId, uint64 admin);

    /// @notice The guardian of every role is the guardian.
    error AuthorityGuardianFixed(uint64 roleId);

    /// @notice An office is held from the moment of its grant, which has waited already.
    error AuthorityGrantDelayFixed(uint64 roleId);

    /// @notice Nobody leaves an office at once: an ADMIN schedules `revokeRole`.
    error AuthorityRenouncingWaits(uint64 roleId);

    /// @notice A contract stays with its authority.
    error AuthorityFixed(address target);

    /// @notice What was scheduled in the founding is scheduled anew after it.
    error AuthorityScheduledInFounding(bytes32 operationId);

    /// @notice The guardian or a committee has stopped the change: it is scheduled anew, and waits anew.
    error AuthorityStopped(bytes32 operationId);

    /// @notice A change of who holds an office is not called off by an office. The guardian and committees can stop it.
    error AuthorityHolderNotCalledOff(bytes32 operationId);

    /// @notice A change of the guardian is not the guardian's to stop. Committees can.
    error AuthorityOwnChange(bytes32 operationId);

    /// @notice Ends the founding: from now on what changes who decides, by which rules, limits, modules or keys waits.
    /// @dev Once, by an ADMIN, at once; each office must have its one account, and a key must hold ADMIN and guardian, who can
    /// stop what waits.
    /// @custom:act EndFounding
    /// @custom:action 结束筹建 End the founding
    /// @custom:notice-zh 结束筹建：从此以后，谁来决定、按什么规则和限额、用哪些模块和密钥，凡有改动都要先公开等待，资金守护可以叫停。不能撤回。
    /// @custom:by admin
    /// @custom:emits FoundingEnded
    /// @custom:undo none
    function endFounding() external;

    /// @notice Stops a change that waits or is due, for the guardian and {IVetoes}: it can never be carried out.
    /// @dev At once. Who scheduled it may cancel it too, unless it says who holds an office, or schedule it anew when a week has
    /// passed since it was due.
    /// @param operationId Hash of caller, contract and calldata.
    /// @custom:act StopChange
    /// @custom:action 叫停改动 Stop a change
    /// @custom:notice-zh 叫停一项正在公示的改动：它不会生效。要改的话，得重新提出、重新公示。不能撤回。
    /// @custom:by guardian
    /// @custom:field operationId id
    /// @custom:emits ChangeCancelled
    /// @custom:undo none
    function stop(bytes32 operationId) external;

    /// @notice Contract and calldata of a change that waits or is due; zero and nothing if there is none of this id.
    function scheduledCall(bytes32 operationId) external view returns (address target, bytes memory data);

    /// @notice When the founding ended, seconds since 1970; 0 while it lasts.
    function foundedAt() external view returns (uint48);

    /// @notice How many hold a role now.
    function holders(uint64 roleId) external view returns (uint256);

    /// @notice Whether what a role does waits once the founding has ended.
    function waits(uint64 roleId) external pure returns (bool);
}
