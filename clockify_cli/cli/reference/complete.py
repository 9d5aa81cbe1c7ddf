"""What a shell offers for the value of an option or word: ``autocompletion=complete.project``.

The shells' own scripts ask `clockify_cli.completion_data` without Typer; the table that it reads
names these functions. Both offer the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from clockify_cli.completion_data import offered

Completion = Callable[[str], list[tuple[str, str]]]


def _of(kind: str) -> Completion:
    def complete(incomplete: str) -> list[tuple[str, str]]:
        profile = os.environ.get("CLOCKIFY_PROFILE") or "default"
        return offered(kind, incomplete, os.environ, profile)

    complete.__name__ = kind
    return complete


project, client, task, tag = _of("project"), _of("client"), _of("task"), _of("tag")
entry, range, zone = _of("entry"), _of("range"), _of("zone")
file, setting, topic = _of("file"), _of("setting"), _of("topic")
description, favorite, workspace = _of("description"), _of("favorite"), _of("workspace")
bill = _of("bill")
dimensions, level, entry_type = _of("dimensions"), _of("level"), _of("type:filter")


def filtered(kind: str) -> Completion:
    """What a FILTER takes for *kind*: an exclusion too, and ``none``."""
    return _of(f"{kind}:filter")


# Of the kind that the command's first word names: the table is told it.
name, name_pair, name_renamed = _of("name:any"), _of("name:pair"), _of("name:rename")
name_active, name_archived = _of("name"), _of("name:archived")
