"""One run of the program: its inputs from outside, handed to each command."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from functools import cached_property
from itertools import pairwise, takewhile
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TextIO, cast

from clockify_cli.clock import Clock
from clockify_cli.domain.terminal_text import clean_line, cut
from clockify_cli.errors import ClockifyError, LimitReached, StoreError, UsageError
from clockify_cli.show.screen import ColorChoice, Screen, screen_for
from clockify_cli.values import replace

if TYPE_CHECKING:
    from datetime import tzinfo

    from clockify_cli.actions.context import AppContext
    from clockify_cli.config.settings import Settings
    from clockify_cli.domain.entry import ChangeResult
    from clockify_cli.paths import Paths


YES_OR_NO = " [y/N]"
YES_AS_USUAL = " [Y/n]"


class Program:
    """Streams, environment and clock of this run, its *args*, and the program's own options.

    *profile* is None unless ``--profile`` names one; *new_profile* is set by a command that may
    create it. *json*: errors are written as JSON. *zone* is the person's, once the account that
    decides it is known. *recorded* is set by a command once its change is committed, so that a
    failure to write output can say so. *announced* is the change that was reported before Clockify
    was asked, *unwritten* the reason why that could not be written. *warnings* are held back while
    an error would be JSON, which must then be the only document on standard error.
    """

    def __init__(
        self,
        *,
        stdin: TextIO,
        stdout: TextIO,
        stderr: TextIO,
        environ: Mapping[str, str],
        clock: Clock,
        cwd: Callable[[], str] = os.getcwd,
    ) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.environ = environ
        self.clock = clock
        self.args: Sequence[str] = ()
        self.profile: str | None = None
        self.new_profile = False
        self.color: ColorChoice | None = None
        self.no_input = False
        self.debug = False
        self.quiet = False
        self.json = False
        self.recorded = False
        self.announced: ChangeResult | None = None
        self.unwritten: OutputFailed | None = None
        self.ctx: AppContext | None = None
        self.zone: tzinfo | None = None
        self.warnings: list[str] = []
        self._cwd = cwd
        self._noted: set[str] = set()
        self.input_ended = False
        self._endings: list[Callable[[], None]] = []

    @classmethod
    def of_process(cls, clock: Clock | None = None) -> Program:
        """Return the program with the streams, the environment and the clock of this process."""
        from clockify_cli.clock import SystemClock

        return cls(
            # Standard input may be closed.
            stdin=io.StringIO("") if sys.stdin is None else sys.stdin,
            stdout=outlet(sys.stdout, vital=True),
            stderr=outlet(sys.stderr, vital=False),
            environ=os.environ,
            clock=clock or SystemClock(),
        )

    @property
    def has_recorded(self) -> bool:
        """Whether a change of this run is committed, reported by its command or not."""
        return self.recorded or (self.ctx is not None and self.ctx.acknowledged)

    def at_end(self, act: Callable[[], None]) -> None:
        """Call *act* when the run is over, however it ends; the latest first."""
        self._endings.append(act)

    def end(self) -> None:
        """Call what was registered with `at_end`."""
        while self._endings:
            self._endings.pop()()

    @cached_property
    def paths(self) -> Paths:
        """The files and folders of the program."""
        from clockify_cli.paths import find_paths

        return find_paths(self.environ)

    @cached_property
    def settings(self) -> Settings:
        """The settings of the profile; oddities in them are warned about once, here."""
        from clockify_cli.config.settings import load_settings

        options = {"profile": self.profile, "color": self.color}
        given = {name: value for name, value in options.items() if value is not None}
        settings = load_settings(
            self.paths, self.environ, options=given, cwd=self.cwd, new_profile=self.new_profile
        )
        for warning in settings.warnings:
            self.warn(warning)
        return settings

    def again(self) -> Program:
        """Return this program with its settings read again, after a command changed them."""
        self.__dict__.pop("settings", None)
        return self

    @property
    def cwd(self) -> Path | None:
        """The working folder; None if it has been removed."""
        try:
            return Path(self._cwd())
        except OSError:
            return None

    @cached_property
    def plain(self) -> Screen:
        """The destination of data without color; it does not need the configuration."""
        return screen_for(self.stdout, self.environ, self.color or "auto")

    @cached_property
    def out(self) -> Screen:
        """The destination of data."""
        return screen_for(self.stdout, self.environ, self._color_choice())

    @cached_property
    def err(self) -> Screen:
        """The destination of messages, questions and warnings; masks passwords in addresses."""
        return replace(screen_for(self.stderr, self.environ, self.color or "auto"), discreet=True)

    @contextmanager
    def writing_to(self, screen: Screen) -> Iterator[None]:
        """Send data to *screen* within the block."""
        before = self.out
        self.out = screen
        try:
            yield
        finally:
            self.out = before

    def _color_choice(self) -> ColorChoice:
        """Return the option, else the environment's choice, else the configuration's."""
        if self.color is not None:
            return self.color
        if self.environ.get("NO_COLOR") or self.environ.get("FORCE_COLOR"):
            return "auto"
        return self.settings.color

    def say(self, *lines: str) -> None:
        """Write lines for the person, as the result of the command."""
        self.plain.say(*lines)

    def note(self, *lines: str) -> None:
        """Write lines besides the result, which ``--quiet`` leaves out."""
        if not self.quiet:
            self.err.tell(*lines)

    def note_once(self, line: str) -> None:
        """Like `note`, unless exactly this was written before."""
        if line not in self._noted:
            self._noted.add(line)
            self.note(line)

    def warn(self, message: str) -> None:
        """Write a warning about something that did not stop the command."""
        if self.json:
            self.warnings.append(message)
        else:
            self.err.tell(f"warning: {message}")

    def write_warnings(self) -> None:
        """Write the warnings that were held back, unless an error has included them."""
        held, self.warnings = self.warnings, []
        self.err.tell(*(f"warning: {message}" for message in held))

    @property
    def interactive(self) -> bool:
        """Whether a question can be asked."""
        return not self.no_input and self.stdin.isatty()

    def ask(self, question: str, *, instead: str) -> str:
        """Return the answer to *question*, stripped; empty at the end of the input.

        UsageError if nobody can be asked; it names *instead*, the option to give.
        """
        if not self.interactive:
            way = "`--yes` skips the question" if instead == "--yes" else f"Give {instead}"
            raise UsageError(
                "cannot ask without a terminal",
                f"Nothing was changed. {way}.",
                details=(question.removesuffix(YES_OR_NO).removesuffix(YES_AS_USUAL),),
            )
        self.err.write(self.err.letters(f"{clean_line(question)} "))
        self.stderr.flush()
        answer = self.stdin.readline()
        self.input_ended = not answer
        if not answer:
            self.err.write("\n")
        return answer.strip()

    def ask_hidden(self, question: str) -> str:
        """Return a secret, typed without being shown; only if somebody can be asked."""
        import getpass

        self.stderr.flush()
        return getpass.getpass(self.err.letters(f"{question} "), stream=self.stderr)

    def agreed(self, question: str, *, instead: str, usual: bool = False) -> bool:
        """Return whether the person answers *question* with yes; see `ask`.

        *usual*: an empty line also means yes, but the end of the input does not.
        """
        marks = YES_AS_USUAL if usual else YES_OR_NO
        answer = self.ask(f"{question}{marks}", instead=instead).casefold()
        return answer in ("y", "yes") or (usual and not answer and not self.input_ended)

    def confirm(self, question: str, refused: str = "nothing was changed", hint: str = "") -> None:
        """Ask *question*, which ``--yes`` would skip; UsageError *refused* unless it is agreed."""
        if not self.agreed(question, instead="--yes"):
            raise UsageError(refused, hint)


class OutputFailed(Exception):
    """Output cannot be written; *reason* is the system's message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Outlet(io.TextIOBase):
    """A stream that drops everything once its reader has closed the pipe.

    So the exit code stays that of the command. Any other failure is an OutputFailed, or also
    ignored if the stream is not *vital*.
    """

    def __init__(self, stream: TextIO | None, *, vital: bool) -> None:
        self._stream = stream
        self._vital = vital

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has a plain attribute there
        """The encoding of the stream below."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def writable(self) -> bool:
        """Return True: what cannot be written is dropped or reported."""
        return True

    def isatty(self) -> bool:
        """Return whether this is a terminal."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor of the file below; OSError if there is none."""
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write *text*; OutputFailed as the class says."""
        if self._stream is None:
            self._fail("it is closed")
            return len(text)
        try:
            return self._stream.write(text)
        except OSError as error:
            self._drop(error)
            return len(text)

    def write_bytes(self, content: bytes) -> None:
        """Write *content* after the text written so far; OutputFailed as the class says."""
        below = getattr(self._stream, "buffer", None)
        if self._stream is None or below is None:
            self._fail("it takes only text" if self._stream else "it is closed")
            return
        try:
            self._stream.flush()
            below.write(content)
            below.flush()
        except OSError as error:
            self._drop(error)

    def flush(self) -> None:
        """Pass on what was written; OutputFailed as the class says."""
        if self._stream is None:
            return
        try:
            self._stream.flush()
        except OSError as error:
            self._drop(error)

    def _drop(self, error: OSError) -> None:
        # Otherwise the buffer would fail again when the interpreter exits, and report that.
        silence(self._stream)
        if not isinstance(error, BrokenPipeError):
            self._fail(error.strerror or str(error))

    def _fail(self, reason: str) -> None:
        if self._vital:
            raise OutputFailed(reason)


def silence(stream: TextIO | None) -> None:
    """Discard everything that is still written to *stream*."""
    if stream is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)


def outlet(stream: TextIO | None, *, vital: bool) -> TextIO:
    """Return *stream* as an `Outlet`, typed as a text stream."""
    return cast("TextIO", Outlet(stream, vital=vital))


INTERRUPTED = 130
TERMINATED = 143
WIDEST_QUOTE = 80


class Terminated(BaseException):
    """The process was asked to end (SIGTERM)."""


def guarded(program: Program, act: Callable[[], int | None]) -> int:
    """Return the exit code of *act*; whatever it raises is reported on standard error."""
    try:
        with _terminable():
            code = _flushed(program, _coded(program, act))
            program.write_warnings()
            return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED


def _coded(program: Program, act: Callable[[], int | None]) -> int:
    try:
        return _ended(program, act) or 0
    except OutputFailed as error:
        return show_error(program, _unwritten(program, error))
    except ClockifyError as error:
        return show_error(program, error)
    except Exception as error:
        from clockify_cli.cli.unexpected import unexpected

        return show_error(program, unexpected(program, error))


def _ended(program: Program, act: Callable[[], int | None]) -> int | None:
    try:
        return act()
    finally:
        program.end()


def _flushed(program: Program, code: int) -> int:
    try:
        program.stdout.flush()
    except OutputFailed as error:
        return show_error(program, _unwritten(program, error))
    return code


def _unwritten(program: Program, error: OutputFailed) -> StoreError:
    done = "; what was done is recorded" if program.has_recorded else ""
    return StoreError(
        f"the output could not be written: {error.reason}{done}",
        "Do not repeat the command; `clockify log` shows what was recorded." if done else "",
        code="output",
    )


def show_error(program: Program, error: ClockifyError) -> int:
    """Write *error* to standard error, as JSON if requested; return its exit code."""
    error = _timed(program, error)
    from clockify_cli.cli.next_steps import next_step

    error.hint = next_step(program.args, error)
    if program.json:
        from clockify_cli.show.formats.json import error_json

        program.err.write_json(error_json(error, program.warnings))
        program.warnings = []
    else:
        message, details, hint = error_text(error)
        program.err.tell(message)
        program.err.say(*details)
        program.err.tell(*hint)
    program.stderr.flush()
    return error.exit_code


def _timed(program: Program, error: ClockifyError) -> ClockifyError:
    """Return *error* with the end of a request limit in the person's zone."""
    if not isinstance(error, LimitReached):
        return error
    from clockify_cli.actions.context import message_of

    message = message_of(error, program.zone or UTC, program.clock.now())
    return LimitReached(message, error.hint, details=error.details, code=error.code)


