// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";

/// @dev See {IAuthority}. What the library does is its own documentation's; here is what it lacks.
contract Authority is IAuthority, AccessManager {
    /// @notice How long a change waits at least: as long as the longest public notice of a request for money, so that no
    /// rule can change under a request that people can still object to.
    uint32 public constant CHANGE_DELAY = 15 days;
    /// @notice The office that may cancel everything that waits.
    uint64 public constant GUARDIAN_ROLE = 3;
    uint64 private constant CHANGES = 0x80;

    uint48 public foundedAt;
    mapping(uint64 roleId => uint256) private _holders;
    mapping(address target => bool) private _wiredInFounding;
    mapping(bytes32 operationId => bool) private _scheduledInFounding;

    constructor(address initialAdmin) AccessManager(initialAdmin) {}

    function endFounding() external {
        (bool isAdmin,) = hasRole(ADMIN_ROLE, _msgSender());
        if (!isAdmin) revert IAccessManaged.AccessManagedUnauthorized(_msgSender());
        if (foundedAt != 0) revert AuthorityFounded(foundedAt);
        if (_holders[GUARDIAN_ROLE] == 0) revert AuthorityOfficeVacant(GUARDIAN_ROLE);
        foundedAt = Time.timestamp();
        emit FoundingEnded(_msgSender());
    }

    function waits(uint64 roleId) public pure returns (bool) {
        return roleId == ADMIN_ROLE || (roleId != PUBLIC_ROLE && roleId & CHANGES != 0);
    }

    /// @dev The floor under every delay: all ways to schedule, execute and call ask here.
    function hasRole(uint64 roleId, address account)
        public
        view
        override
        returns (bool isMember, uint32 executionDelay)
    {
        (isMember, executionDelay) = super.hasRole(roleId, account);
        if (foundedAt != 0 && waits(roleId) && executionDelay < CHANGE_DELAY) executionDelay = CHANGE_DELAY;
    }

    /// @dev The library lets an ADMIN hand a contract to another authority by `execute`, too; see {updateAuthority}.
    function canCall(address caller, address target, bytes4 selector)
        public
        view
        override
        returns (bool immediate, uint32 delay)
    {
        if (selector == IAccessManaged.setAuthority.selector) return (false, 0);
        return super.canCall(caller, target, selector);
    }

    /// @dev Another authority would have no floors.
    function updateAuthority(address target, address) public pure override {
        revert AuthorityFixed(target);
    }

    /// @dev So that the library's `cancel` is the guardian's for every role, ADMIN included.
    function getRoleGuardian(uint64) public pure override returns (uint64) {
        return GUARDIAN_ROLE;
    }

    function schedule(address target, bytes calldata data, uint48 when)
        public
        override
        returns (bytes32 operationId, uint32 nonce)
    {
        (operationId, nonce) = super.schedule(target, data, when);
        _scheduledInFounding[operationId] = foundedAt == 0;
        emit ChangeScheduled(operationId, nonce, getSchedule(operationId), _msgSender(), target, data);
    }

    function cancel(address caller, address target, bytes calldata data) public override returns (uint32 nonce) {
        nonce = super.cancel(caller, target, data);
        emit ChangeCancelled(hashOperation(caller, target, data), nonce, _msgSender());
    }

    /// @dev What was scheduled in the founding waited for less than the floor.
    function _consumeScheduledOp(bytes32 operationId) internal override returns (uint32 nonce) {
        if (foundedAt != 0 && _scheduledInFounding[operationId]) revert AuthorityScheduledInFounding(operationId);
        nonce = super._consumeScheduledOp(operationId);
        emit ChangeExecuted(operationId, nonce);
    }

    function _grantRole(uint64 roleId, address account, uint32 grantDelay, uint32 executionDelay)
        internal
        override
        returns (bool newMember)
    {
        newMember = super._grantRole(roleId, account, grantDelay, executionDelay);
        if (newMember) _holders[roleId]++;
    }

    /// @dev Without an ADMIN nothing could be put right, without a guardian nothing stopped.
    function _revokeRole(uint64 roleId, address account) internal override returns (bool revoked) {
        revoked = super._revokeRole(roleId, account);
        if (revoked) _holders[roleId]--;
        bool needed = roleId == ADMIN_ROLE || roleId == GUARDIAN_ROLE;
        if (foundedAt != 0 && needed && _holders[roleId] == 0) revert AuthorityOfficeVacant(roleId);
    }

    function _setRoleAdmin(uint64 roleId, uint64 admin) internal override {
        if (!waits(admin)) revert AuthorityAdminActsAtOnce(roleId, admin);
        super._setRoleAdmin(roleId, admin);
    }

    function _setRoleGuardian(uint64 roleId, uint64) internal pure override {
        revert AuthorityGuardianFixed(roleId);
    }

    /// @dev A holder who is one only later would leave an office vacant that counts as held.
    function _setGrantDelay(uint64 roleId, uint32) internal pure override {
        revert AuthorityGrantDelayFixed(roleId);
    }

    /// @dev A contract that joins after the founding has no roles yet: its functions get their first ones freely, by acts
    /// that wait. The functions of all others keep their wait.
    function _setTargetFunctionRole(address target, bytes4 selector, uint64 roleId) internal override {
        uint64 current = getTargetFunctionRole(target, selector);
        bool isFree = foundedAt == 0 || (current == ADMIN_ROLE && !_wiredInFounding[target]);
        if (roleId == PUBLIC_ROLE || (waits(current) && !waits(roleId) && !isFree)) {
            revert AuthorityWaitLost(target, selector, roleId);
        }
        if (foundedAt == 0) _wiredInFounding[target] = true;
        super._setTargetFunctionRole(target, selector, roleId);
    }
}
