"""The one place where errors become text or JSON and an exit code."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from types import FrameType

from clockify_cli.cli.program import Program
from clockify_cli.cli.streams import OutputFailed
from clockify_cli.domain.columns import cut
from clockify_cli.errors import ClockifyError, LimitReached, StoreError
from clockify_cli.show.terminal_text import clean_line

INTERRUPTED = 130
TERMINATED = 143
WIDEST_QUOTE = 80


class Terminated(BaseException):
    """The process was asked to end (SIGTERM)."""


def guarded(program: Program, act: Callable[[], int | None]) -> int:
    """The exit code of *act*; whatever it raises is told on standard error."""
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
    """Write *error* to standard error, as JSON where that was asked for; its exit code."""
    error = _timed(program, error)
    if program.json:
        from clockify_cli.show.formats.json import dumps, error_json

        program.err.write(dumps(error_json(error, program.warnings)) + "\n")
        program.warnings = []
    else:
        message, details, hint = error_text(error)
        program.err.tell(message)
        program.err.say(*details)
        program.err.tell(*hint)
    program.stderr.flush()
    return error.exit_code


def _timed(program: Program, error: ClockifyError) -> ClockifyError:
    """*error*, which says in the person's zone until when a limit holds."""
    if not isinstance(error, LimitReached):
        return error
    from clockify_cli.actions.wording import message_of

    message = message_of(error, program.zone or UTC, program.clock.now())
    return LimitReached(message, error.hint, details=error.details, code=error.code)


def error_text(error: ClockifyError) -> tuple[str, list[str], list[str]]:
    """What is wrong, what belongs to it indented, and the next steps; each line clean."""
    details = [clean_line(f"  {detail.strip()}") for detail in error.details]
    hint = [clean_line(line) for line in error.hint.split("\n")] if error.hint else []
    return clean_line(f"error: {error.message}"), details, hint


def quoted(text: str) -> str:
    """What a person wrote, in quotation marks, clean and of bearable length."""
    return f'"{cut(clean_line(text), WIDEST_QUOTE)}"'


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM unwind the stack meanwhile, so that what is open is closed."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
