"""`clockify completion`: print and install the shell scripts."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from clockify_cli import environment
from clockify_cli.cli.options import command
from clockify_cli.cli.program import Program
from clockify_cli.cli.reference.shell_scripts import FILES, SCRIPTS
from clockify_cli.errors import StoreError, UsageError
from clockify_cli.paths import private_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Literal

    import typer


SHELLS = tuple(SCRIPTS)
INSTALL = "install"


@command(
    "completion bash",
    "completion install",
    "completion install zsh --yes",
    notes="""
    To set it up by hand, add a line to the start-up file of your shell:

      bash        source <(clockify completion bash)
      zsh         source <(clockify completion zsh)
      fish        clockify completion fish | source
      powershell  clockify completion powershell | Out-String | Invoke-Expression

    `install` shows which files it would write, and asks.
    """,
)
def completion(
    program: Program,
    *,
    shell: Annotated[
        Literal["bash", "zsh", "fish", "powershell", "install"],
        typer.Argument(
            metavar="SHELL|install", help="Print the script for bash, zsh, fish or powershell."
        ),
    ],
    which: Annotated[
        Literal["bash", "zsh", "fish", "powershell"] | None,
        typer.Argument(metavar="SHELL", help="After install: the shell; default: yours."),
    ] = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Install without asking.")] = False,
) -> None:
    """Print the script that completes commands, options and names in your shell, or install it.

    Names of projects, tags and so on come from your local copy.
    """
    if shell == INSTALL:
        install(program, which or own_shell(program.environ), yes)
    elif which:
        raise UsageError("two shells were given", "For example: clockify completion bash")
    else:
        program.plain.write(SCRIPTS[shell])


def own_shell(environ: Mapping[str, str]) -> str:
    """Return the user's login shell; UsageError if it is not supported."""
    name = os.path.basename(environ.get("SHELL", ""))
    if name in SHELLS:
        return name
    raise UsageError(
        "which shell?", f"Name your shell: clockify completion install {'|'.join(SHELLS)}"
    )


def install(program: Program, shell: str, yes: bool) -> None:
    """Write the script and have *shell* load it at its start, after asking unless *yes*."""
    if shell == "powershell":
        raise UsageError(
            "PowerShell's profile is not found automatically",
            "Put this line into $PROFILE:\n"
            "clockify completion powershell | Out-String | Invoke-Expression",
        )
    home = Path(environment.home(program.environ))
    target, rc, line = _plan(program, shell, home)
    there = rc is not None and line in _text(rc).splitlines()
    if _text(target) == SCRIPTS[shell] and (there or rc is None):
        program.plain.tell(f"Installed already: {target}" + (f", read from {rc}" if rc else ""))
        return
    adds = f" and adds to {rc}:\n  {line}" if rc and not there else "."
    program.note(f"This writes {target}{adds}")
    if there:
        program.note(f"{rc} reads it already.")
    if not yes and not program.agreed("Continue?", instead="--yes"):
        program.note("Nothing was changed.")
        return
    try:
        _write(target, SCRIPTS[shell], private=rc is not None)
        if rc is not None and not there:
            _add_line(rc, line)
    except OSError as error:
        raise StoreError(
            f"{error.filename} cannot be written: {error.strerror}",
            f"`clockify completion {shell}` prints the script.",
        ) from error
    program.plain.tell(f"Installed {target}" + (f", read from {rc}" if rc else ""))
    program.note("It works in shells opened from now on.")


def _plan(program: Program, shell: str, home: Path) -> tuple[Path, Path | None, str]:
    """Return the script's file, the start-up file to change if any, and the line for it."""
    if shell == "fish":
        base = Path(program.environ.get("XDG_CONFIG_HOME") or home / ".config")
        return base / "fish" / "completions" / FILES[shell], None, ""
    target = program.paths.data / "completions" / FILES[shell]
    if shell == "zsh":
        rc = Path(program.environ.get("ZDOTDIR") or home) / ".zshrc"
    else:
        rc = home / ".bashrc"
    return target, rc, f"source {shlex.quote(str(target))}"


def _write(target: Path, text: str, *, private: bool) -> None:
    if private:
        private_folder(target.parent)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(target)


def _text(file: Path) -> str:
    """Return the text of *file*; empty if it is missing or cannot be read."""
    try:
        return file.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _add_line(rc: Path, line: str) -> None:
    before = _text(rc)
    begin = "" if not before or before.endswith("\n") else "\n"
    with open(rc, "a", encoding="utf-8") as file:
        file.write(f"{begin}{line}\n")
