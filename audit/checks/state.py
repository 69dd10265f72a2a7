"""C10, C12, C17.1, C17.4: what is proven to stand in the state at the head: the pinned code, and what the events come to."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from audit.chain.history import once
from audit.chain.proofs import PATH, check_proof, read_proofs
from audit.chain.storage import slots_to_prove, spot
from audit.checks.check import check
from audit.decode.abi import artifact
from audit.decode.keccak import keccak
from audit.errors import DecodeError, ProofError
from audit.evidence.canonical import record, text, unhexed
from audit.evidence.pinned import contract_of
from audit.report.findings import State
from audit.rules.ledger_fold import fold
from audit.rules.stored import fold_stored, sample, things_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.chain.history import History
    from audit.chain.proofs import ProvenStorage
    from audit.chain.storage import Place
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.ledger_fold import Fold
    from audit.rules.stored import Thing

CODE_PATH = "chain/code.jsonl"
# Up to three dates in one word.
OPEN_PROOFS = "openProofs"


class Proofs(NamedTuple):
    """What the proofs of a bundle come to.

    Attributes:
        storages: What is proven, by contract.
        faults: Where a proof does not hold, and why.
    """

    storages: dict[str, ProvenStorage]
    faults: list[tuple[str, str]]


@check("C10", "存储证明有效", "Storage proofs lead from the state root")
def proofs_hold(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each pinned contract has a proof of its account and of exactly the slots that are wanted."""
    if not bundle.has(PATH):
        return tally.undecided(f"证据包里没有 the bundle has no {PATH}")
    proofs = _prove(history, bundle, trust)
    for where, what in proofs.faults:
        tally.fail(where, what)
    tally.counted += sum(len(storage.words) for storage in proofs.storages.values())
    return tally.result()


@once
def _prove(history: History, bundle: Bundle, trust: Trust) -> Proofs:
    proofs = read_proofs(bundle)
    storages: dict[str, ProvenStorage] = {}
    names, pinned = sorted(proofs), sorted(trust.contracts)
    faults = [] if names == pinned else [(PATH, f"合约 contracts: 应为 expected {pinned}，实为 got {names}")]
    spots = [thing.spot for thing in _sampled(history, trust)]
    slots = slots_to_prove(trust.contracts, fold(history).books, spots)
    for name in proofs.keys() & trust.contracts.keys():
        missing = set(slots[name]) - proofs[name].slots.keys()
        more = proofs[name].slots.keys() - set(slots[name])
        if missing or more:
            faults.append((name, f"存储槽不符 {len(missing)} slots are missing and {len(more)} too many"))
        try:
            storages[name] = check_proof(proofs[name], history.head.state_root, trust.address(name))
        except (ProofError, DecodeError) as error:
            faults.append((name, str(error)))
    return Proofs(storages, faults)


@once
def _sampled(history: History, trust: Trust) -> list[Thing]:
    return sample(things_of(history, trust.labels), history.head.hash)


