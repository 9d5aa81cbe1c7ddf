"""Let somebody else act exactly when the program reaches a certain point."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def meanwhile(moment: str, act: Callable[[], object]) -> Iterator[list[object]]:
    """Let somebody else *act* when a function named *moment* is first called.

    The yielded list is empty afterwards if it was called.
    """
    left: list[object] = [act]

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name == moment and left:
            left.clear()
            act()

    sys.setprofile(watch)
    try:
        yield left
    finally:
        sys.setprofile(None)
