"""Plots as inline SVG: no script, no request, colours from the page's style sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_ROW = 30
_LEFT = 190
_WIDTH = 720
_RIGHT = 90
_SIDE = 300
_EDGE = 50


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


@dataclass(frozen=True, slots=True)
class Curve:
    """Points in the unit square of x and y, joined by a line or left as dots of a size in [0, 1]."""

    label: str
    points: tuple[tuple[float, float], ...]
    sizes: tuple[float, ...] = ()
    ours: bool = True


def draw_curves(curves: Sequence[Curve], x_label: str, y_label: str, top: float = 1.0) -> str:
    """Return lines and dots over x from 0 to 1 and y from 0 to ``top``, with ticks and labels."""
    parts = [_draw_axes(x_label, y_label, top), *(_draw_curve(curve, top) for curve in curves)]
    words = "; ".join(
        f"{curve.label}: "
        + ", ".join(f"{x:.2f} {y:.2f}" for x, y in curve.points[:: max(1, len(curve.points) // 10)])
        for curve in curves
    )
    return (
        f'<svg class="plot" role="img" viewBox="0 0 {_SIDE + 2 * _EDGE} {_SIDE + 2 * _EDGE}" '
        f'aria-label="{escape(f"{y_label} by {x_label}. {words}")}">{"".join(parts)}</svg>'
    )


def _place(x: float, y: float, top: float) -> tuple[float, float]:
    height = min(1.0, max(0.0, y / top)) if top > 0 else 0.0
    return round(_EDGE + x * _SIDE, 1), round(_EDGE + (1 - height) * _SIDE, 1)


def _draw_axes(x_label: str, y_label: str, top: float) -> str:
    left, bottom = _place(0, 0, top)
    parts = [f'<path class="axis" d="M{left} {_EDGE}V{bottom}H{left + _SIDE}"/>']
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _place(tick, tick * top, top)
        parts.append(
            f'<text class="label" x="{x}" y="{bottom + 18}" text-anchor="middle">{tick:g}</text>'
            f'<text class="label" x="{left - 8}" y="{y + 4}" text-anchor="end">{tick * top:.2g}</text>'
        )
    parts.append(
        f'<text class="label" x="{left + _SIDE / 2}" y="{bottom + 38}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text class="label" x="{left}" y="{_EDGE - 14}">{escape(y_label)}</text>'
    )
    return "".join(parts)


def _draw_curve(curve: Curve, top: float) -> str:
    kind = "ours" if curve.ours else "theirs"
    spots = [_place(x, y, top) for x, y in curve.points]
    if curve.sizes:
        return "".join(
            f'<circle class="{kind}" cx="{x}" cy="{y}" r="{3 + 11 * size**0.5:.1f}" fill-opacity="0.75"/>'
            for (x, y), size in zip(spots, curve.sizes, strict=True)
        )
    line = "L".join(f"{x} {y}" for x, y in spots)
    return f'<path class="line {kind}" d="M{line}"/>'


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
