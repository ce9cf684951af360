"""Plots as inline SVG: no script, no request, colours from the page's style sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_ROW = 30
_LEFT = 190
_WIDTH = 720
_RIGHT = 90


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a value with its interval, in the units of the axis; ``ours`` is drawn strong."""

    label: str
    value: float
    low: float
    high: float
    text: str
    ours: bool = False


def draw_bars(bars: Sequence[Bar], top: float, title: str) -> str:
    """Return horizontal bars with whiskers on an axis from 0 to ``top``."""
    height = _ROW * len(bars) + 8
    rows = "".join(_draw_bar(bar, 4 + _ROW * i, top) for i, bar in enumerate(bars))
    words = "; ".join(f"{bar.label} {bar.text}" for bar in bars)
    return (
        f'<svg class="plot" role="img" viewBox="0 0 {_WIDTH} {height}" '
        f'aria-label="{escape(f"{title}: {words}")}">{rows}</svg>'
    )


def _draw_bar(bar: Bar, y: float, top: float) -> str:
    def x(value: float) -> float:
        share = min(1.0, max(0.0, value / top)) if top > 0 else 0.0
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    kind = "ours" if bar.ours else "theirs"
    middle = y + _ROW / 2 - 2
    return (
        f'<text class="label" x="{_LEFT - 10}" y="{middle + 5}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect class="{kind}" x="{_LEFT}" y="{y + 3}" width="{max(1.0, x(bar.value) - _LEFT):.1f}" height="{_ROW - 10}" rx="4"/>'
        f'<path class="whisker" d="M{x(bar.low)} {middle}H{x(bar.high)}M{x(bar.low)} {middle - 4}v8M{x(bar.high)} {middle - 4}v8"/>'
        f'<text class="value" x="{x(max(bar.value, bar.high)) + 8}" y="{middle + 5}">{escape(bar.text)}</text>'
    )
