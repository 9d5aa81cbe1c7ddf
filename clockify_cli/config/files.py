"""Reading a TOML file that a person wrote, without trusting that it is one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from clockify_cli.errors import ConfigError
from clockify_cli.paths import foreign
from clockify_cli.values import dataclass

LARGEST = 1 << 20
_LARGEST_NUMBER = 10**1000
Toml = dict[str, object]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file's *text* and what it says; both empty where there is no file."""

    path: Path
    text: str = ""
    tables: Toml | None = None
    readable_by_others: bool = False

    def line(self, *keys: str) -> int:
        """The line, from 1, on which the value under *keys* stands; 0 where it is not found."""
        return line_of(self.text, keys)

    def place(self, *keys: str) -> str:
        """``FILE:LINE`` of the value under *keys*."""
        line = self.line(*keys)
        return f"{self.path}:{line}" if line else str(self.path)


def read_toml(path: Path, *, own: bool = True) -> TomlFile:
    """The file at *path*; ConfigError where it is not a TOML file that may be read.

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
    """Whatever is in *value*, at any depth."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _values(one)
    else:
        yield value


def _too_long(path: Path, text: str) -> ConfigError:
    """That a number has more digits than Python turns into text, or makes of it."""
    import re

    found = re.search(r"[0-9A-Fa-f_]{800,}", text)
    place = f"{path}:{text.count(chr(10), 0, found.start()) + 1}" if found else str(path)
    return _unusable(place, "holds a number that is too long")


def _read(path: Path, own: bool) -> tuple[bytes | None, int]:
    """The bytes and the mode of a regular file of bearable size; None where there is none."""
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
    # A FIFO must not keep us waiting before its kind is known.
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
    """The line, from 1, that sets the value under *keys* in the TOML *text*; 0: not found."""
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
    """The parts of a TOML key such as ``fresh.entries`` or ``"alias.day"``."""
    parts = (part.strip().strip("\"'") for part in name.split("."))
    return tuple(".".join(parts).split("."))


def flattened(table: Toml, before: str = "") -> dict[str, object]:
    """*table* with the keys of the tables in it joined by dots."""
    flat: dict[str, object] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat.update(flattened(value, f"{before}{name}."))
        else:
            flat[before + name] = value
    return flat
