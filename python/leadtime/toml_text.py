# SPDX-License-Identifier: Apache-2.0
"""Python values as the text of a scenario, and as values of `set`."""
from __future__ import annotations

import datetime
import json
import numbers
import re
from typing import Any, Mapping

_bare = re.compile(r"[A-Za-z0-9_-]+")


def _key(name: str) -> str:
    return name if _bare.fullmatch(name) else json.dumps(name)


def value_text(value: Any) -> str:
    """A value in TOML. Raises TypeError for what TOML does not have."""
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()  # a scalar of numpy
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        text = repr(float(value))
        return text if any(c in text for c in ".en") else text + ".0"
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        pairs = (f"{_key(name)} = {value_text(of)}" for name, of in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
        return "[" + ", ".join(value_text(of) for of in value) + "]"
    raise TypeError(f"a scenario cannot hold a {type(value).__name__}: {value!r}")


def document(table: Mapping[str, Any]) -> str:
    """A dict as the text of a scenario: dicts are tables, lists of dicts arrays of
    tables."""
    lines: list[str] = []

    def add(prefix: tuple[str, ...], own: Mapping[str, Any]) -> None:
        tables = []
        for name, value in own.items():
            is_list = isinstance(value, (list, tuple)) and value and all(
                isinstance(item, Mapping) for item in value)
            if isinstance(value, Mapping) or is_list:
                tables.append((prefix + (name,), value))
            else:
                lines.append(f"{_key(name)} = {value_text(value)}")
        for place, value in tables:
            header = ".".join(_key(name) for name in place)
            if isinstance(value, Mapping):
                lines.append(f"[{header}]")
                add(place, value)
            else:
                for item in value:
                    lines.append(f"[[{header}]]")
                    add(place, item)

    add((), table)
    return "\n".join(lines) + "\n"


def override(key: str, value: Any) -> tuple[str, str]:
    """One entry of `set`: a text stands as on the command line, all else as in TOML."""
    return key, value if isinstance(value, str) else value_text(value)
