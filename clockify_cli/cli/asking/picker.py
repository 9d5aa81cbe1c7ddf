"""A list to pick from on a terminal: arrow keys move, typing filters, Esc leaves.

prompt_toolkit draws it on standard error, and is loaded only if there is a suitable terminal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from clockify_cli.cli.program import Program
from clockify_cli.domain.names import fold
from clockify_cli.domain.terminal_text import clean_line, cut, width
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.output import Output

MOST_ROWS = 12
"""The most choices shown at once, if the terminal has that many rows."""
_AROUND = 4
"""Lines other than choices: the question, the text below, the keys, and one for the cursor."""
_ROOMY = 60
"""The terminal width from which details beside labels are worth showing cut."""
_ESCAPE_WAITS = 0.05
"""Seconds after Esc in which further keys make it the beginning of an arrow key."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to pick: *label* is shown and filtered by, *word* is the result of picking it.

    *detail* is shown faintly after the label.
    """

    label: str
    word: str
    detail: str = ""


def can_pick(program: Program) -> bool:
    """Return whether there is a terminal to draw a list on and read keys from."""
    if not program.interactive or program.environ.get("TERM") in (None, "", "dumb"):
        return False
    try:
        return os.isatty(program.stdin.fileno()) and os.isatty(program.stderr.fileno())
    except (OSError, ValueError):
        return False


class List:
    """The choices that match the typed text, the position of the cursor, and the marked choices."""

    def __init__(self, choices: Sequence[Choice], *, free: str = "", several: bool = False) -> None:
        self._all = [(fold(f"{choice.label} {choice.detail}"), choice) for choice in choices]
        self._free = free
        self.several = several
        self.marked: dict[str, Choice] = {}
        self.at = 0
        self.top = 0
        self.found: list[Choice] = []
        self.filter("")

    def filter(self, typed: str) -> None:
        """Keep the choices that contain every word of *typed*; *free* adds the text as a choice."""
        words = fold(typed).split()
        self.found = [choice for text, choice in self._all if all(word in text for word in words)]
        if self._free and typed.strip():
            self.found.append(Choice(f"{self._free} {typed.strip()}", ""))
        self.at = self.top = 0

    def move(self, by: int) -> None:
        """Move the cursor within the choices; a step of one wraps around."""
        if not self.found:
            return
        last = len(self.found) - 1
        to = self.at + by
        if abs(by) == 1:
            self.at = to % len(self.found)
        else:
            self.at = min(max(to, 0), last)

    def mark(self) -> None:
        """Mark or unmark the choice under the cursor."""
        if not (self.several and self.found):
            return
        choice = self.found[self.at]
        if self.marked.pop(choice.word, None) is None:
            self.marked[choice.word] = choice
        self.move(1)

    def shown(self, rows: int) -> list[tuple[int, Choice]]:
        """Return the choices visible in *rows* rows, each with its index."""
        self.top = min(max(self.top, self.at - rows + 1), self.at)
        self.top = max(min(self.top, len(self.found) - rows), 0)
        return list(enumerate(self.found))[self.top : self.top + rows]

    def picked(self) -> tuple[Choice, ...]:
        """Return what Enter takes: the marked choices, else the one under the cursor."""
        if self.marked:
            return tuple(self.marked.values())
        return (self.found[self.at],) if self.found else ()


def pick(
    program: Program,
    question: str,
    choices: Sequence[Choice],
    *,
    free: str = "",
    several: bool = False,
    keys: Input | None = None,
    screen: Output | None = None,
) -> tuple[tuple[str, ...], str]:
    """Return the words of the picked choices, and the typed text; no words after Esc.

    *free* begins a last choice that stands for the typed text and has an empty word. *keys* and
    *screen* are for tests.
    """
    from prompt_toolkit.application.current import create_app_session
    from prompt_toolkit.input import create_input
    from prompt_toolkit.output import create_output

    listed = List(choices, free=free, several=several)
    with create_app_session(
        keys or create_input(program.stdin), screen or create_output(program.stderr)
    ):
        found = _application(program, question, listed).run()
    return found or ((), "")


def _application(
    program: Program, question: str, listed: List
) -> Application[tuple[tuple[str, ...], str] | None]:
    from prompt_toolkit.application import Application
    from prompt_toolkit.application.current import get_app
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.layout import BufferControl, FormattedTextControl, HSplit, Layout, Window
    from prompt_toolkit.layout.processors import BeforeInput
    from prompt_toolkit.output import ColorDepth
    from prompt_toolkit.styles import Style

    typed = Buffer(multiline=False, on_text_changed=lambda buffer: listed.filter(buffer.text))
    letters = program.err.letters

    def rows() -> int:
        return max(min(get_app().output.get_size().rows - _AROUND, MOST_ROWS), 1)

    def drawn() -> StyleAndTextTuples:
        columns = get_app().output.get_size().columns - 1
        return _rows(listed, rows(), columns, letters)

    field = Window(
        BufferControl(typed, [BeforeInput(letters(f"{clean_line(question)} "), "class:question")]),
        height=1,
    )
    body = Window(FormattedTextControl(drawn), dont_extend_height=True)

    def keys() -> str:
        hint = "Tab marks, " if listed.several else ""
        wide = get_app().output.get_size().columns >= _ROOMY
        return letters(f"{'Type to filter, ' if wide else ''}{hint}Enter picks, Esc cancels")

    help_ = Window(FormattedTextControl(keys), height=1, style="class:faint")
    colour = ColorDepth.DEPTH_4_BIT if program.err.color else ColorDepth.DEPTH_1_BIT
    made: Application[tuple[tuple[str, ...], str] | None] = Application(
        Layout(HSplit([field, body, help_])),
        key_bindings=_keys(listed, typed.reset, lambda: typed.text, rows),
        style=Style([("question", "bold"), ("at", "reverse"), ("faint", "fg:ansibrightblack")]),
        color_depth=colour,
        erase_when_done=True,
        mouse_support=False,
    )
    made.ttimeoutlen = _ESCAPE_WAITS
    made.timeoutlen = _ESCAPE_WAITS
    return made


def _rows(
    listed: List, rows: int, columns: int, letters: Callable[[str], str]
) -> StyleAndTextTuples:
    """Return the choices as styled pieces, one row each, no wider than *columns*."""
    shown = listed.shown(rows)
    if not shown:
        return [("class:faint", letters("  no match\n"))]
    pieces: StyleAndTextTuples = []
    for place, choice in shown:
        marks = "* " if choice.word in listed.marked else "  " if listed.several else ""
        start = f"{'>' if place == listed.at else ' '} {marks}"
        label, detail = letters(clean_line(choice.label)), letters(clean_line(choice.detail))
        room = columns - width(start) - (width(detail) + 2 if detail else 0)
        if room < width(label) and columns < _ROOMY:
            room, detail = columns - width(start), ""
        label = cut(label, room, mark=letters("…"))
        pieces.append(("class:at" if place == listed.at else "", f"{start}{label}"))
        if detail:
            pieces.append(("class:faint", f"{' ' * (room - width(label))}  {detail}"))
        pieces.append(("", "\n"))
    below = len(listed.found) - shown[-1][0] - 1
    pieces.append(("class:faint", f"  {below} more" if below else ""))
    return pieces


def _keys(
    listed: List, clear: Callable[[], None], typed: Callable[[], str], rows: Callable[[], int]
) -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()
    moves: dict[str, Callable[[], int]] = {
        "up": lambda: -1,
        "c-p": lambda: -1,
        "down": lambda: 1,
        "c-n": lambda: 1,
        "pageup": lambda: -rows(),
        "pagedown": rows,
        "c-home": lambda: -len(listed.found),
        "c-end": lambda: len(listed.found),
    }

    def moving(by: Callable[[], int]) -> Callable[[KeyPressEvent], None]:
        return lambda _event: listed.move(by())

    for key, by in moves.items():
        keys.add(key, eager=True)(moving(by))

    @keys.add("tab")
    def _(_event: KeyPressEvent) -> None:
        listed.mark()
        if listed.several:
            clear()

    @keys.add("enter", eager=True)
    def _(event: KeyPressEvent) -> None:
        if picked := listed.picked():
            event.app.exit(result=(tuple(choice.word for choice in picked), typed().strip()))

    @keys.add("escape")
    @keys.add("c-d")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result=None)

    @keys.add("c-c")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt())

    return keys
