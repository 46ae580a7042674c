# SPDX-License-Identifier: Apache-2.0
"""How much training compute a developer can field, at what cost, and how many months export
controls cost it: the Monte Carlo estimator `leadtime`, in process.

    import leadtime as lt
    m = lt.scenario("baseline")                    # compiled; or a path, a text, a dict
    r = m.run(samples=100_000, outputs=["lag"])    # quantiles with Monte Carlo errors
    s = m.sample(["lag"], 20_000)                  # xarray.Dataset of samples
    y = m.evaluate(u, inputs=[...], outputs=[...]) # uniform numbers of your own

Same scenario, seed and samples: the same bits as the program `leadtime`. Units are in
attributes (`unit`, `units`): FLOP, USD, months. docs/python.md is the manual.
"""
from leadtime import _load  # noqa: F401  (before anything of the engine)
from leadtime.errors import Issue, LeadtimeError, RunError, ScenarioError
from leadtime.model import Model, scenario, scenarios
from leadtime.questions import cluster, legality, profiles
from leadtime.result import Result
from leadtime.studies import Comparison, Sensitivity, Sweep, compare, merge, sweep

__version__ = _load.version()
__all__ = [
    "Comparison", "Issue", "LeadtimeError", "Model", "Result", "RunError", "ScenarioError",
    "Sensitivity", "Sweep", "cluster", "compare", "legality", "merge", "profiles",
    "scenario", "scenarios", "sweep",
]
