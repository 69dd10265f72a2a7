"""Days, lengths of time and counts stay on one line of a page, and are plain text everywhere else."""

from __future__ import annotations

import orjson
import pytest
from markupsafe import Markup, escape

from ledger_api.locale import Locale
from ledger_api.portal.render import link, templates
from register.names import Names

ZH, EN = (Locale(lang=lang, size="normal", names=Names()) for lang in ("zh", "en"))
DAY = 1_750_000_000


def kept(text: str) -> str:
    return f'<span class="nowrap">{text}</span>'


@pytest.mark.parametrize(
    ("text", "plain", "shown"),
    [
        (ZH.day(DAY), "2025年6月15日", kept("2025年6月15日")),
        (EN.day(DAY), "15 Jun 2025", kept("15 Jun 2025")),
        (ZH.moment(DAY), "2025年6月15日 23:06", f"{kept('2025年6月15日')} {kept('23:06')}"),
        (EN.moment(DAY), "15 Jun 2025, 23:06", f"{kept('15 Jun 2025')}, {kept('23:06')}"),
        (ZH.minutes(90), "1 小时 30 分钟", f"{kept('1 小时')} {kept('30 分钟')}"),
        (ZH.minutes(-90), "-1 小时 30 分钟", f"{kept('-1 小时')} {kept('30 分钟')}"),
        (EN.length(90_060), "1 day 1 hour 1 minute", f"{kept('1 day')} {kept('1 hour')} {kept('1 minute')}"),
        (ZH.ngettext("{n} 件", 1200), "1,200 件", kept("1,200 件")),
        (ZH.month("2025-06"), "2025年6月", kept("2025年6月")),
    ],
)
def test_a_value_is_plain_text_and_keeps_to_its_line_on_a_page(text: str, plain: str, shown: str) -> None:
    assert (text, str(escape(text))) == (plain, shown)
    assert orjson.dumps({"text": text}) == orjson.dumps({"text": plain})
    assert templates.from_string("{{ text }}").render(text=text) == shown


def test_a_sentence_keeps_what_its_values_keep_and_hides_no_markup() -> None:
    sentence = ZH.gettext("任期到 {day}", day=ZH.day(DAY))
    assert sentence == "任期到 2025年6月15日"
    assert str(escape(sentence)) == f"任期到 {kept('2025年6月15日')}"
    hostile = ZH.gettext("{name}：{day}", name="<b>", day=ZH.day(DAY))
    assert str(escape(hostile)) == f"&lt;b&gt;：{kept('2025年6月15日')}"
    linked = ZH.gettext("{name}：{day}", name=link("/", "<b>"), day=ZH.day(DAY))
    assert linked == Markup('<a href="/">&lt;b&gt;</a>：' + kept("2025年6月15日"))


def test_a_sentence_without_such_a_value_is_a_plain_text() -> None:
    assert type(ZH.gettext("任期到 {day}", day="明天")) is str
    assert str(escape(ZH.gettext("任期到 {day}", day="<明天>"))) == "任期到 &lt;明天&gt;"
