"""Who reads what: the table of classes, and what every address answers to each kind of reader, as docs/access.md says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kit.translation import bilingual
from ledger_api.sessions.access import ACCESS, NOBODY, DataClass, Viewer
from tests.ledger_api.access_crawl import READERS, crawl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.ledger_api.access_crawl import Answer
    from tests.ledger_api.client import House

DOCUMENT = Path("docs/access.md")
TEXT = DOCUMENT.read_text("utf-8")
BEGINS = "<!-- What tests/ledger_api/test_access.py finds. -->\n"


async def test_every_address_answers_each_reader_as_the_document_says(story: House, tmp_path: Path) -> None:
    found = tables_of(await crawl(story, await numbers_of_transfers(story)))
    now = tmp_path / "access.md"
    now.write_text(TEXT.partition(BEGINS)[0] + BEGINS + found, "utf-8")
    assert TEXT.partition(BEGINS)[2] == found, f"if {now} is what you mean, copy it"


def tables_of(found: Mapping[str, Sequence[Answer]]) -> str:
    """Addresses that tell readers apart or name somebody as a table, all others as a list by what they answer."""
    differ = {label: answers for label, answers in found.items() if not is_alike(answers)}
    alike = {answers[0].status for label, answers in found.items() if label not in differ}
    lines = [row("address", *READERS), row("---", *("---" for _ in READERS))]
    lines += [row(label, *answers) for label, answers in differ.items()]
    for status in sorted(alike):
        labels = [
            label for label, answers in found.items() if label not in differ and answers[0].status == status
        ]
        lines += ["", f"Alike for all, {status}:", "", *(f"- {label}" for label in labels)]
    return "\n".join(lines) + "\n"


def is_alike(answers: Sequence[Answer]) -> bool:
    return len({answer.status for answer in answers}) == 1 and not any(answer.named for answer in answers)


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


async def numbers_of_transfers(story: House) -> dict[str, int]:
    """The latest transfer for each reason."""
    latest = (await story.http.get("/v1/transfers?limit=200")).json()["items"]
    return {
        f"of {t['reason'].lower()}": t["sequence"] for t in sorted(latest, key=lambda t: str(t["reason"]))
    }


def test_the_document_names_every_class_and_who_reads_it() -> None:
    for data, readers in ACCESS.items():
        also = [held.name.lower() for held in (*readers.roles, *readers.offices)]
        also += ["committee"] if readers.committee else []
        assert row(data, bilingual(readers.of), ", ".join(also) or "—") in TEXT


def test_a_stranger_reads_no_class_and_the_person_every_class() -> None:
    me, other = Viewer(member=b"m" * 16, key=b"k" * 20), b"o" * 16
    for data in DataClass:
        assert not NOBODY.may_read(data, other, None)
        assert not me.may_read(data, other, None)
        assert me.may_read(data, other, b"m" * 16)
