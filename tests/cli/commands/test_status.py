"""Tests of `status` for prompts, bars and a live screen."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from clockify_cli.__main__ import main
from tests.cli.conftest import TEN, Clockify, Done
from tests.run_at import SetClock

LATER = TEN + timedelta(hours=1, minutes=4, seconds=59)
ENTER, LEAVE, SHOW_CURSOR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h"


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Watching(SetClock):
    """A clock that calls *act* at each wait, with the count of waits, until it is interrupted."""

    def __init__(self, now: datetime, act: Callable[[int], None], waits: int) -> None:
        super().__init__(now)
        self._act, self._waits, self._slept = act, waits, 0

    def sleep(self, seconds: float) -> None:
        assert 0 < seconds <= 1
        self._slept += 1
        if self._slept > self._waits:
            raise KeyboardInterrupt
        super().sleep(seconds)
        self._act(self._slept)


Watch = Callable[..., Done]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch, clockify: Clockify) -> Watch:
    """Return a function that runs `status --watch` for *waits* of a second."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "8")

    def run(
        act: Callable[[int], None] = lambda _: None, waits: int = 1, now: datetime = TEN
    ) -> Done:
        out, err = Terminal(), io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(""))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = main(["status", "--watch", "--color", "never"], clock=Watching(now, act, waits))
        return Done(code, out.getvalue(), err.getvalue())

    return run


def screens(done: Done) -> list[list[str]]:
    """Return the lines of each screen that was drawn, without empty ones."""
    drawn = done.out.split("\x1b[H")[2:]
    return [[line.strip() for line in one.split("\n") if line.strip()] for one in drawn]


def test_a_live_screen_counts_the_seconds_and_gives_the_terminal_back(
    clockify: Clockify, watch: Watch
) -> None:
    clockify("add", "Earlier", "8-9")
    clockify("start", "Write", "-p", "Acme/Website", "-g", "deep")
    done = watch(waits=2, now=LATER)
    assert (done.code, done.err) == (130, "")
    assert [screen[:4] for screen in screens(done) if len(screen) > 1][:3] == [
        ["Write", "Acme / Website #deep", f"1:0{time}  since 10:00", f"today 2:0{time[0]}"]
        for time in ("4:59", "5:00", "5:01")
    ]
    assert done.out.startswith(ENTER)
    assert SHOW_CURSOR in done.out
    assert LEAVE in done.out


def test_a_live_screen_shows_what_another_command_changes_at_the_next_second(
    clockify: Clockify, watch: Watch
) -> None:
    clockify("start", "Write")
    done = watch(lambda waits: waits == 2 and clockify("stop", now=LATER) and None, 3, now=LATER)
    first = [screen[0] for screen in screens(done) if len(screen) > 1]
    assert first[:4] == ["Write", "Write", "No timer is running.", "No timer is running."]


def test_a_live_screen_counts_only_the_new_day_after_midnight(
    clockify: Clockify, watch: Watch
) -> None:
    late = datetime.fromisoformat("2026-11-24T23:59:58Z")
    clockify("start", "Write", now=late - timedelta(hours=2))
    shown = [one[1:3] for one in screens(watch(waits=62, now=late)) if len(one) > 1]
    assert shown[1] == ["2:00:01  since 21:59", "today 2:00"]
    assert shown[2] == ["2:00:02  since Tue 24 Nov 21:59", "today 0:00"]
    assert shown[62] == ["2:01:02  since Tue 24 Nov 21:59", "today 0:01"]


def test_a_live_screen_wants_a_terminal(clockify: Clockify) -> None:
    done = clockify("status", "--watch")
    assert (done.code, done.out) == (2, "")
    assert "--watch needs a terminal" in done.err


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("{description} {elapsed}", "Write <b> 1:04"),
        ("{project} [{client}] {tags}", "Acme / Website [Acme] deep"),
        ("{start} {running} {today}", "10:00 yes 1:04"),
        ("{description:6}|{elapsed:>6}|{elapsed:2}", "Write…|  1:04|1:04"),
        ("{description:^12}|", " Write <b>  |"),
        (r"{{{description}}}\t{seconds}\n", "{Write <b>}\t3899\n"),
        ("{task}{end}", ""),
        ("no field", "no field"),
        ("", ""),
    ],
)
def test_a_template_is_filled_in(clockify: Clockify, template: str, line: str) -> None:
    clockify("start", "Write", "<b>", "-p", "Acme/Website", "-g", "deep")
    done = clockify("status", "--template", template, now=LATER)
    assert (done.code, done.out, done.err) == (0, line + "\n", "")


def test_a_template_of_a_timer_is_empty_while_none_runs(clockify: Clockify) -> None:
    clockify("add", "Earlier", "8-9")
    assert clockify("status", "--template", "⏱ {description} of {today}").out == "\n"
    assert clockify("status", "--template", "today {today}").out == "today 1:00\n"


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{projekt}", 'no field named "projekt"'),
        ("{project", 'a brace stands alone in "{project"'),
        ("project}", 'a brace stands alone in "project}"'),
        ("{project:wide}", '"{project:wide}" is not a field'),
        ("{project:0}", '"{project:0}" is not a field'),
        ("{project:201}", '"{project:201}" is not a field'),
        ("{project.__class__}", '"{project.__class__}" is not a field'),
        ("{0}", '"{0}" is not a field'),
        ("{}", '"{}" is not a field'),
    ],
)
def test_a_template_that_cannot_be_read_is_quoted(
    clockify: Clockify, template: str, told: str
) -> None:
    done = clockify("status", "--template", template)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_waybar_is_given_its_json_on_one_line_with_markup_escaped(clockify: Clockify) -> None:
    clockify("start", "Write", "<b>&\"'", "-p", "Acme/Website")
    done = clockify("status", "--format", "waybar", now=LATER)
    assert done.out.count("\n") == 1
    found = json.loads(done.out)
    assert sorted(found) == ["class", "text", "tooltip"]
    assert found["text"] == "Write &lt;b&gt;&amp;&quot;&#39; 1:04"
    assert "&lt;b&gt;&amp;&quot;&#39; · Acme / Website" in found["tooltip"]
    assert found["class"] == "running"


@pytest.mark.parametrize(("line", "class_"), [(None, "idle"), ("start Lunch --break", "break")])
def test_waybar_is_told_by_a_class_what_runs(
    clockify: Clockify, line: str | None, class_: str
) -> None:
    if line is not None:
        clockify(*line.split())
    found = json.loads(clockify("status", "--format", "waybar").out)
    assert (found["class"], bool(found["text"])) == (class_, line is not None)


def test_a_long_description_leaves_room_in_a_bar(clockify: Clockify) -> None:
    clockify("start", "long " * 100)
    found = json.loads(clockify("status", "--format", "waybar").out)
    assert len(found["text"]) <= 60
    assert found["text"].endswith("… 0:00")


@pytest.mark.parametrize(
    "line",
    [
        "--watch --json",
        "--watch --short",
        "--watch --check",
        "--template x --json",
        "--template x --fields running",
        "--format waybar --fields running",
        "--format waybar --short",
        "--format waybar --json",
    ],
)
def test_two_forms_of_status_exclude_each_other(clockify: Clockify, line: str) -> None:
    done = clockify("status", *line.split())
    assert (done.code, done.out) == (2, "")
