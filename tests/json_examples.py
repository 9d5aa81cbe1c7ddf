"""The examples of docs/json.md: a day at the command line, run again in this process.

Each is a block of ``sh`` with one command and a block of ``json`` with its output. An HTML comment
``<!-- 10:15 -->`` sets the clock (in UTC), ``<!-- quietly clockify … -->`` runs a command that is
not shown. Ids are numbered in order of appearance, so that they are the same each time; an entry
within something else is shown only by name.

``python -m tests.json_examples`` writes the current output into the document.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from clockify_cli.__main__ import main
from tests.run_at import SetClock

DOCUMENT = Path(__file__).parents[1] / "docs" / "json.md"
ENTRY = "an entry"
_STEP = re.compile(
    r"^<!-- (?P<clock>\d\d:\d\d) -->$"
    r"|^<!-- quietly clockify (?P<quiet>[^\n]+) -->$"
    r"|^```sh\nclockify (?P<shown>[^\n]+)\n```\n\n(?P<block>```json\n(?P<json>.*?)```)",
    re.MULTILINE | re.DOTALL,
)
_ID = re.compile(r"\b[0-9a-f]{32}\b")


@dataclass
class Example:
    """A command, its output in the document, and its actual output."""

    line: str
    documented: str
    printed: str


@dataclass
class Session:
    """The program in an empty home, its clock set by the document."""

    now: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    ids: dict[str, str] = field(default_factory=dict)

    def examples(self, document: str) -> Iterator[Example]:
        """Yield each example of *document*, run in order."""
        for step in _STEP.finditer(document):
            if clock := step["clock"]:
                self.now = self.now.replace(hour=int(clock[:2]), minute=int(clock[3:]))
            elif quiet := step["quiet"]:
                self.run(quiet)
            else:
                printed = self.run(step["shown"])
                yield Example(step["shown"], step["json"], self._shown(printed))

    def run(self, line: str) -> str:
        """Return the output of *line*; errors go to standard error."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", io.StringIO()):
            main(shlex.split(line), clock=SetClock(self.now))
        return out.getvalue() or err.getvalue().splitlines()[-1]

    def _shown(self, printed: str) -> str:
        documents = _read(self._stable(printed))
        shown = [json.dumps(_named(each, 0), indent=2, ensure_ascii=False) for each in documents]
        return "\n".join(shown) + "\n"

    def _stable(self, printed: str) -> str:
        for id_ in _ID.findall(printed):
            self.ids.setdefault(id_, f"{len(self.ids) + 1:032x}")
        return _ID.sub(lambda match: self.ids[match[0]], printed)


def _read(printed: str) -> list[Any]:
    """Return the document in *printed*, or one for each of its lines."""
    try:
        return [json.loads(printed)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in printed.splitlines()]


def _named(value: Any, depth: int) -> Any:
    """Return *value* with nested entries shown only by name; listed ones stay whole."""
    if isinstance(value, list):
        return [_named(each, depth) for each in value]
    if not isinstance(value, dict):
        return value
    if depth and "timeInterval" in value:
        return ENTRY
    return {name: _named(each, depth + 1) for name, each in value.items()}


def rewritten(document: str) -> str:
    """Return *document* with the current output of each command."""
    for example in Session().examples(document):
        start = document.index(f"```sh\nclockify {example.line}\n```\n\n```json\n")
        before = document.index("```json\n", start) + len("```json\n")
        after = document.index("```", before)
        document = document[:before] + example.printed + document[after:]
    return document


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(CLOCKIFY_HOME=home, TZ="UTC", LANG="C.UTF-8")
        DOCUMENT.write_text(rewritten(DOCUMENT.read_text()))
