// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICommittees} from "../../../contracts/src/interfaces/ICommittees.sol";
import {IDisbursements} from "../../../contracts/src/interfaces/IDisbursements.sol";
import {IFunds} from "../../../contracts/src/interfaces/IFunds.sol";
import {IMembers} from "../../../contracts/src/interfaces/IMembers.sol";
import {IRounds} from "../../../contracts/src/interfaces/IRounds.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {AmountText} from "../../../contracts/src/libraries/AmountText.sol";
import {ProposalMessages} from "../../../contracts/src/libraries/ProposalMessages.sol";
import {Deployed} from "./Deployed.sol";
import {VM, bound, check} from "./Vm.sol";

/// @dev Proposals as two committees of seven, one of the fund and one of the fund above, residents and a treasurer may drive
/// them; three people sit in both. Every act may be tried at any time; what the contract lets through is written down and
/// judged by the invariants.
contract SpendingUser is Deployed {
    uint16 private constant FUND = 1;
    uint16 private constant STREET = 2;
    uint32 private constant BANK = 1;
    uint32 private constant PURPOSE = 0x10001;
    uint32 private constant COMMITTEE = 1;
    uint32 private constant ABOVE = 2;
    uint32 private constant LINE = 5;
    uint64 public constant LIMIT_FEN = 4_000_000;
    uint64 public constant DONATED_FEN = 3_000_000;
    uint256 private constant SEATS = 7;
    /// @dev Seats whose members sit in both committees; the others of the one above are these members and more.
    uint256 private constant SHARED = 3;
    uint256 private constant FIRST_ABOVE = 30;
    uint256 private constant TREASURER = 20;
    uint256 private constant REQUESTER = 21;
    uint256 private constant SUPERVISOR = 22;
    uint256 private constant CASHIER = 23;

    /// @dev What was seen of a proposal. `yes` counts votes of the running round by itself. Votes are by seat, recusals by member.
    struct Seen {
        IRounds.ProposalState state;
        uint256 yes;
        uint256 yesDonors;
        uint256 rounds;
        bool isAbove;
        uint256 passedAt;
        uint256 voteEndsAt;
        uint256 dueAt;
        uint256 executions;
        uint256 paidFen;
        uint256 returnedFen;
        uint256 restFen;
    }

    /// @dev A proof that counts. A joint one shares its line with others.
    struct Proof {
        bytes32 line;
        uint256 amountFen;
        uint256 by;
    }

    IDisbursements.Proposal[] private _proposals;
    mapping(uint256 proposal => Seen) public seen;
    mapping(uint256 proposal => Proof[]) private _proofs;
    mapping(bytes32 line => uint256) private _jointFen;
    mapping(uint256 proposal => mapping(uint256 seat => bool)) private _yes;
    mapping(uint256 proposal => mapping(uint256 member => bool)) private _out;
    mapping(uint256 proposal => mapping(uint256 seat => bool)) private _against;
    mapping(uint256 proposal => mapping(uint256 seat => bool)) private _takenBack;
    mapping(uint256 proposal => mapping(uint256 resident => bool)) private _objected;
    mapping(uint256 nonce => mapping(uint256 member => bool)) private _calledBack;
    /// @dev What the bank took and paid: fees by period of 30 days, and both over all.
    mapping(uint256 period => uint256) private _feesFen;
    int256 private _chargesFen;
    mapping(uint256 line => uint64) private _feeFen;
    uint256[] private _fees;
    string public broken;
    uint256 private _lines;

    function found() external {
        deployAll();
        funds.openBankAccount(BANK);
        funds.openFund(STREET, 0, IFunds.Level.STREET, BANK);
        funds.openFund(FUND, STREET, IFunds.Level.COMMUNITY, BANK);
        funds.openPurpose(PURPOSE);
        budgets.setBudgetLine(LINE, PURPOSE, LIMIT_FEN);
        for (uint256 i = 0; i < SEATS; i++) {
            members.grantRole(register(i), IMembers.Role.RESIDENT, FUND, FAR);
            if (i >= SHARED) register(FIRST_ABOVE + i);
        }
        _openCommittee(COMMITTEE, FUND, false);
        _openCommittee(ABOVE, STREET, true);
        members.grantRole(register(TREASURER), IMembers.Role.TREASURER, FUND, FAR);
        members.grantRole(register(CASHIER), IMembers.Role.TREASURER, FUND, FAR);
        register(REQUESTER);
        committees.fillSeat(COMMITTEE, 255, register(SUPERVISOR), FAR);
        IFunds.Donation[] memory donations = new IFunds.Donation[](1);
        donations[0] = IFunds.Donation(line(_lines++), PURPOSE, DONATED_FEN, bytes32("donor"));
        VM.prank(keyOf(TREASURER));
        giving.attestDonations(FUND, BANK, donations, direct());
    }

    // ACTS

    function submit(uint64 amountSeed) external {
        if (amountSeed % 2 == 0 && _proposals.length > 1) return;
        IDisbursements.Proposal memory proposal;
        proposal.committee = COMMITTEE;
        proposal.purpose = PURPOSE;
        proposal.budgetLine = LINE;
        proposal.amountFen = uint64(bound(amountSeed, 1, 1_000_000));
        proposal.number = uint64(_proposals.length);
        proposal.requester = memberOf(REQUESTER);
        VM.prank(keyOf(REQUESTER));
        try disbursements.submit(proposal, direct()) {
            seen[_proposals.length].state = IRounds.ProposalState.SUBMITTED;
            seen[_proposals.length].voteEndsAt = block.timestamp + 10 days;
            _proposals.push(proposal);
        } catch {}
    }

    /// @dev Several seats approve, one after the other: one bit per seat.
    function approve(uint256 seed, uint256 seats) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length) return;
        for (uint256 seat = 0; seat < SEATS; seat++) {
            if ((seats >> seat) & 1 == 1) _approve(number, proposal, seat);
        }
    }

    /// @dev Several seats approve in one batch, each as if it were alone: one bit per seat, and a signature of none among them.
    function approveTogether(uint256 seed, uint256 seats) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length || seats % 2 == 0) return;
        bytes[] memory signatures = new bytes[](SEATS);
        bool anyCounts = false;
        bool[] memory counts = new bool[](SEATS);
        for (uint256 seat = 0; seat < SEATS; seat++) {
            if ((seats >> (seat + 1)) & 1 == 0) continue;
            signatures[seat] = _approval(proposal, _at(number, seat));
            counts[seat] = !_out[number][_at(number, seat)] && !_yes[number][seat] && !_against[number][seat]
                && !_takenBack[number][seat] && !_calledBack[_approvalNonce(proposal)][_at(number, seat)];
            anyCounts = anyCounts || counts[seat];
        }
        bool isOpen = _seenNow(seen[number]) == IRounds.ProposalState.SUBMITTED;
        try disbursements.approve(proposal, FAR, signatures) {
            if (!anyCounts) broken = "a batch of which nothing counts went through";
            _mayVote(seen[number]);
            for (uint256 seat = 0; seat < SEATS; seat++) {
                if (counts[seat]) _count(number, seat);
            }
            _votedOn(number);
        } catch {
            if (anyCounts && isOpen) broken = "a batch was refused for what does not count in it";
        }
    }

    /// @dev Who signed calls it back before anybody carries it; by the own hand the seat may approve all the same.
    function callBack(uint256 seed, uint256 seat) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length || seat % 3 != 0) return;
        uint256 member = _at(number, seat % SEATS);
        uint256 nonce = _approvalNonce(proposal);
        VM.prank(keyOf(member));
        try members.cancelIntent(address(disbursements), nonce, direct()) {
            _calledBack[nonce][member] = true;
        } catch {}
    }

    function recuse(uint256 seed, uint256 seat) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length || seat % 4 != 0) return;
        _recuse(number, proposal, seat % SEATS);
    }

    /// @dev Several seats recuse, one after the other: one bit per seat, most of them of residents.
    function recuseTogether(uint256 seed, uint256 seats) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length || seed % 3 != 0) return;
        for (uint256 seat = seats % 2; seat < SEATS; seat++) {
            if ((seats >> (seat + 1)) & 1 == 1) _recuse(number, proposal, seat);
        }
    }

    function reject(uint256 seed, uint256 seat) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length || seat % 4 != 0) return;
        seat %= SEATS;
        Seen storage record = seen[number];
        VM.prank(keyOf(_at(number, seat)));
        try disbursements.reject(proposal, direct()) {
            if (_against[number][seat]) broken = "a seat was against it twice";
            if (_out[number][_at(number, seat)]) broken = "a recused seat was against it";
            _mayVote(record);
            _takeBack(number, seat);
            _against[number][seat] = true;
            _votedOn(number);
        } catch {}
    }

    function retract(uint256 seed, uint256 seat) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length || seat % 4 != 0) return;
        seat %= SEATS;
        VM.prank(keyOf(_at(number, seat)));
        try disbursements.retract(proposal, direct()) {
            if (!_yes[number][seat] && !_against[number][seat]) broken = "no vote was taken back";
            _mayVote(seen[number]);
            _takeBack(number, seat);
            _votedOn(number);
        } catch {}
    }

    function supervise(uint256 seed) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length) return;
        VM.prank(keyOf(SUPERVISOR));
        try disbursements.approve(proposal, 0, new bytes[](0)) {
            broken = "a supervisor voted";
        } catch {}
    }

    function object(uint256 seed, uint256 resident) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length) return;
        VM.prank(keyOf(resident % SEATS));
        try disbursements.object(proposal, bytes32("why"), direct()) {
            Seen storage record = seen[number];
            if (record.state != IRounds.ProposalState.APPROVED) broken = "objected out of turn";
            if (block.timestamp >= record.passedAt + 3 days) broken = "objected after the notice";
            if (_objected[number][resident % SEATS]) broken = "objected twice";
            _objected[number][resident % SEATS] = true;
            record.state = _stateOf(number);
        } catch {}
    }

    function answer(uint256 seed) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length) return;
        VM.prank(keyOf(REQUESTER));
        try disbursements.answer(proposal, bytes32("because"), direct()) {
            Seen storage record = seen[number];
            if (record.state != IRounds.ProposalState.SUSPENDED) broken = "answered without suspension";
            if (block.timestamp >= record.passedAt + 93 days) broken = "answered after it lapsed";
            _beginRound(number);
            if (record.rounds > 3) broken = "more than four rounds";
        } catch {}
    }

    function withdraw(uint256 seed) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length || seed % 8 != 0) return;
        IRounds.ProposalState before = _seenNow(seen[number]);
        VM.prank(keyOf(REQUESTER));
        try disbursements.withdraw(proposal, direct()) {
            if (before > IRounds.ProposalState.SUSPENDED) broken = "withdrawn when it had ended";
            seen[number].state = IRounds.ProposalState.WITHDRAWN;
        } catch {}
    }

    function execute(uint256 seed) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length) return;
        bool blocked = _blocked();
        try disbursements.execute(proposal) {
            Seen storage record = seen[number];
            if (record.state != IRounds.ProposalState.APPROVED) broken = "executed without approval";
            if (block.timestamp < record.passedAt + 4 days) broken = "executed within the notice or the grace";
            if (block.timestamp >= record.passedAt + 93 days) broken = "executed after it lapsed";
            if (blocked) broken = "executed on a blocked line";
            record.state = IRounds.ProposalState.EXECUTED;
            if (record.dueAt == 0) record.dueAt = block.timestamp + 20 days;
            if (record.dueAt < block.timestamp) broken = "an undone execution won time for its proof";
            record.executions++;
        } catch {}
    }

    function prove(uint256 seed) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length) return;
        VM.prank(keyOf(TREASURER));
        try disbursements.provePayment(proposal, line(_lines), direct()) {
            _proofs[number].push(Proof(line(_lines++), proposal.amountFen, TREASURER));
            if (seen[number].state != IRounds.ProposalState.EXECUTED) broken = "proven out of turn";
            if (seen[number].paidFen != 0) broken = "proven whole after an instalment";
            (seen[number].state, seen[number].paidFen) = (IRounds.ProposalState.CLOSED, proposal.amountFen);
        } catch {}
    }

    function provePart(uint256 seed, uint64 amountSeed, bool byCashier) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length) return;
        Seen storage record = seen[number];
        uint64 amountFen = uint64(bound(amountSeed, 0, proposal.amountFen + 1));
        if (amountSeed % 3 == 0) amountFen = proposal.amountFen - uint64(record.paidFen);
        VM.prank(keyOf(byCashier ? CASHIER : TREASURER));
        try parts.proveInstalment(proposal, line(_lines), amountFen, direct()) {
            _proofs[number].push(Proof(line(_lines++), amountFen, byCashier ? CASHIER : TREASURER));
            if (record.state != IRounds.ProposalState.EXECUTED) broken = "an instalment proven out of turn";
            if (amountFen == 0 || amountFen == proposal.amountFen) broken = "an instalment of nothing or all";
            record.paidFen += amountFen;
            if (record.paidFen > proposal.amountFen) broken = "instalments above the whole";
            if (record.paidFen == proposal.amountFen) record.state = IRounds.ProposalState.CLOSED;
        } catch {}
    }

    /// @dev A part that came back, or what is left of instalments and is not paid.
    function returnPart(uint256 seed, uint64 amountSeed, bool isRest) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length) return;
        Seen storage record = seen[number];
        uint64 amountFen = uint64(bound(amountSeed, 0, proposal.amountFen + 1));
        if (isRest) amountFen = proposal.amountFen - uint64(record.paidFen);
        Proof memory paid = _lastProof(number);
        VM.prank(keyOf(CASHIER));
        try parts.recordReturn(proposal, paid.line, isRest ? bytes32(0) : line(_lines++), amountFen, "why", direct()) {
            if (paid.by == CASHIER) broken = "one treasurer proved a payment and said that it came back";
            if (isRest) record.restFen = amountFen;
            IRounds.ProposalState needed = isRest ? IRounds.ProposalState.EXECUTED : IRounds.ProposalState.CLOSED;
            if (record.state != needed) broken = "a part came back out of turn";
            if (record.paidFen == 0) broken = "a part came back of nothing";
            record.returnedFen += amountFen;
            if (record.returnedFen >= proposal.amountFen + (isRest ? 0 : 1)) broken = "more came back than was paid";
            record.state = IRounds.ProposalState.CLOSED;
        } catch {}
    }

    /// @dev Two requests by one line.
    function proveJointly(uint256 seed, uint256 otherSeed) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        (uint256 other, IDisbursements.Proposal memory otherProposal) = _pick(otherSeed);
        if (number == _proposals.length) return;
        IDisbursements.Proposal[] memory both = new IDisbursements.Proposal[](2);
        (both[0], both[1]) = (proposal, otherProposal);
        VM.prank(keyOf(TREASURER));
        try disbursements.proveJointPayment(both, line(_lines), direct()) {
            if (number == other) broken = "one request was paid twice by one line";
            _jointFen[line(_lines)] = uint256(proposal.amountFen) + otherProposal.amountFen;
            _closeJointly(number);
            _closeJointly(other);
            _lines++;
        } catch {}
    }

    /// @dev A proof was a mistake, or the money came back: the request is open again.
    function reverseProof(uint256 seed, uint256 proofSeed, bool byCashier, bool cameBack) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length || _proofs[number].length == 0) return;
        Seen storage record = seen[number];
        uint256 at = proofSeed % _proofs[number].length;
        Proof memory proof = _proofs[number][at];
        bytes32 incoming = cameBack ? line(_lines++) : bytes32(0);
        VM.prank(keyOf(byCashier ? CASHIER : TREASURER));
        try parts.reverseProof(proposal, proof.line, incoming, "why", direct()) {
            if (proof.by == (byCashier ? CASHIER : TREASURER)) broken = "one treasurer took back the own proof";
            if (record.returnedFen != 0) broken = "a proof was taken back after a return";
            bool stands = record.state == IRounds.ProposalState.EXECUTED || record.state == IRounds.ProposalState.CLOSED;
            if (!stands) broken = "a proof was taken back out of turn";
            record.paidFen -= proof.amountFen;
            record.state = IRounds.ProposalState.EXECUTED;
            if (record.dueAt == 0) record.dueAt = record.passedAt + 3 days + 1 days + 20 days;
            if (!cameBack && _jointFen[proof.line] != 0) _jointFen[proof.line] -= proof.amountFen;
            _proofs[number][at] = _proofs[number][_proofs[number].length - 1];
            _proofs[number].pop();
        } catch {}
    }

    /// @dev The rest of instalments that was not to be paid will be.
    function reclaimRest(uint256 seed, bool byCashier) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length) return;
        Seen storage record = seen[number];
        VM.prank(keyOf(byCashier ? CASHIER : TREASURER));
        try parts.reverseReturn(proposal, 0, "why", direct()) {
            if (record.restFen == 0) broken = "a rest was reclaimed that nobody released";
            if (byCashier) broken = "the cashier released a rest and reclaimed it";
            record.returnedFen -= record.restFen;
            (record.restFen, record.state) = (0, IRounds.ProposalState.EXECUTED);
        } catch {}
    }

    function charge(uint64 amountSeed, bool isFee) external {
        uint64 amountFen = uint64(bound(amountSeed, 1, 6_000));
        uint256 period = block.timestamp / 30 days;
        VM.prank(keyOf(TREASURER));
        if (!isFee) {
            charges.recordInterest(PURPOSE, BANK, line(_lines++), amountFen, direct());
            _chargesFen += int64(amountFen);
            return;
        }
        try charges.recordFee(PURPOSE, BANK, line(_lines), amountFen, direct()) {
            _fees.push(_lines);
            _feeFen[_lines++] = amountFen;
            _feesFen[period] += amountFen;
            _chargesFen -= int64(amountFen);
            if (amountFen > 5_000 || _feesFen[period] + _feesFen[period - 1] > 20_000) broken = "fees above their limit";
        } catch {
            bool isWithin = amountFen <= 5_000 && _feesFen[period] + _feesFen[period - 1] + amountFen <= 20_000;
            bool hasIt = balance(Accounts.PURPOSE, PURPOSE) >= int64(amountFen);
            if (isWithin && hasIt) broken = "a fee refused without cause";
        }
    }

    /// @dev Only fees of this period: then the books need no dates of their own.
    function refundFee(uint256 seed, bool byBank) external {
        if (_fees.length == 0) return;
        uint256 number = _fees[seed % _fees.length];
        uint64 left = funds.leftForFees(FUND);
        VM.prank(keyOf(CASHIER));
        try charges.reverseFee(PURPOSE, line(number), byBank ? line(_lines) : bytes32(0), "why", direct()) {
            if (byBank) _lines++;
            _chargesFen += int64(_feeFen[number]);
            if (_feeFen[number] == 0) broken = "a fee was taken back twice";
            uint256 period = block.timestamp / 30 days;
            uint64 freed = funds.leftForFees(FUND) - left;
            if (freed != 0 && freed != _feeFen[number]) broken = "a fee freed another amount";
            uint256 counted = _feesFen[period] >= freed ? period : period - 1;
            _feesFen[counted] -= freed;
            _feeFen[number] = 0;
        } catch {
            if (_feeFen[number] != 0) broken = "a fee was not taken back";
        }
    }

    function reverse(uint256 seed, bool moneyCameBack, bool byProver) external {
        (uint256 number, IDisbursements.Proposal memory proposal) = _pick(seed);
        if (number == _proposals.length || seed % 3 != 0) return;
        bytes32 incoming = moneyCameBack ? line(_lines++) : bytes32(0);
        bytes32 paidBy = moneyCameBack ? _lastProof(number).line : bytes32(0);
        bool isProver = _lastProof(number).by == (byProver ? TREASURER : CASHIER);
        VM.prank(keyOf(byProver ? TREASURER : CASHIER));
        try disbursements.reverse(proposal, paidBy, incoming, bytes32("why"), direct()) {
            Seen storage record = seen[number];
            IRounds.ProposalState needed =
                moneyCameBack ? IRounds.ProposalState.CLOSED : IRounds.ProposalState.EXECUTED;
            if (record.state != needed) broken = "reversed out of turn";
            if (moneyCameBack && isProver) broken = "one treasurer proved a payment and took it back";
            if (record.returnedFen != 0) broken = "reversed whole after a part";
            if (!moneyCameBack && record.paidFen != 0) broken = "undone after an instalment";
            record.paidFen = 0;
            record.state = moneyCameBack ? IRounds.ProposalState.REVERSED : IRounds.ProposalState.APPROVED;
            if (!moneyCameBack) record.executions--;
        } catch {}
    }

    function wait(uint256 hoursSeed) external {
        VM.warp(block.timestamp + bound(hoursSeed, 1, 100) * 1 hours);
    }

    // BOOKS

    function count() external view returns (uint256) {
        return _proposals.length;
    }

    function stateSeen(uint256 number)
        external
        view
        returns (IRounds.ProposalState, IRounds.ProposalState)
    {
        return (_seenNow(seen[number]), _stateOf(number));
    }

    function executions(uint256 number) external view returns (uint256) {
        return seen[number].executions;
    }

    /// @dev What left the purpose and did not come back, and how many payments still lack their proof.
    function spent() external view returns (uint256 spentFen, uint256 unproven) {
        for (uint256 i = 0; i < _proposals.length; i++) {
            IRounds.ProposalState state = seen[i].state;
            bool executed = state == IRounds.ProposalState.EXECUTED;
            if (executed) unproven++;
            if (executed || state == IRounds.ProposalState.CLOSED) {
                spentFen += _proposals[i].amountFen - seen[i].returnedFen;
            }
        }
    }

    function held() external view returns (int64 purposeFen, int64 bankFen, uint64 spentFen) {
        (,, spentFen,) = budgets.budgetLineRecord(LINE);
        return (balance(Accounts.PURPOSE, PURPOSE), balance(Accounts.BANK, BANK), spentFen);
    }

    /// @dev What the purpose must hold beside what is spent, in fen.
    function charged() external view returns (int256) {
        return _chargesFen;
    }

    function _approve(uint256 number, IDisbursements.Proposal memory proposal, uint256 seat) private {
        VM.prank(keyOf(_at(number, seat)));
        try disbursements.approve(proposal, 0, new bytes[](0)) {
            if (_yes[number][seat]) broken = "a seat approved twice";
            if (_out[number][_at(number, seat)]) broken = "a recused seat approved";
            if (_takenBack[number][seat]) broken = "an approval that was taken back counted again";
            if (_against[number][seat]) broken = "a seat approved that was against it";
            _mayVote(seen[number]);
            _count(number, seat);
            _votedOn(number);
        } catch {}
    }

    function _count(uint256 number, uint256 seat) private {
        Seen storage record = seen[number];
        _yes[number][seat] = true;
        (record.yes, record.yesDonors) = (record.yes + 1, record.yesDonors + (seat < 2 ? 1 : 0));
    }

    function _approvalNonce(IDisbursements.Proposal memory proposal) private view returns (uint256) {
        bytes32 id = disbursements.idOf(proposal);
        return ProposalMessages.approvalNonce(id, rounds.roundOf(id));
    }

    /// @dev What a member signs in the running round.
    function _approval(IDisbursements.Proposal memory proposal, uint256 member) private view returns (bytes memory) {
        bytes32 id = disbursements.idOf(proposal);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Gongji Disbursements"),
                keccak256("1"),
                block.chainid,
                disbursements
            )
        );
        bytes32 message = ProposalMessages.approval(
            id, AmountText.hash(proposal.amountFen), rounds.roundOf(id), FAR
        );
        (uint8 v, bytes32 r, bytes32 s) =
            VM.sign(0x3000 + member, keccak256(abi.encodePacked(hex"1901", domain, message)));
        return abi.encodePacked(r, s, v);
    }

    function _lastProof(uint256 number) private view returns (Proof memory proof) {
        Proof[] storage proofs = _proofs[number];
        if (proofs.length != 0) proof = proofs[proofs.length - 1];
    }

    /// @dev Executed before or now, and proven whole.
    function _closeJointly(uint256 number) private {
        Seen storage record = seen[number];
        uint256 amountFen = _proposals[number].amountFen;
        if (record.state == IRounds.ProposalState.APPROVED) {
            if (block.timestamp < record.passedAt + 4 days) broken = "paid together before the grace was over";
            if (_blocked()) broken = "paid together from a blocked line";
            record.executions++;
        } else if (record.state != IRounds.ProposalState.EXECUTED) {
            broken = "paid together out of turn";
        }
        if (record.paidFen != 0) broken = "paid together after an instalment";
        (record.state, record.paidFen) = (IRounds.ProposalState.CLOSED, amountFen);
        _proofs[number].push(Proof(line(_lines), amountFen, TREASURER));
    }

    function _blocked() private view returns (bool) {
        for (uint256 i = 0; i < _proposals.length; i++) {
            bool executed = seen[i].state == IRounds.ProposalState.EXECUTED;
            if (executed && seen[i].dueAt < block.timestamp) return true;
        }
        return false;
    }

    function _mayVote(Seen memory record) private {
        if (record.state != IRounds.ProposalState.SUBMITTED) broken = "voted out of turn";
        if (block.timestamp > record.voteEndsAt) broken = "voted after the vote";
    }

    function _takeBack(uint256 number, uint256 seat) private {
        Seen storage record = seen[number];
        _against[number][seat] = false;
        if (!_yes[number][seat]) return;
        (_yes[number][seat], _takenBack[number][seat]) = (false, true);
        (record.yes, record.yesDonors) = (record.yes - 1, record.yesDonors - (seat < 2 ? 1 : 0));
    }

    /// @dev What time makes of a state.
    function _seenNow(Seen memory record) private view returns (IRounds.ProposalState) {
        IRounds.ProposalState state = record.state;
        if (state == IRounds.ProposalState.SUBMITTED && block.timestamp > record.voteEndsAt) {
            return IRounds.ProposalState.FAILED;
        }
        bool waits =
            state == IRounds.ProposalState.APPROVED || state == IRounds.ProposalState.SUSPENDED;
        return waits && block.timestamp >= record.passedAt + 93 days ? IRounds.ProposalState.LAPSED : state;
    }

    function _openCommittee(uint32 committee, uint16 fund, bool isAbove) private {
        ICommittees.SeatClass[] memory classes = new ICommittees.SeatClass[](SEATS);
        for (uint256 i = 0; i < SEATS; i++) {
            classes[i] = i < 2 ? ICommittees.SeatClass.DONOR : ICommittees.SeatClass.RESIDENT;
        }
        committees.openCommittee(committee, fund, classes);
        ICommittees.Tier[] memory tiers = new ICommittees.Tier[](1);
        tiers[0] = ICommittees.Tier(1_000_000, 2, 3, 1, 0, 0, 0, 10 days, 3 days, 2, 20 days);
        committees.setRules(committee, tiers);
        for (uint256 i = 0; i < SEATS; i++) {
            committees.fillSeat(committee, uint8(i), memberOf(_sits(isAbove, i)), FAR);
        }
    }

    function _recuse(uint256 number, IDisbursements.Proposal memory proposal, uint256 seat) private {
        uint256 member = _at(number, seat);
        VM.prank(keyOf(member));
        try disbursements.recuse(proposal, direct()) {
            if (_out[number][member]) broken = "a member recused twice";
            _mayVote(seen[number]);
            _takeBack(number, seat);
            _out[number][member] = true;
            _votedOn(number);
        } catch {}
    }

    /// @dev Who sits in a seat of a committee.
    function _sits(bool isAbove, uint256 seat) private pure returns (uint256 member) {
        return isAbove && seat >= SHARED ? FIRST_ABOVE + seat : seat;
    }

    /// @dev Who sits in a seat of the committee that decides now.
    function _at(uint256 number, uint256 seat) private view returns (uint256 member) {
        return _sits(seen[number].isAbove, seat);
    }

    function _beginRound(uint256 number) private {
        Seen storage record = seen[number];
        record.state = IRounds.ProposalState.SUBMITTED;
        (record.yes, record.yesDonors, record.voteEndsAt) = (0, 0, block.timestamp + 10 days);
        record.rounds++;
        for (uint256 seat = 0; seat < SEATS; seat++) {
            (_yes[number][seat], _against[number][seat], _takenBack[number][seat]) = (false, false, false);
        }
    }

    /// @dev Whether seats of a committee could still decide without those that recused, and without the votes that were cast.
    function _couldDecide(uint256 number, bool isAbove, bool countsVotes) private view returns (bool) {
        (uint256 left, uint256 leftDonors) = (0, 0);
        for (uint256 seat = 0; seat < SEATS; seat++) {
            if (_out[number][_sits(isAbove, seat)]) continue;
            if (countsVotes && (_against[number][seat] || _takenBack[number][seat])) continue;
            left++;
            if (seat < 2) leftDonors++;
        }
        return left * 3 >= SEATS * 2 && leftDonors != 0;
    }

    /// @dev Two thirds of all and one donor: no more is needed, and no less is enough. When that many cannot be had any more
    /// it fails; if recusals alone are why, the committee above decides, unless it could not either.
    function _votedOn(uint256 number) private {
        Seen storage record = seen[number];
        bool enough = record.yes * 3 >= SEATS * 2 && record.yesDonors >= 1;
        bool passed = _stateOf(number) == IRounds.ProposalState.APPROVED;
        if (enough != passed) broken = "the threshold was not kept";
        bool isOver = !_couldDecide(number, record.isAbove, true);
        bool refers = !record.isAbove && !_couldDecide(number, false, false) && _couldDecide(number, true, false);
        bool failed = _stateOf(number) == IRounds.ProposalState.FAILED;
        if (failed != (isOver && !refers)) broken = "it failed without need, or did not";
        if (refers) {
            record.isAbove = true;
            _beginRound(number);
        }
        if (rounds.roundOf(disbursements.idOf(_proposals[number])) != record.rounds + 1) broken = "another round";
        if (failed) record.state = IRounds.ProposalState.FAILED;
        if (passed) (record.state, record.passedAt) = (IRounds.ProposalState.APPROVED, block.timestamp);
    }

    function _pick(uint256 seed) private view returns (uint256 number, IDisbursements.Proposal memory proposal) {
        if (_proposals.length == 0) return (0, proposal);
        uint256 newest = _proposals.length > 2 ? 2 : _proposals.length;
        number = _proposals.length - 1 - seed % newest;
        return (number, _proposals[number]);
    }

    function _stateOf(uint256 number) private view returns (IRounds.ProposalState) {
        return rounds.stateOf(disbursements.idOf(_proposals[number]));
    }
}

