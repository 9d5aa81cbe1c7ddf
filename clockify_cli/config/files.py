"""Read TOML files that people wrote, without trusting their contents."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from clockify_cli.config.values import WEEKDAYS, find_key, time_of_day
from clockify_cli.errors import ConfigError, UsageError
from clockify_cli.paths import foreign
from clockify_cli.values import dataclass

LARGEST = 1 << 20
_LARGEST_NUMBER = 10**1000
Toml = dict[str, object]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file's *text* and its values; both empty if there is no file."""

    path: Path
    text: str = ""
    tables: Toml | None = None
    readable_by_others: bool = False

    def place(self, *keys: str) -> str:
        """Return ``FILE:LINE`` of the value under *keys*."""
        line = line_of(self.text, keys)
        return f"{self.path}:{line}" if line else str(self.path)


def read_toml(path: Path, *, own: bool = True) -> TomlFile:
    """Read the file at *path*; ConfigError if it is not TOML or may not be read.

    An *own* file must belong to the user, and so must a link to it.
    """
    raw, mode = _read(path, own)
    if raw is None:
        return TomlFile(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _unusable(f"{path}:{line}", "is not UTF-8 text") from None
    readable = os.name != "nt" and bool(mode & (stat.S_IRWXG | stat.S_IRWXO))
    return TomlFile(path, text, _parsed(path, text), readable)


def _parsed(path: Path, text: str) -> Toml:
    if not text.strip():
        return {}
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, at = str(error).partition(" (at ")
        line = at.partition("line ")[2].partition(",")[0]
        line = line or str(text.count("\n") + 1)
        raise _unusable(f"{path}:{line}", f"is not valid TOML: {reason}") from error
    except RecursionError:
        raise _unusable(str(path), "is nested too deep") from None
    except ValueError:
        raise _too_long(path, text) from None
    if any(isinstance(value, int) and abs(value) > _LARGEST_NUMBER for value in _values(tables)):
        raise _too_long(path, text)
    return tables


def _values(value: object) -> Iterator[object]:
    """Yield every value within *value*, at any depth."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _values(one)
    else:
        yield value


def _too_long(path: Path, text: str) -> ConfigError:
    """Return an error about a number with more digits than Python converts."""
    import re

    found = re.search(r"[0-9A-Fa-f_]{800,}", text)
    place = f"{path}:{text.count(chr(10), 0, found.start()) + 1}" if found else str(path)
    return _unusable(place, "holds a number that is too long")


def _read(path: Path, own: bool) -> tuple[bytes | None, int]:
    """Return the bytes and the mode of a regular file up to a size limit; None if missing."""
    try:
        return _read_regular(path, own)
    except FileNotFoundError:
        if own and path.is_symlink():
            raise _unusable(str(path), "is a link to nothing") from None
        return None, 0
    except NotADirectoryError:
        return None, 0
    except OSError as error:
        raise _unusable(str(path), f"cannot be read: {error.strerror}") from error


def _read_regular(path: Path, own: bool) -> tuple[bytes, int]:
    if own and foreign(os.lstat(path)):
        raise _unusable(str(path), "belongs to another user")
    # Opening a FIFO before its kind is known would block.
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(number, "rb") as file:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            raise _unusable(str(path), "is not a regular file")
        if own and foreign(found):
            raise _unusable(str(path), "belongs to another user")
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise _unusable(str(path), "is larger than 1 MiB")
    return raw, found.st_mode


def _unusable(place: str, why: str) -> ConfigError:
    return ConfigError(f"{place} {why}", "Fix the file, or move it away. Nothing was changed.")


def line_of(text: str, keys: tuple[str, ...]) -> int:
    """Return the line, from 1, that sets *keys* in the TOML *text*; 0 if not found."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            table = _dotted(stripped.strip("[]").partition("]")[0])
        elif (*table, *_dotted(stripped.partition("=")[0])) == keys:
            return number
        if table == keys:
            return number
    return 0


def _dotted(name: str) -> tuple[str, ...]:
    """Return the parts of a TOML key such as ``fresh.entries`` or ``"alias.day"``."""
    parts = (part.strip().strip("\"'") for part in name.split("."))
    return tuple(".".join(parts).split("."))


def flattened(table: Toml, before: str = "") -> dict[str, object]:
    """Return *table* with the keys of nested tables joined by dots."""
    flat: dict[str, object] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat.update(flattened(value, f"{before}{name}."))
        else:
            flat[before + name] = value
    return flat


HIDDEN = "(hidden)"
LONGEST_SHOWN = 80


def value_text(key: str, value: object) -> str:
    """Return *value* of *key* as a person writes it; empty for None.

    A secret is hidden, and so are passwords in the addresses of a command.
    """
    known = find_key(key)
    if value is None:
        return ""
    if known and known.secret:
        return HIDDEN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return _clock_text(value) if known and known.read is time_of_day else _length_text(value)
    return _other_text(key, value)


