"""The API key: its form, where it is kept, and how it stays secret.

A key comes from the environment, from a command, from the system keyring or from the configuration
file, in this order. A stored key belongs to the Clockify it was stored for and is never sent to
another host.
"""

from __future__ import annotations

import base64
import os
import re
import shlex
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal
from urllib.parse import quote

from clockify_cli.environment import API_KEY, api_key
from clockify_cli.errors import (
    ConfigError,
    KeyRefused,
    NotSignedIn,
    UsageError,
    install_command,
)
from clockify_cli.paths import open_to_others
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.child_process import ChildFailed

HOW_TO_SIGN_IN = "Create a key in Clockify under Profile settings → API, then: `clockify login`"

KEY_COMMAND = "key-command"
"""The setting that names a command."""

_LONGEST = 256
_MOST_INPUT = 64 * 1024
_COMMAND_SECONDS = 10.0
_KEYRING_SECONDS = 3.0
_MOST_COMPLAINTS = 5
"""The most lines of a key command's errors that are shown."""
_MASK = "****"
_TELLING = 8
"""This many consecutive characters of a key are never shown."""
_SHORTEST_FORM = 4
"""Shorter forms would mask ordinary words."""

_in_use: set[str] = set()
"""Every text used as a key, so that no message ever shows it."""

Source = Literal["environment", "key-command", "keyring", "file"]


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A usable key, where it came from, and a *notice* for the user, if there is one."""

    value: str
    source: Source
    notice: str = ""

    @property
    def masked(self) -> str:
        """The part that may be shown."""
        return masked(self.value)

    def __repr__(self) -> str:
        return f"Key({self.masked}, {self.source})"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlaces:
    """Where the configuration keeps the key of a profile, and which Clockify it is for.

    *origin* is the scheme, host and port of the Clockify that the stored key belongs to. *file_key*
    is the key in *file*, the configuration file.
    """

    profile: str
    origin: str
    command: str = ""
    keyring: bool = False
    file: Path | None = None
    file_key: str = ""


def find_key(places: KeyPlaces, origin: str, environ: Mapping[str, str]) -> Key:
    """Return the key for the Clockify at *origin*; NotSignedIn says why there is none.

    UsageError if the environment's value cannot be a key, ConfigError for a key command that cannot
    be read.
    """
    given = api_key(environ)
    if given:
        return Key(checked_key(given, f"the value of {API_KEY}"), "environment")
    if not (places.command or places.keyring or places.file_key):
        raise NotSignedIn("you are not signed in", HOW_TO_SIGN_IN)
    if origin != places.origin:
        raise NotSignedIn(
            f"the stored key is for {places.origin}, so it is not sent to {origin}",
            f"Set {API_KEY} too, or sign in there: `clockify login --api-url URL`",
        )
    return _stored_key(places, environ)


def _stored_key(places: KeyPlaces, environ: Mapping[str, str]) -> Key:
    if places.command:
        return command_key(places.command, environ)
    notice = ""
    if places.keyring:
        try:
            found = keyring_get(places.profile, places.origin, environ)
            return Key(_stored(found, *_KEYRING_JUNK), "keyring")
        except NotSignedIn as failure:
            if not places.file_key:
                raise
            notice = f"{failure.message}; the key in the configuration file is used instead"
    if places.file is not None:
        _refuse_open_file(places.file)
    what = f"the setting key in {places.file or 'the configuration file'}"
    return Key(_stored(places.file_key, what, HOW_TO_SIGN_IN), "file", notice)


def _stored(text: str, what: str, hint: str) -> str:
    """Return *text* if it can be a key; else raise NotSignedIn about *what*, with *hint*."""
    try:
        return checked_key(text)
    except UsageError:
        raise NotSignedIn(f"{what} is not a Clockify key", hint, code="bad-key") from None


def checked_key(text: str, source: str = "") -> str:
    """Return *text* if it can be a Clockify key; else UsageError (which does not quote it)."""
    plain = re.fullmatch(r"[!-~]+", text) is not None
    if plain and len(text) <= _LONGEST and not text.lower().startswith("bearer"):
        _in_use.add(text)
        return text
    raise UsageError(
        f"{source or 'what you gave'} is not a Clockify key",
        "A key is one word of letters, digits and signs. "
        "Clockify shows it under Profile settings → API.",
        code="bad-key",
    )


def read_key(stream: IO[bytes]) -> str:
    """Return the key on *stream* (at most 64 KiB are read), without surrounding space."""
    data = stream.read(_MOST_INPUT + 1)
    if len(data) > _MOST_INPUT:
        raise UsageError("standard input is too long for a Clockify key", code="bad-key")
    text = _stripped(data)
    if not text:
        raise UsageError(
            "standard input is empty",
            "Give the key on standard input: `clockify login --with-key < key.txt`",
            code="bad-key",
        )
    return checked_key(text, "what standard input holds")


def masked(key: str) -> str:
    """Return ``****`` and the last four characters; only ``****`` for under 12 characters."""
    return _MASK + (key[-4:] if len(key) >= 12 else "")


def redacted(text: str, *keys: str) -> str:
    """Return *text* with any eight consecutive characters of *keys* masked, in any encoding."""
    hidden = [False] * len(text)
    for form in (form for key in keys if key for form in _forms(key)):
        width = min(_TELLING, len(form))
        for offset in range(len(form) - width + 1):
            _hide(text, form[offset : offset + width], hidden)
    return re.sub(
        "\x00+", _MASK, "".join("\x00" if h else c for c, h in zip(text, hidden, strict=True))
    )


def without_keys(text: str, *others: str) -> str:
    """Return *text* without traces of the *others* and of any key this process has used.

    Characters that keys share are masked once.
    """
    return redacted(text, *_in_use, *others)


def _hide(text: str, piece: str, hidden: list[bool]) -> None:
    at = text.find(piece)
    while at >= 0:
        hidden[at : at + len(piece)] = [True] * len(piece)
        at = text.find(piece, at + 1)


def _forms(key: str) -> set[str]:
    """Return the forms of the key in a text: plain, percent-encoded, hexadecimal, base64."""
    data = key.encode()
    forms = {key, quote(key, safe=""), data.hex(), repr(key)[1:-1]}
    for shift in range(3):
        # Base64 of the key within something longer; its ends depend on the adjacent bytes.
        coded = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        forms.add(coded[4 if shift else 0 : -1])
    return {form for form in forms if len(form) >= _SHORTEST_FORM}


def environment_without_key(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a child process: everything except the key."""
    return {name: value for name, value in environ.items() if name != API_KEY}


