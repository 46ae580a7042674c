# SPDX-License-Identifier: Apache-2.0
"""Several models at once, and what drives one."""
from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence, Union

from leadtime._load import engine
from leadtime.errors import RunError
from leadtime.model import Model, Progress, _count, _seed, scenario, texts
from leadtime.progress import shown
from leadtime.result import Result

if TYPE_CHECKING:
    import pandas
    import xarray


class Document:
    """A document of the engine: `data` is a dict as docs/outputs.md describes it."""

    def __init__(self, text: str):
        self.data = json.loads(text)
        self._text = text

    def __reduce__(self):
        return type(self), (self._text,)

    def __eq__(self, other: object) -> bool:
        return (isinstance(other, Document) and type(self) is type(other)
                and self._comparable() == other._comparable())

    def __hash__(self) -> int:
        return hash(json.dumps(self._comparable(), sort_keys=True))

    def _comparable(self) -> dict:
        return {key: value for key, value in self.data.items()
                if key not in ("wall_time_s", "backend")}

    def _repr_html_(self) -> str:
        frame = self.to_pandas()
        note = f"<p>{len(frame):,} rows</p>" if len(frame) > 20 else ""
        return frame.head(20)._repr_html_() + note

    def to_pandas(self) -> pandas.DataFrame:
        raise NotImplementedError


class Comparison(Document):
    """Scenarios against the first, sample by sample (`leadtime compare`)."""

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each scenario, path, metric and month: columns (side, statistic) with
        the sides base, this, difference (this - base) and ratio (this / base, of FLOP and
        USD), in `unit`, and `pairs` with what is known of both; nan where there is
        none (and for a tail index that is infinite)."""
        import pandas

        rows, index = [], []
        for other in self.data["scenarios"]:
            for row in other["rows"]:
                index.append((other["name"], row["path"], row["metric"], row["month"],
                              row["unit"]))
                own = {(side, name): value for side in row
                       if isinstance(row[side], dict)
                       for name, value in row[side].items()}
                own.update((("pairs", name), value) for name, value in row.items()
                           if isinstance(value, (int, float)))
                rows.append(own)
        names = ["scenario", "path", "metric", "month", "unit"]
        frame = pandas.DataFrame(rows)
        if rows:
            frame = frame.astype(float)  # what JSON has as null is nan
            frame.columns = pandas.MultiIndex.from_tuples(frame.columns,
                                                          names=["side", "statistic"])
            frame.index = pandas.MultiIndex.from_tuples(index, names=names)
        return frame

    @property
    def left_out(self) -> list[str]:
        """What only one of the scenarios has."""
        return [text for other in self.data["scenarios"] for text in other["left_out"]]


class Sensitivity(Document):
    """What drives outputs (`leadtime sensitivity`)."""

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each output, method (given_data, pick_freeze, tornado; of a decision
        evppi), input (or group) and statistic: value and its standard error, in the unit
        of the output where it is no share."""
        import pandas

        listed = [(output["output"], method, entries)
                  for output in self.data["outputs"]
                  for method, entries in output.items() if isinstance(entries, list)]
        if self.data["decision"]:
            listed.append(("decision", "evppi", self.data["decision"]["evppi"]))
        rows = []
        for output, method, entries in listed:
            for entry in entries:
                name = entry.get("input", entry.get("group"))
                rows += [(output, method, name, statistic, value,
                          entry.get(statistic + "_se"))
                         for statistic, value in entry.items()
                         if not statistic.endswith("_se") and not isinstance(value, str)]
        return pandas.DataFrame(rows, columns=["output", "method", "input", "statistic",
                                               "value", "se"])


def _models(models: Iterable[Union[Model, str]]) -> list[Model]:
    return [m if isinstance(m, Model) else scenario(m) for m in models]


def compare(models: Sequence[Union[Model, str]],
            outputs: Union[str, Iterable[str], None] = None, *,
            samples: int = 100_000, seed: int = 1, progress: Progress = None,
            device: str = "") -> Comparison:
    """Compares models with the first on the same draws: what they have in common differs
    by what they change, not by noise. `outputs` as in `Model.run`; None: those that
    `leadtime compare` has. Raises RunError."""
    models = _models(models)
    if len(models) < 2:
        raise RunError("a comparison needs two models or more")
    with shown(progress) as show:
        return Comparison(engine.compare(
            [m._engine for m in models], [m._state[0] for m in models], texts(outputs),
            _count(samples, "samples"), _seed(seed), show, device))


