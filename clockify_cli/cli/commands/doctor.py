"""`clockify doctor`: check everything that the program depends on."""

from __future__ import annotations

import os
import platform
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from clockify_cli import __version__
from clockify_cli.cli.options import JsonChoice, command
from clockify_cli.cli.program import Program
from clockify_cli.config.files import chosen_profile, read_toml
from clockify_cli.config.settings import Settings, load_settings
from clockify_cli.domain.entry import counted
from clockify_cli.domain.terminal_text import clean_line, wrapped
from clockify_cli.errors import ClockifyError
from clockify_cli.paths import foreign, open_to_others
from clockify_cli.redaction import address_shown
from clockify_cli.show.screen import NARROWEST, Screen
from clockify_cli.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clockify_cli.actions.data.checkup import AccountSummary


State = Literal["ok", "note", "bad"]
FOUND = 9
_XDG = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
_KEPT = {
    "key-command": "the key command",
    "keyring": "the system keyring",
    "key": "the configuration file, which only you can read",
}
"""The names of the places of a key, by setting; the first one present is used."""
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class Check:
    """A check: what was examined, the result, and what to do about a problem."""

    name: str
    state: State
    message: str
    hint: str = ""


@command("doctor", "doctor --json")
def doctor(program: Program, *, output: JsonChoice) -> int:
    """Check the setup and say what is wrong; exit 9 if something is.

    It changes nothing and sends no request.
    """
    checks = list(examine(program))
    sound = all(check.state != "bad" for check in checks)
    if output.json:
        rows = [
            {"name": one.name, "state": one.state, "message": one.message, "hint": one.hint}
            for one in checks
        ]
        program.plain.write_json({"sound": sound, "checks": rows})
    else:
        for check in checks:
            _show(program.plain, check)
    return 0 if sound else FOUND


def _show(screen: Screen, check: Check) -> None:
    """Write a line for *check* and one for each step of its hint, wrapped on a terminal."""
    column = 17
    room = max(screen.width - column, NARROWEST) if screen.is_terminal else sys.maxsize
    messages = [check.message, *(check.hint.split("\n") if check.hint else ())]
    lines = [part for line in messages for part in wrapped(screen.letters(clean_line(line)), room)]
    screen.say(f"{check.state:<5}{check.name:<12}{lines[0]}")
    screen.say(*(f"{'':{column}}{line}" for line in lines[1:]))


def examine(program: Program) -> Iterator[Check]:
    """Yield every check; later ones depend on earlier ones."""
    yield _versions()
    for name in ("config", "data", "cache", "state"):
        yield _folder(name, getattr(program.paths, name))
    yield from _configuration(program)
    database = _database(program)
    yield database
    yield _zone(program)
    yield _key(program)
    if database.state != "bad" and os.path.exists(program.paths.database):
        yield from _account(program)
    yield _screen(program)
    yield from _environment(program)


def _versions() -> Check:
    from clockify_cli.store.db.soundness import sqlite_version

    python = platform.python_version()
    return Check(
        "versions", "ok", f"clockify {__version__}, Python {python}, SQLite {sqlite_version()}"
    )


def _folder(name: str, path: Path) -> Check:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return Check(name, "ok", f"{path} (not created yet)")
    except OSError as error:
        hint = "Choose another folder: CLOCKIFY_HOME=DIR"
        return Check(name, "bad", f"{path} cannot be used: {error.strerror}", hint)
    if not stat.S_ISDIR(found.st_mode):
        return Check(name, "bad", f"{path} is not a folder", "Move it away.")
    if foreign(found):
        return Check(name, "bad", f"{path} belongs to another user", "Run as its owner.")
    if open_to_others(found) or not os.access(path, os.W_OK | os.X_OK):
        wrong = "can be written by others" if open_to_others(found) else "cannot be written"
        return Check(name, "bad", f"{path} {wrong}", f"chmod 700 '{path}'")
    return Check(name, "ok", str(path))


def _settings(program: Program) -> Settings:
    # Warnings of the settings are results here, so they are not printed as well.
    given = {} if program.profile is None else {"profile": program.profile}
    return load_settings(program.paths, program.environ, options=given, cwd=program.cwd)


def _configuration(program: Program) -> Iterator[Check]:
    path = program.paths.config_file
    try:
        settings = _settings(program)
    except ClockifyError as error:
        yield Check("settings", "bad", error.message, error.hint)
        return
    there = "" if path.exists() else " (not created yet)"
    yield Check("settings", "ok", f"profile {settings.profile}, {path}{there}")
    for warning in settings.warnings:
        yield Check("settings", "bad", warning)


def _database(program: Program) -> Check:
    path = program.paths.database
    if not os.path.lexists(path):
        return Check("timesheet", "ok", f"{path} (not created yet: nothing has been tracked)")
    from clockify_cli.store.db.soundness import soundness

    try:
        found = soundness(path)
    except ClockifyError as error:
        return Check("timesheet", "bad", error.message, error.hint)
    if found.problem:
        return Check(
            "timesheet",
            "bad",
            f"{path} is damaged: {found.problem}",
            "Keep a copy of the file; `clockify restore FILE` restores a backup.",
        )
    if os.name != "nt" and open_to_read(path):
        return Check("timesheet", "bad", f"others can read {path}", f"chmod 600 '{path}'")
    size = path.stat().st_size
    return Check(
        "timesheet",
        "ok" if found.journal_mode == "wal" else "note",
        f"{path}: sound, {counted(found.entries, 'entry')}, {size:,} bytes, schema"
        f" {found.version},"
        f" journal {found.journal_mode}",
    )


