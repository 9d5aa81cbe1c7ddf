"""Somebody else acts just as the program comes to a certain place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def meanwhile(moment: str, act: Callable[[], object]) -> Iterator[list[object]]:
    """Let somebody else *act* when a function named *moment* is first called.

    What is given is empty afterwards if it was.
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
