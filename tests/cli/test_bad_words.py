"""Tests that invalid options, settings, files and states are refused and change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify
from tests.cli.refusals import Bad, bad, check_json, check_refused, check_text, kept, track
from tests.examples import thinned

LONG = "x" * 10_000
NO_TEXT = "caf\udce9"
TRACKED = (
    "add Review 7-7:30 -p Acme/Website -g deep --once review",
    "add Call 8-8:15",
    "config set week-start monday",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made") / "clockify"


@pytest.fixture(autouse=True)
def tracked(clockify: Clockify, home: Path, made: Path) -> None:
    """Track two entries, and prepare a setting and a file that can be imported."""
    track(clockify, home, made, TRACKED)
    (home / "entries.csv").write_text(
        "start,end,description\n2026-11-23 09:00,2026-11-23 10:00,X\n"
    )


OUTPUT = (
    *(
        Bad((command, "--fields", fields), "field")
        for command in ("log", "report", "export", "status", "history", "projects")
        for fields in ("nope", "", ",", "{x.__class__}", "start,%n", "a\0b", LONG, NO_TEXT)
    ),
    *(
        Bad((command, "--format", format_), "--format cannot be")
        for command in ("log", "report", "timesheet", "export", "status", "tags", "undo")
        for format_ in ("yaml", "", "JSON", "tabel", "{0}", LONG)
    ),
    *(
        Bad(("log", "--limit", number), "--limit cannot be")
        for number in ("0", "-1", "1000000000000", "1.5", "few", "", "٣", "1e3", "9" * 400)
    ),
    bad("history --limit 0", "--limit cannot be"),
    bad("log --durations minutes", "--durations cannot be"),
    bad("log --color sometimes", "--color cannot be"),
    bad("report --by projct", "Did you mean project"),
    Bad(("report", "--by", ""), "no dimension"),
    bad("report --by ,", "no dimension"),
    bad("report --by day,day", "twice"),
    Bad(("report", "--by", LONG), "is not a dimension"),
    bad("report --empty", "--by day"),
    bad("timesheet quarter", "longer than a month"),
    Bad(("log", "--search", NO_TEXT), "not valid UTF-8"),
)

ONCE = (
    *(
        Bad((*command.split(), "--once", key), "1 to 200 printable characters")
        for command in ("add X 9-9:10", "start X", "resume", "import entries.csv", "tags add new")
        for key in ("", " ", LONG, "a\nb", "\x1b", NO_TEXT)
    ),
    bad("add Other 9-9:10 --once review", "something else before"),
    bad("start X --once review", "something else before"),
    bad("projects add New --once review", "something else before"),
    bad("import entries.csv --once review", "something else before"),
)

STATES = (
    bad("stop", "no timer is running", 3),
    bad("stop -d X -p New -g new", "no timer is running", 3),
    bad("cancel", "no timer is running", 3),
    bad("delete current", "no timer is running", 3),
    bad("redo", "nothing to redo", 3),
    bad("undo 99", "no change 99", 3),
    bad("undo 0", "no change 0", 3),
    bad("undo -1", "not the number of a change"),
    bad("undo 1.5", "not the number of a change"),
    bad("undo ٣", "not the number of a change"),
    bad("undo " + "9" * 400, "not the number of a change"),
    Bad(("undo", NO_TEXT), "not the number of a change"),
    bad("undo --fields number", "are for --list"),
    bad("config get hours", "is not set", 3),
    bad("config unset tz", "is not in", 3),
)

SETTINGS = tuple(
    Bad(("config", "set", key, value), says)
    for key, value, says in (
        ("nope", "x", "unknown setting"),
        ("week-strt", "x", "Did you mean week-start"),
        ("week-start", "someday", "week-start"),
        ("tz", "Foo/Bar", "not a known time zone"),
        ("tz", "../../etc/passwd", "not a known time zone"),
        ("tz", NO_TEXT, "tz"),
        ("hours", "junk", "hours"),
        ("hours", "mon 25h", "hours"),
        ("day-start", "25:00", "day-start"),
        ("workdays", "", "workdays"),
        ("clock", "13", "clock"),
        ("sync.settle", "0s", "less than 1s"),
        ("sync.settle", "2d", "more than 1d"),
        ("sync.deadline", "999999d", "more than 1h"),
        ("fresh.entries", "999999d", "more than 366d"),
        ("fresh.names", "367d", "more than 366d"),
        ("fresh.entries", "-5m", "fresh.entries"),
        ("durations", "weeks", "durations"),
        ("color", "sometimes", "color"),
        ("round", "15", "round"),
        ("api-url", "http://example.com/api", "unencrypted"),
        ("api-url", "https://user:pw@example.com/", "a user name or password"),
        ("api-url", "file:///etc/passwd", "not an https address"),
        ("api-url", "https://example.com:0/", "not an https address"),
        ("api-url", "https://example.com/#x", "more than a host"),
        ("default.project", "", "is empty"),
        ("default.project", LONG, "too long"),
        ("default.project", "\x1b[31m", "control"),
        ("default.project", NO_TEXT, "not valid UTF-8"),
        ("alias.start", "log", "is a command"),
        ("alias.a b", "log", "one word"),
        ("alias.-x", "log", "one word"),
        ("alias.", "log", "unknown setting"),
        ("alias.x", "start 'open", "cannot be read"),
        ("hook.foo", "x", "unknown setting"),
        ("key", "MTIzNDU2Nzg5", "must not be on the command line"),
    )
)

WORDS = (
    bad("config set", "needs KEY VALUE"),
    bad("config set tz", "needs KEY VALUE"),
    bad("config get nope", "unknown setting"),
    bad("config unset nope", "unknown setting"),
    bad("config frob", "unknown command"),
    bad("doctor now", 'unexpected argument "now"'),
    bad("status --short --fields running", "one line of text"),
    bad("status --short --format csv", "one line of text"),
    bad("help nope", "no help"),
    bad("completion tcsh", "bash, zsh"),
    bad("completion bash zsh", "two shells"),
    bad("completion install powershell", "profile"),
    bad("log --profile ../x", "is not a profile name"),
    Bad(("log", "--profile", ""), "is not a profile name"),
    Bad(("config", "set", "tz", "UTC", "--profile", ""), "is not a profile name"),
    *(
        bad(f"{line} --profile wrok", "login --profile wrok")
        for line in ("log", "start X", "status", "config list", "config get tz", "logout", "queue")
    ),
    Bad(("log", "--profile", NO_TEXT), "is not a profile name"),
    bad("start X --api-key abc", "unknown option"),
    bad("import entries.csv --from excel", "--from cannot be"),
    bad("import entries.csv --dates dym", "--dates cannot be"),
    bad("import", "needs FILE"),
    bad("import nowhere.csv", "cannot be read"),
    bad("import .", "cannot be read"),
    Bad(("import", "a\0b"), "not a file name"),
    bad("import -", "is empty"),
    bad("import /dev/null", "is empty"),
    bad("export -o .", "is a folder"),
    bad("export -o nowhere/x.csv", "does not exist"),
    Bad(("export", "-o", ""), "is empty"),
    Bad(("export", "-o", "a\0b"), "not a file name"),
    bad("export -o " + "x" * 300, "cannot be written"),
    bad("export -o entries.csv", "--force"),
    bad("export -o clockify/data/timesheet.db --force", "own files"),
    bad("export -o clockify/config/config.toml --force", "own files"),
    bad("export -o /dev/null --force", "not a regular file"),
    *(Bad((word,), "unknown command") for word in ("", " ", LONG, NO_TEXT, "\x1b[2J", "-1h")),
)


@pytest.mark.parametrize("wrong", thinned(OUTPUT), ids=str)
def test_a_wish_about_the_output_that_cannot_be_met_is_refused(
    clockify: Clockify, home: Path, wrong: Bad
) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("command", ["log", "export", "status", "report", "tags", "undo --list"])
def test_two_formats_at_once_are_refused(clockify: Clockify, home: Path, command: str) -> None:
    before = kept(home)
    done = clockify(*command.split(), "--format", "csv", "--json")
    check_json(done, 2)
    assert "--json and --format csv" in done.err
    assert kept(home) == before
    assert clockify(*command.split(), "--format", "json", "--json").code == 0


@pytest.mark.parametrize("wrong", thinned(ONCE), ids=str)
def test_a_key_that_cannot_be_kept_or_means_something_else_is_refused(
    clockify: Clockify, home: Path, wrong: Bad
) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("wrong", thinned(STATES), ids=str)
def test_what_the_state_does_not_allow_is_said(clockify: Clockify, home: Path, wrong: Bad) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("wrong", thinned(SETTINGS), ids=str)
def test_a_setting_that_cannot_be_is_refused(clockify: Clockify, home: Path, wrong: Bad) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("wrong", thinned(WORDS), ids=str)
def test_words_that_mean_nothing_here_are_refused(
    clockify: Clockify, home: Path, wrong: Bad
) -> None:
    before = kept(home)
    check_text(clockify(*wrong.args), wrong.code, wrong.says)
    check_json(clockify(*wrong.args, "--json"), wrong.code)
    assert kept(home) == before


@pytest.mark.parametrize(
    "command", ["add Again 9-9:10", "start Again", "import entries.csv", "tags add again", "resume"]
)
def test_the_same_under_the_same_key_is_done_once_and_exits_0(
    clockify: Clockify, home: Path, command: str
) -> None:
    assert clockify(*command.split(), "--once", "again").code == 0
    before = kept(home)
    for more in ([], ["--json"], ["-q"]):
        assert clockify(*command.split(), "--once", "again", *more).code == 0
        assert kept(home) == before
    assert "Already done" in clockify(*command.split(), "--once", "again").out


@pytest.mark.parametrize("command", ["add Again 9-9:10", "start Again", "tags add again"])
def test_what_was_taken_back_is_not_done_again_under_its_key(
    clockify: Clockify, command: str
) -> None:
    clockify(*command.split(), "--once", "again")
    clockify("undo")
    assert clockify(*command.split(), "--once", "again").code == 0
    assert clockify("redo").code == 0


@pytest.mark.parametrize("name", ["CLOCKIFY_TZ", "CLOCKIFY_API_URL", "CLOCKIFY_PROFILE"])
def test_a_variable_that_cannot_be_is_named_once_with_what_to_do(
    clockify: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "../../no such")
    before = kept(home)
    done = clockify("log")
    check_text(done, 2, "../../no such")
    assert done.err.count(name) == 1
    check_json(clockify("log", "--json"), 2)
    assert kept(home) == before


def test_an_empty_variable_counts_as_none(
    clockify: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLOCKIFY_TZ", "CLOCKIFY_API_URL", "CLOCKIFY_API_KEY", "CLOCKIFY_PROFILE"):
        monkeypatch.setenv(name, "")
    assert (clockify("log").code, clockify("log").err) == (0, "")


def test_a_zone_of_the_machine_that_there_is_not_is_warned_of(
    clockify: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Foo/Bar")
    done = clockify("log")
    assert (done.code, done.err) == (
        0,
        'warning: TZ is "Foo/Bar", which is not in the time zone database; using UTC\n',
    )


def test_a_bad_line_of_the_configuration_is_named_with_what_to_do(
    clockify: Clockify, home: Path
) -> None:
    file = home / "clockify" / "config" / "config.toml"
    file.write_text('[default]\nweek-start = "monday"\nclock = 13\n')
    before = kept(home)
    done = clockify("log")
    check_text(done, 2, f'{file}:3: clock: "13"')
    assert kept(home) == before


def test_a_warning_beside_an_error_as_json_leaves_one_document(
    clockify: Clockify, home: Path
) -> None:
    file = home / "clockify" / "config" / "config.toml"
    file.write_text('[default]\nweek-strt = "monday"\n')
    done = clockify("stop", "--json")
    check_json(done, 3)
    (warning,) = json.loads(done.err)["error"]["warnings"]
    assert "week-start" in warning
    assert "week-start" in clockify("log", "--json").err
