"""The files of a former version are taken into the register whole or not at all, and nothing of them is lost."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.deployment import Deployment
from gongji.errors import (
    FileBrokenError,
    FileKeptError,
    FilesUnimportedError,
    FilesUnknownError,
    ProcessRunningError,
)
from gongji.importing import papers
from gongji.importing.importing import import_files
from gongji.run import configs
from gongji.settings import load
from gongji.single_instance import only_one
from register.documents import Document, Documents
from register.nouns import (
    BANK_ACCOUNTS,
    DEMO_PEOPLE,
    HOUSEHOLDS,
    NAMED,
    PLACES,
    WORDS,
    BankAccount,
    Household,
    Name,
    Noun,
)
from register.places import PlaceRegister
from register.register import Register
from tests.dying import DiedError, dying
from tests.gongji.running import Running
from tests.ledger_api.former_documents import former_document, write_former

if TYPE_CHECKING:
    from gongji.settings import Settings

ASSETS = Path(__file__).parents[1] / "assets" / "former-files"
FILES = [
    "documents",
    "households.toml",
    "keys/bank-accounts.json",
    "labels.toml",
    "people.json",
    "places.jsonl",
]
CONTENTS = ["报价单".encode(), b"receipt"]
THREE = ["错误", "原因", "办法"]
AUNT = "0x" + "aa" * 16
NOUNS: list[Noun[Any]] = [*NAMED.values(), WORDS, PLACES, HOUSEHOLDS, BANK_ACCOUNTS, DEMO_PEOPLE]
# File, and what its error must name.
BROKEN = [
    ("labels.not_toml.toml", "it is not TOML: "),
    ("labels.gb18030.toml", "it is not TOML: 'utf-8'"),
    ("labels.unknown_kind.toml", "no kind of names 'fonds', only banks"),
    ("labels.one_language.toml", "funds.3: expected a Chinese and an English name, got ['春晖']"),
    ("labels.empty_name.toml", "funds.3: en: "),
    ("labels.number_as_name.toml", "funds.3: zh: Input should be a valid string, got 3"),
    ("labels.key_of_nothing.toml", "funds.chunhui: expected a number, or 0x and hex digits"),
    ("labels.no_table.toml", "funds: expected names with values, got 3"),
    ("places.half_last_line.jsonl", "line 2 has no end"),
    ("places.half_line_inside.jsonl", "line 1 is not JSON"),
    ("places.other_commitment.jsonl", "line 2: place and salt give the commitment 0x"),
    ("places.no_salt.jsonl", "line 1: expected salt, got commitment, place"),
    ("places.list.jsonl", "line 1: expected names with values"),
    ("places.short_place.jsonl", "line 1: place: "),
    ("households.no_fund.toml", "0x0123456789abcdef: fund: Field required"),
    ("households.text_for_number.toml", "0x0123456789abcdef: fund: Input should be a valid integer, got '1'"),
    ("households.unknown_rule.toml", "0x0123456789abcdef: window_hours: Extra inputs"),
    ("households.no_meter.toml", "kitchen: expected the id of a meter"),
    ("people.no_member.json", "person 1: expected member"),
    ("people.no_role.json", "person 2: role.en: "),
    ("people.list.json", "expected names with values, got []"),
    ("bank-accounts.cut_off.json", "the file is not JSON"),
    ("bank-accounts.short_salt.json", "bank account 1: salt: "),
    ("bank-accounts.no_number_on_chain.json", "bank account main: expected the number of a bank account"),
]  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A town of a former version."""
    shutil.copytree(ASSETS / "town", tmp_path, dirs_exist_ok=True)
    former = load(tmp_path)
    write_former(former.database_url("app"), [former_document(content) for content in CONTENTS])
    (tmp_path / "documents").mkdir()
    for content in CONTENTS:
        path_of(former, former_document(content)).write_bytes(content)
    return former


def path_of(settings: Settings, document: Document) -> Path:
    return settings.path("documents") / document.commitment.hex()


