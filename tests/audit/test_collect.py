"""The collector believes nobody: it rebuilds what it is told, and refuses what does not prove itself."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from sqlalchemy import create_engine, text

from audit.collect import writer
from audit.collect.chain_source import ChainSource
from audit.collect.collect import collect
from audit.collect.dump import dump_mirror
from audit.collect.rebuild import header_rlp, receipts_rlp, transactions_rlp
from audit.collect.rpc import Http, address_of
from audit.collect.writer import BundleWriter
from audit.errors import CollectError, FolderTakenError, OtherTownError
from audit.evidence.bundle import Bundle
from audit.verify import verify_with
from indexer.config import IndexerConfig
from indexer.sync import Syncer
from tests.audit.bundles import BESU, findings
from tests.conftest import CHAIN_ID
from tests.dying import DiedError, dying
from tests.indexer.projections.paper_mirror import PaperMirror
from tests.kit.nodes import served
from tests.lying_rpc import LyingRpc
from tests.postgres import create_database, drop_database, postgres_server, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.audit.audited import Audited

__all__ = ["postgres_server"]
pytestmark = pytest.mark.usefixtures("memory")

RECORDED = json.loads((BESU / "rpc.json").read_text())
RAW = [json.loads(line) for line in (BESU / "blocks.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("number", RECORDED)
def test_what_besu_told_is_rebuilt_byte_by_byte(number: str) -> None:
    block, receipts = RECORDED[number]["block"], RECORDED[number]["receipts"]
    raw = RAW[int(number)]
    assert "0x" + header_rlp(block).hex() == raw["header"]
    assert ["0x" + t.hex() for t in transactions_rlp(block)] == raw["transactions"]
    assert ["0x" + r.hex() for r in receipts_rlp(block, receipts)] == raw["receipts"]


@pytest.mark.parametrize("field", ["stateRoot", "timestamp", "parentHash", "extraData"])
def test_a_header_that_does_not_have_its_hash_is_refused(field: str) -> None:
    block = RECORDED["100"]["block"]
    value = block[field]
    place = 20 if field == "extraData" else len(value) - 1
    forged = value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]
    with pytest.raises(CollectError, match="does not have the hash"):
        header_rlp(block | {field: forged})


def test_a_transaction_or_receipt_left_out_is_refused() -> None:
    block, receipts = RECORDED["8"]["block"], RECORDED["8"]["receipts"]
    with pytest.raises(CollectError, match="transactions do not make the root"):
        transactions_rlp(block | {"transactions": block["transactions"][1:]})
    with pytest.raises(CollectError, match="receipts do not make the root"):
        receipts_rlp(block, receipts[:-1])


async def test_a_node_that_hides_a_log_is_found_out(audited: Audited, tmp_path: Path) -> None:
    async with LyingRpc.before(audited.config.rpc_url) as rpc:
        config = replace(audited.config, rpc_url=rpc.url, out=tmp_path / "bundle")

        def hide(method: str, _: list[Any], result: Any) -> Any:
            if method == "eth_getBlockReceipts" and result and result[0]["logs"]:
                result[0]["logs"].pop()
            return result

        rpc.lie = hide
        with pytest.raises(CollectError, match="receipts do not make the root"):
            await collect(config)
    assert not (config.out / "manifest.json").exists()


async def test_another_chain_is_refused(audited: Audited, tmp_path: Path) -> None:
    deployment = json.loads(audited.config.deployment.read_text()) | {"chain_id": 5}
    (tmp_path / "deployment.json").write_text(json.dumps(deployment))
    config = replace(audited.config, deployment=tmp_path / "deployment.json", out=tmp_path / "bundle")
    with pytest.raises(CollectError, match="expected chain 5"):
        await collect(config)


async def test_a_part_that_cannot_be_reached_is_told(audited: Audited, tmp_path: Path) -> None:
    config = replace(audited.config, rpc_url="http://127.0.0.1:9", out=tmp_path / "bundle")
    with pytest.raises(CollectError, match=r"127\.0\.0\.1:9"):
        await collect(config)


@pytest.mark.parametrize(
    ("who", "authorization"),
    [("reader:secret@", "Basic cmVhZGVyOnNlY3JldA=="), (":secret@", "Bearer secret")],
)
async def test_a_password_in_an_address_is_sent_as_what_it_is_and_never_shown(
    tmp_path: Path, who: str, authorization: str
) -> None:
    seen: list[str | None] = []
    answers = iter([b'[{"id":0,"result":"0x1"}]', b"[]", b'[{"id":0}]', b"<html>"])

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.headers.get("authorization"))
        return web.Response(body=next(answers))

    async with served(handle) as url:
        nodes = [url.replace("//", f"//{who}")] * 4 + [f"http://{who}127.0.0.1:9"]
        said = [await failure_of(node, tmp_path / "bundle") for node in nodes]
    assert seen == [authorization] * 4
    assert all("127.0.0.1:" in one and "secret" not in one and "reader" not in one for one in said), said


async def failure_of(node: str, folder: Path) -> str:
    """What is said when a node that is of another chain, or does not answer, is asked for everything."""
    async with Http() as http:
        with pytest.raises(CollectError) as error:
            await ChainSource(http, node, {}, BundleWriter(folder), lambda *_: None).collect(CHAIN_ID)
    return str(error.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://reader:sec/ret@host:8545", "http://:secret#x@host:8545", "http://reader:12/secret@host", "http://[secret",
        "http://:secret%0Aheader@host", "http://:secret密@host", "secret",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(CollectError, match="not as it should be") as error:
        address_of(address)
    assert not any(part in str(error.value) for part in ("sec", "ret@", "header"))


async def test_a_folder_with_something_else_in_it_is_left_alone(audited: Audited, tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("mine")
    with pytest.raises(CollectError, match="empty folder"):
        await collect(replace(audited.config, out=tmp_path))
    assert (tmp_path / "letters").read_text() == "mine"


@pytest.mark.parametrize(
    ("files", "refused"),
    [
        ({"manifest.json": '{"name":"a web app"}', "thesis.txt": "ten years of work"}, "bundle"),
        ({"incomplete": "", "chain/code.jsonl": "", "thesis.txt": "ten years of work"}, "bundle"),
        ({"incomplete": "", "chain/thesis.txt": "ten years of work"}, "bundle"),
        ({"letters": "mine"}, "bundle.part"),
    ],
    ids=["manifest of something else", "beside a part of a bundle", "in a part of a bundle", "where it is written"],
)  # fmt: skip
def test_a_folder_that_is_not_a_bundle_alone_is_left_alone(
    tmp_path: Path, files: dict[str, str], refused: str
) -> None:
    for name, content in files.items():
        (tmp_path / refused / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / refused / name).write_text(content)
    with pytest.raises(FolderTakenError, match=f"{refused}(,|$)"):
        BundleWriter(tmp_path / "bundle")
    assert {name: (tmp_path / refused / name).read_text() for name in files} == files


def test_a_note_that_was_put_into_a_bundle_is_left_alone(tmp_path: Path) -> None:
    reaching(tmp_path, 5)
    (tmp_path / "bundle" / "notes.txt").write_text("what I found")
    with pytest.raises(FolderTakenError):
        BundleWriter(tmp_path / "bundle")
    assert (tmp_path / "bundle" / "notes.txt").read_text() == "what I found"


def test_a_copy_that_somebody_put_aside_outlives_a_first_collection(tmp_path: Path) -> None:
    reaching(tmp_path, 5)
    (tmp_path / "bundle").rename(tmp_path / "bundle.old")
    reaching(tmp_path, 9)
    assert heads(tmp_path) == {"bundle": 9, "bundle.old": 5}


def reaching(parent: Path, head: int) -> None:
    """Collects a bundle that reaches so far."""
    writer = BundleWriter(parent / "bundle")
    writer.add_lines("chain/code.jsonl", [head])
    writer.close(chain_id=CHAIN_ID, head_number=head, head_hash=bytes(32))


def heads(parent: Path) -> dict[str, int]:
    """How far each whole bundle reaches, by its folder."""
    return {
        folder.name: Bundle(folder).manifest.head_number
        for folder in parent.iterdir()
        if (folder / "manifest.json").exists() and not (folder / "incomplete").exists()
    }


@pytest.mark.parametrize(
    ("owner", "name", "after", "left", "next_start"),
    [
        (writer, "seal", 0, {"bundle": 5}, {"bundle": 5}),
        (Path, "unlink", 0, {"bundle": 5}, {"bundle": 5}),
        (Path, "rename", 0, {"bundle": 5, "bundle.part": 9}, {"bundle": 9}),
        (Path, "rename", 1, {"bundle.old": 5, "bundle.part": 9}, {"bundle.old": 5, "bundle": 9}),
        (Path, "touch", 1, {"bundle.old": 5, "bundle": 9}, {"bundle.old": 5, "bundle": 9}),
        (shutil, "rmtree", 0, {"bundle": 9}, {"bundle": 9}),
        (shutil, "rmtree", 1, {"bundle": 9}, {"bundle": 9}),
    ],
)
def test_a_collection_that_is_killed_at_its_end_loses_no_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    owner: object, name: str, after: int, left: dict[str, int], next_start: dict[str, int],
) -> None:  # fmt: skip
    reaching(tmp_path, 5)
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, dying(getattr(owner, name), after))
        with pytest.raises(DiedError):
            reaching(tmp_path, 9)
    assert heads(tmp_path) == left
    if "bundle.old" in next_start:
        with pytest.raises(FolderTakenError, match=r"bundle\.old"):
            BundleWriter(tmp_path / "bundle")
        assert heads(tmp_path) == next_start
        shutil.rmtree(tmp_path / "bundle.old")
    else:
        BundleWriter(tmp_path / "bundle")
        assert heads(tmp_path) == next_start
    reaching(tmp_path, 12)
    assert heads(tmp_path) == {"bundle": 12}
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


async def test_the_bundle_of_another_town_is_left_as_it_was(audited: Audited, tmp_path: Path) -> None:
    config = replace(audited.config, out=tmp_path / "bundle")
    other = BundleWriter(config.out)
    other.close(chain_id=CHAIN_ID, head_number=3, head_hash=b"\x5a" * 32)
    with pytest.raises(OtherTownError, match="has no block 3 0x5a5a"):
        await collect(config)
    assert Bundle(config.out).manifest.head_hash == b"\x5a" * 32


async def test_a_collection_that_fails_leaves_the_bundle_before_it(audited: Audited, tmp_path: Path) -> None:
    config = replace(audited.config, out=tmp_path / "bundle")
    await collect(config)
    first = Bundle(config.out).manifest
    with pytest.raises(CollectError):
        await collect(replace(config, rpc_url="http://127.0.0.1:9"))
    assert Bundle(config.out).manifest == first
    await collect(config)
    assert not (tmp_path / "bundle.part").exists()


async def test_a_second_collection_replaces_the_first_with_the_same_bytes(
    audited: Audited, tmp_path: Path
) -> None:
    config = replace(audited.config, out=tmp_path / "bundle")
    steps: list[tuple[str, int, int]] = []
    await collect(config, lambda *step: steps.append(step))
    first = Bundle(config.out).manifest
    await collect(config)
    assert Bundle(config.out).manifest == first == Bundle(audited.bundle).manifest
    stages = list(dict.fromkeys(stage for stage, _, _ in steps))
    assert stages == [
        "账户余额 balances of accounts", "镜像的表 tables of the mirror", "区块 blocks", "状态证明 proofs of state", "设备事件 signed events",
    ]  # fmt: skip
    last = {stage: (done, total) for stage, done, total in steps}
    assert all(done == total for stage, (done, total) in last.items() if stage != stages[0])


@pytest.mark.parametrize(
    ("edits", "check"),
    [
        (["update transferred set amount = amount + 1 where sequence = 3"], "C30"),
        (["update transferred set payee = '0x' || lower(hex(payee)) where sequence = 3"], "C30"),
        (["update members set member = '0x' || lower(hex(member)) where to_block is null"], "C39"),
        (["update requests set state = 4 where to_block is null and state = 1"], "C39"),
        (["delete from seats where id = 2"], "C39"),
        (["update keys set to_block = from_block where id = 3"], "C39"),
        (["update town_hours set issued_minutes = issued_minutes - 60 where to_block is not null"], "C39"),
        (["update town_hours set from_block = from_block - 1 where to_block is not null"], "C39"),
        (["update town_hours set to_block = to_block + 1 where to_block is not null"], "C39"),
        (["delete from town_hours where to_block is not null"], "C39"),
        (
            [
                "insert into town_hours select id + 9, town, 0, 0, 0, block_number, log_index, tx_index, 1, 2 from town_hours where to_block is null"
            ],
            "C39",
        ),
        (["update account_opened set world = 2 where world = 1"], "C30"),
        (["update accounts set world = 2 where world = 1"], "C39"),
        (["update accounts set world = 'yes' where world = 1"], "C39"),
        (["update accounts set world = x'01' where world = 1"], "C39"),
        (["update requests set amount_fen = amount_fen + 0.5 where to_block is null"], "C39"),
        (["update requests set amount_fen = amount_fen || ' fen' where to_block is null"], "C39"),
        (["update requests set amount_fen = cast(amount_fen as blob) where to_block is null"], "C39"),
        (["update members set household = 5 where to_block is null"], "C39"),
        (
            [
                "update requests set to_block = from_block where to_block is null and number = 20250601",
                "update requests set to_block = null where id = (select min(id) from requests where number = 20250601)",
            ],
            "C39",
        ),
    ],
    ids=[
        "event",
        "text of an id in an event",
        "text of an id in a state",
        "state",
        "row deleted",
        "row closed",
        "version of before changed",
        "version of before begun earlier",
        "version of before ended later",
        "version of before deleted",
        "version of before made up",
        "2 for true in an event",
        "2 for true",
        "text for true",
        "bytes for true",
        "fraction",
        "text for a number",
        "bytes for a number",
        "number for bytes",
        "row opened again",
    ],
)
def test_an_edit_of_the_mirror_is_found(
    audited: Audited, tmp_path: Path, edits: list[str], check: str
) -> None:
    source = create_engine(audited.config.mirror_url or "")
    url = f"sqlite:///{tmp_path / 'mirror.db'}"
    with source.connect() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{tmp_path / 'mirror.db'}'")
    source.dispose()
    edited = create_engine(url)
    with edited.begin() as connection:
        for edit in edits:
            assert connection.execute(text(edit)).rowcount
    edited.dispose()
    report = verify_with(with_mirror(audited, url, tmp_path / "bundle"), audited.trust)
    assert report.failed() == (check,), findings(report)


def with_mirror(audited: Audited, mirror_url: str, folder: Path) -> Path:
    """The bundle that a collection from another mirror of the town would be: all else is the same, and copied."""
    writer, manifest = BundleWriter(folder), Bundle(audited.bundle).manifest
    others = shutil.ignore_patterns("mirror", "manifest.json")
    shutil.copytree(audited.bundle, writer.folder, ignore=others, dirs_exist_ok=True)
    dump_mirror(mirror_url, writer, lambda *_: None)
    writer.close(chain_id=manifest.chain_id, head_number=manifest.head_number, head_hash=manifest.head_hash)
    return folder


def test_a_bundle_with_its_own_mirror_in_it_is_the_same(audited: Audited, tmp_path: Path) -> None:
    again = with_mirror(audited, audited.config.mirror_url or "", tmp_path / "bundle")
    assert Bundle(again).manifest == Bundle(audited.bundle).manifest


async def test_a_chain_that_goes_on_meanwhile_is_followed(audited: Audited, tmp_path: Path) -> None:
    """The node has three blocks more by the time it is asked for proofs, and gives none of a block that is not its head."""
    heights = []

    def late(method: str, _: list[Any], result: Any) -> Any:
        if method == "eth_blockNumber":
            heights.append(result)
            return hex(int(result, 16) - 3) if len(heights) == 1 else result
        if method == "eth_getProof" and len(heights) == 1:
            return None
        return result

    async with LyingRpc.before(audited.config.rpc_url) as rpc:
        rpc.lie = late
        bundle = await collect(replace(audited.config, rpc_url=rpc.url, out=tmp_path / "bundle"))
    report = verify_with(bundle, audited.trust, unanchored=True)
    assert report.exit_status == 0, findings(report)
    assert Bundle(bundle).manifest.head_number == int(heights[-1], 16)


async def test_a_node_without_proofs_of_its_head_is_told(audited: Audited, tmp_path: Path) -> None:
    async with LyingRpc.before(audited.config.rpc_url) as rpc:
        rpc.lie = lambda method, _, result: None if method == "eth_getProof" else result
        with pytest.raises(CollectError, match="is not proven"):
            await collect(replace(audited.config, rpc_url=rpc.url, out=tmp_path / "bundle"))


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        ("insert into projections (name, digest) values ('../../keys', x'00')", "name of a table"),
        ("drop table requests", "requests"),
        ("drop table projections", "projections"),
    ],
)
def test_a_mirror_without_a_table_that_it_names_is_refused(tmp_path: Path, edit: str, error: str) -> None:
    url = f"sqlite:///{tmp_path / 'mirror.db'}"
    PaperMirror(url).close()
    edited = create_engine(url)
    with edited.begin() as connection:
        connection.execute(text("insert into cursor values (1, 0, x'00', 0)"))
        connection.execute(text(edit))
    edited.dispose()
    with pytest.raises(CollectError, match=error):
        dump_mirror(url, BundleWriter(tmp_path / "bundle"), lambda *_: None)


@pytest.fixture(scope="module")
async def first_postgres_mirror(audited: Audited, postgres_server: str) -> str:
    """Name of a database on PostgreSQL with a mirror of the town, to be copied."""
    town, name = audited.house.town, create_database(postgres_server)
    config = IndexerConfig(
        rpc_urls=(town.url,), database_url=url_of(postgres_server, name), deployment=town.deployment, workers=0,
        finality_blocks=0,
    )  # fmt: skip
    syncer = await Syncer.open(config)
    await syncer.catch_up()
    await syncer.close()
    return name


@pytest.fixture
def postgres_mirror(postgres_server: str, first_postgres_mirror: str) -> Iterator[str]:
    """Address of a copy of it; dropped afterwards."""
    name = create_database(postgres_server, like=first_postgres_mirror)
    yield url_of(postgres_server, name)
    drop_database(postgres_server, name)


async def test_a_mirror_on_postgresql_is_dumped_the_same(
    audited: Audited, tmp_path: Path, postgres_mirror: str
) -> None:
    bundle = await collect(replace(audited.config, mirror_url=postgres_mirror, out=tmp_path / "bundle"))
    assert Bundle(bundle).manifest == Bundle(audited.bundle).manifest


@pytest.mark.parametrize(
    ("edit", "check"),
    [
        ("update mirror.town_hours set issued_minutes = 0 where to_block is not null", "C39"),
        ("alter table mirror.accounts alter world type smallint using world::int", "C39"),
        ("alter table mirror.account_opened alter world type smallint using world::int", "C30"),
        ("alter table mirror.requests alter amount_fen type numeric", "C39"),
        ("alter table mirror.requests alter amount_fen type text", "C39"),
    ],
    ids=[
        "version of before changed",
        "1 for true",
        "1 for true in an event",
        "decimals",
        "text for a number",
    ],
)
def test_an_edit_of_a_mirror_on_postgresql_is_found(
    audited: Audited, tmp_path: Path, postgres_mirror: str, edit: str, check: str
) -> None:
    edited = create_engine(postgres_mirror)
    with edited.begin() as connection:
        connection.execute(text(edit))
    edited.dispose()
    report = verify_with(with_mirror(audited, postgres_mirror, tmp_path / "bundle"), audited.trust)
    assert report.failed() == (check,), findings(report)


@pytest.mark.parametrize("lines", [["00ff"], ["00ff", "no hex"], []])
async def test_an_exhibit_of_events_that_is_short_or_no_hex_is_refused(
    audited: Audited, tmp_path: Path, lines: list[str]
) -> None:
    events = tmp_path / "events.txt"
    events.write_text("".join(f"{line}\n" for line in lines))
    config = replace(audited.config, events=events, out=tmp_path / "bundle")
    with pytest.raises(CollectError, match=r"events\.txt"):
        await collect(config)


async def test_without_the_exhibit_of_events_what_rests_on_them_is_undecided(
    audited: Audited, tmp_path: Path
) -> None:
    bundle = await collect(replace(audited.config, events=None, out=tmp_path / "bundle"))
    report = verify_with(bundle, audited.trust, unanchored=True)
    assert report.exit_status == 2
    assert {r.state for r in report.results if r.check_id == "C23"} == {"undecided"}
