"""Tests of the documents: links and names are right, and every line to type works."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from clockify_cli.cli.commands import COMMANDS
from clockify_cli.errors import ClockifyError
from clockify_cli.store.glance import write_prompt_file
from tests.cli.parsing import by_typer

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
PAGES = [
    page
    for page in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").glob("*.md")),
    )
    if page.name != "commands.md"  # generated from the commands
]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
OPTIONS_OF_OTHERS = {"-m", "-n", "-e", "-q", "-9", "-FIRX", "-c", "-s", "-f"}
"""Options of pytest, git, python, kill and so on, which documents for developers name."""
KINDS_OF_CHANGE = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
PROMPTS = ROOT / "docs" / "prompts.md"
LABEL = "50 % of $(touch ran) `touch ran` \\u"

each_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS]
)
each_page = pytest.mark.parametrize("document", PAGES, ids=[path.name for path in PAGES])
each_decision = pytest.mark.parametrize("decision", DECISIONS, ids=[p.stem for p in DECISIONS])


def prose(document: Path) -> str:
    """Return the text of *document* without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """Return what a link to *document* may name after ``#``, derived from its headings."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def cells(document: Path, header: str) -> Iterator[str]:
    """Yield the first cell of each row in the tables whose first column is called *header*."""
    wanted = False
    for line in document.read_text().splitlines():
        first = line.split("|")[1].strip() if line.startswith("|") else None
        if first is None or first == header:
            wanted = first == header
        elif wanted and set(first) - set("-:"):
            yield first


@each_document
def test_a_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


@each_document
def test_a_document_speaks_only_of_commands_that_there_are(document: Path) -> None:
    named = set(re.findall(r"`clockify ([a-z]+)", document.read_text()))
    assert named <= set(COMMANDS)


@cache
def sources() -> frozenset[str]:
    """Return the paths of all Python files in the project's folders that are not hidden."""
    folders = [path for path in ROOT.iterdir() if not path.name.startswith(".")]
    found = [*ROOT.glob("*.py"), *(each for path in folders for each in path.rglob("*.py"))]
    return frozenset(path.relative_to(ROOT).as_posix() for path in found)


@each_document
def test_a_document_speaks_only_of_files_that_there_are(document: Path) -> None:
    for name in re.findall(r"`([\w/]+\.py)`", prose(document)):
        if "/x/" in name:  # x stands for any folder
            continue
        assert any(f"/{path}".endswith(f"/{name}") for path in sources()), name


@cache
def sources_of_tests() -> str:
    return "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))


@each_document
def test_a_document_speaks_only_of_tests_that_there_are(document: Path) -> None:
    sources = sources_of_tests()
    for name in re.findall(r"`(test_\w+)`", prose(document)):
        assert f"def {name}(" in sources, name


@each_document
def test_a_document_names_no_path_of_a_machine(document: Path) -> None:
    text = document.read_text()
    for place in (str(ROOT), str(Path.home()), "/root/", "/home/", "/Users/", "/work/"):
        assert len(place) < 2 or place not in text


def test_the_table_of_commands_in_readme_has_each_command_once() -> None:
    found = [
        name
        for cell in cells(ROOT / "README.md", "command")
        for name in re.findall(r"`([a-z]+)`", cell)
    ]
    assert sorted(found) == sorted(COMMANDS), "README's table of commands is written by hand"


@each_page
def test_an_option_that_a_document_names_exists(document: Path) -> None:
    table = json.loads((ROOT / "clockify_cli" / "completion_table.json").read_text())
    known = {*OPTIONS_OF_OTHERS, *table["program"]}
    known |= {name for command in table["commands"].values() for name in command["options"]}
    spans = re.findall(r"`([^`\n]+)`", prose(document))
    named = {
        name
        for span in spans
        if span.startswith(("clockify ", "-")) or span.split()[0] in COMMANDS
        for name in re.findall(r"(?<=[ \[])--?[a-zA-Z][\w-]*|^--?[a-zA-Z][\w-]*", span)
    }
    assert named <= known


@each_page
def test_a_line_to_type_in_a_document_is_understood(document: Path) -> None:
    mistakes = {line: mistake(line) for line in lines_to_type(document)}
    # A sentence may name a command without its arguments.
    assert not {line: why for line, why in mistakes.items() if why and " needs " not in why}


def mistake(line: str) -> str | None:
    """Return what the program says is wrong with *line*; None if nothing is."""
    try:
        by_typer(shlex.split(line, comments=True)[1:])
    except ClockifyError as error:
        return error.message
    return None


