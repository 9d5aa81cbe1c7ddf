"""Where trials keep their homes: in memory if possible, because the disk is not under test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None


@contextmanager
def in_memory() -> Iterator[Path]:
    """Yield a folder for the duration of the block; flushing it costs nothing."""
    with tempfile.TemporaryDirectory(prefix="faults-", dir=MEMORY) as name:
        yield Path(name) / "person"
