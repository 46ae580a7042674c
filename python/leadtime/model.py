# SPDX-License-Identifier: Apache-2.0
"""Scenarios, compiled: what is run, sampled and evaluated."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Optional, Sequence, Union

from leadtime import display, toml_text
from leadtime._load import engine
from leadtime.errors import RunError
from leadtime.progress import shown

if TYPE_CHECKING:
    import numpy
    import pandas
    import xarray

    from leadtime.result import Result
    from leadtime.studies import Sensitivity

Overrides = Union[Mapping[str, Any], Iterable[str], None]
Progress = Union[bool, None, Callable[[int, int], object]]


def scenarios() -> list[str]:
    """The names of the built-in scenarios."""
    return engine.scenario_names()


def scenario(source: Union[str, os.PathLike, Mapping[str, Any]] = "baseline", *,
             set: Overrides = None,  # noqa: A002  (as --set of the program)
             profiles: Union[str, os.PathLike, None] = None,
             quantiles: Optional[Sequence[float]] = None) -> Model:
    """Reads a scenario, checks it and compiles it.

    source:    a built-in name (`scenarios()`), a path, a text (anything with a line feed),
               or a dict of tables as in the file.
    set:       keys to change, `{"quantity.tariff.value": 0.25}`; a text is read as after
               `--set` of the program: `"10 to 30"`. Or a list of texts `"KEY=VALUE"`.
    profiles:  a folder of accelerators that add to or replace the built-in ones.
    quantiles: levels in (0, 1) to report, in place of the scenario's; at most 32.

    Raises ScenarioError with every mistake and its place.
    """
    text = None
    if isinstance(source, Mapping):
        name, text = "scenario", toml_text.document(source)
    else:
        name = os.fspath(source)
        if "\n" in name:
            name, text = "scenario", name
    return Model(name, text, _pairs(set), None if profiles is None else os.fspath(profiles),
                 tuple(float(level) for level in quantiles or ()))


def _pairs(overrides: Overrides) -> tuple[tuple[str, str], ...]:
    if overrides is None:
        return ()
    if isinstance(overrides, Mapping):
        return tuple(toml_text.override(key, value) for key, value in overrides.items())
    if isinstance(overrides, str):
        overrides = [overrides]
    pairs = []
    for text in overrides:
        key, equals, value = text.partition("=")
        if not equals:
            raise RunError(f'set has "{text}" without a value: write "KEY=VALUE"')
        pairs.append((key, value))
    return tuple(pairs)


def texts(outputs: Union[str, Iterable[str], None]) -> list[str]:
    """Names of outputs or inputs; one alone may stand without a list."""
    return [outputs] if isinstance(outputs, str) else list(outputs or ())


class Model:
    """A compiled scenario. Immutable: `with_set` gives another one. Equal where the text,
    the overrides, the profiles' folder and the levels are; pickles as these."""

    def __init__(self, name: str, text: Optional[str], overrides: tuple = (),
                 profiles: Optional[str] = None, levels: tuple = ()):
        """Use `scenario()`."""
        self._engine = engine.read_model(name, text, list(overrides), profiles, list(levels))
        # what it extends lies beside it, wherever it is read again
        place = os.path.abspath(name) if text is None and os.path.exists(name) else name
        self._state = (place, text if text is not None
                       else self._engine.text(len(overrides)), overrides, profiles, levels)

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self._engine.name

    @property
    def description(self) -> str:
        """In a sentence."""
        return self._engine.description

    @property
    def hash(self) -> str:
        """Of the text and the overrides, as files of results have it."""
        return self._engine.hash

    @property
    def text(self) -> str:
        """The scenario's text, as read."""
        return self._state[1]

    @property
    def overrides(self) -> dict[str, str]:
        """Keys changed by `set`."""
        return dict(self._state[2])

    @property
    def warnings(self) -> list[str]:
        """What does not stop a run, as `leadtime check` prints it."""
        return self._engine.warnings()

    def with_set(self, set: Overrides) -> Model:  # noqa: A002
        """The same scenario with more keys changed. Raises ScenarioError."""
        name, text, overrides, profiles, levels = self._state
        return Model(name, text, overrides + _pairs(set), profiles, levels)

    @property
    def inputs(self) -> pandas.DataFrame:
        """Every number that is drawn: quantity, knot (the month of a series' value, else
        None), distribution as written, unit, source, confidence; the index is its name, as
        `evaluate` takes it. Rows are independent of each other: correlations are made of
        them afterwards."""
        import pandas

        columns = ["input", "quantity", "knot", "distribution", "unit", "source",
                   "confidence"]
        return pandas.DataFrame(self._engine.inputs(), columns=columns).set_index("input")

    @property
    def outputs(self) -> pandas.DataFrame:
        """What can be asked for: path (empty for quantities), metric, unit, and the number
        of months that it has (0: a number without a month). Other quantities may be asked
        for as well."""
        import pandas

        return pandas.DataFrame(self._engine.outputs(),
                                columns=["path", "metric", "unit", "months"])

    @property
    def origins(self) -> pandas.DataFrame:
        """Every quantity, and every number of the accelerators in use: name, unit, value
        as written, source, confidence, note."""
        import pandas

        return pandas.DataFrame(self._engine.origins(), columns=[
            "name", "unit", "value", "source", "confidence", "note"]).set_index("name")

    def run(self, samples: int = 100_000, seed: int = 1,
            outputs: Union[str, Iterable[str], None] = None, *, sampler: str = "philox",
            keep: Union[str, Iterable[str], None] = None,
            until: Union[str, Iterable[str], None] = None, exact: bool = False,
            progress: Progress = None, device: str = "") -> Result:
        """Runs the model: quantiles, means, Monte Carlo standard errors and shares of
        censored samples of the outputs.

        outputs:  names such as `lag`, `cn.run_flop`, `lag@2030-12`, or a quantity; without
                  a month all months. None: every output.
        sampler:  `philox` (independent samples) or `qmc` (scrambled Sobol points).
        keep:     outputs (of one month) whose samples the result keeps.
        until:    goals such as `lag@2030-12:p50:0.5%`; `samples` is then the limit.
        exact:    keeps and sorts the samples of the outputs however many they are; else
                  that is done where they are few, and bins are counted elsewhere.
        progress: None shows it in terminals and notebooks; False never; or a callable
                  that gets (done, total).
        device:   `host`, `kokkos`, `cuda`, `cuda:N`, `all`; empty: a GPU where there is one.

        The GIL is released. Ctrl-C raises KeyboardInterrupt, and the session goes on.
        Raises RunError for what cannot be run, and where a sample has no valid number.
        """
        import numpy  # noqa: F401  (the engine makes its arrays: say so here where it is not)

        from leadtime.result import Result

        if sampler not in ("philox", "qmc"):
            raise RunError(f'the sampler "{sampler}" is not known (it may be philox or qmc)')
        with shown(progress) as show:
            data = engine.run(self._engine, _count(samples, "samples"), _seed(seed),
                              texts(outputs), texts(keep), texts(until), sampler == "qmc",
                              exact, show, device)
        return Result(data, origins=self._engine.origins(), overrides=self.overrides)

    def sample(self, outputs: Union[str, Iterable[str], None] = None,
               samples: int = 20_000, *,
               seed: int = 1, sample0: int = 0, progress: Progress = None,
               device: str = "") -> xarray.Dataset:
        """The samples [sample0, sample0 + samples) of some outputs, named as in `run`;
        None: the lags, or without paths the quantities of [output].

        Returns a Dataset with a float32 variable for each: (sample, month) for a series
        without a month in its name, else (sample); `units` in its attributes, infinite
        where censored. Stretches of one seed fit together: `merge` joins them.
        Raises RunError.
        """
        return self._dataset(texts(outputs), _count(samples, "samples"), seed, sample0,
                             None, [], progress, device)

    def uniforms(self, samples: int, *, seed: int = 1, sample0: int = 0,
                 inputs: Optional[Iterable[str]] = None) -> numpy.ndarray:
        """The uniform numbers that `sample` draws: float64[samples, inputs], in (0, 1),
        columns as `inputs`, or as the rows of `Model.inputs`."""
        import numpy  # noqa: F401

        return engine.uniforms(self._engine, _count(samples, "samples"), _seed(seed),
                               _seed(sample0), texts(inputs))

    def evaluate(self, u: Any, inputs: Optional[Iterable[str]] = None,
                 outputs: Union[str, Iterable[str], None] = None, *, seed: int = 1,
                 sample0: int = 0, progress: Progress = None,
                 device: str = "") -> xarray.Dataset:
        """The outputs at points of your own: `u` is float[samples, inputs] of uniform
        numbers in (0, 1), columns as `inputs` (names of rows of `Model.inputs`; None: all
        of them). Each becomes a value by the quantile function of its input, after
        correlations. What is not among `inputs` is drawn as `sample` draws it, for the
        samples from `sample0` on. `m.evaluate(m.uniforms(n), outputs=o)` is
        `m.sample(o, n)`, bit for bit: a number counts as the centre of its cell, one of
        2**32 of the same probability.

        Returns a Dataset as `sample` does. Raises RunError where a number is 0, 1, beyond
        them or nan (unscrambled points contain 0), or where columns do not match.
        """
        import numpy

        u = numpy.asarray(u, dtype=numpy.float64)
        names = list(self._engine.inputs()) if inputs is None else texts(inputs)
        names = [row[0] for row in names] if inputs is None else names
        if u.ndim != 2 or u.shape[1] != len(names):
            raise RunError(f"u has the shape {u.shape}, but {len(names)} inputs need "
                           f"(samples, {len(names)})")
        return self._dataset(texts(outputs), u.shape[0], seed, sample0, u, names,
                             progress, device)

    def sensitivity(self, outputs: Union[str, Iterable[str], None] = None, *,
                    samples: int = 100_000, pick_freeze: int = 0, tornado: int = 10_000,
                    top: int = 12, groups: Iterable[str] = (), decision: Iterable[str] = (),
                    seed: int = 1, progress: Progress = None,
                    device: str = "") -> Sensitivity:
        """Which inputs drive an output (docs/sensitivity.md): indices from given data,
        pick-freeze Sobol indices with `pick_freeze` samples a run (0: none), and medians
        with an input held at p5 and p95 with `tornado` samples each. `outputs` such as
        `lag@2030-12`; None: the lags at the end. Raises RunError."""
        from leadtime.studies import Sensitivity

        with shown(progress) as show:
            return Sensitivity(engine.sensitivity(
                self._engine, texts(outputs), texts(decision), texts(groups),
                _count(samples, "samples"), pick_freeze, tornado, top, _seed(seed), show,
                device))

    def _dataset(self, outputs, samples, seed, sample0, u, names, progress, device):
        from leadtime import datasets

        if not outputs:
            own = self._engine.outputs()
            outputs = (["lag"] if any(row[1] == "lag_months" for row in own)
                       else [row[1] for row in own if not row[0]])
        with shown(progress) as show:
            described, values = engine.sample(
                self._engine, outputs, samples, _seed(seed), _seed(sample0), u, names, show,
                device)
        return datasets.of_samples(self, described, values, seed, sample0)

    def __reduce__(self):
        return Model, self._state

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple:
        return (self.hash, *self._state[1:])

    def __repr__(self) -> str:
        changed = f", {len(self.overrides)} keys changed" if self.overrides else ""
        return f'<leadtime.Model "{self.name}"{changed}, {self.hash}>'

    def _repr_html_(self) -> str:
        return display.model_html(self)


def _count(value: Any, what: str) -> int:
    """A whole number of samples: 1e6 is fine."""
    number = int(value)
    most = engine.largest_run()
    if number != value or not 1 <= number <= most:
        raise RunError(f"{what} is {value}: it is a whole number from 1 to {most}")
    return number


def _seed(value: Any) -> int:
    number = int(value)
    if number != value or not 0 <= number < 2**64:
        raise RunError(f"{value} is no seed or sample number: it is a whole number from 0 "
                       f"to {2**64 - 1}")
    return number
