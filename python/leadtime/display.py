# SPDX-License-Identifier: Apache-2.0
"""How models and results show themselves, and the progress of a run."""
from __future__ import annotations

import contextlib
import dataclasses
import html
import sys
import time
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional

from leadtime.errors import RunError

if TYPE_CHECKING:
    from leadtime.model import Model
    from leadtime.result import Result

_colours = ("#1f5fa8", "#c0392b", "#2e8b57", "#8e44ad", "#b9770e")
_first_after_s, _next_after_s = 0.5, 0.1  # as the program's bar


@dataclasses.dataclass
class Fan:
    """Quantiles of a series by month."""

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
        finite = numpy.where(numpy.isfinite(values), values, numpy.nan)
        metric, unit = result.rows[numbers[0]][1:3]
        bands = [(finite[:, name_of[low]], finite[:, name_of[1 - low]], alpha)
                 for low, alpha in ((0.05, 0.18), (0.25, 0.3))
                 if low in name_of and 1 - low in name_of]
        highest = numpy.nanmax(finite[:, name_of[0.5]], initial=0.0)
        made.append(Fan(path or metric, metric, unit,
                        datasets.months(result.rows[n][3] for n in numbers),
                        finite[:, name_of[0.5]], bands,
                        unit in ("FLOP", "USD") and highest > 0))
    return made


def fan_svg(drawn: list[Fan], width: int = 520, height: int = 220) -> str:
    """The fans as an inline SVG with axes."""
    import numpy

    left, right, top, bottom = 60, 10, 10, 24
    is_log = all(fan.is_log for fan in drawn)

    def scale(values):
        return numpy.log10(values) if is_log else values

    with numpy.errstate(divide="ignore", invalid="ignore"):
        ends = numpy.concatenate([scale(part) for fan in drawn for part in (
            [fan.median] + [edge for band in fan.bands for edge in band[:2]])])
    ends = ends[numpy.isfinite(ends)]
    if ends.size == 0:
        return ""
    low, high = float(ends.min()), float(ends.max())
    high = high if high > low else low + 1
    days = drawn[0].months.astype("datetime64[D]").astype(float)
    first, last = days[0], max(days[-1], days[0] + 1)

    def x(months):
        at = months.astype("datetime64[D]").astype(float)
        return left + (at - first) / (last - first) * (width - left - right)

    def y(values):
        with numpy.errstate(divide="ignore", invalid="ignore"):
            return top + (high - scale(values)) / (high - low) * (height - top - bottom)

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


def table_html(header: list[str], rows: list[list[Any]]) -> str:
    """A table; texts are escaped."""
    def cells(values, tag):
        return "".join(f"<{tag}>{html.escape(str(value))}</{tag}>" for value in values)

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return (f"<table><thead><tr>{cells(header, 'th')}</tr></thead>"
            f"<tbody>{body}</tbody></table>")


def model_html(model: Model) -> str:
    """A model in a notebook."""
    inputs = model._engine.inputs()
    outputs = model._engine.outputs()
    paths = sorted({row[0] for row in outputs if row[0]})
    return (f"<b>{html.escape(model.name)}</b> {html.escape(model.description)}"
            + table_html(["", ""], [
                ["paths", ", ".join(paths)], ["drawn inputs", len(inputs)],
                ["outputs", len(outputs)],
                ["changed", ", ".join(f"{key}={value}"
                                      for key, value in model.overrides.items()) or "-"],
                ["hash", model.hash]]))


def result_html(result: Result) -> str:
    """A result in a notebook: the last month of what was run, and a fan of the first
    series."""
    medians = [(name, result.statistics.index(name))
               for level, name, _ in result.quantile_names if level in (0.05, 0.5, 0.95)]
    last: dict[tuple, int] = {}
    for number, (path, metric, _, _) in enumerate(result.rows):
        last[path, metric] = number
    shown = list(last.values())[:20]
    rows = [[*(result.rows[n][i] or "-" for i in (0, 1, 3)),
             *(f"{result.values[n, column]:.4g}" for _, column in medians),
             result.rows[n][2]] for n in shown]
    text = (f"<b>{html.escape(result.scenario)}</b>: {result.samples:,} samples, seed "
            f"{result.seed}, {html.escape(result.quantile_source)}")
    text += table_html(["path", "output", "month", *(name for name, _ in medians), "unit"],
                       rows)
    if len(last) > len(shown):
        text += f"<p>and {len(last) - len(shown)} more outputs</p>"
    series = next((row for row in result.rows if row[3] is not None), None)
    with contextlib.suppress(RunError):
        if series is not None:
            text += fan_svg(fans(result, series[1]))
    return text


@contextlib.contextmanager
def progress(wish: Any) -> Iterator[Optional[Callable[[int, int], object]]]:
    """What the engine calls with (done, total): the user's own, a line on stderr, a line
    in a notebook, or nothing."""
    if callable(wish):
        yield wish
        return
    line = _line(wish)
    try:
        yield line
    finally:
        if line is not None:
            line.end()


def _line(wish: Optional[bool]) -> Optional[_Line]:
    if wish is False:
        return None
    shell = sys.modules.get("IPython")
    shell = shell.get_ipython() if shell is not None else None
    if shell is not None and "IPKernelApp" in shell.config:
        return _NotebookLine()
    return _Line() if wish or sys.stderr.isatty() else None


class _Line:
    """A line on stderr, not in the first half second and ten times a second at most."""

    def __init__(self):
        self._next = time.monotonic() + _first_after_s
        self._is_drawn = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _next_after_s
            self._is_drawn = True
            share = done / total if total else 0.0
            self.draw(f"leadtime: {share:4.0%} of {total:,}")

    def draw(self, text: str) -> None:
        print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._is_drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class _NotebookLine(_Line):
    def __init__(self):
        super().__init__()
        self._handle = None

    def draw(self, text: str) -> None:
        from IPython.display import HTML, display

        shown = HTML(f"<small>{html.escape(text)}</small>")
        if self._handle is None:
            self._handle = display(shown, display_id=True)
        else:
            self._handle.update(shown)

    def end(self) -> None:
        if self._handle is not None:
            from IPython.display import HTML

            self._handle.update(HTML(""))
