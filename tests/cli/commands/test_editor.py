"""Tests of `edit` in an editor: no error loses what was typed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Clockify, Done, prepared
from tests.cli.conftest import Terminal as Screen

Edit = Callable[..., Done]
ADDED = "echo '9-9:30 Mail' >> \"$1\""


@prepared
def morning(clockify: Clockify) -> Clockify:
    clockify("add", "Write", "6-7:30", "-p", "Acme/Website", "-g", "deep")
    clockify("add", "Review", "7:30-9", "-p", "Internal")
    return clockify


@pytest.fixture
def edit(
    morning: Clockify,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Edit:
    """Return a function that runs `edit`; the editor does one of *steps* each time it is opened.

    A step is a line for the shell. *typed* is what the person answers. Without *steps* no editor is
    set.
    """

    def run(*words: str, steps: tuple[str, ...], typed: str = "") -> Done:
        from clockify_cli.__main__ import main
        from tests.cli.conftest import TEN
        from tests.run_at import SetClock

        for number, step in enumerate(steps, 1):
            (home / f"step-{number}").write_text(f'cp "$1" "{home}/seen-{number}"\n{step}\n')
        (home / "editor").write_text(
            f'#!/bin/sh\nn=$(ls "{home}" | grep -c seen-)\n. "{home}/step-$((n + 1))"\n'
        )
        (home / "editor").chmod(0o755)
        if steps:
            monkeypatch.setenv("EDITOR", str(home / "editor"))
        out = Screen()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", Screen(typed))
            patch.setattr(sys, "stdout", out)
            capsys.readouterr()
            code = main(["edit", *words], clock=SetClock(TEN))
        return Done(code, out.getvalue(), capsys.readouterr().err)

    return run


def seen(home: Path, number: int) -> str:
    """Return the text with which the editor was opened for the time *number*."""
    return (home / f"seen-{number}").read_text()


def kept(home: Path) -> list[Path]:
    return sorted((home / "clockify" / "state").glob("edit-*"))


def described(clockify: Clockify) -> list[Any]:
    return [each["description"] for each in json.loads(clockify("log", "--json").out)]


DAY = ("--day", "today")


def test_a_bad_line_is_named_and_the_text_is_opened_again_as_it_was_left(
    edit: Edit, morning: Clockify, home: Path
) -> None:
    done = edit(
        *DAY,
        steps=(
            f'{ADDED}; sed -i s/07:30-09:00/07:30-09:75/ "$1"',
            'sed -i s/09:75/08:45/ "$1"',
        ),
        typed="\n",
    )
    assert (done.code, kept(home)) == (0, [])
    assert 'line 6: "09:75" is not a time of day' in done.err
    assert "Edit it again? [Y/n]" in done.err
    assert "9-9:30 Mail" in seen(home, 2)
    assert [line.split()[:2] for line in done.out.splitlines()] == [
        ["Changed", "Review"],
        ["Added", "Mail"],
    ]
    assert described(morning) == ["Write", "Review", "Mail"]


CALL = """echo '7-8 Call' >> "$1\""""


def test_entries_beside_a_new_line_are_trimmed_when_told(edit: Edit, morning: Clockify) -> None:
    done = edit(*DAY, "--adjust", steps=(CALL,))
    assert done.code == 0, done.err
    assert done.err.count("Trimmed") == 2
    assert described(morning) == ["Write", "Call", "Review"]
    assert morning("undo").code == 0
    assert described(morning) == ["Write", "Review"]


@pytest.mark.parametrize(
    ("option", "more", "why"),
    [
        (None, "true", "`clockify edit --day today --overlap` keeps"),
        ("--adjust", """echo '7:40-8:10 B' >> "$1\"""", "line 7: this overlaps an entry"),
        ("--adjust", """echo '8:10-8:20 B' >> "$1\"""", "line 8: that is inside another entry"),
    ],
)
def test_a_line_that_overlaps_is_refused_and_changes_nothing(
    edit: Edit, morning: Clockify, option: str | None, more: str, why: str
) -> None:
    options = () if option is None else (option,)
    refused = edit(*DAY, *options, steps=(f"{CALL}; {more}",), typed="n\n")
    assert refused.code == 2
    assert why in refused.err
    assert described(morning) == ["Write", "Review"]