def error_text(error: ClockifyError) -> tuple[str, list[str], list[str]]:
    """Return the message, its indented details, and the next steps; each line clean."""
    details = [clean_line(f"  {detail.strip()}") for detail in error.details]
    hint = [clean_line(line) for line in error.hint.split("\n")] if error.hint else []
    return clean_line(f"error: {error.message}"), details, hint


def quoted(text: str) -> str:
    """Return a person's text in quotation marks, clean and cut to a readable length."""
    return f'"{cut(clean_line(text), WIDEST_QUOTE)}"'


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM unwind the stack within the block, so that open resources are closed."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


TAKES_VALUE = {
    "--profile": True,
    "--color": True,
    "--no-input": False,
    "--debug": False,
    "-q": False,
    "--quiet": False,
    "-V": False,
    "--version": False,
    "-h": False,
    "--help": False,
}
"""Whether each option of the program itself is followed by a value."""


def wants_help(args: Sequence[str]) -> bool:
    """Return whether ``-h`` or ``--help`` is anywhere before ``--``."""
    return any(word in ("-h", "--help") for word in _before_dashes(args))


def wants_json(args: Sequence[str]) -> bool:
    """Return whether the result, and so errors too, are wanted as JSON."""
    words = list(_before_dashes(args))
    pairs = pairwise(words)
    return "--json" in words or "--format=json" in words or ("--format", "json") in pairs