@check(
    "C12", "合约代码与公布的一致", "The code of the contracts is the pinned one, and that of this checkout"
)
def code_is_pinned(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Code in the state, in the trust file, in the bundle and in the files of this checkout are one. C12.2 compiles."""
    storages = _proven(history, bundle, trust)
    if storages is None or not bundle.has(CODE_PATH):
        return tally.undecided(f"它依据 it rests on C10 and {CODE_PATH}")
    codes: dict[str, bytes] = {}
    for line in bundle.lines(CODE_PATH):
        row = record(line, ("code", "contract"))
        name, code = text(row["contract"]), unhexed(row["code"])
        tally.expect(name not in codes, CODE_PATH, f"合约重复 {name} appears there twice")
        codes[name] = code
    tally.expect_equal(CODE_PATH, "合约 contracts", expected=sorted(trust.contracts), got=sorted(codes))
    for name, contract in trust.contracts.items():
        code = codes.get(name, b"")
        pinned = contract.code_hash
        tally.expect_equal(
            name, "状态里的代码哈希 code hash in the state", expected=pinned, got=storages[name].code_hash
        )
        tally.expect_equal(name, "代码哈希 hash of the code", expected=pinned, got=keccak(code))
        built = bytes.fromhex(artifact(contract_of(name))["runtime"]["code"][2:])
        spans = artifact(contract_of(name))["runtime"]["immutables"]
        same = masked(code, spans) == masked(built, spans)
        tally.expect(
            same,
            name,
            "代码与本机的编译结果不同（不计不可变量） its code is not that of this checkout's build, immutables aside",
        )
    _compare_verifiers(tally, codes, trust)
    return tally.result()


def _compare_verifiers(tally: Tally, codes: dict[str, bytes], trust: Trust) -> None:
    """Signatures are judged by what is pinned: by these verifiers, and for this domain, the chain must judge them too."""
    words = _immutables("Members", codes)
    for name in ("P256Verifier", "PasskeyVerifier"):
        address = trust.address(name)
        what = (
            f"成员合约用的不是固定的验签合约 Members does not verify by the pinned {name} 0x{address.hex()}"
        )
        tally.expect(address.rjust(32, b"\0") in words, "Members", what)
    if trust.passkey_domain is not None:
        expected = hashlib.sha256(trust.passkey_domain.encode()).digest()
        what = f"通行密钥的域名不符 passkeys of the chain are not for {trust.passkey_domain}"
        tally.expect(_immutables("PasskeyVerifier", codes) == {expected}, "PasskeyVerifier", what)


def _immutables(contract: str, codes: dict[str, bytes]) -> set[bytes]:
    """Words that were filled in at a contract's creation."""
    code = codes.get(contract, b"")
    return {code[start : start + length] for start, length in artifact(contract)["runtime"]["immutables"]}


@check("C17.1", "流水累加等于链上存储", "The transfers add up to what stands in the state")
def fold_equals_state(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Every balance, and what else is proven, is what the events say."""
    storages = _proven(history, bundle, trust)
    if storages is None:
        return tally.undecided("它依据 it rests on C10")
    computed = fold(history)
    _compare_books(tally, computed, storages["Ledger"])
    sequence = _number(storages, "Ledger", "sequence")
    tally.expect_equal("Ledger", "转账笔数 number of transfers", expected=computed.sequence, got=sequence)
    for name, contract in trust.contracts.items():
        kinds, closing = (spot("Ledger", "_modules", contract.address).place(f) for f in ("kinds", "closing"))
        word = storages["Ledger"].words[kinds.slot]
        expected = (computed.modules.get(contract.address, 0), contract.address in computed.closing)
        got = (kinds.read(word), bool(closing.read(word)))
        what = "模块可动用的账户种类、是否收尾 kinds of accounts of a module, and whether it is closing"
        tally.expect_equal(name, what, expected=expected, got=got)
    anchored = _number(storages, "EventLog", "anchoredSize")
    tally.expect_equal("EventLog", "已锚定条数 anchored size", expected=computed.anchored_size, got=anchored)
    return tally.result()


@check(
    "C17.4",
    "职责、成员、席位、请求、预算、流水、活动、任务、兑换、计件与设备等于链上存储",
    "Offices, members, seats, requests, budget and bank lines, campaigns, tasks, redemptions, lots and devices are what stands in the state",
)
def things_equal_state(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Of each kind of thing those that are proven, field by field, hold what the events come to."""
    storages = _proven(history, bundle, trust)
    if storages is None:
        return tally.undecided("它依据 it rests on C10")
    stored = fold_stored(history, trust.labels)
    for thing in _sampled(history, trust):
        found, words = thing.spot, storages[thing.contract].words
        got = {name: found.place(name) for name in stored[thing]}
        wrong = {
            name: (expected, value)
            for name, expected in stored[thing].items()
            if (value := _read(name, got[name], words)) != _number_of(expected)
        }
        differences = ", ".join(f"{name or 'value'}: {_number_of(e)} → {g}" for name, (e, g) in wrong.items())
        tally.expect(not wrong, str(thing), f"存储不同 the state holds something else: {differences}")
    return tally.result()


def _number_of(expected: Any) -> Any:
    """What the events say, as storage has it: bytes are a number."""
    return int.from_bytes(expected, "big") if isinstance(expected, bytes) else expected


def _read(name: str, place: Place, words: dict[bytes, bytes]) -> Any:
    """What storage holds; of the proofs that are open, the dates, since their order means nothing."""
    number = place.read(words[place.slot])
    if name != OPEN_PROOFS:
        return number
    return sorted(date for i in range(3) if (date := number >> 32 * i & 0xFFFFFFFF))


def _compare_books(tally: Tally, computed: Fold, ledger: ProvenStorage) -> None:
    for account, book in computed.books.items():
        places = {
            f: spot("Ledger", "_accounts", account).place(f) for f in ("balance", "unit", "world", "fund")
        }
        word = ledger.words[places["balance"].slot]
        expected = (book.balance, book.unit, book.world, book.fund)
        got = (
            places["balance"].read(word, signed=True),
            places["unit"].read(word),
            bool(places["world"].read(word)),
            places["fund"].read(word),
        )
        where = f"account 0x{account.hex()}"
        tally.expect_equal(
            where, "余额、单位、内外、基金 balance, unit, world, fund", expected=expected, got=got
        )


def _number(storages: dict[str, ProvenStorage], contract: str, label: str) -> int:
    place = spot(contract, label).place()
    return place.read(storages[contract].words[place.slot])


def _proven(history: History, bundle: Bundle, trust: Trust) -> dict[str, ProvenStorage] | None:
    """What the proofs prove; None if C10 does not pass."""
    if proofs_hold(history, bundle, trust).state is not State.PASSED:
        return None
    return _prove(history, bundle, trust).storages


def masked(code: bytes, spans: Iterable[Iterable[int]]) -> bytes:
    """Code with zeros where immutables are filled in.

    Args:
        code: Runtime code.
        spans: First byte of each immutable, and how many it has.
    """
    zeroed = bytearray(code)
    for start, length in spans:
        zeroed[start : start + length] = bytes(length)
    return bytes(zeroed)
