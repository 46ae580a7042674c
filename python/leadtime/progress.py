# SPDX-License-Identifier: Apache-2.0
"""How a run shows its progress: a line in a terminal, or in a notebook."""
from __future__ import annotations

import contextlib
import html
import sys
import time
from typing import Any, Callable, Iterator, Optional

_first_after_s, _next_after_s = 0.5, 0.1  # as the program's bar


@contextlib.contextmanager
def shown(wish: Any) -> Iterator[Optional[Callable[[int, int], object]]]:
    """What the engine calls with (done, total): the user's own, a line on stderr, a line
    in a notebook, or nothing."""
    if callable(wish):
        yield wish
        return
    line = _line(wish)
    try:
        yield line
    finally:
        if line is not None:
            line.end()


def _line(wish: Optional[bool]) -> Optional[_Line]:
    if wish is False:
        return None
    shell = sys.modules.get("IPython")
    shell = shell.get_ipython() if shell is not None else None
    if shell is not None and "IPKernelApp" in shell.config:
        return _NotebookLine()
    return _Line() if wish or sys.stderr.isatty() else None


class _Line:
    """A line on stderr, not in the first half second and ten times a second at most."""

    def __init__(self):
        self._next = time.monotonic() + _first_after_s
        self._is_drawn = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _next_after_s
            self._is_drawn = True
            share = done / total if total else 0.0
            self.draw(f"leadtime: {share:4.0%} of {total:,}")

    def draw(self, text: str) -> None:
        print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._is_drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class _NotebookLine(_Line):
    def __init__(self):
        super().__init__()
        self._handle = None

    def draw(self, text: str) -> None:
        from IPython.display import HTML, display

        shown = HTML(f"<small>{html.escape(text)}</small>")
        if self._handle is None:
            self._handle = display(shown, display_id=True)
        else:
            self._handle.update(shown)

    def end(self) -> None:
        if self._handle is not None:
            from IPython.display import HTML

            self._handle.update(HTML(""))
