"""`clockify open`."""

from __future__ import annotations

import os
import shlex
import shutil
import sys

from clockify_cli.actions.clockify.web_pages import page_of
from clockify_cli.cli.context import open_context
from clockify_cli.cli.options import JsonChoice, ReadChoice, command
from clockify_cli.cli.program import Program
from clockify_cli.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Annotated

    import typer

    from clockify_cli.cli.reference import complete


@command(
    "open",
    "open timesheet",
    "open last --print",
    notes="""
    Clockify has no page for one entry: its day in the detailed report is opened.
    --json prints the address as {"url": ...} and opens nothing.
    Set BROWSER to use another browser.
    """,
)
def open_(
    program: Program,
    *,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="ENTRY|timesheet|report",
            autocompletion=complete.entry,
            help="Which page; default: the time tracker.",
        ),
    ] = None,
    print_: Annotated[
        bool, typer.Option("--print", help="Print the address; open nothing.")
    ] = False,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Open a page of Clockify in the browser; without a desktop, print its address."""
    ctx = open_context(program, read)
    address = page_of(ctx, what)
    if output.json:
        program.out.write_json({"url": address}, indent=2)
        return
    words = () if print_ else browser(program.environ)
    if words and _opened((*words, address), program.environ):
        program.note(f"Opened {address}")
    else:
        program.say(address)


def browser(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the command that opens an address, as words; empty without a desktop.

    Raises ConfigError for a BROWSER that cannot be read.
    """
    named = environ.get("BROWSER", "").partition(os.pathsep)[0]
    if named:
        try:
            return tuple(word for word in shlex.split(named) if word != "%s")
        except ValueError as error:
            raise ConfigError(
                f"cannot read BROWSER={named}: {error}", "Check the quotes in BROWSER."
            ) from error
    if sys.platform == "darwin":
        return ("open",)
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return ()
    return ("xdg-open",) if shutil.which("xdg-open", path=environ.get("PATH")) else ()


def _opened(words: tuple[str, ...], environ: Mapping[str, str]) -> bool:
    """Start the program without waiting or passing on the key; return whether it started."""
    import subprocess

    from clockify_cli.credentials import environment_without_key

    if shutil.which(words[0], path=environ.get("PATH")) is None:
        return False
    # The shell only detaches the browser: it is given the words and interprets none of them.
    behind = ("sh", "-c", '"$@" </dev/null >/dev/null 2>&1 &', "sh", *words)
    try:
        done = subprocess.run(  # noqa: S603
            behind, env=environment_without_key(environ), start_new_session=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0
