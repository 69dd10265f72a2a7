"""Whatever XML a stranger sends as a statement is read as a bank meant it, or refused within little time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger_api.errors import StatementMalformedError
from ledger_api.statements import camt

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "tests" / "assets" / "statements"
GOOD = (ASSETS / "good.xml").read_text("utf-8")
DOCUMENT = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
MEGABYTE = 2**20
MOST_SECONDS, MOST_MEMORY_MB = 5, 100

# Names of ten entities, each ten times the one before.
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE Document [<!ENTITY e0 "0123456789">{BOMB}]>'


def entities() -> str:
    return "".join(f"<!ENTITY e{n} 'x'>" for n in range(500_000))


def attributes() -> str:
    return " ".join(f"a{n}=''" for n in range(100_000))


# Made when they are needed: they are as long as they are hostile.
HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "a billion laughs": (lambda: f"{BOMB}{DOCUMENT}&e9;</Document>", "document type"),
    "a billion laughs in an attribute": (lambda: f'{BOMB}<Document a="&e9;"/>', "document type"),
    "half a million entities": (
        lambda: f"<!DOCTYPE d [{entities()}]>{DOCUMENT}</Document>",
        "document type",
    ),
    "a tree of 100,000 levels": (lambda: DOCUMENT + "<a>" * 100_000, "40 levels"),
    "a tree of 2,000,000 leaves": (lambda: DOCUMENT + "<a/>" * 2_000_000 + "</Document>", "200000 elements"),
    "700,000 attributes": (lambda: DOCUMENT + f"<a {attributes()}/>" * 7 + "</Document>", "200000 elements"),
    "1,400,000 comments": (lambda: DOCUMENT + "<!---->" * 1_400_000 + "</Document>", "one statement"),
    "a text of 50 MB": (lambda: f"{DOCUMENT}{'a' * 50 * MEGABYTE}</Document>", "Text node too long"),
    "a name of 9 MB": (lambda: f"{DOCUMENT}<{'a' * 9 * MEGABYTE}/></Document>", "Name too long"),
}
# Of these every element is looked at.
BIG: dict[str, tuple[Callable[[], str], str]] = {
    "2,000,000 elements in entries": (
        lambda: DOCUMENT + f"<Ntry>{'<a/>' * 99}</Ntry>" * 20_000 + "</Document>",
        "600000 elements",
    ),
    "an entry of 250,000 elements": (
        lambda: f"{DOCUMENT}<Ntry>{'<a>1</a>' * 250_000}</Ntry></Document>",
        "200000 elements",
    ),
    "as many texts as are held": (
        lambda: DOCUMENT + "<a>1</a>" * 199_990 + "</Document>",
        "one statement",
    ),
    "as many entries as there may be": (
        lambda: DOCUMENT + "<Ntry><a>1</a></Ntry>" * 199_000 + "</Document>",
        "one statement",
    ),
}
MEASURE = r"""
import json, re, sys, time
from pathlib import Path
from ledger_api.errors import StatementError
from ledger_api.statements import camt

def memory_kb():
    # What `getrusage` says begins with the peak of the process that started this one.
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])

content, before_kb, start = Path(sys.argv[1]).read_bytes(), memory_kb(), time.monotonic()
try:
    camt.parse(content)
except StatementError as error:
    print(json.dumps([str(error), time.monotonic() - start, (memory_kb() - before_kb) / 1024]))
