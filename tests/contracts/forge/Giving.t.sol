// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICampaigns} from "../../../contracts/src/interfaces/ICampaigns.sol";
import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {Deployed} from "./Deployed.sol";
import {VM, bound, check} from "./Vm.sol";

/// @dev Donations and campaigns as a treasurer and a steward may drive them, with books of its own. It is the
/// authority's admin, so that it may open campaigns.
contract GivingUser is Deployed {
    uint16 private constant FUND = 1;
    uint32 private constant BANK = 1;
    uint32 private constant GENERAL = 0x10001;
    uint32 private constant POT = 0x10002;
    uint256 private constant TREASURER = 1;
    uint256 private constant CASHIER = 99;
    uint256 private constant GIVERS = 5;

    struct Contribution {
        uint32 campaign;
        uint64 amountFen;
        uint32 household;
        uint64 matchedFen;
        bool returned;
        bool reversed;
    }

    /// @dev What a campaign's gifts come to, kept as they come and go: adding them up after every act takes most of the time.
    struct Book {
        uint256 owedFen;
        uint256 giftsFen;
        uint32 households;
    }

    uint256 private _lines;
    uint256[] private _donated;
    bool public usedTwice;
    uint32 private _opened;
    mapping(uint32 campaign => ICampaigns.Terms) private _terms;
    mapping(uint256 line => Contribution) private _contributions;
    mapping(uint256 line => uint32) private _purposeOf;
    mapping(uint32 campaign => uint256[]) private _gifts;
    mapping(uint32 campaign => Book) private _book;
    mapping(uint32 campaign => mapping(uint32 household => uint256)) private _giftsOf;
    mapping(uint32 campaign => bool) private _reversedAfterwards;
    mapping(uint32 campaign => mapping(bytes32 giver => uint256)) private _matchedFen;
    mapping(uint32 campaign => mapping(bytes32 giver => uint256)) private _wantedFen;

    function found() external {
        deployAll();
        funds.openBankAccount(BANK);
        funds.openFund(FUND, 0, IFunds.Level.COMMUNITY, BANK);
        funds.openPurpose(GENERAL);
        funds.openPurpose(POT);
        members.grantRole(register(TREASURER), IMembers.Role.TREASURER, FUND, FAR);
        members.grantRole(register(CASHIER), IMembers.Role.TREASURER, FUND, FAR);
        for (uint256 giver = 0; giver < GIVERS; giver++) {
            members.placeHousehold(householdOf(giver), bytes16("building"));
        }
        _donate(POT, 10_000_000);
    }

    // ACTS

    function donate(uint32 amountFen) external {
        _donated.push(_lines);
        _donate(amountFen % 2 == 0 ? GENERAL : POT, uint64(bound(amountFen, 1, 1_000_000)));
    }

    /// @dev A line that was used may not be used again, however it was used.
    function donateAgain(uint256 lineSeed) external {
        uint256 number = lineSeed % _lines;
        IFunds.BankLineState state = funds.bankLineState(line(number));
        if (state == IFunds.BankLineState.UNUSED || state == IFunds.BankLineState.REVERSED) return;
        VM.prank(keyOf(TREASURER));
        try giving.attestDonations(FUND, BANK, _donation(GENERAL, 1, number), direct()) {
            usedTwice = true;
        } catch {}
    }

    function reverse(uint256 seed, bool wasMistake) external {
        if (_donated.length == 0) return;
        uint256 number = _donated[seed % _donated.length];
        if (funds.bankLineState(line(number)) != IFunds.BankLineState.DONATION) return;
        bytes32 outgoing = wasMistake ? bytes32(0) : line(_lines);
        VM.prank(keyOf(CASHIER));
        try giving.reverseDonation(FUND, line(number), outgoing, 0, bytes32("why"), direct()) {
            if (!wasMistake) _lines++;
        } catch {
            check(
                balance(Accounts.PURPOSE, _purposeOf[number]) < int64(_contributions[number].amountFen), "refused without cause"
            );
        }
    }

    function openCampaign(uint32 targetFen, uint64 lockFen, uint16 matchBps, uint32 capFen, bool perHousehold)
        external
    {
        if (_opened >= 6) return;
        int64 potFen = balance(Accounts.PURPOSE, POT);
        if (potFen < 2) return;
        ICampaigns.Terms memory made;
        made.purpose = GENERAL;
        made.targetFen = uint64(bound(targetFen, 1, 300_000));
        made.minHouseholds = targetFen % 3;
        made.closesAt = uint48(block.timestamp + 10 days);
        if (matchBps % 4 != 0) {
            made.matchPurpose = POT;
            made.matchLockFen = uint64(bound(lockFen, 1, uint64(potFen) / 2));
            made.matchBps = uint32(bound(matchBps, 1, 30_000));
            made.matchPerGiverFen = uint64(bound(capFen, 1, 200_000));
            made.perHousehold = perHousehold;
        }
        _terms[++_opened] = made;
        campaigns.openCampaign(_opened, made);
        campaigns.listHouseholds(_opened, bytes32("root"), uint32(GIVERS));
    }

    function give(uint256 campaignSeed, uint32 amountFen, uint256 giverSeed) external {
        uint32 campaign = _some(campaignSeed, ICampaigns.CampaignState.OPEN);
        if (campaign == 0 || block.timestamp >= _settlesAt(campaign)) return;
        uint64 amount = uint64(bound(amountFen, 1, 200_000));
        ICampaigns.Gift[] memory gifts = new ICampaigns.Gift[](1);
        uint32 household = uint32(giverSeed % GIVERS) + 1;
        gifts[0] = ICampaigns.Gift(line(_lines), amount, _bookedOn(campaign), keccak256(abi.encode(giverSeed % GIVERS)), household);
        (,, uint64 before,,) = campaigns.campaignRecord(campaign);
        VM.prank(keyOf(TREASURER));
        campaigns.attestGifts(campaign, BANK, gifts, direct());
        (,, uint64 afterwards,,) = campaigns.campaignRecord(campaign);
        _matchedFen[campaign][bytes32(uint256(household))] += afterwards - before;
        _wantedFen[campaign][bytes32(uint256(household))] += (uint256(amount) * _terms[campaign].matchBps) / 10_000;
        _contributions[_lines] = Contribution(campaign, amount, household, afterwards - before, false, false);
        _gifts[campaign].push(_lines++);
        Book storage book = _book[campaign];
        (book.owedFen, book.giftsFen) = (book.owedFen + amount, book.giftsFen + amount);
        if (_giftsOf[campaign][household]++ == 0) book.households++;
    }

    function settle(uint256 campaignSeed) external {
        uint32 campaign = _some(campaignSeed, ICampaigns.CampaignState.OPEN);
        if (campaign == 0) return;
        if (block.timestamp < _settlesAt(campaign)) VM.warp(_settlesAt(campaign));
        campaigns.settle(campaign);
    }

    function refund(uint256 campaignSeed, uint256 giftSeed) external {
        uint32 campaign = _some(campaignSeed, ICampaigns.CampaignState.MISSED);
        if (campaign == 0 || _gifts[campaign].length == 0) return;
        uint256 number = _gifts[campaign][giftSeed % _gifts[campaign].length];
        VM.prank(keyOf(TREASURER));
        try campaigns.refundGift(campaign, line(number), line(_lines), direct()) {
            check(!_contributions[number].returned && !_contributions[number].reversed, "returned twice");
            (_contributions[number].returned, _lines) = (true, _lines + 1);
            _book[campaign].owedFen -= _contributions[number].amountFen;
        } catch {
            check(_contributions[number].returned || _contributions[number].reversed, "owed but refused");
        }
    }

    /// @dev Of its own campaign alone, and by another than who attested it.
    function reverseGift(uint256 campaignSeed, uint256 giftSeed, bool wasMistake) external {
        if (_opened == 0) return;
        uint32 campaign = uint32(1 + campaignSeed % _opened);
        if (_gifts[campaign].length == 0) return;
        uint256 number = _gifts[campaign][giftSeed % _gifts[campaign].length];
        Contribution storage contribution = _contributions[number];
        _refuse(campaign % _opened + 1, number, campaign % _opened + 1 == campaign ? TREASURER : CASHIER);
        bool isReached = _stateOf(campaign) == ICampaigns.CampaignState.REACHED;
        int256 purposeFen = balance(Accounts.PURPOSE, GENERAL);
        VM.prank(keyOf(CASHIER));
        try campaigns.reverseGift(campaign, line(number), wasMistake ? bytes32(0) : line(_lines), "why", direct()) {
            check(!contribution.returned && !contribution.reversed, "taken back twice");
            contribution.reversed = true;
            Book storage book = _book[campaign];
            (book.owedFen, book.giftsFen) = (book.owedFen - contribution.amountFen, book.giftsFen - contribution.amountFen);
            if (--_giftsOf[campaign][contribution.household] == 0) book.households--;
            _matchedFen[campaign][bytes32(uint256(contribution.household))] -= contribution.matchedFen;
            if (!wasMistake) _lines++;
            if (isReached) _reversedAfterwards[campaign] = true;
        } catch {
            bool isPoor = isReached && purposeFen < int256(uint256(contribution.amountFen) + contribution.matchedFen);
            check(contribution.returned || contribution.reversed || isPoor, "refused without cause");
        }
    }

    function _refuse(uint32 campaign, uint256 number, uint256 by) private {
        VM.prank(keyOf(by));
        try campaigns.reverseGift(campaign, line(number), 0, "why", direct()) {
            check(false, "taken back for another campaign, or by who attested it");
        } catch {}
    }

    function _settlesAt(uint32 campaign) private view returns (uint256) {
        return _terms[campaign].closesAt + campaigns.GRACE_SECONDS();
    }

    /// @dev Today, or the last day of a campaign that has closed.
    function _bookedOn(uint32 campaign) private view returns (uint32) {
        uint256 closed = _terms[campaign].closesAt - 1;
        return uint32(((block.timestamp < closed ? block.timestamp : closed) + 8 hours) / 1 days);
    }

    // BOOKS: what is looked at after every act is looked at here, where it costs no call for each figure.

    function checkWhatCampaignsHold() external view {
        for (uint32 campaign = 1; campaign <= _opened; campaign++) {
            bool reached = _stateOf(campaign) == ICampaigns.CampaignState.REACHED;
            uint256 expected = reached ? 0 : _book[campaign].owedFen;
            check(balance(Accounts.CAMPAIGN, campaign) == int256(expected), "gifts");
        }
    }

    function checkLocks() external view {
        for (uint32 campaign = 1; campaign <= _opened; campaign++) {
            bool isOpen = _stateOf(campaign) == ICampaigns.CampaignState.OPEN;
            uint256 expected = isOpen ? _terms[campaign].matchLockFen : 0;
            check(balance(Accounts.MATCH_LOCK, campaign) == int256(expected), "lock");
        }
    }

    function checkMatches() external view {
        for (uint32 campaign = 1; campaign <= _opened; campaign++) {
            ICampaigns.Terms storage terms = _terms[campaign];
            (,, uint64 matchFen,,) = campaigns.campaignRecord(campaign);
            uint256 sum = 0;
            for (uint256 giver = 0; giver < GIVERS; giver++) {
                bytes32 household = bytes32(giver + 1);
                uint256 matched = _matchedFen[campaign][household];
                check(matched <= terms.matchPerGiverFen, "cap of a giver");
                check(matched <= _wantedFen[campaign][household], "rule");
                sum += matched;
            }
            check(sum == matchFen && matchFen <= terms.matchLockFen, "lock exceeded");
        }
    }

    function checkStates() external view {
        for (uint32 campaign = 1; campaign <= _opened; campaign++) {
            ICampaigns.Terms storage terms = _terms[campaign];
            (ICampaigns.CampaignState state, uint64 sumFen,, uint32 households,) = campaigns.campaignRecord(campaign);
            check(sumFen == _book[campaign].giftsFen, "sum of gifts");
            check(households == _book[campaign].households, "households");
            bool enough = sumFen >= terms.targetFen && households >= terms.minHouseholds;
            check(state != ICampaigns.CampaignState.REACHED || enough || _reversedAfterwards[campaign], "reached");
            check(state != ICampaigns.CampaignState.MISSED || !enough, "missed");
        }
    }

    function checkSum() external view {
        int256 sum = balance(Accounts.BANK, BANK);
        sum += balance(Accounts.PURPOSE, GENERAL) + balance(Accounts.PURPOSE, POT);
        for (uint32 campaign = 1; campaign <= _opened; campaign++) {
            sum += balance(Accounts.CAMPAIGN, campaign) + balance(Accounts.MATCH_LOCK, campaign);
        }
        check(sum == 0, "zero-sum");
    }

    function _stateOf(uint32 campaign) private view returns (ICampaigns.CampaignState state) {
        (state,,,,) = campaigns.campaignRecord(campaign);
    }

    function _some(uint256 seed, ICampaigns.CampaignState state) private view returns (uint32) {
        for (uint256 i = 0; i < _opened; i++) {
            uint32 campaign = uint32(1 + ((seed % _opened) + i) % _opened);
            if (_stateOf(campaign) == state) return campaign;
        }
        return 0;
    }

    function _donate(uint32 purpose, uint64 amountFen) private {
        (_contributions[_lines].amountFen, _purposeOf[_lines]) = (amountFen, purpose);
        IFunds.Donation[] memory donations = _donation(purpose, amountFen, _lines++);
        VM.prank(keyOf(TREASURER));
        giving.attestDonations(FUND, BANK, donations, direct());
    }

    function _donation(uint32 purpose, uint64 amountFen, uint256 number)
        private
        pure
        returns (IFunds.Donation[] memory donations)
    {
        donations = new IFunds.Donation[](1);
        donations[0] = IFunds.Donation(line(number), purpose, amountFen, bytes32("donor"));
    }
}

