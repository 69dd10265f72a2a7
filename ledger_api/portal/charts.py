"""Charts as SVG, drawn here, so that they print and need no program in the browser. A table stands beside each.

Sizes are in the units of the drawing; the page scales it. Colours are classes of the style sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH, HEIGHT = 640, 300
# The bars stand between; left of them is room for the amounts of the axis, right of them for half a label.
LEFT, RIGHT = 160, 560
TOP, BASE = 48, 240
STACK_HEIGHT = 36
# So far apart stand labels of the axis of time: everywhere, and those that a phone shows too, where letters are larger.
LABEL_STEP, PHONE_LABEL_STEP = 76, 150


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


def pairs(values: Sequence[Pair], title: str, text_of: Callable[[int], str]) -> Markup:
    """Two bars per time, upwards from zero; the axis names zero, the half and a round value that no bar exceeds.

    Args:
        values: In the order of time.
        title: What it shows.
        text_of: A value as people read it.
    """
    if not values:
        return Markup()
    top = round_above(max(max(p.first, p.second) for p in values))
    slot = (RIGHT - LEFT) / len(values)
    bar = min(slot * 0.36, 26)
    # Where there is one value per time its bar stands in the middle.
    left = bar if any(p.second for p in values) else bar / 2
    middles = [LEFT + slot * (i + 0.5) for i in range(len(values))]
    drawn = [_level(value, value / top, text_of) for value in (top, top // 2, 0)]
    drawn += [_pair(p, middle - left, bar, top) for p, middle in zip(values, middles, strict=True)]
    drawn += [
        _time(p.name, middle, label_class(len(values) - 1 - i, slot))
        for i, (p, middle) in enumerate(zip(values, middles, strict=True))
    ]
    return _svg(title, WIDTH, HEIGHT, drawn)


def round_above(value: int) -> int:
    """The least of 1, 2, 4, 6, 8 times a power of ten that is not below a value; 100 at least, a yuan.

    Args:
        value: In the least unit.
    """
    power: int = 10 ** max(len(str(max(value, 0))) - 1, 2)
    steps = (1, 2, 4, 6, 8, 10)
    return next(step * power for step in steps if step * power >= value)


def label_class(from_last: int, slot: float) -> str:
    """How a time is named: "tick" everywhere, "tick wide" only where letters are small, or "" by its mark alone.

    Args:
        from_last: How many times come after it.
        slot: Width of a time, in units of the drawing.
    """
    step = ceil(LABEL_STEP / slot)
    if from_last % step:
        return ""
    return "tick wide" if from_last % (step * ceil(PHONE_LABEL_STEP / (step * slot))) else "tick"


def stack(parts: Sequence[Part], title: str) -> Markup:
    """One bar whose parts add up to the whole."""
    whole = sum(part.value for part in parts)
    if not whole:
        return Markup()
    drawn, left = [], 0.0
    for number, part in enumerate(parts):
        width = WIDTH * part.value / whole
        label = _tag("title", escape(f"{part.name} {part.text}"))
        place = {"x": left, "y": 0, "width": max(width - 2, 0), "height": STACK_HEIGHT}
        drawn.append(_tag("rect", label, **place, class_=f"tone{number % 6}"))
        left += width
    return _svg(title, WIDTH, STACK_HEIGHT, drawn, bar=True)


def gauge(value: int, target: int, title: str) -> Markup:
    """How far a value is towards its target: the whole width is the target, or the value where that is more.

    Args:
        value: Zero or more.
        target: What is wanted, over zero; a line marks it where the value goes beyond.
        title: What it shows.
    """
    whole = max(value, target, 1)
    drawn = [
        _tag("rect", x=0, y=0, width=WIDTH, height=STACK_HEIGHT, class_="rail"),
        _tag("rect", x=0, y=0, width=WIDTH * value / whole, height=STACK_HEIGHT, class_="tone0"),
    ]
    if value > target:
        goal = WIDTH * target / whole
        drawn.append(_tag("line", x1=goal, y1=0, x2=goal, y2=STACK_HEIGHT, class_="goal"))
    return _svg(title, WIDTH, STACK_HEIGHT, drawn, bar=True)


def _pair(pair: Pair, left: float, bar: float, top: int) -> Markup:
    def rect(value: int, x: float, tone: str) -> Markup:
        height = (BASE - TOP) * max(value, 0) / top
        return _tag("rect", x=x, y=BASE - height, width=bar - 2, height=height, class_=tone)

    return rect(pair.first, left, "tone0") + rect(pair.second, left + bar, "tone1")


def _level(value: int, share: float, text_of: Callable[[int], str]) -> Markup:
    """A value of the axis: its line across, and its name at the left, without the fen of a round amount."""
    y = BASE - (BASE - TOP) * share
    line = _tag("line", x1=LEFT, y1=y, x2=RIGHT, y2=y, class_="grid" if value else "axis")
    name = escape(text_of(value).removesuffix(".00"))
    return line + _tag("text", name, x=LEFT - 8, y=y, class_="tick value")


def _time(name: str, middle: float, label: str) -> Markup:
    mark = _tag("line", x1=middle, y1=BASE, x2=middle, y2=BASE + (10 if label else 5), class_="axis")
    return mark + (_tag("text", escape(name), x=middle, y=HEIGHT - 12, class_=label) if label else Markup())


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
