"""Words that a city wants otherwise."""

from __future__ import annotations

from string import Formatter

import pytest

from kit.translation import english_terms
from register.nouns import Name
from register.overlay import Overlay

MUTUAL = {"时间银行": Name(zh="互助时间", en="Mutual hours"), "众筹": Name(zh="街坊合捐", en="Shared gift")}


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("时间银行", "zh", "互助时间"),
        ("时间银行的规则", "zh", "互助时间的规则"),
        ("Time bank", "en", "Mutual hours"),
        ("Rules of the time bank", "en", "Rules of the mutual hours"),
        ("All campaigns", "en", "All shared gifts"),
        ("Timebanks elsewhere", "en", "Timebanks elsewhere"),
        ("{donor}捐给众筹", "zh", "{donor}捐给街坊合捐"),
    ],
)
def test_a_city_says_its_own_word_within_a_sentence(text: str, language: str, shown: str) -> None:
    assert Overlay(MUTUAL).apply(text, language) == shown


def test_the_longest_word_of_a_city_wins() -> None:
    words = MUTUAL | {"时间": Name(zh="时长", en="Hours")}
    assert Overlay(words).apply("时间银行的时间", "zh") == "互助时间的时长"


def test_a_word_that_the_catalogue_lacks_is_replaced_in_chinese_only() -> None:
    overlay = Overlay({"很少见的词": Name(zh="常见的词", en="common")})
    assert overlay.apply("很少见的词", "zh") == "常见的词"
    assert overlay.apply("Rare", "en") == "Rare"


@pytest.mark.parametrize("key", ["donor", "{donor}", "{", "捐给", "众筹"])
@pytest.mark.parametrize("said", ["payer", "{payer.__class__}", "payer[0]", "{}", ""])
def test_no_word_of_a_city_changes_which_values_stand_in_a_message(key: str, said: str) -> None:
    overlay = Overlay({key: Name.model_construct(zh=said, en=said)})
    shown = overlay.apply("{donor}捐给众筹", "zh")
    assert [field for _, field, _, _ in Formatter().parse(shown) if field is not None] == ["donor"]


def test_any_word_of_the_catalogue_may_be_renamed_and_every_message_is_still_filled() -> None:
    terms = [term for term in english_terms() if len(term) <= 6]
    overlay = Overlay({term: Name(zh="改名", en="Renamed") for term in terms})
    for zh, en in english_terms().items():
        for text, language in ((zh, "zh"), (en, "en")):
            fields = [field for _, field, _, _ in Formatter().parse(text) if field is not None]
            text.format(**dict.fromkeys(fields, "1"))
            overlay.apply(text, language).format(**dict.fromkeys(fields, "1"))


def test_a_word_of_a_city_is_never_taken_for_a_value_of_the_message() -> None:
    overlay = Overlay({"众筹": Name.model_construct(zh="{donor}", en="{donor}")})
    assert overlay.apply("众筹", "zh").format() == "donor"


def test_a_city_without_words_of_its_own_changes_nothing() -> None:
    assert [Overlay({}).apply(text, lang) for text, lang in (("众筹", "zh"), ("Campaign", "en"))] == [
        "众筹",
        "Campaign",
    ]