class Sweep:
    """A model over a grid of its keys: `cells[i]` is (values by key, Result)."""

    def __init__(self, keys: tuple[str, ...], cells: list[tuple[dict[str, Any], Result]]):
        self.keys, self.cells = keys, cells

    def to_pandas(self) -> pandas.DataFrame:
        """The results one below the other, a column for each key first."""
        import pandas

        parts = []
        for values, result in self.cells:
            part = result.to_pandas()
            for place, (key, value) in enumerate(values.items()):
                part.insert(place, key, [value] * len(part))
            parts.append(part)
        return pandas.concat(parts, ignore_index=True)

    def to_xarray(self) -> xarray.Dataset:
        """The results with a dimension for each key, before those of a result; without the
        origins of inputs."""
        import pandas
        import xarray

        origins = [name for name in self.cells[0][1].to_xarray().coords
                   if str(name).startswith("input")]
        parts = []
        for _, result in self.cells:
            parts.append(result.to_xarray().drop_vars(origins))
        whole = xarray.concat(parts, dim="cell", combine_attrs="drop_conflicts")
        index = pandas.MultiIndex.from_tuples(
            [tuple(values.values()) for values, _ in self.cells], names=self.keys)
        return whole.assign_coords(cell=index).unstack("cell").transpose(*self.keys, ...)

    def __reduce__(self):
        return Sweep, (self.keys, self.cells)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sweep) and (self.keys, self.cells) == (other.keys,
                                                                         other.cells)

    def __hash__(self) -> int:
        return hash((self.keys, tuple(result for _, result in self.cells)))

    def _repr_html_(self) -> str:
        return self.to_pandas().head(20)._repr_html_()


def sweep(model: Union[Model, str], vary: Mapping[str, Sequence[Any]], *,
          outputs: Union[str, Iterable[str], None] = ("lag",), samples: int = 100_000,
          seed: int = 1, progress: Progress = None, device: str = "") -> Sweep:
    """Runs a model with every combination of some keys' values, on the same draws:
    `lt.sweep(m, {"quantity.tariff.value": [0, 0.5, 1]})`; the last key varies fastest.
    Quantiles are those of the sorted samples. Raises ScenarioError, RunError."""
    model, = _models([model])
    keys = tuple(vary)
    if not keys or not all(len(list(values)) for values in vary.values()):
        raise RunError("a sweep needs keys with a list of values each")
    grid = list(itertools.product(*(list(values) for values in vary.values())))
    cells = []
    with shown(progress) as show:
        for number, values in enumerate(grid):
            cell = dict(zip(keys, values))
            cells.append((cell, model.with_set(cell).run(
                samples, seed, outputs, exact=True, progress=False, device=device)))
            if show is not None:
                show(number + 1, len(grid))
    return Sweep(keys, cells)


def merge(parts: Iterable[Any]) -> Any:
    """Joins what several processes made, with the bits that one would have made.

    Datasets of `Model.sample` or `evaluate`: stretches of samples that follow each other
    (`sample0`), in any order. Results: outputs of one scenario, seed and number of samples.
    Raises RunError where they do not fit together.
    """
    parts = list(parts)
    if not parts:
        raise RunError("there is nothing to merge")
    if all(isinstance(part, Result) for part in parts):
        return _merged_results(parts)
    return _merged_samples(parts)


def _must_agree(name: str, values: Iterable[Any]) -> None:
    different = list(dict.fromkeys(values))
    if len(different) > 1:
        raise RunError(f"the parts have different {name}: {different[0]} and {different[1]}")


def _merged_samples(parts: list[xarray.Dataset]) -> xarray.Dataset:
    import xarray

    parts = sorted(parts, key=lambda part: int(part["sample"][0]))
    for name in ("scenario_hash", "seed"):
        _must_agree(name, (part.attrs.get(name) for part in parts))
    for before, after in zip(parts, parts[1:]):
        end, begin = int(before["sample"][-1]) + 1, int(after["sample"][0])
        if end != begin:
            raise RunError(f"the parts do not follow each other: one ends with sample "
                           f"{end - 1}, the next begins with {begin}")
    return xarray.concat(parts, dim="sample", combine_attrs="drop_conflicts")


def _merged_results(parts: list[Result]) -> Result:
    import numpy

    for name in ("hash", "seed", "samples", "sampler", "quantile_source"):
        _must_agree(name, (getattr(part, name) for part in parts))
    _must_agree("quantiles", (tuple(part.levels) for part in parts))
    rows = {row: values for part in parts for row, values in zip(part.rows, part.values)}
    kept = {entry[0]: entry for part in parts for entry in part.data["kept"]}
    place = {row: number for number, row in enumerate(rows)}
    shares = {place[part.rows[number]]: values for part in parts
              for number, values in part.data["shares_by_month"]}
    data = {**parts[0].data, "rows": list(rows), "shares_by_month": list(shares.items()),
            "kept": list(kept.values()),
            "values": numpy.array(list(rows.values())),
            "notes": list(dict.fromkeys(note for part in parts for note in part.notes)),
            "wall_time_s": sum(part.wall_time_s for part in parts),
            "is_reached": all(part.is_reached for part in parts),
            "explanation": [text for part in parts for text in part.explanation]}
    origins = {row[0]: row for part in parts for row in part.origins}
    return Result(data, list(origins.values()), parts[0].overrides)
