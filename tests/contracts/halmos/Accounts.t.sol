// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";

/// @dev No two owners share an account, and none is reached as another's, for all ids at once.
contract AccountsProof {
    function check_account_of_a_number_is_nobody_elses(uint8 kind, uint32 number, uint8 otherKind, uint32 other)
        external
        pure
    {
        bytes32 account = Accounts.id(kind, uint256(number));
        assert(Accounts.kindOf(account) == kind);
        bool isSame = kind == otherKind && number == other;
        assert((account == Accounts.id(otherKind, uint256(other))) == isSame);
    }

    function check_account_of_a_member_is_nobody_elses(uint8 kind, bytes16 member, uint8 otherKind, bytes16 other)
        external
        pure
    {
        bytes32 account = Accounts.id(kind, member);
        assert(Accounts.kindOf(account) == kind);
        assert((account == Accounts.id(otherKind, other)) == (kind == otherKind && member == other));
    }

    /// @dev What one enterprise owes is reached through no other, nor as an account of another kind.
    function check_account_of_a_worker_is_of_one_enterprise(
        uint32 enterprise,
        bytes16 member,
        uint32 otherEnterprise,
        bytes16 other
    ) external pure {
        bytes32 account = Accounts.worker(enterprise, member);
        assert(Accounts.kindOf(account) == Accounts.WORKER);
        bool isSame = enterprise == otherEnterprise && member == other;
        assert((account == Accounts.worker(otherEnterprise, other)) == isSame);
    }

    function check_purpose_says_its_fund(uint32 purpose, uint32 other) external pure {
        assert((Accounts.purpose(purpose) == Accounts.purpose(other)) == (purpose == other));
        assert(Accounts.fundOf(purpose) == purpose / 65536);
    }
}
