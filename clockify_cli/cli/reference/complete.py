"""The completions of an option or word in a shell: ``autocompletion=complete.project``.

The shells' own scripts call `clockify_cli.completion_data` without Typer; its table names these
functions. Both offer the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable

Completion = Callable[[str], list[tuple[str, str]]]


def _of(kind: str) -> Completion:
    def complete(incomplete: str) -> list[tuple[str, str]]:
        from clockify_cli.completion_data import offered

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
    """Return the completion of a FILTER for *kind*, including exclusions and ``none``."""
    return _of(f"{kind}:filter")


# The kind given by the command's first word; the table contains it.
name, name_pair, name_renamed = _of("name:any"), _of("name:pair"), _of("name:rename")
name_active, name_archived = _of("name"), _of("name:archived")
