# SPDX-License-Identifier: Apache-2.0
"""How models and results show themselves in notebooks."""
from __future__ import annotations

import contextlib
import html
from typing import TYPE_CHECKING, Any

from leadtime.errors import RunError
from leadtime.fans import fan_svg, fans

if TYPE_CHECKING:
    from leadtime.model import Model
    from leadtime.result import Result


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