def command_words(args: Sequence[str]) -> list[str]:
    """Return the words before ``--`` that are not options or values of the program's own."""
    words: list[str] = []
    skip = False
    for word in _before_dashes(args):
        if skip:
            skip = False
        elif TAKES_VALUE.get(word):
            skip = True
        elif not word.startswith("-"):
            words.append(word)
    return words


def first_word(args: Sequence[str]) -> int | None:
    """Return the index of the first word; None if more than the program's options precede it."""
    skip = False
    for number, word in enumerate(args):
        if skip:
            skip = False
        elif word.partition("=")[0] not in TAKES_VALUE:
            return None if word.startswith("-") else number
        else:
            skip = TAKES_VALUE.get(word, False)
    return None


def looks_past(word: str) -> bool:
    """Return whether *word* is a negative number or a past time (``-2h..-1h``), not an option."""
    return word[:1] == "-" and word[1:2].isdecimal()


def _before_dashes(args: Sequence[str]) -> Sequence[str]:
    return list(takewhile(lambda word: word != "--", args))


MARK = "\ufdd0"
"""Marks a past time, so that Typer takes it for a word; this character occurs in no text."""


def marked(args: Sequence[str]) -> list[str]:
    """Return *args* with past times that look like options marked as words."""
    return [f"{MARK}{word}" if looks_past(word) else word for word in args]


def plain(text: str) -> str:
    """Return *text* without the marks of `marked`."""
    return text.replace(MARK, "")