@pytest.mark.parametrize("typed", ["n\n", ""], ids=["no", "end of input"])
def test_a_bad_text_that_is_given_up_is_kept_and_its_file_is_named(
    edit: Edit, morning: Clockify, home: Path, typed: str
) -> None:
    done = edit(*DAY, steps=(f"{ADDED}; echo 'what is this' >> \"$1\"",), typed=typed)
    (file,) = kept(home)
    assert done.code == 2
    assert f"Your text is kept in {file}." in done.err
    assert "9-9:30 Mail" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert described(morning) == ["Write", "Review"]


@pytest.mark.parametrize("step", [': > "$1"', "true", 'rm "$1"'], ids=["emptied", "same", "gone"])
@pytest.mark.parametrize("words", [DAY, ("last",)], ids=["days", "entry"])
def test_an_emptied_or_unchanged_text_changes_nothing(
    edit: Edit, morning: Clockify, home: Path, words: tuple[str, ...], step: str
) -> None:
    done = edit(*words, steps=(step,))
    assert (done.code, kept(home)) == (0, [])
    assert "Nothing was changed." in done.err
    assert described(morning) == ["Write", "Review"]


def test_a_text_that_is_emptied_after_a_mistake_changes_nothing(
    edit: Edit, morning: Clockify, home: Path
) -> None:
    done = edit(*DAY, steps=("echo 'what is this' >> \"$1\"", ': > "$1"'), typed="y\n")
    assert (done.code, kept(home)) == (0, [])
    assert described(morning) == ["Write", "Review"]


@pytest.mark.parametrize("words", [DAY, ("last",)], ids=["days", "entry"])
def test_what_a_killed_editor_saved_is_kept(
    edit: Edit, morning: Clockify, home: Path, words: tuple[str, ...]
) -> None:
    done = edit(*words, steps=(f"{ADDED}; kill -9 $$",))
    (file,) = kept(home)
    assert done.code == 2
    assert "the editor ended with signal 9" in done.err
    assert str(file) in done.err
    assert "9-9:30 Mail" in file.read_text()
    assert described(morning) == ["Write", "Review"]


def test_an_editor_that_fails_changes_nothing_and_keeps_what_was_typed(
    edit: Edit, morning: Clockify, home: Path
) -> None:
    done = edit(*DAY, steps=("exit 1",))
    assert (done.code, kept(home)) == (2, [])
    (home / "seen-1").unlink()
    done = edit(*DAY, steps=(f"{ADDED}; exit 1",))
    (file,) = kept(home)
    assert done.code == 2
    assert str(file) in done.err
    assert described(morning) == ["Write", "Review"]


@pytest.mark.parametrize(
    "step",
    [
        r"printf '\377\376\000binary' > \"$1\"".replace('\\"', '"'),
        'head -c 100000 /dev/zero > "$1"',
        "printf '9-10 \\033[31mX\\n' >> \"$1\"",
        "printf '9-10 X\\000Y\\n' >> \"$1\"",
        "echo '9-9 Mail' >> \"$1\"",
        "echo '9:30-9 Mail' >> \"$1\"",
        "echo '8-8:30 Mail' >> \"$1\"",
        'echo \'9-9:30 Mail -p "\' >> "$1"',
        "echo '9-9:30 Mail --nothing' >> \"$1\"",
        "echo '9-9:30 Mail --for 2h' >> \"$1\"",
        "echo '9-9:30 Mail -d Other' >> \"$1\"",
        "echo '9-9:30 Mail # abcd' >> \"$1\"",
        'sed -i "s/  # .*//; s/Review/Other/" "$1"',
        'sed -n p "$1" > "$1.2"; grep Review "$1.2" >> "$1"; rm "$1.2"',
    ],
)
def test_what_cannot_be_read_as_days_changes_nothing(
    edit: Edit, morning: Clockify, step: str
) -> None:
    before = morning("log", "all", "--json").out
    done = edit(*DAY, steps=(step,), typed="n\n")
    assert done.code in (2, 3), done.err
    assert "\x1b" not in done.err
    assert morning("log", "all", "--json").out == before


@pytest.mark.parametrize("there", [(), ("vi",), ("vi", "nano")])
def test_without_a_choice_a_usual_editor_is_taken(
    edit: Edit, home: Path, monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...]
) -> None:
    usual = home / "bin"
    usual.mkdir()
    for name in there:
        (usual / name).write_text(f"#!/bin/sh\necho {name} > {home}/used\n")
        (usual / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(usual))

    done = edit("--day", "today", steps=())

    assert (done.code, "no editor is set" in done.err) == ((0, False) if there else (2, True))
    if there:
        assert (home / "used").read_text() == f"{there[-1]}\n"
