"""C12.1: contracts were created by their published code, for each other: what else created one could have filled its storage in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_abi import decode
from eth_abi.exceptions import DecodingError

from audit.checks.check import check
from audit.decode.abi import artifact
from audit.evidence.pinned import contract_of, version_of

if TYPE_CHECKING:
    from audit.chain.history import History, Transaction
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

NOBODY = bytes(20)


@check("C12.1", "合约由公布的代码创建", "Contracts were created by the published code, for each other")
def created_by_code(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each pinned contract was created by a transaction, with the code of this checkout, and was given pinned contracts alone."""
    del bundle
    creations = {t.created: t for t in history.all_transactions if t.created and t.status}
    for label, contract in trust.contracts.items():
        creation = creations.get(contract.address)
        what = f"没有创建它的交易 no transaction created {label} at 0x{contract.address.hex()}"
        if tally.expect(creation is not None, label, what) and creation is not None:
            _judge(tally, label, creation, trust)
    return tally.result()


def _judge(tally: Tally, label: str, creation: Transaction, trust: Trust) -> None:
    published, name = artifact(contract_of(label)), contract_of(label)
    code = bytes.fromhex(published["bytecode"][2:])
    what = f"创建它的代码不是公布的 {label} was not created by the code of this checkout"
    if not tally.expect(creation.code.startswith(code), creation.where, what):
        return
    inputs: list[Any] = next(
        (entry["inputs"] for entry in published["abi"] if entry["type"] == "constructor"), []
    )
    try:
        values = decode([one["type"] for one in inputs], creation.code[len(code) :])
    except (DecodingError, OverflowError) as error:
        tally.fail(creation.where, f"创建时的参数读不出 arguments of {label}: {error!s:.200}")
        return
    for one, value in zip(inputs, values, strict=True):
        allowed = _allowed(one["name"], label, creation, trust) if one["type"] == "address" else None
        if allowed is not None:
            got = bytes.fromhex(value[2:])
            what = f"创建 {name} 时交给它的不是固定的合约 {label} was given 0x{got.hex()} as {one['name']}"
            tally.expect(got in allowed, creation.where, what)


def _allowed(argument: str, label: str, creation: Transaction, trust: Trust) -> set[bytes]:
    """What a contract may be given: as its first administrator who creates it; the version before it; else versions of the contract that has the argument's name."""
    versions: dict[str, Any] = trust.versions
    if argument == "initialAdmin":
        return {creation.sender}
    if argument == "former":
        before = version_of(label) - 2
        return {versions[contract_of(label)][before] if before >= 0 else NOBODY}
    return set(versions.get(argument[0].upper() + argument[1:], ()))
