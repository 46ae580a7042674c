# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, as exceptions with data."""
from __future__ import annotations

import dataclasses
import re


class LeadtimeError(Exception):
    """The base of both errors below."""


class RunError(LeadtimeError):
    """What was asked for cannot be run; the text is one sentence with what to do."""


@dataclasses.dataclass(frozen=True)
class Issue:
    """One thing that is wrong in a scenario.

    `line` and `column` count from 1, and are 0 where the whole file is meant. `file` is
    the path as given, or `--set KEY=VALUE` for an entry of `set`.
    """

    file: str
    line: int
    column: int
    key: str
    text: str
    suggestion: str
    source_line: str
    shown: str = dataclasses.field(repr=False)
    """As the program prints it, with the line and a caret."""


class ScenarioError(LeadtimeError):
    """A scenario cannot be read: `issues` has every mistake, the text is what the program
    prints."""

    def __init__(self, text: str, issues: tuple[Issue, ...] = ()):
        super().__init__(text, issues)
        self.issues = tuple(issues)

    def __str__(self) -> str:
        return self.args[0]


def scenario_error(text: str, fields: list[dict]) -> ScenarioError:
    """What the engine raises."""
    return ScenarioError(text, tuple(Issue(**issue) for issue in fields))


def run_error(text: str) -> RunError:
    """The same: options of the program are arguments here."""
    return RunError(re.sub(r"--(?!help)([a-z]+(?:-[a-z]+)*)",
                           lambda found: found[1].replace("-", "_"), text))
