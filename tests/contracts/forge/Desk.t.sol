// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDelegations} from "../../../contracts/src/interfaces/IDelegations.sol";
import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {ICooperative} from "../../../contracts/src/interfaces/ICooperative.sol";
import {IEnterprises} from "../../../contracts/src/interfaces/IEnterprises.sol";
import {Deployed} from "./Deployed.sol";
import {VM, bound, check} from "./Vm.sol";

/// @dev A clerk with a delegation tries anything, and as often as there is time.
contract DeskTest is Deployed {
    uint16 private constant FUND = 1;
    uint32 private constant ENTERPRISE = 1;
    uint256 private constant PERSON = 1;
    uint256 private constant CLERK = 2;
    uint256 private constant FOREMAN = 3;
    uint256 private constant KIN = 4;
    bytes16 private constant DELEGATION = "a delegation";
    bytes16 private constant ORDER = "an order";
    uint8 private constant DAILY_LIMIT = 2;

    function setUp() public {
        deployAll();
        funds.openBankAccount(1);
        funds.openFund(FUND, 0, IFunds.Level.COMMUNITY, 1);
        bytes16 person = register(PERSON);
        members.grantRole(register(CLERK), IMembers.Role.CLERK, FUND, FAR);
        uint40 until = uint40(block.timestamp) + delegations.MAX_SECONDS();
        delegations.openDelegation(
            DELEGATION, person, FUND, IDelegations.Area.WORK, DAILY_LIMIT, until, register(KIN), bytes32("paper")
        );
        _openOrder();
        VM.warp(block.timestamp + delegations.COOL_OFF());
    }

    function testFuzz_nothing_outside_its_area_is_called(bytes4 selector, bytes calldata tail, uint8 which) public {
        VM.assume(delegations.argumentWords(IDelegations.Area.WORK, selector) == 0);
        address[4] memory targets = [address(cooperative), address(redeeming), address(members), address(committees)];
        address target = targets[which % 4];
        bytes memory data = bytes.concat(selector, tail);
        VM.expectRevert(
            abi.encodeWithSelector(IDelegations.DelegationActOutside.selector, DELEGATION, target, selector)
        );
        VM.prank(keyOf(CLERK));
        delegations.actForPerson(DELEGATION, target, data, direct());
    }

    /// @dev Nothing can stand behind the arguments, so that nobody's signature is carried in: the lot is the person's.
    function testFuzz_lot_that_is_taken_is_the_persons(bytes8 tail, uint32 pieces, bytes calldata more, bool isMore)
        public
    {
        VM.assume(tail != 0);
        bytes16 lot = _lot(tail);
        bytes memory extra = isMore ? bytes.concat(hex"00", more) : bytes("");
        bytes memory words = abi.encode(lot, ORDER, bound(pieces, 1, 1000));
        VM.prank(keyOf(CLERK));
        try delegations.actForPerson(
            DELEGATION, address(cooperative), bytes.concat(ICooperative.takeLot.selector, words, extra), direct()
        ) {
            check(extra.length == 0, "more than the arguments was called");
            VM.prank(keyOf(PERSON));
            cooperative.returnLot(lot, direct());
        } catch {
            check(extra.length != 0, "a lot that could be taken was not");
        }
    }

    function testFuzz_acts_of_a_day_stay_within_the_limit(uint32[8] memory waits) public {
        uint256 day = 0;
        uint256 done = 0;
        for (uint256 i = 0; i < waits.length; i++) {
            VM.warp(block.timestamp + bound(waits[i], 0, 1 days));
            if ((block.timestamp + 8 hours) / 1 days != day) (day, done) = ((block.timestamp + 8 hours) / 1 days, 0);
            bytes memory words = abi.encode(_lot(bytes8(uint64(i + 1))), ORDER, 1);
            VM.prank(keyOf(CLERK));
            try delegations.actForPerson(
                DELEGATION, address(cooperative), bytes.concat(ICooperative.takeLot.selector, words), direct()
            ) {
                done++;
            } catch {
                check(done == DAILY_LIMIT, "refused below the limit");
            }
            check(done <= DAILY_LIMIT, "more acts than the person let");
        }
    }

    /// @dev One who is clerk and foreman: what was taken at the desk is another foreman's to settle, however much it is.
    function testFuzz_who_took_a_lot_at_the_desk_does_not_settle_it(bytes8 tail, uint32 pieces, bool isSame) public {
        VM.assume(tail != 0);
        bytes16 lot = _lot(tail);
        pieces = uint32(bound(pieces, 1, 1_000));
        members.grantRole(memberOf(CLERK), IMembers.Role.FOREMAN, ENTERPRISE, FAR);
        bytes memory words = abi.encode(lot, ORDER, pieces);
        VM.prank(keyOf(CLERK));
        delegations.actForPerson(
            DELEGATION, address(cooperative), bytes.concat(ICooperative.takeLot.selector, words), direct()
        );
        if (isSame) {
            VM.expectRevert(abi.encodeWithSelector(IMembers.MembersActedAtDesk.selector, lot, memberOf(CLERK)));
        }
        VM.prank(keyOf(isSame ? CLERK : FOREMAN));
        cooperative.settleLot(lot, 0, pieces, bytes32("count"), direct());
    }

    function _lot(bytes8 tail) private pure returns (bytes16) {
        return ORDER | (bytes16(tail) >> 64);
    }

    function _openOrder() private {
        uint32 purpose = uint32(FUND) << 16;
        for (uint32 i = 1; i <= 3; i++) {
            funds.openPurpose(purpose | i);
        }
        enterprises.openEnterprise(ENTERPRISE, purpose | 1, purpose | 2, purpose | 3, 3_000);
        members.grantRole(register(FOREMAN), IMembers.Role.FOREMAN, ENTERPRISE, FAR);
        IEnterprises.RateCard memory card = IEnterprises.RateCard({
            enterprise: ENTERPRISE, product: 1, version: 1, pieceFen: 100, workerBps: 6_000, reserveBps: 500, fundBps: 3_000
        });
        VM.prank(keyOf(FOREMAN));
        enterprises.publishRateCard(card, direct());
        VM.prank(keyOf(FOREMAN));
        cooperative.openWorkOrder(ORDER, ENTERPRISE, 1, 1_000, 1_000, uint48(block.timestamp + 365 days), direct());
    }
}
