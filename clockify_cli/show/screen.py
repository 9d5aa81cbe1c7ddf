"""An output stream: whether it is a terminal, in color, how wide, and in which encoding.

On a terminal, text that is longer than the screen goes through a pager.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TextIO, cast

from clockify_cli.domain.terminal_text import ascii_fallback, clean, wrapped
from clockify_cli.errors import ConfigError
from clockify_cli.values import dataclass, replace

if TYPE_CHECKING:
    import subprocess
    from typing import Any

    from clockify_cli.show.formats.json import Json

ColorChoice = Literal["auto", "always", "never"]

NARROWEST, WIDEST = 20, 1000
SHORTEST = 2
FAINT, PLAIN = "\x1b[2m", "\x1b[0m"
TAIL_GAP = "  "
_USUAL_COLUMNS, _USUAL_LINES = 80, 24
# The interpreter itself sets this in the environment if no locale is set.
_COERCED = frozenset({"C.UTF-8", "C.utf8"})

DEFAULT_PAGER = "less -FIRX"
_SECRETS = ("CLOCKIFY_API_KEY",)


@dataclass(frozen=True, slots=True)
class Screen:
    """Where text goes. *width* and *height* are columns and lines, meaningful only for terminals.

    *unicode* is false if the locale is not UTF-8: then people are shown only ASCII. *discreet*:
    passwords in addresses are masked. *true_color*: 24-bit colours in addition to the sixteen of
    every terminal.
    """

    stream: TextIO
    is_terminal: bool = False
    color: bool = False
    width: int = _USUAL_COLUMNS
    height: int = _USUAL_LINES
    unicode: bool = True
    discreet: bool = False
    true_color: bool = False

    @property
    def shows_true_color(self) -> bool:
        """Whether 24-bit colours can be shown."""
        return self.color and self.true_color

    def letters(self, text: str) -> str:
        """Return *text* in letters that can be shown here."""
        return text if self.unicode else ascii_fallback(text)

    def say(self, *lines: str) -> None:
        """Write each of *lines* for a person, cleaned, in the letters of this screen."""
        for line in lines:
            self.write(self.letters(clean(self._discreetly(line))) + "\n")

    def say_ending(self, line: str, end: str) -> None:
        """Like `say`, with *end* after the line, faint if there is colour."""
        text = self.letters(clean(self._discreetly(line)))
        shown = f"{FAINT}{end}{PLAIN}" if self.color else end
        self.write(f"{text}{TAIL_GAP}{shown}\n" if end else f"{text}\n")

    def tell(self, *lines: str) -> None:
        """Like `say`, for sentences: on a terminal they are wrapped at words."""
        for line in lines:
            text = self.letters(clean(self._discreetly(line)))
            if not self.is_terminal or len(text) <= self.width // 2:
                self.write(text + "\n")
                continue
            broken = [part for each in text.split("\n") for part in wrapped(each, self.width)]
            self.write("\n".join(broken) + "\n")

    def write(self, text: str) -> None:
        """Write *text* as it is; characters the stream cannot encode become backslash escapes."""
        text = self._discreetly(text)
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        if not text.isascii():
            text = text.encode(encoding, "backslashreplace").decode(encoding)
        self.stream.write(text)

    def write_json(self, document: Json, *, indent: int | None = None) -> None:
        """Write *document* as JSON: in one line, or with each level indented."""
        from clockify_cli.show.formats.json import dumps

        self.write(dumps(document, indent=indent) + "\n")

    def _discreetly(self, text: str) -> str:
        if not self.discreet or ":/" not in text:
            return text
        from clockify_cli.redaction import without_passwords

        return without_passwords(text)


def screen_for(
    stream: TextIO, environ: Mapping[str, str], color_choice: ColorChoice = "auto"
) -> Screen:
    """Return what *stream* can show, judged only from it and *environ*."""
    is_terminal = stream.isatty()
    columns, lines = _size(stream) if is_terminal else (_USUAL_COLUMNS, _USUAL_LINES)
    return Screen(
        stream=stream,
        is_terminal=is_terminal,
        color=_colored(is_terminal, environ, color_choice),
        width=_bounded(environ.get("COLUMNS", ""), columns, NARROWEST),
        height=_bounded(environ.get("LINES", ""), lines, SHORTEST),
        unicode=_speaks_utf8(stream, environ),
        true_color=environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"),
    )


def _colored(is_terminal: bool, environ: Mapping[str, str], choice: ColorChoice) -> bool:
    """Return whether to use colour: an option first, then the environment, where "no" wins."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] != "0"
    return is_terminal and environ.get("TERM") != "dumb"


