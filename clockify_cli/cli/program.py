"""One run of the program: what comes in from outside, handed to each command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from clockify_cli.cli.streams import inlet, outlet
from clockify_cli.clock import Clock
from clockify_cli.errors import UsageError
from clockify_cli.show.screen import ColorChoice, Screen, screen_for
from clockify_cli.show.terminal_text import clean_line
from clockify_cli.values import replace

if TYPE_CHECKING:
    from datetime import tzinfo

    from clockify_cli.actions.context import AppContext
    from clockify_cli.cli.streams import OutputFailed
    from clockify_cli.config import Settings
    from clockify_cli.domain.change import Changed
    from clockify_cli.paths import Paths


YES_OR_NO = " [y/N]"
YES_AS_USUAL = " [Y/n]"


class Program:
    """Streams, environment and clock of this run, and the program's own options.

    *profile* is None until ``--profile`` names one; *new_profile* is set by a command that may make
    it. *json* tells how errors are wanted.
    *zone* is that of the person, once the account is known that may tell it.
    *recorded* is set by a command once its change is committed, so that output which cannot be
    written can say so. *announced* is what was said of it before Clockify was asked, *unwritten*
    why that could not be written. *warnings* are held back where an error would be JSON: that is
    then the only document on standard error.
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
        self.profile: str | None = None
        self.new_profile = False
        self.color: ColorChoice | None = None
        self.no_input = False
        self.debug = False
        self.quiet = False
        self.json = False
        self.recorded = False
        self.announced: Changed | None = None
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
        """The program with the streams, the environment and the clock of this process."""
        from clockify_cli.clock import SystemClock

        return cls(
            stdin=inlet(sys.stdin),
            stdout=outlet(sys.stdout, vital=True),
            stderr=outlet(sys.stderr, vital=False),
            environ=os.environ,
            clock=clock or SystemClock(),
        )

    @property
    def has_recorded(self) -> bool:
        """Whether a change of this run is committed, told by its command already or not."""
        return self.recorded or (self.ctx is not None and self.ctx.acknowledged)

    def at_end(self, act: Callable[[], None]) -> None:
        """Have *act* done when the run is over, however it ends; the latest first."""
        self._endings.append(act)

    def end(self) -> None:
        """Do what `at_end` was asked for."""
        while self._endings:
            self._endings.pop()()

    @cached_property
    def paths(self) -> Paths:
        """The files and folders of the program."""
        from clockify_cli.paths import find_paths

        return find_paths(self.environ)

    @cached_property
    def settings(self) -> Settings:
        """The settings of the profile; what is odd about them is warned of once, here."""
        from clockify_cli.config import load_settings

        options = {"profile": self.profile, "color": self.color}
        given = {name: value for name, value in options.items() if value is not None}
        settings = load_settings(
            self.paths, self.environ, options=given, cwd=self.cwd, new_profile=self.new_profile
        )
        for warning in settings.warnings:
            self.warn(warning)
        return settings

    def again(self) -> Program:
        """This program with its settings read anew: a command has changed them."""
        self.__dict__.pop("settings", None)
        return self

    @property
    def cwd(self) -> Path | None:
        """The working folder; None where it has been removed."""
        try:
            return Path(self._cwd())
        except OSError:
            return None

    @cached_property
    def plain(self) -> Screen:
        """Where data goes that has no colour: the configuration need not be read for it."""
        return screen_for(self.stdout, self.environ, self.color or "auto")

    @cached_property
    def out(self) -> Screen:
        """Where data goes."""
        return screen_for(self.stdout, self.environ, self._color_choice())

    @cached_property
    def err(self) -> Screen:
        """Where messages, questions and warnings go; no password in an address gets there."""
        return replace(screen_for(self.stderr, self.environ, self.color or "auto"), discreet=True)

    @contextmanager
    def writing_to(self, screen: Screen) -> Iterator[None]:
        """Have data go to *screen* within."""
        before = self.out
        self.out = screen
        try:
            yield
        finally:
            self.out = before

    def _color_choice(self) -> ColorChoice:
        """The option, else what the environment decides by itself, else the configuration."""
        if self.color is not None:
            return self.color
        if self.environ.get("NO_COLOR") or self.environ.get("FORCE_COLOR"):
            return "auto"
        return self.settings.color

    def say(self, *lines: str) -> None:
        """Lines for the person, as the result of the command."""
        self.plain.say(*lines)

    def note(self, *lines: str) -> None:
        """Lines beside the result, which ``--quiet`` leaves out."""
        if not self.quiet:
            self.err.tell(*lines)

    def note_once(self, line: str) -> None:
        """As `note`, unless just this was said before."""
        if line not in self._noted:
            self._noted.add(line)
            self.note(line)

    def warn(self, message: str) -> None:
        """A line about something odd that did not stop the command."""
        if self.json:
            self.warnings.append(message)
        else:
            self.err.tell(f"warning: {message}")

    def write_warnings(self) -> None:
        """Write the warnings that were held back, no error having taken them along."""
        held, self.warnings = self.warnings, []
        self.err.tell(*(f"warning: {message}" for message in held))

    @property
    def interactive(self) -> bool:
        """Whether a question can be asked."""
        return not self.no_input and self.stdin.isatty()

    def ask(self, question: str, *, instead: str) -> str:
        """The answer to *question*, stripped; empty at the end of the input.

        UsageError where nobody can be asked; it names *instead*, the option to give.
        """
        if not self.interactive:
            raise UsageError(
                f"{instead} is needed: there is no terminal to ask on",
                f"Give {instead}; nothing was changed.",
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
        """A secret, typed without being shown; only where somebody can be asked."""
        import getpass

        self.stderr.flush()
        return getpass.getpass(self.err.letters(f"{question} "), stream=self.stderr)

    def agreed(self, question: str, *, instead: str, usual: bool = False) -> bool:
        """Whether the person answers *question* with yes; see `ask`.

        *usual*: so does an empty line, but not the end of the input.
        """
        marks = YES_AS_USUAL if usual else YES_OR_NO
        answer = self.ask(f"{question}{marks}", instead=instead).casefold()
        return answer in ("y", "yes") or (usual and not answer and not self.input_ended)