def command_key(command: str, environ: Mapping[str, str], setting: str = KEY_COMMAND) -> Key:
    """Return the key that *command* prints; *setting* (or an option) names the command.

    NotSignedIn if it prints none; also raises as `key_from_command`.
    """
    found = key_from_command(command, environ, setting)
    hint = _other_command(setting)
    if not found:
        raise NotSignedIn(f"{setting} printed nothing", hint, code="bad-key")
    return Key(_stored(found, f"what {setting} printed", hint), "key-command")


def key_from_command(command: str, environ: Mapping[str, str], setting: str = KEY_COMMAND) -> str:
    """Return the first non-blank line that *command* prints, without surrounding space.

    It runs without a shell for at most ten seconds. If it fails, NotSignedIn shows its error
    output; ConfigError if the command cannot be read.
    """
    from clockify_cli.child_process import ChildFailed, output_of

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ConfigError(f"{setting} cannot be read: {error}", _other_command(setting)) from None
    if not words:
        raise ConfigError(f"{setting} is empty", _other_command(setting))
    try:
        printed = output_of(words, environment_without_key(environ), _COMMAND_SECONDS)
    except ChildFailed as failure:
        raise NotSignedIn(
            f"{setting} {failure}", _other_command(setting), details=_complaints(failure)
        ) from None
    # Password stores print notes below the secret.
    return _stripped(printed.strip().partition(b"\n")[0])


def _other_command(setting: str) -> str:
    """Return the next step if a key command is not valid."""
    change = "config set key-command CMD" if setting == KEY_COMMAND else f"login {setting} CMD"
    return f"The first line it prints must be the API key. To change it: `clockify {change}`"


