"""Tests of how streams, options and environment decide on questions, colour and messages."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from clockify_cli.cli.program import Program
from clockify_cli.errors import UsageError
from clockify_cli.show.screen import ColorChoice
from tests.cli.conftest import TEN
from tests.run_at import SetClock


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def program(home: Path, typed: str | None = None, **environ: str) -> Program:
    """Return a program on a terminal if something is *typed*, else in a pipe."""
    on_terminal = typed is not None
    return Program(
        stdin=Terminal(typed) if on_terminal else io.StringIO("yes\n"),
        stdout=Terminal() if on_terminal else io.StringIO(),
        stderr=io.StringIO(),
        environ={"CLOCKIFY_HOME": str(home / "clockify"), "TZ": "UTC", **environ},
        clock=SetClock(TEN),
    )


def said(one: Program) -> str:
    assert isinstance(one.stderr, io.StringIO)
    return one.stderr.getvalue()


@pytest.mark.parametrize(
    ("typed", "agreed"),
    [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False), ("x\n", False)],
)
def test_only_a_yes_agrees(home: Path, typed: str, agreed: bool) -> None:
    one = program(home, typed)
    assert one.agreed("Delete all?", instead="--yes") is agreed
    assert said(one).startswith("Delete all? [y/N] ")


def test_without_a_terminal_the_option_is_named_and_nothing_is_read(home: Path) -> None:
    one = program(home)
    with pytest.raises(UsageError) as caught:
        one.agreed("Delete all?", instead="--yes")
    assert "--yes" in caught.value.hint
    assert one.stdin.read() == "yes\n"


def test_no_input_forbids_questions_on_a_terminal_too(home: Path) -> None:
    one = program(home, "y\n")
    one.no_input = True
    with pytest.raises(UsageError):
        one.ask("Which?", instead="--project")


def test_a_question_is_clean(home: Path) -> None:
    one = program(home, "y\n")
    one.agreed("Delete \x1b[31mred\x9b?", instead="--yes")
    assert said(one).replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("typed", "option", "environ", "config", "color"),
    [
        ("", None, {}, None, True),
        (None, None, {}, None, False),
        ("", "never", {"FORCE_COLOR": "1"}, "always", False),
        (None, "always", {"NO_COLOR": "1"}, "never", True),
        ("", None, {"NO_COLOR": "1"}, "always", False),
        ("", None, {"NO_COLOR": ""}, None, True),
        (None, None, {"FORCE_COLOR": "1"}, "never", True),
        ("", None, {}, "never", False),
        (None, None, {}, "always", True),
        ("", None, {"TERM": "dumb"}, None, False),
    ],
)
def test_colour_is_by_option_then_environment_then_configuration(
    home: Path,
    config_file: Path,
    typed: str | None,
    option: ColorChoice | None,
    environ: dict[str, str],
    config: str | None,
    color: bool,
) -> None:
    if config:
        config_file.write_text(f'[default]\ncolor = "{config}"\n')
    one = program(home, typed, **environ)
    one.color = option
    assert one.out.color is color


def test_quiet_leaves_out_notes_but_no_warnings(home: Path) -> None:
    one = program(home)
    one.quiet = True
    one.note("beside")
    one.warn("odd")
    assert said(one) == "warning: odd\n"


def test_a_removed_working_folder_is_none(home: Path) -> None:
    def gone() -> str:
        raise FileNotFoundError

    one = Program(
        stdin=io.StringIO(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environ={},
        clock=SetClock(TEN),
        cwd=gone,
    )
    assert one.cwd is None
