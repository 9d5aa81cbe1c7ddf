"""The settings that decide which timer a prompt shows, read without a TOML parser.

A prompt cannot wait for a parser. Plain lines, ``key = "value"``, are read here; for anything else
`NotPlain` leaves the answer to the whole program. A test checks that both agree.
"""

from __future__ import annotations

import os
import stat

from clockify_cli import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

GLOBAL_BASE = "https://api.clockify.me/api/v1"
"""The API's base if the settings name neither an address nor a region."""
PROJECT_FILE = ".clockify.toml"
LARGEST = 1 << 20
_LONGEST = 4096
_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")


class NotPlain(Exception):
    """The settings cannot be understood without the whole program."""


class PlainSettings:
    """The settings in the environment, the project's file and the configuration, in this order.

    *folder* is where a project's file is looked for. It and every method raise NotPlain.
    """

    def __init__(self, environ: Mapping[str, str], profile: str, folder: str | None) -> None:
        self.profile = profile
        self._environ = environ
        self._config = _config(environ, profile)
        self._project = _project(folder)

    def workspace(self) -> str | None:
        """Return the configured workspace, by name or id; None if there is none."""
        if text := self._said("CLOCKIFY_WORKSPACE"):
            return _checked(text)
        for table in (self._project, self._config):
            if "workspace" in table:
                return _text(table["workspace"])
        return None

    def configured_workspace(self) -> str | None:
        """Like `workspace`, but only from the configuration file."""
        return _text(self._config["workspace"]) if "workspace" in self._config else None

    def key(self) -> str:
        """Return the API key in the environment; empty if there is none."""
        return self._said("CLOCKIFY_API_KEY")

    def keeps_key(self) -> bool:
        """Return whether any source of a key may be configured."""
        return not self._config.keys().isdisjoint(("key", "key-command", "keyring"))

    def base(self) -> str:
        """Return the base URL of the API; NotPlain if it may be another than the default."""
        self.refuse_other_address()
        if not self._config.keys().isdisjoint(("api-url", "region")):
            raise NotPlain
        return GLOBAL_BASE

    def refuse_other_address(self) -> None:
        """Raise NotPlain if the environment names an address."""
        if self._said("CLOCKIFY_API_URL"):
            raise NotPlain

    def sets(self, key: str) -> bool:
        """Return whether the configuration file sets *key*."""
        return key in self._config

    def _said(self, name: str) -> str:
        """Like `environment.said`, whose import would slow every prompt."""
        text = self._environ.get(name, "")
        return text if text.strip() else ""


def _config(environ: Mapping[str, str], profile: str) -> dict[str, str]:
    path = os.path.join(environment.folder("config", environ), "config.toml")
    data = _read(path, own=True)
    tables = _tables(data) if data is not None else {}
    if profile != "default" and profile not in tables:
        raise NotPlain
    # `default.workspace` outside any table belongs to the default profile.
    if any(key.startswith(f"{profile}.") for key in tables.get("", ())):
        raise NotPlain
    return tables.get(profile, {})


def _project(folder: str | None) -> dict[str, str]:
    """Return the project's own file in *folder* or the nearest folder above it."""
    while folder:
        path = os.path.join(folder, PROJECT_FILE)
        if os.path.isfile(path):
            data = _read(path, own=False)
            return _tables(data).get("", {}) if data is not None else {}
        above = os.path.dirname(folder)
        folder = above if above != folder else ""
    return {}


def _read(path: str, *, own: bool) -> bytes | None:
    """Return the bytes of a regular file; None if there is none."""
    try:
        if own and _foreign(os.lstat(path)):
            raise NotPlain
        # Opening a pipe before its kind is known would block the prompt.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(number, "rb") as file:
            found = os.fstat(number)
            if not stat.S_ISREG(found.st_mode) or (own and _foreign(found)):
                raise NotPlain
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        if own and os.path.islink(path):
            raise NotPlain from None
        return None
    except OSError:
        raise NotPlain from None
    if len(data) > LARGEST:
        raise NotPlain
    return data


def _foreign(found: os.stat_result) -> bool:
    return hasattr(os, "geteuid") and found.st_uid != os.geteuid()


def _tables(data: bytes) -> dict[str, dict[str, str]]:
    """Return the tables of a plain TOML file, each key with its raw value; "" is the top."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotPlain from None
    if '"""' in text or "'''" in text:
        raise NotPlain
    tables: dict[str, dict[str, str]] = {}
    table = tables.setdefault("", {})
    for line in text.split("\n"):
        written = line.strip(" \t\r")
        if not written or written[0] == "#":
            continue
        if written[0] == "[":
            table = _table(tables, written)
            continue
        key, equals, value = written.partition("=")
        key = key.rstrip(" \t")
        if not equals or not _BARE.issuperset(key) or key in table:
            raise NotPlain
        table[key] = value.strip(" \t")
    return tables


def _table(tables: dict[str, dict[str, str]], header: str) -> dict[str, str]:
    """Return the table that *header* begins."""
    name, closed, rest = header[1:].partition("]")
    rest = rest.strip(" \t")
    if not closed or (rest and rest[0] != "#") or not name or not _BARE.issuperset(name):
        raise NotPlain
    if name in tables:
        raise NotPlain
    return tables.setdefault(name, {})


def _text(written: str) -> str:
    """Return the text of a quoted value that needs no unescaping."""
    mark = written[:1]
    text, closed, rest = written[1:].partition(mark) if mark in ('"', "'") else ("", "", "")
    rest = rest.strip(" \t")
    if not closed or (rest and rest[0] != "#") or "\\" in text or "{" in text:
        raise NotPlain
    return _checked(text)


def _checked(text: str) -> str:
    """Return *text* if it is plainly a name; blank, long or odd text is for the whole program."""
    if not text or text != text.strip() or len(text) > _LONGEST or not text.isprintable():
        raise NotPlain
    return text


def working_folder() -> str | None:
    """Return the working folder; None if it has been removed."""
    try:
        return os.getcwd()
    except OSError:
        return None