def _zone(program: Program) -> Check:
    from clockify_cli.actions.clockify.identity import settings_in_force

    try:
        settings = _settings(program)
    except ClockifyError:
        return Check("zone", "note", "not known until the settings can be read")
    known = settings_in_force(program.paths.database, settings, program.environ)
    setting = known.setting("tz")
    origin = str(setting.origin)
    source = "this computer's" if origin == "machine" else f"from {origin}"
    return Check("zone", "ok", f"{setting.value} ({source})")


def _key(program: Program) -> Check:
    tables = _tables(program)
    path = program.paths.config_file
    if any("key" in table for table in tables.values()) and os.name != "nt" and open_to_read(path):
        return Check("key", "bad", f"others can read {path}", f"chmod 600 '{path}'")
    sources = [name for name in ("CLOCKIFY_API_KEY",) if program.environ.get(name, "").strip()]
    kept = tables.get(_profile(program), {})
    sources += [called for name, called in _KEPT.items() if kept.get(name)]
    if not sources:
        return Check("key", "ok", "none: everything stays on this computer")
    found = ", before ".join(sources)
    return Check("key", "ok", f"from {found}; not checked (no request was sent)")


def _tables(program: Program) -> dict[str, dict[str, object]]:
    """Return the configuration file's values by profile; empty if it cannot be read."""
    try:
        tables = read_toml(program.paths.config_file).tables or {}
    except ClockifyError:
        return {}
    return {name: table for name, table in tables.items() if isinstance(table, dict)}


def _profile(program: Program) -> str:
    """Return the profile of the run; empty if its name is invalid."""
    try:
        return chosen_profile(program.profile, program.environ)
    except ClockifyError:
        return ""


def open_to_read(path: Path) -> bool:
    """Return whether others than the owner may read or write the file at *path*."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _account(program: Program) -> Iterator[Check]:
    """Yield who is signed in, and the state of sending and fetching."""
    from clockify_cli.actions.data.checkup import account_summary, can_lock, unsent

    try:
        settings = _settings(program)
        summary = account_summary(program.paths.database, settings, program.environ, program.clock)
        lockable = summary is None or can_lock(program.paths.data)
        waits = unsent(program.paths.database) if summary is None else ""
    except (ClockifyError, OSError) as error:
        message = error.message if isinstance(error, ClockifyError) else str(error)
        yield Check("account", "bad", message, getattr(error, "hint", ""))
        return
    if summary is None:
        yield Check("account", "ok", "none: `clockify login` signs in", waits)
        return
    place = f"workspace {summary.workspace}" if summary.workspace else "working in local"
    who = f"{summary.name} ({summary.email}) at {summary.base_url}, {place}"
    yield Check("account", "ok", who)
    if summary.key_refused:
        yield Check(
            "key",
            "bad",
            "Clockify rejected the key when last asked",
            "`clockify login` signs in with another key; nothing is lost.",
        )
    yield _lock(program, lockable)
    yield _clock(summary)
    yield _synced(summary)


def _lock(program: Program, lockable: bool) -> Check:
    lock = program.paths.lock
    if os.path.lexists(lock) and not stat.S_ISREG(lock.lstat().st_mode):
        return Check(
            "lock", "bad", f"{lock} is not a regular file, so nothing is sent", "Move it away."
        )
    if lockable:
        return Check("lock", "ok", "one process sends at a time")
    return Check(
        "lock",
        "bad",
        f"the file system of {program.paths.data} has no file locks, so nothing can be sent",
        "CLOCKIFY_HOME=DIR chooses another folder.",
    )


def _clock(summary: AccountSummary) -> Check:
    if abs(summary.skew) < 1:
        return Check("clock", "ok", "agrees with Clockify's")
    way = "behind" if summary.skew > 0 else "ahead of"
    message = f"{abs(summary.skew):.0f} s {way} Clockify's when Clockify last answered"
    hint = "Set the clock; `clockify sync` compares again." if summary.skewed else ""
    return Check("clock", "bad" if summary.skewed else "ok", message, hint)


def _synced(summary: AccountSummary) -> Check:
    if summary.synced is None:
        copy = "no local copy from the last hour: `clockify sync`"
    else:
        copy = f"local copy of {summary.synced.astimezone(summary.zone):%Y-%m-%d %H:%M}"
    left = (
        "no request limit"
        if summary.left is None
        else f"at most {counted(summary.left, 'request')} left this hour"
    )
    waits = f"{summary.waiting} waiting to be sent, {summary.review} needing your decision"
    hint = "`clockify queue` shows what you can do." if summary.review else ""
    return Check("sync", "bad" if summary.review else "ok", f"{copy}, {left}, {waits}", hint)


def _screen(program: Program) -> Check:
    screen = program.plain
    kind = f"a terminal of {screen.width} columns" if screen.is_terminal else "not a terminal"
    color = "color" if screen.color else "no color"
    letters = "UTF-8" if screen.unicode else "ASCII: the locale is not UTF-8"
    return Check("screen", "ok", f"{kind}, {color}, {letters}")


def _environment(program: Program) -> Iterator[Check]:
    for name in _XDG:
        value = program.environ.get(name, "")
        if value and not os.path.isabs(value):
            yield Check("environment", "note", f"{name} is relative and ignored: {value}")
    yield from _bundles(program.environ)


def _bundles(environ: Mapping[str, str]) -> Iterator[Check]:
    """Yield which file of certificates replaces the default ones, and which is ignored."""
    trusted = False
    for name in _BUNDLES:
        value = environ.get(name, "")
        if not value:
            continue
        what = "names the certificates to trust" if not trusted else "is ignored"
        if not os.path.exists(value):
            what, value = "is ignored: the file does not exist", address_shown(value)
        else:
            trusted = True
        yield Check("environment", "note", f"{name} {what}: {value}")
