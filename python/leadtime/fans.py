# SPDX-License-Identifier: Apache-2.0
"""Quantiles of a series over the months, to be drawn."""
from __future__ import annotations

import dataclasses
import html
from typing import TYPE_CHECKING, Any, Optional

from leadtime.errors import RunError

if TYPE_CHECKING:
    from leadtime.result import Result

_colours = ("#1f5fa8", "#c0392b", "#2e8b57", "#8e44ad", "#b9770e")


@dataclasses.dataclass
class Fan:
    """Quantiles of a series by month; infinite where they are censored."""

    label: str
    metric: str
    unit: str
    months: Any
    median: Any
    bands: list
    is_log: bool


def fans(result: Result, output: str) -> list[Fan]:
    """A fan for each path that has the output. Raises RunError."""
    import numpy

    from leadtime import datasets

    series: dict[str, list[int]] = {}
    for number in result.find(output):
        if result.rows[number][3] is not None:
            series.setdefault(result.rows[number][0], []).append(number)
    if not series:
        raise RunError(f'"{output}" has no months to draw')
    name_of = {level: result.statistics.index(name)
               for level, name, _ in result.quantile_names}
    if 0.5 not in name_of:
        raise RunError("a fan needs the quantile 0.5, which the result does not report")
    made = []
    for path, numbers in series.items():
        values = result.values[numbers]
        metric, unit = result.rows[numbers[0]][1:3]
        bands = [(values[:, name_of[low]], values[:, name_of[1 - low]], alpha)
                 for low, alpha in ((0.05, 0.18), (0.25, 0.3))
                 if low in name_of and 1 - low in name_of]
        median = values[:, name_of[0.5]]
        median = numpy.where(numpy.isfinite(median), median, numpy.nan)
        highest = numpy.nanmax(median, initial=0.0)
        made.append(Fan(path or metric, metric, unit,
                        datasets.months(result.rows[n][3] for n in numbers),
                        median, bands,
                        unit in ("FLOP", "USD") and highest > 0))
    return made


def ends_of(drawn: list[Fan]) -> Optional[tuple[float, float]]:
    """The least and the largest finite value drawn (positive, on a log scale); None where
    there is none."""
    import numpy

    values = numpy.concatenate([part for fan in drawn for part in (
        [fan.median] + [edge for band in fan.bands for edge in band[:2]])])
    values = values[numpy.isfinite(values)]
    if all(fan.is_log for fan in drawn):
        values = values[values > 0]
    return (float(values.min()), float(values.max())) if values.size else None


def fan_svg(drawn: list[Fan], width: int = 520, height: int = 220) -> str:
    """The fans as an inline SVG with axes."""
    import numpy

    left, right, top, bottom = 60, 10, 10, 24
    is_log = all(fan.is_log for fan in drawn)

    def scale(values):
        return numpy.log10(values) if is_log else values

    ends = ends_of(drawn)
    if ends is None:
        return ""
    low, high = float(scale(ends[0])), float(scale(ends[1]))
    high = high if high > low else low + 1
    days = drawn[0].months.astype("datetime64[D]").astype(float)
    first, last = days[0], max(days[-1], days[0] + 1)

    def x(months):
        at = months.astype("datetime64[D]").astype(float)
        return left + (at - first) / (last - first) * (width - left - right)

    def y(values):
        inside = scale(numpy.clip(values, *ends))  # what is censored lies on the edge
        return top + (high - inside) / (high - low) * (height - top - bottom)

    def path(xs, ys):
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys) if numpy.isfinite(b))

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
             f'font-family="sans-serif" font-size="11" role="img">']
    for i, fan in enumerate(drawn):
        colour = _colours[i % len(_colours)]
        xs = x(fan.months)
        for under, over, alpha in fan.bands:
            ok = numpy.isfinite(y(under)) & numpy.isfinite(y(over))
            around = path(xs[ok], y(over)[ok]) + " " + path(xs[ok][::-1], y(under)[ok][::-1])
            parts.append(f'<polygon points="{around}" fill="{colour}" opacity="{alpha}"/>')
        parts.append(f'<polyline points="{path(xs, y(fan.median))}" fill="none" '
                     f'stroke="{colour}" stroke-width="1.5"/>')
        parts.append(f'<text x="{left + 6}" y="{top + 12 + 14 * i}" fill="{colour}">'
                     f"{html.escape(fan.label)}</text>")
    for value, at in ((high, top + 8), (low, height - bottom)):
        shown = 10**value if is_log else value
        parts.append(f'<text x="{left - 4}" y="{at}" text-anchor="end">{shown:.3g}</text>')
    for month, anchor, at in ((drawn[0].months[0], "start", left),
                              (drawn[0].months[-1], "end", width - right)):
        parts.append(f'<text x="{at}" y="{height - 8}" text-anchor="{anchor}">'
                     f"{str(month)[:7]}</text>")
    parts.append(f'<text x="{left}" y="{height - 8}" dx="60">'
                 f"{html.escape(drawn[0].metric)}, {html.escape(drawn[0].unit)}: "
                 "p50, p25 to p75, p5 to p95</text></svg>")
    return "".join(parts)
