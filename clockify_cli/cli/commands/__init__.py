"""The table of all commands: their modules, one-line help and help panels.

A command's module is imported only when the command runs, so this table lists all of them.
"""

from __future__ import annotations

import importlib

from clockify_cli.cli.options import Command, Family
from clockify_cli.values import dataclass

TRACK, VIEW, NAMES, DATA = "Track time", "Look at your time", "Names", "Import and export"
CLOCKIFY, SETUP = "Clockify", "Set up"


@dataclass(frozen=True, slots=True)
class Place:
    """A command's module in this folder, its name there, its help line and panel."""

    module: str
    attribute: str
    help: str
    panel: str

    def load(self) -> Command | Family:
        """Import the module and return the command."""
        found: Command | Family = getattr(
            importlib.import_module(f"{__name__}.{self.module}"), self.attribute
        )
        return found


COMMANDS: dict[str, Place] = {
    "start": Place("timer", "start", "Start a timer, and stop the running one", TRACK),
    "stop": Place("timer", "stop", "Stop the running timer", TRACK),
    "status": Place("timer", "status", "Show the running timer and today's total", TRACK),
    "add": Place("entries", "add", "Record past work", TRACK),
    "resume": Place("timer", "resume", "Start an earlier entry again", TRACK),
    "recent": Place("favorites", "recent", "List what you worked on lately", TRACK),
    "fav": Place("favorites", "fav", "Start your favorites by name", TRACK),
    "cancel": Place("timer", "cancel", "Discard the running timer", TRACK),
    "edit": Place("editing", "edit", "Change entries: times, description, project", TRACK),
    "split": Place("editing", "split", "Split an entry into two or more", TRACK),
    "cut": Place("editing", "cut", "Cut time out of an entry", TRACK),
    "join": Place("editing", "join", "Join several entries into one", TRACK),
    "delete": Place("entries", "delete", "Delete entries", TRACK),
    "undo": Place("history", "undo", "Undo the last change", TRACK),
    "redo": Place("history", "redo", "Redo what was undone", TRACK),
    "log": Place("log", "log", "List entries by day", VIEW),
    "report": Place("report", "report", "Sum up time by project, day, tag and more", VIEW),
    "timesheet": Place("report", "timesheet", "Show a week as a grid of projects and days", VIEW),
    "bill": Place("bill", "bill", "Bill your time; no hour is billed twice", VIEW),
    "history": Place("history", "history", "List what was changed, and when", VIEW),
    "projects": Place("names", "projects", "List, add and change projects", NAMES),
    "clients": Place("names", "clients", "List, add and change clients", NAMES),
    "tasks": Place("names", "tasks", "List, add and change tasks", NAMES),
    "tags": Place("names", "tags", "List, add and change tags", NAMES),
    "export": Place("exporting", "export", "Write entries to a file", DATA),
    "import": Place("importing", "import_", "Read entries from a file", DATA),
    "backup": Place("backup", "backup", "Back up the whole timesheet", DATA),
    "restore": Place("backup", "restore", "Restore a backup", DATA),
    "login": Place("account", "login", "Connect a Clockify account", CLOCKIFY),
    "logout": Place("account", "logout", "Sign out and forget the API key", CLOCKIFY),
    "whoami": Place("account", "whoami", "Show who is signed in, and where", CLOCKIFY),
    "workspaces": Place("workspaces", "workspaces", "List workspaces, or switch to one", CLOCKIFY),
    "sync": Place("sync", "sync", "Send your changes and fetch new ones", CLOCKIFY),
    "open": Place("open", "open_", "Open a page of Clockify in your browser", CLOCKIFY),
    "api": Place("api", "api", "Make one raw API request", CLOCKIFY),
    "queue": Place("sync", "queue", "Show changes not sent yet, and decide", CLOCKIFY),
    "config": Place("config", "config", "Show and change the settings", SETUP),
    "completion": Place("completion", "completion", "Set up completion in your shell", SETUP),
    "doctor": Place("doctor", "doctor", "Check that everything is set up correctly", SETUP),
    "help": Place("help", "help_", "Explain a command or a topic", SETUP),
}
