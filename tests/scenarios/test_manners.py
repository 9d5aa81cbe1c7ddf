"""Tests of rules for every command: options, examples, ids, dry runs, and no guesses."""

from __future__ import annotations

import json
import re
import shlex
from collections import defaultdict
from pathlib import Path

import pytest

from clockify_cli.cli.commands.help import TOPICS
from clockify_cli.cli.reference.generated import commands
from clockify_cli.cli.reference.tree import names
from tests.cli.conftest import Clockify
from tests.cli.parsing import by_typer, every_command
from tests.cli.refusals import check_json, kept, track
from tests.examples import thinned

ID = re.compile(r"[0-9a-f]{32}")
TRACKED = (
    "add Review 7-7:30 -p Acme/Website -g deep",
    "add Call 8-8:15",
    "projects add Internal",
    "start Write -p Internal",
)
WITHOUT_JSON = {"help", "completion", "config edit"}
"""These print text for people and shells only."""


COMMANDS = dict(commands())
EXAMPLES = [example for command in every_command().values() for example in command.examples]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made") / "clockify"


@pytest.fixture(autouse=True)
def tracked(clockify: Clockify, home: Path, made: Path) -> None:
    track(clockify, home, made, TRACKED)


def words_of(example: str) -> list[str]:
    """Return the program's own words from a shell's command line."""
    words = shlex.split(example, posix=True)
    ends = ("|", "&&", "<", ">", ";")
    return words[: next((n for n, word in enumerate(words) if word in ends), len(words))]


@pytest.mark.parametrize("example", thinned(EXAMPLES))
def test_each_example_in_a_help_is_a_command_line_of_this_program(example: str) -> None:
    assert by_typer(words_of(example))


def topic_examples() -> list[str]:
    found = []
    for text in TOPICS.values():
        shown = text if isinstance(text, str) else text()
        found += re.findall(r"^  (?:[A-Z_]+=\S+ )?clockify (.*)$", shown, re.MULTILINE)
    return found


def test_each_example_in_a_topic_is_a_command_line_of_this_program() -> None:
    examples = topic_examples()
    assert len(examples) > 10
    for example in examples:
        assert by_typer(words_of(example))


def test_a_short_option_has_one_long_name_and_it_is_the_same_everywhere() -> None:
    longs: dict[str, set[str]] = defaultdict(set)
    for command in COMMANDS.values():
        for option in command.params:
            for known in (option.opts, option.secondary_opts):
                for short in (name for name in known if len(name) == 2 and name[0] == "-"):
                    longs[short] |= {name for name in known if len(name) > 2}
    assert {short: len(known) for short, known in longs.items()} == dict.fromkeys(longs, 1)
    assert longs["-n"] == {"--dry-run"}
    assert longs["-o"] == {"--output"}


@pytest.mark.parametrize("path", sorted(set(COMMANDS) - WITHOUT_JSON))
def test_every_command_that_reads_or_changes_takes_json(path: str) -> None:
    assert any("--json" in names(option) for option in COMMANDS[path].params)


@pytest.mark.parametrize(
    "line",
    [
        *("start New", "stop", "add X 9-9:05 --overlap", "cancel", "resume last", "delete last"),
        *("undo", "projects add P", "clients add C", "tags add T", "tasks add Internal/T"),
        *("config set tz UTC", "config path", "config get tz", "config list", "doctor"),
        *("log", "report", "timesheet", "status", "history", "undo --list", "projects", "tags"),
        *("export", "import entries.csv", "import entries.csv --dry-run", "delete last --dry-run"),
    ],
)
def test_what_is_done_is_told_as_one_json_document(
    clockify: Clockify, home: Path, line: str
) -> None:
    (home / "entries.csv").write_text("start,end\n2026-11-02T08:00:00Z,2026-11-02T09:00:00Z\n")
    done = clockify(*line.split(), "--json")
    assert done.code == 0
    assert json.loads(done.out) is not None
    assert "error" not in done.err


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("start New", 1),
        ("stop", 1),
        ("add X 9-9:05 --overlap", 1),
        ("cancel", 1),
        ("resume last", 1),
        ("delete last", 1),
        ("delete last current --yes", 2),
        ("projects add P", 1),
        ("start New -p Fresh -g fresh", 1),
    ],
)
def test_a_quiet_change_prints_ids_and_nothing_else(
    clockify: Clockify, line: str, count: int
) -> None:
    for place in (0, 1, 2):
        words = line.split()
        quiet = [*words[:place], "--quiet", *words[place:]]
        if place == 1 and words[0] == "projects":
            continue
        done = clockify(*quiet)
        assert (done.code, done.err) == (0, "")
        assert len(done.out.splitlines()) == count
        assert all(ID.fullmatch(id_) for id_ in done.out.splitlines())
        clockify("undo")


