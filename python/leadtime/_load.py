# SPDX-License-Identifier: Apache-2.0
"""Loads the engine with threads that sleep while they wait: spinning takes the time of
others, and OpenMP reads its environment once, when its library is loaded."""
import os

_wanted = {"OMP_WAIT_POLICY": "passive"}


def _import():
    added = []
    if "GOMP_SPINCOUNT" not in os.environ:
        for name, value in _wanted.items():
            if name not in os.environ:
                os.environ[name] = value
                added.append(name)
    try:
        from leadtime import _engine
    finally:
        for name in added:
            del os.environ[name]
    return _engine


engine = _import()


def version() -> str:
    """The version of the engine, such as "0.1.0"."""
    return engine.program_name().split()[1]