def _other_text(key: str, value: object) -> str:
    if key == "week-start" and isinstance(value, int):
        return WEEKDAYS[value]
    if isinstance(value, frozenset):
        return ",".join(map(_day_text, sorted(value)))
    if isinstance(value, Mapping):
        return ", ".join(f"{_day_text(day)} {_length_text(due)}" for day, due in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value))
    from clockify_cli.redaction import without_passwords

    return without_passwords(str(value))


def _day_text(day: int) -> str:
    return WEEKDAYS[day][:3]


def _clock_text(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{clock}:{seconds:02}" if seconds else clock


def _length_text(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    parts = ((minutes // 60, "h"), (minutes % 60, "m"), (seconds, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def shown(raw: object, *, address: bool = False) -> str:
    """Return *raw* quoted and cut to 80 characters, for a message.

    Passwords in addresses are masked; *address*: it is itself an address, perhaps an invalid one.
    """
    from clockify_cli.redaction import address_shown, without_passwords

    text = address_shown(str(raw)) if address else without_passwords(str(raw))
    return f'"{text[:LONGEST_SHOWN]}{"…" if len(text) > LONGEST_SHOWN else ""}"'


DEFAULT_PROFILE = "default"
PROFILE_VARIABLE = "CLOCKIFY_PROFILE"
LISTED = 10


def chosen_profile(named: str | None, environ: Mapping[str, str]) -> str:
    """Return the profile *named* by ``--profile``, else the environment's, else the default.

    UsageError for an invalid profile name.
    """
    name = environ.get(PROFILE_VARIABLE) or DEFAULT_PROFILE if named is None else named
    if len(name) <= 64 and name.replace("-", "").replace("_", "").isalnum():
        return name
    said_by = f"{PROFILE_VARIABLE}: " if named is None else ""
    raise UsageError(
        f"{said_by}{shown(name)} is not a profile name", "Use letters, digits, - and _."
    )


def refuse_unknown(profile: str, file: TomlFile, named: str | None) -> None:
    """Raise UsageError if *file* has no such profile; *named* as in `chosen_profile`."""
    tables = file.tables or {}
    if profile == DEFAULT_PROFILE or profile in tables:
        return
    found = sorted(name for name, table in tables.items() if isinstance(table, dict))
    there = list(dict.fromkeys((DEFAULT_PROFILE, *found)))
    more = f" and {len(there) - LISTED} more" if len(there) > LISTED else ""
    where = f"{PROFILE_VARIABLE}: " if named is None else ""
    raise UsageError(
        f"{where}there is no profile {shown(profile)}",
        f"Profiles: {', '.join(there[:LISTED])}{more}.\n`clockify login --profile {profile}` "
        f"creates this one, and so does `clockify config set KEY VALUE --profile {profile}`.",
    )


def configured_workspace(path: Path, profile: str) -> str | None:
    """Return the workspace of *profile* in the configuration at *path*; ConfigError as usual."""
    table = (read_toml(path).tables or {}).get(profile)
    named = table.get("workspace") if isinstance(table, dict) else None
    return named if isinstance(named, str) and named.strip() else None


FILE = ".clockify.toml"
BRANCH = "{branch}"
_LONGEST_HEAD = 1024
_WITHOUT_BRANCH = r"(?:\b(?:at|for|from|in|of|on)\s+|[-:/#]\s*)?\{branch\}(?:\s*:)?"


def project_file(folder: Path | None) -> TomlFile | None:
    """Return the file in *folder* or the nearest folder above it; None if there is none."""
    if folder is None:
        return None
    for at in (folder, *folder.parents):
        if os.path.isfile(at / FILE):
            return read_toml(at / FILE, own=False)
    return None


def with_branch(description: str, folder: Path) -> str:
    """Fill ``{branch}`` in *description* from the repository around *folder*.

    Without a branch, the word or sign before it is removed too: `on {branch}` becomes empty.
    """
    if BRANCH not in description:
        return description
    name = branch(folder)
    if name:
        return " ".join(description.replace(BRANCH, name).split())
    import re

    return " ".join(re.sub(_WITHOUT_BRANCH, "", description).split())


def branch(folder: Path) -> str:
    """Return the branch of *folder*, or the start of a detached commit's id; else empty."""
    for at in (folder, *folder.parents):
        repository = at / ".git"
        if repository.exists():
            return _head(_git_folder(repository))
    return ""


def _git_folder(repository: Path) -> Path:
    """Return the folder with HEAD: *repository*, or where it points, as in a worktree."""
    if repository.is_dir():
        return repository
    pointer = _first_line(repository).removeprefix("gitdir: ")
    return repository.parent / pointer


def _head(git: Path) -> str:
    line = _first_line(git / "HEAD")
    if line.startswith("ref: refs/heads/"):
        name = line.removeprefix("ref: refs/heads/")
        return name if name.isprintable() else ""
    is_commit = len(line) in (40, 64) and all(char in "0123456789abcdef" for char in line)
    return line[:7] if is_commit else ""


def _first_line(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline(_LONGEST_HEAD).strip()
    except OSError:
        return ""