def content_of(folder: Path) -> dict[str, bytes]:
    """All files but databases and notes of processes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("app.db", "town.db", "register.key")) and path.parent.name != "run"
    }  # fmt: skip


def registered(settings: Settings) -> dict[str, Any]:
    """All that is in the register."""
    with closing(configs.open_register(settings)) as register:
        documents = Documents(register)
        kept = documents.find([former_document(content).commitment for content in CONTENTS])
        entries: dict[str, Any] = {noun.name: register.entries(noun) for noun in NOUNS}
        return entries | {"documents": {one: documents.content(one.commitment) for one in kept}}


def test_all_files_are_in_the_register_and_nothing_of_them_is_left_unencrypted(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content_of(settings.data_dir)
    taken = {one.file: one.entries for one in import_files(settings)}
    assert sorted(taken) == FILES
    assert [taken[name] for name in FILES] == [2, 2, 2, 4, 1, 2]
    assert not {*before.values()} & {*content_of(settings.data_dir).values()}
    assert not any(settings.path(name).exists() for name in FILES)
    said = capsys.readouterr().err
    assert all(f"the unencrypted file deleted: {name}" in said for name in FILES)
    assert import_files(settings) == []


@pytest.mark.parametrize(("owner", "name"), [(Register, "put_entries"), (Documents, "store")])
def test_a_file_that_the_register_does_not_give_back_is_not_deleted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, lambda *_, **__: None)
        with pytest.raises(FileKeptError, match="was not deleted"):
            import_files(settings)
    kept = FILES if owner is Register else ["documents"]
    assert all(settings.path(file).exists() for file in kept)
    import_files(settings)
    assert len(registered(settings)["documents"]) == len(CONTENTS)


@pytest.mark.parametrize("name", ["ab" * 32, f"{'ab' * 32}.1234.part", "notes.txt", "scans"])
def test_a_paper_of_which_no_row_tells_stays_and_is_named(settings: Settings, name: str) -> None:
    paper = settings.path("documents") / name
    paper.mkdir() if name == "scans" else paper.write_bytes("王桂英签过字的收条".encode())
    for _ in range(2):
        with pytest.raises(FilesUnknownError, match=f"not deleted there: {name}:"):
            import_files(settings)
        assert [*settings.path("documents").iterdir()] == [paper]
    paper.rename(settings.data_dir / "kept")
    import_files(settings)
    assert not settings.path("documents").exists()
    assert len(registered(settings)["documents"]) == len(CONTENTS)


def test_what_the_files_said_is_what_the_register_says(settings: Settings) -> None:
    import_files(settings)
    entries = registered(settings)
    assert entries["funds"] == {
        "1": Name(zh="春晖社区基金", en="Chunhui community fund"), "2": Name(zh="绿色基金", en="Green fund"),
    }  # fmt: skip
    assert entries["members"] == {AUNT: Name(zh="王桂英", en="Wang Guiying")}
    assert entries["words"] == {"时间银行": Name(zh="互助时间", en="Mutual hours")}
    assert entries["households"] == {
        "0x0123456789abcdef": Household(fund=1, service=5), "0xfedcba9876543210": Household(fund=2, service=5),
    }  # fmt: skip
    assert entries["bank_accounts"]["2"] == BankAccount(number="6222000011113333", salt="0x" + "0b" * 32)
    assert entries["demo_people"][AUNT].role == Name(zh="居民", en="Resident")
    assert entries["documents"] == {former_document(content): content for content in CONTENTS}
    with closing(configs.open_register(settings)) as register:
        lines = [*PlaceRegister(register).exhibit()]
    assert "".join(lines).encode() == (ASSETS / "town" / "places.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("owner", "name", "after"),
    [
        *((Path, "unlink", after) for after in (0, 3, 5, 6)), (Path, "rmdir", 0), (Documents, "store", 0), (Documents, "store", 1),
        (papers, "drop_former", 0),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)  # fmt: skip
def test_an_import_that_is_killed_anywhere_goes_on_when_it_is_called_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory,
    owner: object, name: str, after: int,
) -> None:  # fmt: skip
    whole = load(Path(shutil.copytree(settings.data_dir, tmp_path_factory.mktemp("whole") / "town")))
    import_files(whole)
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, dying(getattr(owner, name), after))
        with pytest.raises(DiedError):
            import_files(settings)
    import_files(settings)
    assert registered(settings) == registered(whole)
    assert content_of(settings.data_dir) == content_of(whole.data_dir)


def test_files_that_come_back_are_imported_again_without_an_edit(
    settings: Settings,
) -> None:
    import_files(settings)
    with closing(configs.open_register(settings)) as register:
        last = register.last_number()
    shutil.copy(ASSETS / "town" / "labels.toml", settings.data_dir)
    assert [one.file for one in import_files(settings)] == ["labels.toml"]
    with closing(configs.open_register(settings)) as register:
        assert register.last_number() == last


@pytest.mark.parametrize(("broken", "reason"), BROKEN, ids=[name for name, _ in BROKEN])
def test_a_broken_file_is_named_with_the_place_and_nothing_is_imported(
    tmp_path: Path, broken: str, reason: str
) -> None:
    town = load(tmp_path)
    shutil.copytree(ASSETS / "town", tmp_path, dirs_exist_ok=True)
    stem, _, ending = broken.partition(".")
    name = f"{stem}.{ending.rpartition('.')[2]}"
    (file,) = tmp_path.rglob(name)
    shutil.copy(ASSETS / "broken" / broken, file)
    before = content_of(tmp_path)
    with pytest.raises(FileBrokenError) as refused:
        import_files(town)
    assert refused.value.what == f"{file} 无法导入 cannot be imported"
    assert reason in refused.value.why
    assert content_of(tmp_path) == before
    assert not (tmp_path / "town.db").exists()


@pytest.mark.parametrize("content", [None, b"other"], ids=["missing", "altered"])
def test_a_document_whose_content_is_gone_keeps_its_row_until_it_is_back(
    settings: Settings, content: bytes | None
) -> None:
    document = former_document(CONTENTS[1])
    path = path_of(settings, document)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileBrokenError, match=document.commitment.hex()):
        import_files(settings)
    path.write_bytes(CONTENTS[1])
    import_files(settings)
    assert len(registered(settings)["documents"]) == len(CONTENTS)


def test_nothing_is_imported_while_a_process_may_write_to_the_files(settings: Settings) -> None:
    with only_one("keeper", settings), pytest.raises(ProcessRunningError, match="keeper"):
        import_files(settings)
    assert settings.path("places.jsonl").exists()


def test_a_folder_without_such_files_stays_as_it_is(tmp_path: Path) -> None:
    assert import_files(load(tmp_path / "none")) == []
    assert not (tmp_path / "none").exists()


def test_a_town_whose_files_wait_is_not_opened(settings: Settings) -> None:
    with pytest.raises(FilesUnimportedError, match=r"places\.jsonl, households\.toml"):
        configs.open_register(settings)
    assert not settings.path("town.db").exists()


def test_a_town_whose_files_wait_is_not_started_and_told_the_command(tmp_path: Path) -> None:
    Deployment(chain_id=1, genesis_hash="", contracts={}).save(tmp_path / "deployment.json")
    shutil.copy(ASSETS / "town" / "places.jsonl", tmp_path)
    town = Running(folder=tmp_path, url="")
    result = town.gongji("up")
    assert result.returncode == 2
    assert [line[:2] for line in result.stderr.splitlines() if line[:2] in THREE] == THREE
    assert f"gongji register import --data-dir {tmp_path}" in " ".join(result.stderr.split())
    assert not (tmp_path / "logs").exists()
    taken = town.gongji("register", "import")
    assert taken.returncode == 0, taken.stderr
    assert "places.jsonl" in taken.stdout
    assert "the unencrypted file deleted" in taken.stderr