"""


def entry(number: int) -> str:
    return (
        f'<Ntry><NtryRef>R{number}</NtryRef><Amt Ccy="CNY">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        "<BookgDt><Dt>2025-06-16</Dt></BookgDt></Ntry>"
    )


def balance(code: str, yuan: int) -> str:
    return f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{yuan}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'


def test_the_longest_statement_is_read_within_as_little_memory(tmp_path: Path) -> None:
    count = 60_000
    # Balances may also stand after the entries.
    parts = (balance("OPBD", 0), *map(entry, range(count)), balance("CLBD", count + 1))
    text = f"{DOCUMENT}<BkToCstmrStmt><Stmt>{''.join(parts)}</Stmt></BkToCstmrStmt></Document>"
    error, _, memory_mb = refused(text, tmp_path)
    assert f"and {count} lines: expected a closing balance of 60,000.00, got 60,001.00" in error
    assert memory_mb < MOST_MEMORY_MB


def test_an_entry_elsewhere_than_in_the_statement_is_no_line_of_it() -> None:
    elsewhere = GOOD.replace("</Document>", f"<Other>{entry(1)}</Other></Document>")
    assert camt.parse(elsewhere.encode()) == camt.parse(GOOD.encode())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_little_time_and_memory(name: str, tmp_path: Path) -> None:
    text, message = HOSTILE[name]
    error, seconds, memory_mb = refused(text(), tmp_path)
    assert message in error
    assert (seconds < MOST_SECONDS, memory_mb < MOST_MEMORY_MB) == (True, True), (seconds, memory_mb)


@pytest.mark.parametrize("name", BIG)
def test_of_millions_of_elements_few_are_held(name: str, tmp_path: Path) -> None:
    text, message = BIG[name]
    error, _, memory_mb = refused(text(), tmp_path)
    assert message in error
    assert memory_mb < MOST_MEMORY_MB


def refused(text: str, tmp_path: Path) -> tuple[str, float, float]:
    """Why a file is refused, after how many seconds, and with how many megabytes more than before."""
    file = tmp_path / "hostile.xml"
    file.write_text(text)
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, file], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    error, seconds, memory_mb = json.loads(ran.stdout)
    return error, seconds, memory_mb


def test_an_external_entity_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("CAMT-0001")
    document_type = f'<!DOCTYPE Document [<!ENTITY secret SYSTEM "{secret.as_uri()}">]><Document '
    text = GOOD.replace("<Document ", document_type).replace("CAMT-0001", "&secret;")
    with pytest.raises(StatementMalformedError, match="document type"):
        camt.parse(text.encode())


@pytest.mark.parametrize("length", range(0, len(GOOD.encode()) - len("</Document>\n"), 97))
def test_a_file_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(StatementMalformedError, match="expected well-formed XML"):
        camt.parse(GOOD.encode()[:length])


@pytest.mark.parametrize(
    ("declared", "written"),
    [("UTF-8", "utf-8-sig"), ("UTF-16", "utf-16"), ("UTF-16", "utf-16-be"), ("GB18030", "gb18030"), ("GBK", "gbk")],
)  # fmt: skip
def test_a_file_is_read_in_the_encoding_that_it_declares(declared: str, written: str) -> None:
    assert camt.parse(GOOD.replace("UTF-8", declared).encode(written)) == camt.parse(GOOD.encode())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD.encode("gb18030"), "line 24: .*Invalid bytes"),
        (GOOD.replace("UTF-8", "UTF-16").encode(), "line 1"),
        (GOOD.replace("UTF-8", "klingon").encode(), "line 1: .*Unsupported encoding"),
        (GOOD.replace("UTF-8", "UTF-16").encode("utf-16")[:-1], "line 41: .*Invalid bytes"),
        (GOOD.encode().replace(b"CAMT-0001", b"CAMT\xc0\xaf01"), "line 22: .*Invalid bytes"),
    ],
    ids=["GB18030 said to be UTF-8", "UTF-8 said to be UTF-16", "unknown", "half a character", "overlong"],
)
def test_a_file_in_another_encoding_than_it_declares_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(StatementMalformedError, match=message):
        camt.parse(content)


def read_amounts(name: str) -> list[tuple[str, int]]:
    return [(line.reference, line.amount_fen) for line in camt.parse((ASSETS / name).read_bytes()).lines]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("utf16.xml", [("U16", 10_000)]),
        ("prefixed.xml", [("PX1", 10_000)]),
        ("reversal.xml", [("R1", 10_000), ("R2", -10_000)]),
        ("dollar_details.xml", [("FX1", 71_400)]),
        ("prcd_opening.xml", [("PC1", 10_000)]),
    ],
)  # fmt: skip
def test_a_file_as_banks_write_it_is_read(name: str, lines: list[tuple[str, int]]) -> None:
    assert read_amounts(name) == lines


def test_a_zip_is_refused_and_its_reader_told_to_unpack_it() -> None:
    with pytest.raises(StatementMalformedError, match="unpack it"):
        read_amounts("zipped.zip")


def test_a_booking_time_gives_its_date() -> None:
    timed = GOOD.replace("<BookgDt><Dt>2025-06-16</Dt>", "<BookgDt><DtTm>2025-06-16T09:30:00+08:00</DtTm>", 1)
    assert [line.booked_on for line in camt.parse(timed.encode()).lines] == ["2025-06-16"] * 2


@pytest.mark.parametrize(
    "reference",
    [
        "CAMT-<!-- a comment -->0001", "CAMT<?pi?>-0001", "<![CDATA[CAMT-0001]]>", "CAMT&#45;0001",
        "  CAMT-<b>x</b>0001\n",
    ],
)  # fmt: skip
def test_a_text_is_what_stands_directly_in_its_element(reference: str) -> None:
    text = GOOD.replace("CAMT-0001", reference)
    assert camt.parse(text.encode()).lines[0].reference == "CAMT-0001"


def test_an_error_late_in_a_long_file_names_its_line() -> None:
    padded = GOOD.replace("<BkToCstmrStmt>", "\n" * 100_000 + "<BkToCstmrStmt>").replace(">80.00<", ">80,x<")
    with pytest.raises(StatementMalformedError, match="line 100029: expected an amount"):
        camt.parse(padded.encode())


def test_every_line_knows_where_it_stands() -> None:
    lines = camt.parse(GOOD.encode()).lines
    assert [line.source_line for line in lines] == [17, 28]
