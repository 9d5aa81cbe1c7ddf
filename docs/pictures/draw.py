"""Draw what commands show on a coloured terminal as SVG pictures.

    python docs/pictures/draw.py

draws those of README, of a timesheet made for them. The text is the program's own, which runs on a
pseudo-terminal. Any other picture is of the caller's own timesheet:

    python docs/pictures/draw.py docs/pictures/tags.svg -- tags

Pages of HTML are drawn as Chromium shows them, which has to be installed:

    python docs/pictures/draw.py --documents
"""

from __future__ import annotations

import argparse
import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME
from rich.text import Text


def main() -> int:
    """Draw the picture that the command line asks for."""
    parser = argparse.ArgumentParser(description="Draw a command's output as an SVG picture.")
    parser.add_argument("--columns", type=int, default=80, help="width of the terminal")
    parser.add_argument("--light", action="store_true", help="on a light background")
    parser.add_argument("file", type=Path, nargs="?", help="the picture to write")
    parser.add_argument("command", nargs="*", help="the words behind `clockify`")
    parser.add_argument("--documents", action="store_true", help="draw pages of HTML")
    asked = parser.parse_args()
    if asked.documents:
        draw_documents()
    elif asked.file is None:
        draw_demonstration()
    else:
        draw(asked.file, asked.command, asked.columns, light=asked.light)
    return 0


DEMONSTRATION = (
    "projects add Website --client Acme --color #03A9F4",
    "projects add Shop --client Acme --color #FF9800",
    "projects add Internal --color #8BC34A",
    "add Write spec 2026-11-23 9:00..10:30 -p Acme/Website -g deep -b",
    "add Review 2026-11-23 10:45..12:00 -p Acme/Website -b",
    "add Quarterly planning 2026-11-23 13:00..18:00 -p Internal",
    "add Write spec 2026-11-24 9:02..10:15 -p Acme/Website -g deep -b",
    "add Standup 2026-11-24 10:15..10:30 -p Internal",
    "add Release 2026-11-24 22:30..1:15 -p Acme/Shop -g ops -g night -b",
    "add Follow up 2026-11-25 10:00..11:20 -p Acme/Shop -b",
)
PICTURES = {
    "log.svg": ["log", "2026-W48"],
    "report.svg": ["report", "2026-W48", "--by", "project,day"],
    "report-chart.svg": ["report", "2026-W48", "--by", "project,day", "--chart"],
    "log-chart.svg": ["log", "2026-W48", "--chart"],
}


def draw_demonstration() -> None:
    """Write README's pictures beside this file."""
    with tempfile.TemporaryDirectory() as home:
        track(home, DEMONSTRATION)
        for name, words in PICTURES.items():
            draw(Path(__file__).with_name(name), words, 80)


def track(home: str, lines: Iterable[str]) -> None:
    """Run *lines* in *home*, which every later command works in."""
    os.environ["CLOCKIFY_HOME"] = home
    os.environ["CLOCKIFY_TZ"] = "Europe/Berlin"
    for line in lines:
        more = ["--yes", "--create"] if line.startswith("add ") else []
        run(*line.split(), *more)


def run(*words: str) -> None:
    """Our own program with *words*."""
    command = [sys.executable, "-m", "clockify_cli", *words]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


def a_month() -> Iterator[str]:
    """What somebody did in a month for two clients."""
    yield from DEMONSTRATION[:3]
    yield "config set rate.Acme 95EUR"
    for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20, 23, 24, 25, 26, 27):
        date = f"2026-11-{day:02}"
        yield f"add Write spec {date} 9:00..10:{20 + day} -p Acme/Website -b"
        yield f"add Checkout {date} 11:00..{12 + day % 4}:{10 + day} -p Acme/Shop -b"
        yield f"add Planning {date} 16:30..17:15 -p Internal"


def draw_documents() -> None:
    """Draw a report and a timesheet as a browser shows their pages."""
    asked = {
        "page": ("report 2026-11 -c Acme --round 15m:up --amounts --by project,description", 1010),
        "sheet": ("timesheet 2026-W47 --round 15m:up", 490),
    }
    with tempfile.TemporaryDirectory() as home:
        track(home, a_month())
        for name, (words, height) in asked.items():
            page, picture = f"{home}/{name}.html", Path(__file__).with_name(f"{name}.png")
            run(*words.split(), "-o", page)
            browser = ("chromium", "--headless", "--no-sandbox", "--hide-scrollbars")
            window = (f"--window-size=860,{height}", f"--screenshot={picture}", f"file://{page}")
            subprocess.run([*browser, *window], check=True, capture_output=True)  # noqa: S603


def draw(file: Path, command: list[str], columns: int, *, light: bool = False) -> None:
    """Write to *file* what ``clockify COMMAND`` shows on a terminal of so many *columns*."""
    text = f"$ clockify {' '.join(command)}\n{run_on_terminal(command, columns)}"
    console = Console(
        file=io.StringIO(),
        record=True,
        width=columns,
        force_terminal=True,
        color_system="truecolor",
    )
    console.print(Text.from_ansi(text.rstrip("\n")), soft_wrap=True)
    theme = DEFAULT_TERMINAL_THEME if light else SVG_EXPORT_THEME
    picture = console.export_svg(title=f"clockify {command[0]}", unique_id="clockify", theme=theme)
    # A picture fetches nothing: the font is whatever monospaced one the reader has.
    picture = re.sub(r"@font-face \{.*?\}\n", "", picture, flags=re.DOTALL)
    lines = (line.rstrip() for line in picture.splitlines())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run_on_terminal(command: list[str], columns: int) -> str:
    """What the program writes to a terminal; CalledProcessError if it fails."""
    environ = os.environ | {
        "COLORTERM": "truecolor",
        "COLUMNS": str(columns),
        "FORCE_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "PAGER": "cat",
    }
    ours, theirs = pty.openpty()
    # Our own program, with the words of whoever draws.
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "clockify_cli", *command],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environ,
    ) as program:
        os.close(theirs)
        text = _read_to_end(ours)
        os.close(ours)
        told = program.stderr.read() if program.stderr else b""
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, command, text, told)
    return text.replace("\r\n", "\n")


def _read_to_end(terminal: int) -> str:
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:
        # A terminal whose other side is closed ends in an error on Linux.
        pass
    return b"".join(parts).decode("utf-8")


if __name__ == "__main__":
    sys.exit(main())
