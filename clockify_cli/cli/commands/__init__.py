"""Every command of the program: where it lives, and the line and panel that it has in the help.

A command's module is imported when the command is asked for, so this table alone knows them all.
"""

from __future__ import annotations

import importlib

from clockify_cli.cli.command import Command, Family
from clockify_cli.values import dataclass

TRACK, LOOK, NAMES, DATA = "Track time", "Look at it", "Names", "In and out"
CLOCKIFY, SETUP = "Clockify", "Set up"


@dataclass(frozen=True, slots=True)
class Place:
    """The module of a command in this folder, its name there, its line and panel in the help."""

    module: str
    attribute: str
    help: str
    panel: str

    def load(self) -> Command | Family:
        """The command, its module imported."""
        found: Command | Family = getattr(
            importlib.import_module(f"{__name__}.{self.module}"), self.attribute
        )
        return found


COMMANDS: dict[str, Place] = {
    "start": Place("timer", "start", "Start a timer; a running one stops", TRACK),
    "stop": Place("timer", "stop", "Stop the running timer", TRACK),
    "status": Place("timer", "status", "What runs, and today's total", TRACK),
    "add": Place("entries", "add", "Record past work", TRACK),
    "resume": Place("timer", "resume", "Start again what an entry says", TRACK),
    "recent": Place("favorites", "recent", "What you worked on lately", TRACK),
    "fav": Place("favorites", "fav", "Favorites: what you start often", TRACK),
    "cancel": Place("timer", "cancel", "Throw the running timer away", TRACK),
    "edit": Place("editing", "edit", "Change entries: times, text, project …", TRACK),
    "split": Place("editing", "split", "Divide an entry in two or more", TRACK),
    "cut": Place("editing", "cut", "Take time out of an entry", TRACK),
    "join": Place("editing", "join", "Make one entry of several", TRACK),
    "delete": Place("entries", "delete", "Remove entries", TRACK),
    "undo": Place("history", "undo", "Take back the last change", TRACK),
    "redo": Place("history", "redo", "Do again what undo took back", TRACK),
    "log": Place("log", "log", "Entries by day", LOOK),
    "report": Place("report", "report", "Totals by project, day, tag and more", LOOK),
    "timesheet": Place("report", "timesheet", "A week as a grid of projects and days", LOOK),
    "bill": Place("bill", "bill", "Lines for invoices; no hour is billed twice", LOOK),
    "history": Place("history", "history", "What was changed, and when", LOOK),
    "projects": Place("names", "projects", "List, add and change projects", NAMES),
    "clients": Place("names", "clients", "List, add and change clients", NAMES),
    "tasks": Place("names", "tasks", "List, add and change tasks", NAMES),
    "tags": Place("names", "tags", "List, add and change tags", NAMES),
    "export": Place("exchange", "export", "Write entries as CSV or JSON", DATA),
    "import": Place("exchange", "import_", "Read entries from CSV or JSON", DATA),
    "backup": Place("backup", "backup", "Copy the whole timesheet", DATA),
    "restore": Place("backup", "restore", "Put a copy back", DATA),
    "login": Place("account", "login", "Connect a Clockify account", CLOCKIFY),
    "logout": Place("account", "logout", "Forget the key", CLOCKIFY),
    "whoami": Place("account", "whoami", "Who is signed in, and what is left", CLOCKIFY),
    "workspaces": Place("workspaces", "workspaces", "List workspaces, or switch", CLOCKIFY),
    "sync": Place("sync", "sync", "Send what waits, fetch what changed", CLOCKIFY),
    "api": Place("api", "api", "Send one raw request", CLOCKIFY),
    "queue": Place("sync", "queue", "What waits to be sent or decided", CLOCKIFY),
    "config": Place("config", "config", "Show and change the settings", SETUP),
    "completion": Place("completion", "completion", "Complete words in your shell", SETUP),
    "doctor": Place("doctor", "doctor", "Check the set-up", SETUP),
    "help": Place("help", "help_", "Explain a command or a topic", SETUP),
}