/// @dev Nobody takes a gift out of the sums of a campaign who may not take its money.
contract DiscountingTest is Deployed {
    function setUp() public {
        deployAll();
        ledger.admitModule(address(this), ~(uint64(1) << Accounts.CAMPAIGN));
    }

    function testFuzz_module_that_may_not_debit_campaigns_takes_no_gift_out_of_their_sums(uint32 campaign) public {
        VM.expectRevert(abi.encodeWithSelector(ICampaigns.CampaignsModuleNotAllowed.selector, address(this)));
        campaigns.discountGift(campaign, 0, 0, 0);
    }
}

contract GivingTest {
    GivingUser private user;

    function setUp() public {
        user = new GivingUser();
        user.found();
    }

    struct FuzzSelector {
        address target;
        bytes4[] selectors;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(user), new bytes4[](8));
        targets[0].selectors[0] = user.donate.selector;
        targets[0].selectors[1] = user.donateAgain.selector;
        targets[0].selectors[2] = user.reverse.selector;
        targets[0].selectors[3] = user.openCampaign.selector;
        targets[0].selectors[4] = user.give.selector;
        targets[0].selectors[5] = user.settle.selector;
        targets[0].selectors[6] = user.refund.selector;
        targets[0].selectors[7] = user.reverseGift.selector;
    }

    /// @dev All rules at once: each by itself would be driven through the very same acts.
    function invariant_what_campaigns_hold_match_and_owe_is_what_was_given() public view {
        check(!user.usedTwice(), "a bank line was used twice");
        user.checkWhatCampaignsHold();
        user.checkLocks();
        user.checkMatches();
        user.checkStates();
        user.checkSum();
    }
}
