"""A fake in a separate process, driven through its admin endpoint."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.fake_clockify.admin import PATH

ROOT = Path(__file__).resolve().parents[2]


class RemoteFake:
    """`url` is the base of its API and `key` a key for it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._place = urlsplit(url)
        self.key: str = self.do("info")["key"]

    def do(self, verb: str, **args: Any) -> Any:
        """Run a verb of the admin endpoint; ValueError with its message if it refuses."""
        connection = HTTPConnection(self._place.hostname or "", self._place.port, timeout=60)
        try:
            connection.request("POST", PATH + verb, json.dumps(args))
            answer = connection.getresponse()
            told = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(told["message"])
        return told


@contextmanager
def spawned(*options: str) -> Iterator[RemoteFake]:
    """Run `python -m tests.fake_clockify OPTIONS` within the block."""
    command = [sys.executable, "-m", "tests.fake_clockify", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield RemoteFake(process.stdout.readline().split()[1])
        finally:
            process.terminate()
            process.communicate(timeout=60)