@pytest.mark.parametrize("line", ["delete last", "delete last current", "import entries.csv"])
def test_a_dry_run_says_what_would_change_and_changes_nothing(
    clockify: Clockify, home: Path, line: str
) -> None:
    (home / "entries.csv").write_text(
        "start,end,description,projectName\n2026-11-02T08:00:00Z,2026-11-02T09:00:00Z,Would,New\n"
    )
    before = kept(home)
    for flag in ("-n", "--dry-run"):
        for more in ([], ["--yes"], ["--json"], ["-q"]):
            assert clockify(*line.split(), flag, *more).code == 0
            assert kept(home) == before
    done = clockify(*line.split(), "-n")
    assert "Would" in done.out + done.err


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "start --at 9:30 New words -p Internal --overlap",
            "start New words --overlap -p Internal --at 9:30",
        ),
        ("add -p Internal X 9-9:05 --overlap", "add X -p Internal 9-9:05 --overlap"),
        ("--color never log --json", "log --json --color=never"),
        ("log --limit=1 today --json", "log today --json --limit 1"),
        ("report week --by day --json", "report --by=day --json week"),
    ],
)
def test_options_stand_before_or_after_words(clockify: Clockify, one: str, other: str) -> None:
    if not one.startswith(("start", "add")):
        assert clockify(*one.split()) == clockify(*other.split())
        return
    clockify("cancel")
    told = [clockify(*line.split()) for line in (one, "undo", other)]
    assert told[0].code == told[2].code == 0
    assert told[0] == told[2]


def test_two_dashes_end_the_options(clockify: Clockify) -> None:
    assert clockify("add", "--for", "5m", "--overlap", "--", "-x", "--json").code == 0
    assert clockify("log", "--search", "-x --json").out.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("lgo", "log"),
        ("tiemsheet", "timesheet"),
        ("projects lst", "list"),
        ("log --serach x", "--search"),
        ("start --projcet x", "--project"),
        ("report --by dya", "day"),
        ("log yesterdya", "yesterday"),
        ("log -p Webiste", "Website"),
        ("config get colour", "color"),
        ("help formating", "formatting"),
        ("log --tz Europe/Berlni", "Europe/Berlin"),
        ("log --fields descripton", "description"),
    ],
)
def test_a_slip_is_answered_with_the_nearest_and_never_run(
    clockify: Clockify, home: Path, line: str, near: str
) -> None:
    before = kept(home)
    done = clockify(*line.split())
    assert done.code in (2, 3)
    assert done.out == ""
    assert near in done.err
    assert kept(home) == before


def test_nothing_running_is_an_answer_of_status_and_no_error(clockify: Clockify) -> None:
    clockify("cancel")
    told = json.loads(clockify("status", "--json").out)
    assert (told["running"], told["entry"]) == (False, None)
    assert clockify("status", "--short").out == "\n"
    assert (clockify("status", "--check").code, clockify("status", "--check").out) == (3, "")
    check_json(clockify("stop", "--json"), 3)


@pytest.mark.parametrize("line", ["log 2020", "report 2020", "timesheet 2020-W10", "history zzzz"])
def test_nothing_to_show_is_an_empty_answer(clockify: Clockify, line: str) -> None:
    done = clockify(*line.split())
    assert done.code == (3 if "history" in line else 0)
    assert "Traceback" not in done.err


def test_each_error_as_json_is_alone_on_standard_error(clockify: Clockify) -> None:
    for line in ("stop --at 99", "log nonsense", "nonsense", "delete zzzz", "start -p /x"):
        check_json(clockify(*line.split(), "--json"), clockify(*line.split()).code)
