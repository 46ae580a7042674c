# SPDX-License-Identifier: Apache-2.0
"""Numbers of the engine as xarray, laid out as docs/outputs.md says of result.nc."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy

if TYPE_CHECKING:
    import xarray

    from leadtime.model import Model
    from leadtime.result import Result


def months(names) -> numpy.ndarray:
    """`YYYY-MM` as the first day of that month."""
    return numpy.array(list(names), dtype="datetime64[M]").astype("datetime64[ns]")


def of_samples(model: Model, described, values, seed: int, sample0: int) -> xarray.Dataset:
    """Samples as the engine gives them: nothing is copied."""
    import xarray

    number = numpy.arange(sample0, sample0 + values.shape[1], dtype=numpy.uint64)
    origins = {row[0]: row for row in model._engine.origins()}
    variables: dict[str, Any] = {}
    for name, path, metric, unit, named, first in described:
        attributes = {"units": unit, "path": path, "metric": metric}
        if not path and metric in origins:
            attributes["source"] = origins[metric][3] or ""
        if named is None:
            variables[name] = xarray.Variable(("sample",), values[first], attributes)
        else:
            variables[name] = xarray.DataArray(
                values[first:first + len(named)].T, dims=("sample", "month"),
                coords={"month": months(named)}, attrs=attributes)
    return xarray.Dataset(variables, coords={"sample": number}, attrs={
        "title": model.name, "scenario_hash": model.hash, "seed": seed,
        "determinism": "everywhere"})


_of_quantiles = ("value", "value_se")
_long_names = {
    "value": "quantiles", "value_se": "Monte Carlo standard errors of the quantiles",
    "mean": "mean of the samples that are not censored",
    "mean_se": "Monte Carlo standard error of the mean",
    "sd": "standard deviation of the samples that are not censored",
    "min": "smallest sample that is not censored",
    "max": "largest sample that is not censored",
    "share_below": "share of samples censored at -infinity",
    "share_above": "share of samples censored at +infinity",
    "tail_index": "exponent of the heavier tail; infinite where none is heavy",
}


class _Group:
    """The rows of one kind: paths or quantities, with months or without."""

    def __init__(self, prefix: str, label: str, has_paths: bool, has_months: bool):
        self.prefix, self.label = prefix, label
        self.has_paths, self.has_months = has_paths, has_months
        self.rows: list[int] = []
        self.units: dict[str, str] = {}

    def add(self, number: int, metric: str, unit: str) -> None:
        self.rows.append(number)
        self.units.setdefault(metric, unit)


def of_result(result: Result) -> xarray.Dataset:
    """A Dataset with the dimensions path, metric, month and quantile."""
    import xarray

    groups = [_Group("", "metric", True, True), _Group("scalar_", "scalar", True, False),
              _Group("output_", "output", False, True),
              _Group("output_scalar_", "output_scalar", False, False)]
    by_kind = {(group.has_paths, group.has_months): group for group in groups}
    for number, (path, metric, unit, month) in enumerate(result.rows):
        by_kind[bool(path), month is not None].add(number, metric, unit)
    shares = dict(result.data["shares_by_month"])
    all_months = (result.data["months"] if shares else
                  sorted({row[3] for row in result.rows if row[3] is not None}))
    coordinates: dict[str, Any] = {"quantile": ("quantile", list(result.levels), {
        "long_name": "quantile levels"})}
    if all_months:
        coordinates["month"] = ("month", months(all_months), {
            "standard_name": "time", "axis": "T", "long_name": "last month of the step"})
    if any(group.rows for group in groups if group.has_paths):
        coordinates["path"] = ("path", list(result.paths))
    places = {"month": {name: i for i, name in enumerate(all_months)},
              "path": {name: i for i, name in enumerate(result.paths)}}
    variables: dict[str, Any] = {}
    for group in groups:
        if group.rows:
            _add_group(result, group, places, shares, coordinates, variables)
    _add_inputs(result, coordinates)
    return xarray.Dataset(variables, coords=coordinates, attrs=result.attributes())


def _add_group(result, group, places, shares, coordinates, variables):
    labels = list(group.units)
    coordinates[group.label] = (group.label, labels)
    unit = "unit" if group.label == "metric" else f"{group.label}_unit"
    coordinates[unit] = (group.label, list(group.units.values()), {
        "long_name": "unit of each " + group.label})
    own = {name: i for i, name in enumerate(labels)}
    dims = (("path",) if group.has_paths else ()) + (group.label,) + (
        ("month",) if group.has_months else ())
    rows = [result.rows[number] for number in group.rows]
    index = [numpy.array([own[row[1]] for row in rows], dtype=int)]
    if group.has_paths:
        index.insert(0, numpy.array([places["path"][row[0]] for row in rows], dtype=int))
    if group.has_months:
        index.append(numpy.array([places["month"][row[3]] for row in rows], dtype=int))
    sizes = [len(coordinates[dim][1]) for dim in dims]
    taken = result.values[group.rows]

    def filled(columns, shape):
        whole = numpy.full(shape, numpy.nan)
        whole[tuple(index)] = taken[:, columns]
        return whole

    column = {name: i for i, name in enumerate(result.statistics)}
    of_levels = [[column[name] for _, name, _ in result.quantile_names],
                 [column[name] for _, _, name in result.quantile_names]]
    for name, columns in zip(_of_quantiles, of_levels):
        variables[group.prefix + name] = (
            dims + ("quantile",), filled(columns, sizes + [len(columns)]),
            {"long_name": _long_names[name]})
    if any(number in shares for number in group.rows):
        by_month = numpy.full(sizes + [len(places["month"])], numpy.nan)
        for number, *place in zip(group.rows, *index):
            if number in shares:
                by_month[tuple(place)] = shares[number]
        variables[group.prefix + "share_by_month"] = (dims + ("month",), by_month, {
            "long_name": "share of samples at or before the start of the month"})
    levelled = {i for columns in of_levels for i in columns}
    for name, i in column.items():
        if i not in levelled:
            variables[group.prefix + name] = (
                dims, filled(i, sizes), {"long_name": _long_names.get(name, name)})


def _add_inputs(result, coordinates):
    names = ("", "_unit", "_value", "_source", "_confidence", "_note")
    for place, name in enumerate(names):
        coordinates["input" + name] = (
            "input", [row[place] or "" for row in result.origins])