def lines_to_type(document: Path) -> Iterator[str]:
    """Yield the program's command lines in shell blocks and within sentences."""
    text = document.read_text()
    for block in re.findall(r"^```(?:sh|bash)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        yield from (line for line in block.splitlines() if re.match(r"clockify( |$)", line))
    for span in re.findall(r"`(clockify [^`\n]+)`", prose(document)):
        if not re.search(r"[|<>;&]|\b(COMMAND|TOPIC|DIR|FILE)\b|…", span):
            yield span


def test_every_page_is_listed_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"]({page.name})" in index, page.name
    assert "](docs/README.md)" in (ROOT / "README.md").read_text()


CRON = ROOT / "docs" / "cron.md"
"""The jobs on this page run on certain days: `tests/scenarios/test_cron.py` runs them."""


@pytest.mark.parametrize(
    "document", [p for p in DOCUMENTS if "```crontab" in p.read_text() and p != CRON]
)
def test_the_lines_for_cron_run_as_they_are_pasted(document: Path, tmp_path: Path) -> None:
    place = tmp_path / ".local" / "bin"
    place.mkdir(parents=True)
    (place / "clockify").symlink_to(Path(sys.executable).with_name("clockify"))
    environ = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TZ": "Europe/Berlin"}
    add = [str(place / "clockify"), "add", "Größe", "--for", "1s", "-p", "Müller", "-q"]
    jobs = list(cron_jobs(document))
    assert jobs
    for recorded in (False, True):
        if recorded:
            subprocess.run(add, env=environ, check=True, capture_output=True)
        for setting, job in jobs:
            done = subprocess.run(
                ["/bin/sh", "-c", job],
                env=environ | setting,
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode in {0, 3, 4}, (job, done.stderr)
            if " report " in job:
                # cron mails whatever a job prints, so standard error has to be empty.
                assert ("Müller" in done.stdout) is recorded
                assert done.stderr == ""


def cron_jobs(document: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Yield each command for cron in *document*, with the variables that are set above it."""
    setting: dict[str, str] = {}
    for block in re.findall(
        r"^```crontab\n(.*?)^```$", document.read_text(), re.DOTALL | re.MULTILINE
    ):
        for line in block.splitlines():
            if assigned := re.fullmatch(r"(\w+)=(.*)", line):
                setting[assigned[1]] = assigned[2]
            elif line and not line.startswith("#"):
                job = line.split(None, 5)[5]
                # cron turns each bare % into a line break and passes what follows to standard
                # input.
                yield dict(setting), re.sub(r"\\%", "%", job)


def test_the_changelog_is_one_as_keep_a_changelog_wants_it() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert text.startswith("# Changelog\n")
    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    for version in versions[1:]:
        assert re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", version)
    for body in re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]:
        kinds = re.split(r"^### (.+)$", body, flags=re.MULTILINE)[1:]
        assert set(kinds[::2]) <= KINDS_OF_CHANGE
        assert len(kinds[::2]) == len(set(kinds[::2]))
        assert all(re.search(r"^- ", changes, re.MULTILINE) for changes in kinds[1::2])


@each_decision
def test_a_decision_tells_context_choice_and_price(decision: Path) -> None:
    found = re.findall(r"^\*\*(\w+)\.?\*\*", decision.read_text(), re.MULTILINE)
    assert found[:3] == ["Context", "Choice", "Price"]


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{n + 1:04}" for n in range(len(DECISIONS))]


def snippet(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PROMPTS.read_text(), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def prompt_of(shell: str, expand: str, home: Path) -> str:
    """Return the prompt that *shell* shows with the snippet from docs/prompts.md."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell} here")
    before = "PROMPT='%# '" if shell == "zsh" else "PS1='\\\\$ '"
    arguments = [program, "-f"] if shell == "zsh" else [program, "--norc"]
    done = subprocess.run(
        [*arguments, "-c", f"{before}\n{snippet(shell)}\nclockify_line\n{expand}"],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("shell", "expand"),
    [("bash", 'printf %s "${PS1@P}"'), ("zsh", 'setopt prompt_subst; print -nP "$PROMPT"')],
    ids=["bash", "zsh"],
)
def test_the_prompts_to_paste_show_the_timer_and_run_nothing(
    shell: str, expand: str, tmp_path: Path
) -> None:
    idle = prompt_of(shell, expand, tmp_path)
    file = tmp_path / ".local" / "state" / "clockify_cli" / "timer"
    write_prompt_file(file, int(time.time()) - 4210, LABEL)
    assert prompt_of(shell, expand, tmp_path) == f"{LABEL} 1:10 {idle}"
    write_prompt_file(file, None)
    assert prompt_of(shell, expand, tmp_path) == idle
    assert not (tmp_path / "ran").exists()


FOR_DEVELOPERS = [
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "docs" / name for name in ("architecture.md", "protocol.md")),
    *DECISIONS,
]


@pytest.mark.parametrize("document", FOR_DEVELOPERS, ids=[page.stem for page in FOR_DEVELOPERS])
def test_what_a_page_for_developers_names_is_in_the_code(document: Path) -> None:
    package = ROOT / "clockify_cli"
    files = [*package.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    files += [*(ROOT / "completions").glob("*.py"), *(ROOT / "docs").rglob("*.py")]
    source = "\n".join(path.read_text() for path in files)
    for span in set(re.findall(r"`([^`\n]+)`", prose(document))):
        if re.fullmatch(r"[\w/]+\.py", span):
            assert any(str(path).endswith(f"/{span}") for path in files), span
        elif document.stem == "architecture" and re.fullmatch(r"(?:[a-z_]+\.)+[a-z_]+", span):
            path, _, name = span.rpartition(".")
            is_module = (package / span.replace(".", "/")).with_suffix(".py").exists()
            within = (package / path.replace(".", "/")).with_suffix(".py")
            assert is_module or re.search(rf"^def {name}\b", within.read_text(), re.MULTILINE), span
        elif re.fullmatch(r"(?:[A-Z][a-z]+){2,}", span):
            assert re.search(rf"\b{span}\b", source), span
