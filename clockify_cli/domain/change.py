"""What an action did, as a value: what the person is told and what scripts read."""

from __future__ import annotations

from typing import Literal

from clockify_cli.domain.catalogue import Item
from clockify_cli.domain.entry import TimeEntry
from clockify_cli.errors import ClockifyError
from clockify_cli.values import dataclass

Verb = Literal[
    "start",
    "stop",
    "cancel",
    "add",
    "resume",
    "delete",
    "edit",
    "split",
    "cut",
    "join",
    "rename",
    "archive",
    "unarchive",
    "merge",
    "undo",
    "redo",
    "import",
    "make",
    "send-local",
    "decide",
    "bill",
    "void",
]
NO_DESCRIPTION = "(no description)"
_WORDS = {"make": "create", "send-local": "move"}


def word_of(verb: str) -> str:
    """What *verb* is called where it is shown: making a name is creating it everywhere."""
    return _WORDS.get(verb, verb)


def act_text(verb: str, summary: str) -> str:
    """``delete Reading``, ``delete (no description)``: what a change did, in words."""
    return f"{word_of(verb)} {summary or NO_DESCRIPTION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The outcome of one command that changes something.

    *entries* are those that the command was about, as they are now (deleted ones as they were);
    *stopped* the timer that ended because another began; *ended_before* are those of both (local
    ids) that had ended elsewhere, so that nothing stopped them here; *removed* entries that went
    into others or were taken out beside them, *added* those (local ids) of *entries* that an edit
    made. *items* are the names that it was about, *created*
    those that it made, *matched* those that were there already, *owners* the clients and projects
    that these belong to.
    *already*: the same ``--once KEY`` was given before, and nothing was done now. *dry_run*:
    nothing was done, this is what would be. *notes* are sentences for the person (stderr).
    *problem*: the change stands here, and Clockify refused it or a decision is due.
    """

    verb: Verb
    entries: tuple[TimeEntry, ...] = ()
    stopped: TimeEntry | None = None
    removed: tuple[TimeEntry, ...] = ()
    items: tuple[Item, ...] = ()
    ended_before: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    created: tuple[Item, ...] = ()
    matched: tuple[Item, ...] = ()
    owners: tuple[Item, ...] = ()
    change_id: int | None = None
    summary: str = ""
    already: bool = False
    dry_run: bool = False
    notes: tuple[str, ...] = ()
    problem: ClockifyError | None = None
