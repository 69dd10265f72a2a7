// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICooperative} from "../../../contracts/src/interfaces/ICooperative.sol";
import {IEnterprises} from "../../../contracts/src/interfaces/IEnterprises.sol";
import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {Deployed} from "./Deployed.sol";
import {VM, bound, check} from "./Vm.sol";

/// @dev Settlement of a lot: exact to the fen, whatever the rate card says.
contract EarningTest is Deployed {
    uint16 private constant FUND = 1;
    uint32 private constant BANK = 1;
    uint32 private constant LEVY = 0x10001;
    uint32 private constant RESERVE = 0x10002;
    uint32 private constant REMAINDER = 0x10003;
    uint32 private constant ENTERPRISE = 7;
    uint256 private constant TREASURER = 1;
    uint256 private constant FOREMAN = 2;
    uint256 private constant WORKER = 3;
    uint256 private constant CASHIER = 4;
    bytes16 private constant ORDER = "order";
    bytes16 private constant LOT = "order\x00\x00\x00lot";
    uint32 private constant MOST_PIECES = type(uint24).max;
    uint64 private constant CASH_FEN = 2 ** 60;

    function setUp() public {
        deployAll();
        funds.openBankAccount(BANK);
        funds.openFund(FUND, 0, IFunds.Level.COMMUNITY, BANK);
        funds.openPurpose(LEVY);
        funds.openPurpose(RESERVE);
        funds.openPurpose(REMAINDER);
        members.grantRole(register(TREASURER), IMembers.Role.TREASURER, FUND, FAR);
        members.grantRole(register(FOREMAN), IMembers.Role.FOREMAN, ENTERPRISE, FAR);
        register(WORKER);
        members.grantRole(register(CASHIER), IMembers.Role.TREASURER, FUND, FAR);
        enterprises.openEnterprise(ENTERPRISE, LEVY, RESERVE, REMAINDER, 0);
        VM.prank(keyOf(TREASURER));
        cooperative.attestProceeds(ENTERPRISE, BANK, line(0), CASH_FEN, direct());
    }

    function testFuzz_parts_of_a_lot_add_up_and_reach_their_accounts(
        uint32 pieceFen,
        uint16[3] memory bps,
        uint32 accepted,
        uint32 rejected
    ) public {
        IEnterprises.RateCard memory card = _card(pieceFen, bps);
        accepted = uint32(bound(accepted, 1, MOST_PIECES / 2));
        rejected = uint32(bound(rejected, 0, MOST_PIECES / 2));
        _take(card, accepted + rejected);
        VM.prank(keyOf(FOREMAN));
        cooperative.settleLot(LOT, accepted, rejected, bytes32("protocol"), direct());
        uint256 proceeds = uint256(accepted) * card.pieceFen;
        uint256 worker = (proceeds * card.workerBps) / 10_000;
        uint256 reserve = (proceeds * card.reserveBps) / 10_000;
        uint256 levy = (proceeds * card.fundBps) / 10_000;
        check(ledger.balanceOf(Accounts.worker(ENTERPRISE, memberOf(WORKER))) == int256(worker), "worker");
        check(balance(Accounts.PURPOSE, RESERVE) == int256(reserve), "reserve");
        check(balance(Accounts.PURPOSE, LEVY) == int256(levy), "levy");
        int256 rest = int256(proceeds - worker - reserve - levy);
        check(balance(Accounts.PURPOSE, REMAINDER) == rest, "remainder");
        check(balance(Accounts.ENTERPRISE, ENTERPRISE) == int256(uint256(CASH_FEN) - proceeds), "enterprise");
    }

    function testFuzz_reversal_takes_back_what_a_lot_brought_to_the_fen(
        uint32 pieceFen,
        uint16[3] memory bps,
        uint32 accepted,
        uint32 rejected,
        uint32 later
    ) public {
        accepted = uint32(bound(accepted, 1, MOST_PIECES / 2));
        rejected = uint32(bound(rejected, 1, MOST_PIECES / 2));
        later = uint32(bound(later, 0, rejected));
        _take(_card(pieceFen, bps), accepted + rejected);
        VM.prank(keyOf(FOREMAN));
        cooperative.settleLot(LOT, accepted, rejected, bytes32("protocol"), direct());
        VM.prank(keyOf(WORKER));
        cooperative.disputeLot(LOT, bytes32("why"), direct());
        VM.prank(keyOf(TREASURER));
        cooperative.decideLot(LOT, later, bytes32("why"), direct());
        VM.prank(keyOf(CASHIER));
        cooperative.reverseLot(LOT, bytes32("why"), direct());
        check(ledger.balanceOf(Accounts.worker(ENTERPRISE, memberOf(WORKER))) == 0, "worker");
        check(balance(Accounts.PURPOSE, RESERVE) == 0, "reserve");
        check(balance(Accounts.PURPOSE, LEVY) == 0, "levy");
        check(balance(Accounts.PURPOSE, REMAINDER) == 0, "remainder");
        check(balance(Accounts.ENTERPRISE, ENTERPRISE) == int256(uint256(CASH_FEN)), "enterprise");
        VM.prank(keyOf(WORKER));
        cooperative.takeLot(_lot(1), ORDER, accepted + rejected, direct());
    }

    /// @dev Lots of three workers, some settled together and some alone: each fen is in one account, and each piece that was not
    /// accepted is free, also under a cap.
    function testFuzz_batches_conserve_money_and_pieces(
        uint32 pieceFen,
        uint16[3] memory bps,
        uint24[6] memory pieces,
        uint24[6] memory accepted,
        uint8 together,
        bool isCapped
    ) public {
        IEnterprises.RateCard memory card = _card(pieceFen, bps);
        uint32 cap = isCapped ? MOST_PIECES / 2 : MOST_PIECES;
        _open(card, MOST_PIECES, cap);
        ICooperative.Settlement[] memory all = new ICooperative.Settlement[](6);
        for (uint256 i = 0; i < 6; i++) {
            uint32 taken = uint32(bound(pieces[i], 1, MOST_PIECES / 6));
            uint32 good = uint32(bound(accepted[i], 0, taken));
            all[i] = ICooperative.Settlement(_lot(uint64(i + 1)), good, taken - good, bytes32(i));
            VM.prank(keyOf(_workers()[i % 3]));
            cooperative.takeLot(all[i].lot, ORDER, taken, direct());
        }
        _settle(all, together % 7);
        _checkMoney(card, all);
        _checkPieces(all, cap);
    }

    function testFuzz_shares_above_the_whole_are_refused(uint16 workerBps, uint16 reserveBps, uint16 fundBps) public {
        uint256 total = uint256(workerBps) + reserveBps + fundBps;
        if (total <= 10_000) return;
        IEnterprises.RateCard memory card = IEnterprises.RateCard(ENTERPRISE, 1, 1, 150, workerBps, reserveBps, fundBps);
        VM.prank(keyOf(FOREMAN));
        VM.expectRevert(abi.encodeWithSelector(IEnterprises.RateCardInvalid.selector, 150, total));
        enterprises.publishRateCard(card, direct());
    }

    function testFuzz_counts_that_are_not_the_lot_are_refused(uint32 pieces, uint32 accepted, uint32 rejected) public {
        pieces = uint32(bound(pieces, 1, MOST_PIECES));
        if (uint256(accepted) + rejected == pieces) return;
        _take(_card(150, [uint16(6000), 500, 3000]), pieces);
        VM.prank(keyOf(FOREMAN));
        VM.expectRevert(
            abi.encodeWithSelector(ICooperative.CooperativeCountMismatch.selector, LOT, pieces, accepted, rejected)
        );
        cooperative.settleLot(LOT, accepted, rejected, bytes32("protocol"), direct());
    }

    function testFuzz_lot_is_settled_once(uint32 accepted) public {
        accepted = uint32(bound(accepted, 1, 1_000_000));
        _take(_card(150, [uint16(6000), 500, 3000]), accepted);
        VM.prank(keyOf(FOREMAN));
        cooperative.settleLot(LOT, accepted, 0, bytes32("protocol"), direct());
        VM.prank(keyOf(FOREMAN));
        VM.expectRevert(
            abi.encodeWithSelector(
                ICooperative.CooperativeLotNotIn.selector,
                LOT,
                ICooperative.LotState.TAKEN,
                ICooperative.LotState.SETTLED
            )
        );
        cooperative.settleLot(LOT, accepted, 0, bytes32("protocol"), direct());
    }

    function _workers() private pure returns (uint256[3] memory) {
        return [WORKER, CASHIER, TREASURER];
    }

    /// @dev The first of them together, the others one by one.
    function _settle(ICooperative.Settlement[] memory all, uint256 together) private {
        ICooperative.Settlement[] memory batch = new ICooperative.Settlement[](together);
        for (uint256 i = 0; i < together; i++) {
            batch[i] = all[i];
        }
        if (together != 0) {
            VM.prank(keyOf(FOREMAN));
            cooperative.settleLots(ORDER, batch, direct());
        }
        for (uint256 i = together; i < all.length; i++) {
            VM.prank(keyOf(FOREMAN));
            cooperative.settleLot(
                all[i].lot, all[i].acceptedPieces, all[i].rejectedPieces, all[i].document, direct()
            );
        }
    }

    function _checkMoney(IEnterprises.RateCard memory card, ICooperative.Settlement[] memory all) private view {
        int256[3] memory owed;
        int256[4] memory sums;
        for (uint256 i = 0; i < all.length; i++) {
            uint256 proceeds = uint256(all[i].acceptedPieces) * card.pieceFen;
            owed[i % 3] += int256((proceeds * card.workerBps) / 10_000);
            sums[0] += int256((proceeds * card.reserveBps) / 10_000);
            sums[1] += int256((proceeds * card.fundBps) / 10_000);
            sums[2] += int256(proceeds);
        }
        for (uint256 i = 0; i < 3; i++) {
            bytes32 account = Accounts.worker(ENTERPRISE, memberOf(_workers()[i]));
            check(ledger.balanceOf(account) == owed[i], "worker");
            sums[3] += owed[i];
        }
        check(balance(Accounts.PURPOSE, RESERVE) == sums[0], "reserve");
        check(balance(Accounts.PURPOSE, LEVY) == sums[1], "levy");
        check(balance(Accounts.PURPOSE, REMAINDER) == sums[2] - sums[0] - sums[1] - sums[3], "remainder");
        check(balance(Accounts.ENTERPRISE, ENTERPRISE) == int256(uint256(CASH_FEN)) - sums[2], "enterprise");
    }

    /// @dev What was not accepted is free, of the order and under the cap of each worker: a piece more is refused, naming what is left.
    function _checkPieces(ICooperative.Settlement[] memory all, uint32 cap) private {
        uint32 free = MOST_PIECES;
        uint32[3] memory held;
        for (uint256 i = 0; i < all.length; i++) {
            free -= all[i].acceptedPieces;
            held[i % 3] += all[i].acceptedPieces;
        }
        _refuse(FOREMAN, free + 1, abi.encodeWithSelector(
            ICooperative.CooperativePiecesExceeded.selector, ORDER, free, free + 1
        ));
        if (cap == MOST_PIECES) return;
        for (uint256 i = 0; i < 3; i++) {
            (uint256 worker, uint32 left) = (_workers()[i], cap - held[i]);
            if (left < free) {
                _refuse(worker, left + 1, abi.encodeWithSelector(
                    ICooperative.CooperativeCapExceeded.selector, ORDER, memberOf(worker), left, left + 1
                ));
            }
        }
    }

    function _refuse(uint256 worker, uint32 pieces, bytes memory error) private {
        VM.expectRevert(error);
        VM.prank(keyOf(worker));
        cooperative.takeLot(_lot(7), ORDER, pieces, direct());
    }

    function _card(uint32 pieceFen, uint16[3] memory bps) private pure returns (IEnterprises.RateCard memory) {
        bps[0] = uint16(bound(bps[0], 0, 10_000));
        bps[1] = uint16(bound(bps[1], 0, 10_000 - bps[0]));
        bps[2] = uint16(bound(bps[2], 0, 10_000 - bps[0] - bps[1]));
        uint32 piece = uint32(bound(pieceFen, 1, 2 ** 30));
        return IEnterprises.RateCard(ENTERPRISE, 1, 1, piece, bps[0], bps[1], bps[2]);
    }

    function _lot(uint64 number) private pure returns (bytes16) {
        return ORDER | bytes16(uint128(number));
    }

    function _open(IEnterprises.RateCard memory card, uint32 pieces, uint32 workerPieces) private {
        VM.prank(keyOf(FOREMAN));
        enterprises.publishRateCard(card, direct());
        uint48 dueAt = uint48(block.timestamp + 1 days);
        VM.prank(keyOf(FOREMAN));
        cooperative.openWorkOrder(ORDER, ENTERPRISE, 1, pieces, workerPieces, dueAt, direct());
    }

    function _take(IEnterprises.RateCard memory card, uint32 pieces) private {
        _open(card, pieces, pieces);
        VM.prank(keyOf(WORKER));
        cooperative.takeLot(LOT, ORDER, pieces, direct());
    }
}
