"""The words that a reader of a page sees, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from tests.ledger_api.client import TOWN_NAME
from tests.ledger_api.story import COMMITTEE_SEATS, WORKERS

# What belongs to no language: names of the town, of its people, of formats, and the way to the other language.
NAMES = {
    "zh": {"共济", "中文", TOWN_NAME, "委员", "志愿者", "会计", "工友"},
    "en": {"English", "CSV", "JSON", "volunteer", "treasurer", *COMMITTEE_SEATS, *WORKERS},
}
WORD = {"zh": re.compile(r"[\u3400-\u9fff]+"), "en": re.compile(r"\b[A-Za-z][A-Za-z0-9]{2,}\b")}
HEX = re.compile(r"\b(?:0x)?[0-9a-f]{6,}\b")
READ_ALOUD = ("alt", "aria-label", "placeholder", "title")
UNREAD = {"script", "style", "kbd", "code"}


@dataclass(frozen=True)
class Words:
    """Texts of a page, with those that are read aloud or shown on a picture."""

    texts: list[str]

    @staticmethod
    def on(page: str) -> Words:
        """Reads a page."""
        parser = _Parser()
        parser.feed(page)
        parser.close()
        return Words(parser.texts)

    def in_language(self, lang: str) -> list[str]:
        """Words of a language that are no names; those of English have three letters or more."""
        text = HEX.sub("", "\n".join(self.texts))
        return [word for word in WORD[lang].findall(text) if word not in NAMES[lang]]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in READ_ALOUD and value]
        if tag in UNREAD:
            self._unread.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unread and self._unread[-1] == tag:
            self._unread.pop()

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.texts.append(data)