def refused_from(key: Key, error: KeyRefused) -> KeyRefused:
    """Return *error*, with the source of *key* in it unless `clockify login` stored the key."""
    if key.source == "environment":
        return KeyRefused(
            f"{error.message} (the key is in {API_KEY})",
            f"Correct {API_KEY}, or unset it if `clockify login` has stored a key.",
        )
    if key.source == "key-command":
        return KeyRefused(
            f"{error.message} that {KEY_COMMAND} printed", _other_command(KEY_COMMAND)
        )
    return error


def _complaints(failure: ChildFailed) -> tuple[str, ...]:
    """Return the last lines of a key command's standard error, without the key."""
    printed = [word for word in _stripped(failure.printed).split() if len(word) >= _TELLING]
    complaints = without_keys(_stripped(failure.complaints), *printed[:_MOST_COMPLAINTS])
    return tuple(complaints.splitlines()[-_MOST_COMPLAINTS:])


def keyring_get(profile: str, origin: str, environ: Mapping[str, str]) -> str:
    """Return the key of *profile* for *origin* in the system keyring, else NotSignedIn.

    The result may still not be a valid key.
    """
    return _stripped(_keyring("get", profile, origin, environ))


def keyring_set(profile: str, origin: str, key: str, environ: Mapping[str, str]) -> None:
    """Store the key of *profile* for *origin* in the system keyring; NotSignedIn on failure."""
    _keyring("set", profile, origin, environ, key)


def keyring_delete(profile: str, origin: str, environ: Mapping[str, str]) -> None:
    """Remove the key of *profile* for *origin* from the keyring; NotSignedIn on failure."""
    _keyring("delete", profile, origin, environ)


def _keyring(
    what: str, profile: str, origin: str, environ: Mapping[str, str], key: str = ""
) -> bytes:
    """Call the keyring in a separate process, because a keyring may hang, and often does."""
    from clockify_cli.child_process import ChildFailed, output_of

    helper = Path(__file__).with_name("keyring_call.py")
    # -P keeps the current directory out of the helper's import path.
    words = [sys.executable, "-P", str(helper), what, "clockify-cli", f"{profile} {origin}"]
    try:
        return output_of(words, _keyring_environment(environ), _KEYRING_SECONDS, given=key)
    except ChildFailed as failure:
        reason = _KEYRING_REASONS.get(failure.status, str(failure))
        if failure.status == _NOT_INSTALLED:
            reason = f"{reason} (`{install_command('keyring')}`)"
        raise NotSignedIn(
            f"the system keyring {reason}",
            "Store the key in the configuration file instead: `clockify login`",
        ) from None


_KEYRING_JUNK = (
    "what the system keyring (setting keyring) holds",
    "Store the key again: `clockify login --keyring`",
)
_NOT_INSTALLED = 5
_KEYRING_REASONS: dict[int | None, str] = {
    3: "holds no key for this profile",
    4: "keeps secrets unprotected, so it is not used",
    _NOT_INSTALLED: "is not installed",
    6: "cannot be used",
    7: "is not available on this computer",
}


def _keyring_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that opens no dialogue if no terminal could answer it."""
    child = environment_without_key(environ)
    if not sys.stdin or not sys.stdin.isatty():
        child.pop("DISPLAY", None)
        child.pop("WAYLAND_DISPLAY", None)
    return child


def _stripped(data: bytes) -> str:
    """Return the text of *data* without surrounding space; it is not a key if not UTF-8."""
    return data.decode("utf-8", "replace").strip()


def _refuse_open_file(file: Path) -> None:
    """Raise NotSignedIn if others can read or replace the file that contains the key."""
    if os.name != "posix":
        return
    try:
        status, folder = file.stat(), file.parent.stat()
    except OSError as error:
        raise NotSignedIn(f"{file} cannot be read: {error.strerror}", HOW_TO_SIGN_IN) from None
    if status.st_uid != os.geteuid():
        raise NotSignedIn(
            f"{file} belongs to somebody else, so the key in it is not used", HOW_TO_SIGN_IN
        )
    if open_to_others(folder):
        raise NotSignedIn(
            f"others can write to {file.parent}, so the key in {file.name} there is not used",
            f"Restrict it: chmod 700 {shlex.quote(str(file.parent))}",
            code="key-file-open",
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise NotSignedIn(
            f"others can read {file}, so the key in it is not used",
            "Restrict it, and create a new key if others may have read this one: chmod 600 "
            f"{shlex.quote(str(file))}",
            code="key-file-open",
        )
