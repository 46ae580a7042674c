# SPDX-License-Identifier: Apache-2.0
"""What a run gives: statistics of its outputs, with their Monte Carlo errors."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from leadtime import display, fans
from leadtime._load import engine
from leadtime.errors import RunError

if TYPE_CHECKING:
    import numpy
    import pandas
    import xarray


class Result:
    """Statistics of a run: plain data (`data`), which pickles, compares and hashes.

    `rows[i]` is (path, metric, unit, month) of `values[i]`, float64 with a column for each
    of `statistics`, as summary.csv has them (docs/outputs.md). Path is empty for
    quantities, month `YYYY-MM` or None. Quantiles may be infinite where samples are
    censored; `share_below` and `share_above` say how many are.
    """

    def __init__(self, data: dict[str, Any], origins: list[tuple], overrides: dict):
        """Use `Model.run()`."""
        self.data = data
        self.origins = origins
        self.overrides = overrides
        self.plot = Plot(self)

    @property
    def scenario(self) -> str:
        """The scenario's name."""
        return self.data["scenario"]

    @property
    def hash(self) -> str:
        """Of its text and overrides."""
        return self.data["hash"]

    @property
    def seed(self) -> int:
        """Of the random numbers."""
        return self.data["seed"]

    @property
    def samples(self) -> int:
        """How many were run."""
        return self.data["samples"]

    @property
    def sampler(self) -> str:
        """philox or qmc."""
        return self.data["sampler"]

    @property
    def wall_time_s(self) -> float:
        """Seconds that it took."""
        return self.data["wall_time_s"]

    @property
    def backend(self) -> str:
        """Where it ran, in words."""
        return self.data["backend"]

    @property
    def notes(self) -> list[str]:
        """What a reader should know, such as precisions that fell back."""
        return self.data["notes"]

    @property
    def paths(self) -> list[str]:
        """The paths' names."""
        return self.data["paths"]

    @property
    def reference(self) -> str:
        """The reference path."""
        return self.data["reference"]

    @property
    def rows(self) -> list[tuple[str, str, str, Optional[str]]]:
        """(path, metric, unit, month) of each row of `values`."""
        return self.data["rows"]

    @property
    def values(self) -> numpy.ndarray:
        """float64[row, statistic]."""
        return self.data["values"]

    @property
    def statistics(self) -> list[str]:
        """Names of the columns of `values`."""
        return self.data["statistics"]

    @property
    def quantile_source(self) -> str:
        """`sorted samples` (exact) or `bins`."""
        return self.data["quantile_source"]

    @property
    def is_reached(self) -> bool:
        """Whether every goal of `until` is."""
        return self.data["is_reached"]

    @property
    def explanation(self) -> list[str]:
        """A sentence for each goal of `until` and output."""
        return self.data["explanation"]

    @property
    def quantile_names(self) -> list[tuple[float, str, str]]:
        """(level, name, name of its error), ascending."""
        return self.data["quantiles"]

    @property
    def levels(self) -> list[float]:
        """Quantile levels, ascending."""
        return [level for level, _, _ in self.data["quantiles"]]

    def attributes(self) -> dict[str, Any]:
        """What it was made of, as attributes of files."""
        return {
            "title": self.scenario, "source": self.data["program"],
            "scenario_file": self.data["file"], "scenario_hash": self.hash,
            "scenario_description": self.data["description"],
            "overrides": "\n".join(f"{key}={value}"
                                   for key, value in self.overrides.items()),
            "seed": self.seed, "samples": self.samples, "sampler": self.sampler,
            "determinism": self.data["determinism"], "quantiles": self.quantile_source,
            "reference_path": self.reference, "notes": "\n".join(self.notes),
            "start_month": self.data["start_month"],
            "months_per_step": self.data["months_per_step"],
        }

    def to_xarray(self) -> xarray.Dataset:
        """A Dataset laid out as result.nc is: `value` and `value_se` (path, metric, month,
        quantile), `mean`, `sd`, `share_below`, ... (path, metric, month), numbers without
        a month in `scalar_*`, quantities in `output_*`; `unit` and `input_source` are
        coordinates, all else is in `attrs`. `ds.to_netcdf("mine.nc")` writes it."""
        from leadtime import datasets

        return datasets.of_result(self)

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame with a row for each output and month: path, metric, unit, month
        (Timestamp or NaT) and every statistic. `to_parquet` and `to_csv` write it."""
        import pandas

        frame = pandas.DataFrame(self.rows, columns=["path", "metric", "unit", "month"])
        frame["month"] = pandas.to_datetime(frame["month"], format="%Y-%m")
        numbers = pandas.DataFrame(self.values, columns=self.statistics)
        return pandas.concat([frame, numbers], axis=1)

    def kept(self) -> xarray.Dataset:
        """The samples that `keep` asked for: float32(sample), `units` in attributes."""
        import numpy
        import xarray

        variables = {
            name: xarray.Variable(("sample",), values[0], {"units": unit})
            for name, unit, values in self.data["kept"]}
        return xarray.Dataset(variables, attrs=self.attributes(), coords={
            "sample": numpy.arange(self.samples if variables else 0, dtype=numpy.uint64)})

    def series(self, output: str) -> pandas.DataFrame:
        """One output: statistics by month (or one row), the index is the month; of several
        paths that have it, (path, month). Raises RunError where there is none."""
        found = self.find(output)
        frame = self.to_pandas().iloc[found]
        is_one_path = frame["path"].nunique() == 1
        return frame.set_index("month" if is_one_path else ["path", "month"])

    def find(self, output: str) -> list[int]:
        """Numbers of the rows that `[PATH.]METRIC` names. Raises RunError."""
        text = output.removeprefix("path.")
        path: Optional[str] = None
        for name in self.paths:
            if text.startswith(name + "."):
                path, text = name, text[len(name) + 1:]
                break
        metric = engine.written_metric(text)
        found = [i for i, row in enumerate(self.rows)
                 if row[1] == metric and path in (None, row[0])]
        if not found:
            names = sorted({row[1] for row in self.rows})
            raise RunError(f'the result has no output "{output}"'
                           + engine.did_you_mean(metric, names))
        return found

    def __reduce__(self):
        return Result, (self.data, self.origins, self.overrides)

    def _key(self):
        return (self.hash, self.seed, self.samples, self.sampler, tuple(self.rows),
                self.values.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Result) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return (f'<leadtime.Result "{self.scenario}", {self.samples:,} samples, '
                f"{len(self.rows):,} rows>")

    def _repr_html_(self) -> str:
        return display.result_html(self)


class Plot:
    """Figures of a result, with matplotlib."""

    def __init__(self, result: Result):
        self._result = result

    def fan(self, output: str = "lag", ax: Any = None) -> Any:
        """Median, p25 to p75 and p5 to p95 of an output over the months, for each path
        that has it; returns the Axes. Bands reach the edge of the axes where quantiles are
        censored. Raises RunError for what the result does not have, and for outputs
        without months."""
        import matplotlib.pyplot
        import numpy

        drawn = fans.fans(self._result, output)
        if ax is None:
            _, ax = matplotlib.pyplot.subplots()
        ends = fans.ends_of(drawn)
        is_cut = any(not numpy.isfinite(edge).all() for fan in drawn
                     for band in fan.bands for edge in band[:2])
        for fan in drawn:
            line, = ax.plot(fan.months, fan.median, label=fan.label)
            for low, high, alpha in fan.bands:
                if ends is not None:
                    low, high = numpy.clip(low, *ends), numpy.clip(high, *ends)
                ax.fill_between(fan.months, low, high, color=line.get_color(), alpha=alpha,
                                linewidth=0)
        if is_cut and ends is not None:
            ax.set_ylim(*ends)  # bands go on beyond the axes
        ax.set_ylabel(f"{drawn[0].metric}, {drawn[0].unit}")
        if drawn[0].is_log:
            ax.set_yscale("log")
        ax.legend()
        return ax
