"""Tests of completion in real shells, and that no name makes a shell run anything."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from clockify_cli import completion_data
from clockify_cli.cli.reference import tree
from clockify_cli.cli.reference.generated import commands
from clockify_cli.cli.reference.shell_scripts import FILES, SCRIPTS
from clockify_cli.domain.entry import LOCAL, Item
from clockify_cli.domain.report import DIMENSIONS
from clockify_cli.store.db.changes import Database
from completions.generate import outdated
from tests.cli.conftest import TEN, Clockify, prepared

ROOT = Path(__file__).parents[3]

HOSTILE = [
    "$(touch broken)",
    "`touch broken`",
    "; touch broken",
    "'; touch broken; '",
    '"; touch broken; "',
    "a && touch broken",
    "${IFS}touch${IFS}broken",
    "\\$(touch broken)",
    "> broken",
    "!touch broken",
    "*",
    "~",
    "a b  c",
    "it's",
    'say "hi"',
    "50% off #1",
    "Café – Ünï",
]


def test_the_scripts_and_the_table_in_the_repository_are_current() -> None:
    # The man pages are those for the Typer that is installed by default; they have their own test.
    assert [path.name for path in outdated() if path.parent.parent.name != "man"] == []


@pytest.mark.parametrize("shell", SCRIPTS)
def test_each_script_can_be_printed(clockify: Clockify, shell: str) -> None:
    done = clockify("completion", shell)
    assert (done.code, done.out, done.err) == (0, SCRIPTS[shell], "")
    assert (ROOT / "completions" / FILES[shell]).read_text() == done.out


def test_the_help_tells_the_shell_to_print_for_from_that_to_install_for(
    clockify: Clockify,
) -> None:
    usage = clockify("completion", "--help").out.splitlines()[0]
    assert usage == "Usage: clockify completion [OPTIONS] {SHELL|install} [SHELL]"


BY_DAY = ("--by=client,project,day", "--by=client,project,description")


@prepared
def names(clockify: Clockify) -> Clockify:
    one = ("-p", "Acme/Website", "-g", "deep work", "-k", "Build")
    clockify("start", "One", *one, "--at", "10m ago")
    clockify("start", "Two", "-p", "Beta/Website", "-g", "DEEPER")
    clockify("fav", "add", "standup", "-d", "Stand-up")
    return clockify


@pytest.mark.usefixtures("names")
class TestData:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (["st"], ["start", "stop", "status"]),
            (["start", "-p", ""], ["Website"]),
            (["start", "-p", "w"], ["Website"]),
            (["start", "--project", "acme"], ["Acme/Website"]),
            (["start", "--project=acme"], ["--project=Acme/Website"]),
            (["start", "-g", "de"], ["deep work", "DEEPER"]),
            (["start", "-k", ""], ["Build"]),
            (["start", "-k", "web"], ["Website/Build"]),
            (["log", "-c", "b"], ["Beta"]),
            (["--profile", "default", "log", "-c", "b"], ["Beta"]),
            (["log", "--format", "m"], ["markdown"]),
            (["start", "--no"], ["--no-billable", "--no-input"]),
            (["projects", "a"], ["add", "archive"]),
            (["projects", "add", "x", "-c", "ac"], ["Acme"]),
            (["config", "set", "week"], ["week-start"]),
            (["help", "exit"], ["exit-codes"]),
            (["log", "tod"], ["today"]),
            (["report", "w"], ["week", "workday"]),
            (["report", "last", ""], ["workday", "week", "month", "quarter", "year"]),
            (["report", "Last", "W"], ["workday", "week"]),
            (["log", "-p", "last", "y"], ["yesterday", "year"]),
            (["log", "last", "-p", "x", "y"], ["year"]),
            (["log", "last", "week", ""], []),
            (["log", "today", ""], []),
            (["log", "last", "week", "..", "y"], ["yesterday", "year"]),
            (["log", "2026-11-01", "..", "last", "y"], ["year"]),
            (["log", "2026-11-01", "..", "a"], []),
            (["log", "--tz", "Europe/Berl"], ["Europe/Berlin"]),
            (["resume", "cur"], ["current"]),
            (["import", ""], [":file"]),
            (["start", "-d", "x"], []),
            (["start", "-d", "t"], ["Two"]),
            (["start", "o"], ["One"]),
            (["add", "T"], ["Two"]),
            (["report", "--by", "ta"], ["tag", "task"]),
            (["report", "--by", "day,pro"], ["day,project"]),
            (["report", "--by=client,project,d"], [*BY_DAY]),
            (["bill", "new", "--by", "project,ty"], ["project,type"]),
            (["report", "--round-by", "d"], ["day"]),
            (["log", "--type", "b"], ["break"]),
            (["report", "--sort", ""], ["time", "name"]),
            (["add", "--gap", ""], ["last"]),
            (["start", "--fav", "st"], ["standup"]),
            (["fav", "remove", ""], ["standup"]),
            (["edit", "last", "--where-type", "h"], ["holiday"]),
            (["nothing", "x"], []),
            (["log", "-p", "!we"], ["!Website"]),
            (["log", "-p", "not:acme"], ["not:Acme/Website"]),
            (["report", "--client=!a"], ["--client=!Acme"]),
            (["log", "-g", "!"], ["!deep work", "!DEEPER"]),
            (["log", "-g", "no"], ["none"]),
            (["log", "-k", "!no"], ["!none"]),
            (["log", "--type", "!b"], ["!break"]),
            (["edit", "--range", "week", "--where-project", "!w"], ["!Website"]),
            (["start", "-p", "!w"], []),
            (["projects", "archive", "acme"], ["Acme/Website"]),
            (["tags", "rename", ""], ["deep work", "DEEPER"]),
            (["tags", "rename", "deep work", ""], ["deep work"]),
            (["projects", "rename", "Acme/Website", "W"], ["Website"]),
            (["tags", "rename", "deep work", "focus", ""], []),
            (["tags", "merge", "d"], ["deep work", "DEEPER"]),
            (["tags", "merge", "deep work", ""], ["DEEPER"]),
            (["tags", "merge", "deep work", "DEEPER", ""], []),
            (["tags", "delete", "deep", "w"], ["work"]),
        ],
    )
    def test_what_can_come_next(
        self, clockify: Clockify, words: list[str], expected: list[str]
    ) -> None:
        done = clockify("__complete", str(len(words) - 1), *words)
        found = [line.partition("\t")[0] for line in done.out.splitlines()]
        assert (done.code, done.err) == (0, "")
        assert sorted(found) == sorted(expected)

    def test_archived_names_are_offered_where_one_is_wanted(self, clockify: Clockify) -> None:
        clockify("tags", "archive", "DEEPER")
        for words, expected in (
            (("tags", "archive", ""), ["deep work"]),
            (("tags", "unarchive", ""), ["DEEPER"]),
            (("tags", "delete", ""), ["DEEPER", "deep work"]),
            (("start", "-g", ""), ["deep work"]),
        ):
            assert clockify("__complete", "2", *words).out.splitlines() == expected

    def test_bills_are_offered_the_newest_first(self, clockify: Clockify) -> None:
        clockify("config", "set", "rate", "90EUR")
        clockify("edit", "current", "-b")
        clockify("stop", now=TEN + timedelta(hours=1))
        done = clockify(
            "bill", "new", "-c", "Beta", "--ref", "2026-041", now=TEN + timedelta(hours=2)
        )
        assert done.code == 0, done.err
        assert clockify("__complete", "2", "bill", "show", "2").out == "2026-041\tBeta\n"
        assert clockify("__complete", "3", "bill", "new", "--correct", "").out.startswith("2026")

    def test_the_dimensions_are_those_of_reports(self) -> None:
        assert sorted(completion_data.DIMENSIONS) == sorted(DIMENSIONS)

    def test_entries_are_offered_with_what_they_say(self, clockify: Clockify) -> None:
        lines = clockify("__complete", "1", "delete", "").out.splitlines()
        offered = dict(line.partition("\t")[::2] for line in lines)
        assert offered["current"] == "Two · Beta / Website"
        assert offered["last"] == "One · Acme / Website"
        (two,) = (e for e in json.loads(clockify("log", "--json").out) if e["description"] == "Two")
        assert offered[two["localId"][-8:]] in offered.values()
        found = clockify("__complete", "1", "delete", two["localId"][-8:-4]).out
        assert found.startswith(two["localId"][-8:])

    def test_what_was_used_last_comes_first(self, clockify: Clockify) -> None:
        later = TEN + timedelta(hours=1)
        clockify("projects", "add", "Archive")
        clockify("start", "One", "-p", "Acme/Website", now=later)
        for words, expected in (
            (["-c", ""], ["Acme", "Beta"]),
            (["-g", ""], ["DEEPER", "deep work"]),
            (["-d", ""], ["One", "Two"]),
        ):
            out = clockify("__complete", "2", "log" if "-c" in words else "start", *words).out
            assert [line.partition("\t")[0] for line in out.splitlines()] == expected
        clockify("start", "Two", "-p", "Beta/Website", now=later + timedelta(hours=1))
        out = clockify("__complete", "2", "log", "-c", "").out
        assert out.splitlines() == ["Beta", "Acme"]

    def test_the_rest_of_a_description_is_offered(self, clockify: Clockify) -> None:
        clockify("start", "Write the long spec")
        out = clockify("__complete", "3", "start", "Write", "the", "l").out
        assert out == "long spec\n"

    def test_each_value_of_a_fixed_set_is_offered(self, clockify: Clockify) -> None:
        """An option that lists its values offers exactly these."""
        for path, command in commands():
            specs = tree.declared(command)
            for each in command.params:
                choices = specs[each.name].choices if each.name in specs else ()
                if tree.takes_value(each) and choices:
                    option = tree.names(each)[0]
                    words = [*path.split(), option, ""]
                    out = clockify("__complete", str(len(words) - 1), *words).out
                    assert out.splitlines() == list(choices), (path, option)

    def test_each_command_and_option_of_the_program_is_offered(self, clockify: Clockify) -> None:
        commands = clockify("__complete", "0", "").out.splitlines()
        options = clockify("__complete", "1", "start", "-").out.splitlines()
        assert "report\tSum up time by project, day, tag and more" in commands
        assert "--description\tThe description, instead of words." in options

    @pytest.mark.parametrize("args", [[], ["x"], ["5"], ["1", "start"], ["-1"]])
    def test_odd_questions_are_no_crash(self, clockify: Clockify, args: list[str]) -> None:
        assert clockify("__complete", *args).code == 0


def test_a_damaged_or_missing_timesheet_offers_no_names_and_makes_nothing(
    clockify: Clockify, home: Path
) -> None:
    assert clockify("__complete", "2", "start", "-p", "") == clockify("__complete", "1", "x", "")
    assert not (home / "clockify").exists()
    (home / "clockify" / "data").mkdir(parents=True, mode=0o700)
    (home / "clockify" / "data" / "timesheet.db").write_bytes(b"no database" * 1000)
    done = clockify("__complete", "2", "start", "-p", "")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_name_with_control_characters_is_not_offered(clockify: Clockify) -> None:
    clockify("projects", "add", "plain")
    clockify("projects", "add", "evil\x1b[31m")
    clockify("projects", "add", "evil\u202e")
    out = clockify("__complete", "2", "start", "-p", "").out
    assert out == "plain\n"


def test_names_cost_at_most_five_starts_of_an_interpreter(clockify: Clockify) -> None:
    clockify("projects", "add", "Website")
    command = [sys.executable, "-m", "clockify_cli", "__complete", "2", "start", "-p", "W"]
    spent, bare = [], []
    for _ in range(5):
        spent.append(processor_time(command, b"Website\n"))
        bare.append(processor_time([sys.executable, "-c", "pass"], b""))
    assert min(spent) < 5 * min(bare)


def processor_time(command: list[str], out: bytes) -> float:
    """Return the seconds of processor time of *command*, which has to print *out*."""
    before = os.times()
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(command, env=environ, capture_output=True, check=True).stdout == out
    after = os.times()
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system


class Session:
    """A shell in its own terminal; text to type is sent as keys."""

    def __init__(self, command: list[str], environ: dict[str, str]) -> None:
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.execvpe(command[0], command, environ)
        self.shown = ""

    def read(self, until: str, seconds: float = 120.0) -> bool:
        """Return whether *until* is shown within *seconds*."""
        end = time.monotonic() + seconds
        while until not in self.shown:
            left = end - time.monotonic()
            ready, _, _ = select.select([self._fd], [], [], max(left, 0))
            if not ready:
                return False
            try:
                self.shown += os.read(self._fd, 65536).decode(errors="replace")
            except OSError:
                return until in self.shown
        return True

    def keys(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def close(self) -> None:
        os.close(self._fd)
        os.waitpid(self._pid, 0)


def start_shell(shell: str, home: Path) -> Session:
    """Start *shell* with its completion loaded and `clockify` as this program."""
    bin_folder = home / "bin"
    bin_folder.mkdir(exist_ok=True)
    program = bin_folder / "clockify"
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m clockify_cli "$@"\n'
    )
    program.chmod(0o755)
    environ = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "TERM": "dumb"}
    environ["SHELL"] = "/bin/sh"
    commands = {
        "bash": ["bash", "--norc", "--noprofile", "-i"],
        "zsh": ["zsh", "-f", "-i"],
        "fish": ["fish", "--no-config", "-i"],
    }
    first = {
        "bash": "PS1='> '; bind 'set enable-bracketed-paste off'; source",
        "zsh": "PS1='> '; autoload -Uz compinit; compinit -u -D; . ",
        "fish": "function fish_prompt; echo '> '; end; source",
    }
    session = Session(commands[shell], environ)
    script = ROOT / "completions" / FILES[shell]
    session.keys(f" {first[shell]} '{script}'; echo re''ady\n")
    assert session.read("ready"), session.shown
    return session


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, home: Path) -> Iterator[tuple[str, Session]]:
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"NO {name.upper()}: its completion is not tested")
    session = start_shell(name, home)
    yield name, session
    session.keys("\x03 exit\n")
    session.close()


def test_a_tab_completes_a_command_and_an_option(
    clockify: Clockify, shell: tuple[str, Session]
) -> None:
    _, session = shell
    session.keys("clockify complet\tbas\t && clockify config li\t --jso\t && echo fini''shed\n")
    assert session.read("finished"), session.shown
    assert "_clockify()" in session.shown
    assert '"origin"' in session.shown


@pytest.mark.parametrize(
    ("pieces", "offered"),
    [
        (["start ", "-p ", "Acme/We"], ["Acme/Website"]),
        (["start ", "--project", "=", "Acme/"], ["Acme/Website"]),
        (["resume ", "@"], ["1", "2", "3"]),
        (["resume ", "@", "1"], ["1"]),
        (["start ", "-g ", "me", "@", "h"], ["home"]),
    ],
    ids=lambda value: "".join(value),
)
def test_bash_is_given_what_goes_after_the_signs_at_which_it_takes_words_apart(
    clockify: Clockify, home: Path, pieces: list[str], offered: list[str]
) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("NO BASH: its completion is not tested")
    clockify("add", "One", "6-7", "-p", "Acme/Website", "-g", "me@home")
    program = home / "clockify-program"
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m clockify_cli "$@"\n'
    )
    program.chmod(0o755)
    words = " ".join(f"'{piece.strip()}'" for piece in pieces)
    script = (
        f"source '{ROOT}/completions/clockify.bash'; COMP_LINE='clockify {''.join(pieces)}'; "
        f"COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=('{program}' {words}); "
        f"COMP_CWORD={len(pieces)}; _clockify; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(
        [bash, "--norc", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == offered


def can_be_offered(shell: str, quote: str, name: str) -> bool:
    """Return whether *shell* can write *name* after that quotation mark."""
    if shell == "fish" and name.startswith("~"):
        return False
    if shell == "bash" and quote == '"' and "!" in name:
        return False
    return not quote or quote not in name


def keep_project(folder: Path, name: str) -> None:
    """Store a project with that name, as if Clockify had sent it."""
    (folder / "data").mkdir(0o700, parents=True)
    with (
        Database(folder / "data" / "timesheet.db") as db,
        db.change(LOCAL, verb="make", at=TEN) as change,
    ):
        change.create_item(
            Item(kind="project", local_id=os.urandom(16).hex(), workspace_id=LOCAL, name=name)
        )


@pytest.mark.parametrize(
    ("quote", "every"),
    [
        pytest.param("", 3, id="bare-sampled"),
        pytest.param("", 1, id="bare", marks=pytest.mark.long),
        pytest.param('"', 1, id="double", marks=pytest.mark.long),
        pytest.param("'", 1, id="single", marks=pytest.mark.long),
    ],
)
def test_a_tab_gives_any_name_as_it_is_and_runs_nothing(
    clockify: Clockify,
    home: Path,
    shell: tuple[str, Session],
    quote: str,
    every: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind, session = shell
    program = home / "bin" / "clockify"
    # The program only records its arguments; this process then passes them to `start`.
    keep = 'case "$1" in start) printf "%s\\n" "$@" > "$CLOCKIFY_HOME/words"; exit;; esac\n'
    program.write_text(program.read_text().replace("\n", f"\n{keep}", 1))
    given = {}
    # Each shell gets another sample, so that some shell is tried with each name.
    sample = HOSTILE[list(FILES).index(kind) % every :: every]
    names = [name for name in sample if can_be_offered(kind, quote, name)]
    for number, name in enumerate(names):
        folder = home / f"of-{number}"
        monkeypatch.setenv("CLOCKIFY_HOME", str(folder))
        keep_project(folder, name)
        session.keys(f" export CLOCKIFY_HOME='{folder}'\n")
        session.keys(f"clockify start Task --project {quote}\t; echo do''ne-{number}\n")
        assert session.read(f"done-{number}"), session.shown
        words = folder / "words"
        if words.exists():
            clockify(*words.read_text().splitlines())
        found = json.loads(clockify("log", "all", "--json").out)
        given[name] = found[0]["projectName"] if found else None
    assert not list(home.glob("**/broken"))
    assert given == {name: name for name in names}


class TestInstall:
    @pytest.mark.parametrize(("shell", "rc"), [("bash", ".bashrc"), ("zsh", ".zshrc")])
    def test_it_asks_and_without_anybody_to_ask_changes_nothing(
        self, clockify: Clockify, home: Path, shell: str, rc: str
    ) -> None:
        (home / rc).write_text("# mine")
        done = clockify("completion", "install", shell)
        assert done.code == 2
        assert "--yes" in done.err
        assert f"{home}/{rc}" in done.err
        assert (home / rc).read_text() == "# mine"
        assert not (home / "clockify").exists()

    @pytest.mark.parametrize(("shell", "rc"), [("bash", ".bashrc"), ("zsh", ".zshrc")])
    def test_the_line_is_added_once(
        self, clockify: Clockify, home: Path, shell: str, rc: str
    ) -> None:
        (home / rc).write_text("# mine")
        script = home / "clockify" / "data" / "completions" / FILES[shell]
        for _ in range(2):
            assert clockify("completion", "install", shell, "--yes").code == 0
        assert (home / rc).read_text() == f"# mine\nsource {script}\n"
        assert script.read_text() == SCRIPTS[shell]

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_what_is_there_already_is_said_to_be(
        self, clockify: Clockify, home: Path, shell: str
    ) -> None:
        clockify("completion", "install", shell, "--yes")
        before = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
        again = clockify("completion", "install", shell)
        assert (again.code, again.err) == (0, "")
        assert again.out.startswith("Installed already: ")
        assert {file: file.read_bytes() for file in home.rglob("*") if file.is_file()} == before

    def test_a_line_that_is_there_is_not_announced_again(
        self, clockify: Clockify, home: Path
    ) -> None:
        clockify("completion", "install", "bash", "--yes")
        (script,) = home.glob("clockify/data/completions/*")
        script.write_text("an older one")
        done = clockify("completion", "install", "bash", "--yes")
        assert "adds to" not in done.err
        assert f"{home}/.bashrc reads it already." in done.err
        assert script.read_text() == SCRIPTS["bash"]

    def test_fish_finds_the_script_by_itself(self, clockify: Clockify, home: Path) -> None:
        assert clockify("completion", "install", "fish", "-y").code == 0
        script = home / ".config" / "fish" / "completions" / "clockify.fish"
        assert script.read_text() == SCRIPTS["fish"]

    def test_the_shell_is_that_of_the_user(
        self, clockify: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SHELL", "/usr/bin/fish")
        assert clockify("completion", "install", "-y").code == 0
        assert (home / ".config" / "fish").exists()
        monkeypatch.setenv("SHELL", "/bin/tcsh")
        assert clockify("completion", "install", "-y").code == 2

    def test_powershell_is_told_what_to_do(self, clockify: Clockify) -> None:
        done = clockify("completion", "install", "powershell", "-y")
        assert done.code == 2
        assert "$PROFILE" in done.err

    def test_a_file_that_cannot_be_written_is_named(self, clockify: Clockify, home: Path) -> None:
        (home / ".config").write_text("in the way")
        done = clockify("completion", "install", "fish", "-y")
        assert done.code == 1
        assert ".config" in done.err

    def test_two_shells_are_refused(self, clockify: Clockify) -> None:
        assert clockify("completion", "bash", "zsh").code == 2