def _size(stream: TextIO) -> tuple[int, int]:
    """Return columns and lines of the terminal of *stream*; defaults if unknown."""
    try:
        columns, lines = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return _USUAL_COLUMNS, _USUAL_LINES
    return columns or _USUAL_COLUMNS, lines or _USUAL_LINES


def _bounded(wanted: str, actual: int, least: int) -> int:
    """Return the size that the environment requests, else *actual*, within drawable limits."""
    digits = wanted.strip()
    if digits.isascii() and digits.isdecimal() and len(digits) <= 9 and int(digits):
        actual = int(digits)
    return min(max(actual, least), WIDEST)


def _speaks_utf8(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Return whether both the stream and the locale are UTF-8."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
    if encoding not in ("utf-8", "utf8"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return "utf8" in _locale(environ).lower().replace("-", "")


def _locale(environ: Mapping[str, str]) -> str:
    """Return the locale for characters, as the person or the system set it."""
    if environ.get("LC_ALL"):
        return environ["LC_ALL"]
    lang = environ.get("LANG", "")
    characters = environ.get("LC_CTYPE", "")
    if characters in _COERCED and lang in ("", "C", "POSIX"):
        return lang
    return characters or lang


def paged(screen: Screen, environ: Mapping[str, str], draw: Callable[[Screen], None]) -> None:
    """Let *draw* write to *screen*, through the pager if the text does not fit on it.

    ``PAGER`` names another pager; empty or ``cat`` means none. A missing pager is skipped.
    """
    command = pager_command(environ) if screen.is_terminal else ()
    if not command:
        draw(screen)
        return
    screen.stream.flush()
    held = _Held(screen, command, environ)
    try:
        draw(replace(screen, stream=cast("TextIO", held)))
    except _PagerClosed:
        pass
    except BaseException:
        held.drop()
        raise
    finally:
        held.finish()


class _PagerClosed(Exception):
    """The reader closed the pager."""


class _Held(io.TextIOBase):
    """Holds text until it is more than *screen* can show; then passes it to a pager.

    So memory does not grow with the text. Without a pager everything goes to the screen.
    """

    def __init__(self, screen: Screen, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._screen = screen
        self._command = command
        self._environ = environ
        self._parts: list[str] = []
        self._lines = 0
        self._pager: subprocess.Popen[bytes] | None = None
        self._interrupt: Any = None
        self._direct = False

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has a plain attribute there
        """The encoding of the screen."""
        return getattr(self._screen.stream, "encoding", None) or "utf-8"

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Hold *text*, or pass it on; raises _PagerClosed once nobody reads it any more."""
        if self._direct:
            self._screen.write(text)
        elif self._pager is not None:
            self._send(text)
        else:
            self._parts.append(text)
            self._lines += text.count("\n")
            if self._lines >= self._screen.height:
                self._open()
        return len(text)

    def _open(self) -> None:
        """Start the pager and pass on the held text; without a pager, write it to the screen."""
        self._pager = _start_pager(self._command, self._environ)
        text, self._parts = "".join(self._parts), []
        if self._pager is None:
            self._direct = True
            self._screen.write(text)
            return
        import signal

        # The terminal sends an interrupt to both processes; only the pager handles it.
        self._interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._send(text)

    def _send(self, text: str) -> None:
        if self._pager is None or self._pager.stdin is None:
            return
        try:
            self._pager.stdin.write(text.encode("utf-8", "backslashreplace"))
        except BrokenPipeError:
            raise _PagerClosed from None

    def drop(self) -> None:
        """Discard the held text."""
        self._parts = []

    def finish(self) -> None:
        """Write what is still held, and wait for the pager to end."""
        if self._pager is None:
            self._screen.write("".join(self._parts))
            self._parts = []
            return
        import signal

        try:
            self._pager.communicate()
        finally:
            signal.signal(signal.SIGINT, self._interrupt)


def pager_command(environ: Mapping[str, str]) -> Sequence[str]:
    """Return the pager command as words; empty if paging is switched off."""
    import shlex

    wanted = environ.get("PAGER", DEFAULT_PAGER)
    try:
        words = shlex.split(wanted)
    except ValueError as error:
        raise ConfigError(
            f"cannot read PAGER={wanted}: {error}", "Check the quotes in PAGER."
        ) from error
    return () if words == ["cat"] else words


def _start_pager(
    command: Sequence[str], environ: Mapping[str, str]
) -> subprocess.Popen[bytes] | None:
    """Start the pager, which reads from a pipe; None if it cannot be started."""
    import subprocess

    # As git does: a pager without options shows colours, and exits if the text fits.
    calm = {"LESS": "FRX", "LV": "-c", **environ}
    for name in _SECRETS:
        calm.pop(name, None)
    try:
        # The person's own words, without a shell.
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=calm)  # noqa: S603
    except OSError:
        return None
