"""Writes what is made from the commands: completion scripts, man pages, tables in the package.

With ``--check`` nothing is written; the exit code is 1 when something is out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from clockify_cli.cli.reference.generated import completion_table, quick_table
from clockify_cli.cli.reference.man_pages import man_pages
from clockify_cli.cli.reference.shell_scripts import FILES, SCRIPTS

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "clockify_cli"
TABLES = {
    PACKAGE / "completion_table.json": completion_table,
    PACKAGE / "cli" / "quick_table.py": quick_table,
}


def outdated() -> dict[Path, str]:
    """The files that differ from what the program would make of them now, with that."""
    wanted = {HERE / FILES[shell]: text for shell, text in SCRIPTS.items()}
    wanted |= {path: table() for path, table in TABLES.items()}
    wanted |= {HERE.parent / "man" / name: text for name, text in man_pages().items()}
    return {
        path: text
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def main(args: list[str]) -> int:
    """Bring the files up to date, or say which are not."""
    changed = outdated()
    for path, text in changed.items():
        print(path.name)
        if "--check" not in args:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return int("--check" in args and bool(changed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