contract SpendingTest {
    SpendingUser private user;

    struct FuzzSelector {
        address target;
        bytes4[] selectors;
    }

    function setUp() public {
        user = new SpendingUser();
        user.found();
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(user), new bytes4[](25));
        targets[0].selectors[0] = user.submit.selector;
        targets[0].selectors[1] = user.recuse.selector;
        targets[0].selectors[2] = user.supervise.selector;
        targets[0].selectors[3] = user.object.selector;
        targets[0].selectors[4] = user.answer.selector;
        targets[0].selectors[5] = user.withdraw.selector;
        targets[0].selectors[6] = user.execute.selector;
        targets[0].selectors[7] = user.prove.selector;
        targets[0].selectors[8] = user.reverse.selector;
        targets[0].selectors[9] = user.wait.selector;
        // So that proposals get far, these come more often.
        targets[0].selectors[10] = user.approve.selector;
        targets[0].selectors[11] = user.approve.selector;
        targets[0].selectors[12] = user.execute.selector;
        targets[0].selectors[13] = user.prove.selector;
        targets[0].selectors[14] = user.wait.selector;
        targets[0].selectors[15] = user.reject.selector;
        targets[0].selectors[16] = user.retract.selector;
        targets[0].selectors[17] = user.recuseTogether.selector;
        targets[0].selectors[18] = user.provePart.selector;
        targets[0].selectors[19] = user.provePart.selector;
        targets[0].selectors[20] = user.returnPart.selector;
        targets[0].selectors[21] = user.charge.selector;
        targets[0].selectors[22] = user.refundFee.selector;
        targets[0].selectors[23] = user.approveTogether.selector;
        targets[0].selectors[24] = user.callBack.selector;
    }

    /// @dev All rules at once: each by itself would be driven through the very same acts.
    function invariant_every_proposal_stands_and_is_spent_as_its_acts_put_it() public view {
        check(bytes(user.broken()).length == 0, user.broken());
        for (uint256 i = 0; i < user.count(); i++) {
            (IRounds.ProposalState seen, IRounds.ProposalState found) = user.stateSeen(i);
            check(seen == found, "state");
            check(user.executions(i) <= 1, "executed twice");
        }
        (uint256 spentFen, uint256 unproven) = user.spent();
        (int64 purposeFen, int64 bankFen, uint64 lineFen) = user.held();
        check(lineFen == spentFen && spentFen <= user.LIMIT_FEN(), "budget line");
        int256 leftFen = int256(uint256(user.DONATED_FEN())) - int256(spentFen);
        check(purposeFen == leftFen + user.charged(), "purpose");
        check(bankFen == -purposeFen, "bank");
        check(unproven <= 3, "too many payments without proof");
    }
}
