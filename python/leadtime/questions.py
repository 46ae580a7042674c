# SPDX-License-Identifier: Apache-2.0
"""What needs no scenario: clusters, accelerators and export rules."""
from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Optional, Union

from leadtime._load import engine

if TYPE_CHECKING:
    import pandas

Folder = Union[str, os.PathLike, None]


def cluster(**options: Any) -> dict[str, Any]:
    """What a cluster does with a training job, or what a job takes: the document of
    `leadtime cluster --json` (docs/cli.md), as a dict.

        lt.cluster(accelerator="ascend_910c", count=16_384, model="llama3_405b")

    Options are those of the command with `_` for `-`: `power_price=0.1`, `dense=True`,
    `vs=["ascend_910c", "h20"]`. `quantiles` has 5, 50 and 95 % of the samples, e.g. of
    `mfu`, `days` and `usd`; what is infinite or not known is None. Raises RunError for
    what is wrong with an option, ScenarioError for unknown names.
    """
    words = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        words.append(flag)
        if value is not True:
            words.append(_word(value))
    return json.loads(engine.cluster(words))


def _word(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(_word(item) for item in value)
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def profiles(name: Optional[str] = None, *, profiles: Folder = None) -> pandas.DataFrame:
    """Accelerators: a row for each, its id is the index. Columns are those of the profile
    files (dense peaks in FLOP/s, bytes, bytes/s, W, USD) and what follows from them
    (`tpp`, `h100e_bf16`, ...); what is not known is nan. Sources, confidence and notes of
    each number are in `attrs["facts"]` by id. With `name` that one alone. Raises
    ScenarioError for an unknown name."""
    import pandas

    document = json.loads(engine.profiles(name, _folder(profiles)))
    rows = []
    facts = {}
    for profile in document["profiles"]:
        facts[profile["id"]] = profile.pop("facts")
        derived = profile.pop("derived")
        values = {key: None if fact is None else fact["value"]
                  for key, fact in facts[profile["id"]].items()}
        power = derived.pop("system_w")
        values["system_w"] = None if power is None else power["value"]
        rows.append({**profile, **values, **derived})
    frame = pandas.DataFrame(rows).set_index("id")
    frame.attrs["facts"] = facts
    return frame


def legality(rule: Union[str, os.PathLike, None] = None, *, date: Optional[str] = None,
             profiles: Folder = None) -> pandas.DataFrame:
    """What export rules say of every accelerator: a row for each rule and accelerator with
    `verdict` (free, notice, case_by_case, denial; None where a number that decides is not
    known), `legal`, `reason` and the numbers that decide. `rule` is an id such as
    "bis_2023", or a file; `date` "YYYY-MM-DD" takes what holds then. The rules themselves,
    with limits and sources, are in `attrs["rules"]`. Raises ScenarioError."""
    import pandas

    rule = None if rule is None else os.fspath(rule)
    document = json.loads(engine.legality(rule, date, _folder(profiles)))
    rows = [{"rule": found["id"], **chip}
            for found in document["rules"] for chip in found["chips"]]
    frame = pandas.DataFrame(rows)
    frame.attrs["rules"] = [{key: value for key, value in found.items() if key != "chips"}
                            for found in document["rules"]]
    return frame.set_index(["rule", "id"]) if rows else frame


def _folder(path: Folder) -> Optional[str]:
    return None if path is None else os.fspath(path)
