"""Charts as SVG, drawn here, so that they print and need no program in the browser. A table stands beside each.

Sizes are in the units of the drawing; the page scales it. Colours are classes of the style sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH, HEIGHT = 640, 220
BASE, TOP = 180, 24
STACK_HEIGHT = 36


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a whole.

    Attributes:
        name: What it is.
        value: How much; zero or more.
        text: The value as people read it.
    """

    name: str
    value: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two values of one time, such as in and out of a month."""

    name: str
    first: int
    second: int


def pairs(told: Sequence[Pair], title: str, text_of: Callable[[int], str]) -> Markup:
    """Two bars per time, upwards from one line; a second line tells the highest value.

    Args:
        told: In the order of time.
        title: What it shows.
        text_of: A value as people read it.
    """
    if not told:
        return Markup()
    highest = max(max(p.first, p.second) for p in told) or 1
    slot = WIDTH / len(told)
    bar = min(slot * 0.32, 26)
    # Where there is one value per time its bar stands in the middle.
    left = bar if any(p.second for p in told) else bar / 2
    drawn = [_pair(p, slot * (i + 0.5) - left, bar, highest) for i, p in enumerate(told)]
    drawn += [_tick(p, slot * (i + 0.5)) for i, p in enumerate(told) if _is_labelled(i, len(told))]
    drawn += [
        _tag("line", x1=0, y1=BASE, x2=WIDTH, y2=BASE, class_="axis"),
        _tag("line", x1=0, y1=TOP, x2=WIDTH, y2=TOP, class_="grid"),
        _tag("text", escape(text_of(highest)), x=0, y=TOP - 8, class_="tick start"),
    ]
    return _svg(title, WIDTH, HEIGHT, drawn)


def stack(told: Sequence[Part], title: str) -> Markup:
    """One bar whose parts add up to the whole."""
    whole = sum(part.value for part in told)
    if not whole:
        return Markup()
    drawn, left = [], 0.0
    for number, part in enumerate(told):
        width = WIDTH * part.value / whole
        label = _tag("title", escape(f"{part.name} {part.text}"))
        place = {"x": left, "y": 0, "width": max(width - 2, 0), "height": STACK_HEIGHT}
        drawn.append(_tag("rect", label, **place, class_=f"tone{number % 6}"))
        left += width
    return _svg(title, WIDTH, STACK_HEIGHT, drawn, bar=True)


def gauge(value: int, target: int, title: str) -> Markup:
    """How far a value is towards its target; the target stands at four fifths of the width."""
    goal = WIDTH * 0.8
    width = min(goal * value / target, WIDTH) if target else 0
    drawn = [
        _tag("rect", x=0, y=0, width=WIDTH, height=STACK_HEIGHT, class_="rail"),
        _tag("rect", x=0, y=0, width=width, height=STACK_HEIGHT, class_="tone0"),
        _tag("line", x1=goal, y1=0, x2=goal, y2=STACK_HEIGHT, class_="goal"),
    ]
    return _svg(title, WIDTH, STACK_HEIGHT, drawn, bar=True)


def _pair(told: Pair, left: float, bar: float, highest: int) -> Markup:
    def rect(value: int, x: float, tone: str) -> Markup:
        height = (BASE - TOP) * max(value, 0) / highest
        return _tag("rect", x=x, y=BASE - height, width=bar - 2, height=height, rx=3, class_=tone)

    return rect(told.first, left, "tone0") + rect(told.second, left + bar, "tone1")


def _tick(told: Pair, middle: float) -> Markup:
    return _tag("text", escape(told.name), x=middle, y=BASE + 26, class_="tick")


def _is_labelled(place: int, count: int) -> bool:
    """Every time is named while there is room, then every third, counted from the last."""
    return count <= 8 or (count - 1 - place) % 3 == 0


def _svg(title: str, width: int, height: int, drawn: Sequence[Markup], *, bar: bool = False) -> Markup:
    """A drawing. A bar is stretched to the width of its place and keeps the height that the style sheet gives it."""
    body = Markup().join([_tag("title", escape(title)), *drawn])
    stretch = {"preserveAspectRatio": "none"} if bar else {}
    return _tag(
        "svg",
        body,
        viewBox=f"0 0 {width} {height}",
        role="img",
        class_="chart bar" if bar else "chart",
        **stretch,
    )


def _tag(name: str, body: Markup | None = None, **attributes: object) -> Markup:
    inside = " ".join(f'{key.rstrip("_")}="{escape(_number(value))}"' for key, value in attributes.items())
    return Markup(f"<{name} {inside}>{body or ''}</{name}>")  # noqa: S704 our names; body and values are escaped


def _number(value: object) -> object:
    return f"{value:.1f}" if isinstance(value, float) else value
