"""`clockify help`: a command explained, or one of the topics."""

from __future__ import annotations

from collections.abc import Callable

from clockify_cli.cli.command import command
from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.errors import quoted
from clockify_cli.cli.program import Program
from clockify_cli.cli.suggestions import nearest
from clockify_cli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.cli import complete


FILTERS = """\
Which entries count: options of log, report, timesheet and export.

  -p, --project NAME        of this project; CLIENT/PROJECT narrows
  -c, --client NAME         of a project of this client
  -k, --task NAME           of this task; PROJECT/TASK narrows
  -g, --tag NAME            with this tag
  --search TEXT             with TEXT in the description, large or small
  --billable, --no-billable

Repeated, an option means any of them: -p Website -p Shop. A ! or not: before
the name means not, and exclusions all apply: -g '!meeting' -g not:travel (an
interactive bash reads ! itself, so quote it or write not:). none means "has
none": --task none. Different options all apply.

A NAME is found by its exact letters first, then without regard to large and
small, then by the beginning of the name or of one of its words; in a filter
also by any part of it. Two that fit are listed and nothing is guessed; none
that fits names the nearest. An id always does: something that Clockify calls
none, or whose name begins with ! or not:, is meant by its id alone. Nothing
new can be called so.

Examples:
  clockify log week -p Website -g not:meeting
  clockify report month --client Acme --billable
  clockify export 2026-11 --project none
"""

EXIT_CODES = """\
What the exit code tells a script.

  0    done, or saved here
  1    an unexpected failure; output that could not be written
  2    wrong usage or input; nothing was changed
  3    nothing there: no timer runs, no such entry or name, nothing to undo
  4    not signed in, or the key was refused
  5    a name or an entry that fits several
  6    Clockify, or a rule of the workspace, refused the change
  7    Clockify could not be reached, and it cannot be answered from here
  8    the request limit is reached, and it cannot be answered from here
  9    something waits for a decision, or was found
  130  interrupted (Ctrl-C)
  143  ended (SIGTERM)

A reader that closes the pipe early (`clockify log all | head`) does not change
the code. With --json an error is a JSON object on standard error:
  {"error": {"code": "not-found", "message": …, "hint": …, "exit": 3}}

Examples:
  clockify status --check && echo "a timer runs"
  clockify start Standup --once "standup-$(date +%F)"
"""

ENVIRONMENT = """\
Variables that are read. An empty one counts as not set. Options win over them,
they over a project's .clockify.toml, that over the configuration file.

  CLOCKIFY_HOME             keep configuration, data, cache and state below
                            this folder instead of the system's places
  CLOCKIFY_PROFILE          the profile, as --profile
  CLOCKIFY_TZ               the zone in which times are read, as --tz
  CLOCKIFY_WORKSPACE        the workspace
  CLOCKIFY_API_KEY          the API key
  CLOCKIFY_API_URL          the base of the API, up to /api/v1

  NO_COLOR, FORCE_COLOR     no colour at all; colour also without a terminal
  TERM, COLUMNS             dumb: no colour; the width of the screen
  TZ                        the machine's zone, where nothing else names one
  VISUAL, EDITOR            the editor of `clockify config edit`
  PAGER                     shows what is longer than the screen; cat: nothing
  HTTPS_PROXY, NO_PROXY     the way to Clockify; which hosts need none
  REQUESTS_CA_BUNDLE        certificates to trust instead of the usual ones;
                            CURL_CA_BUNDLE where that is not set
  XDG_CONFIG_HOME and so on where the system's places are, without CLOCKIFY_HOME
  LC_ALL, LC_CTYPE, LANG    ASCII alone is drawn where they do not say UTF-8

A .clockify.toml in the working folder, or the nearest above it, may set
workspace, project, task, tags, billable and description; {branch} in it is the
branch checked out there. Anything else in it is ignored with a warning.

Examples:
  CLOCKIFY_HOME=/tmp/trial clockify start Try it out
  NO_COLOR=1 clockify report week
  clockify config list
"""

FORMATTING = """\
How what is shown is written.

On a terminal: tables. In a pipe: the same rows as text with tabs between, no
header, nothing cut; times with their offset, durations in seconds. CSV and
Markdown have a header, and durations as --durations says.

  --format FORMAT           table, json, csv, tsv or markdown; of log, report
                            and timesheet also html (a page) and xlsx
  -o, --output FILE         write there; its ending names the format
  --json                    the same as --format json
  --fields A,B              only these fields, in this order
  --template TEXT           of status: '{project:12} {elapsed:>6}': names of
                            fields, and widths; \\n and \\t break and indent
  --durations STYLE         clock 1:30, hm 1h 30m or decimal 1.50; not in TSV
                            and JSON

Fields of an entry: id, localId, description, projectId, projectName,
clientName, taskId, taskName, tagIds, tags, billable, timeInterval,
durationSeconds, type, isLocked, customFieldValues, workspaceId, userId,
syncState; and as a person reads them: start, end, duration, elapsed, project,
client, task.

Examples:
  clockify log today | cut -f 2-5
  clockify log week --json --fields description,durationSeconds
  clockify report month --format csv --durations decimal
"""


def _time() -> str:
    from clockify_cli.domain.time.grammar_help import TIME_HELP

    return TIME_HELP


TOPICS: dict[str, Callable[[], str]] = {
    "time": _time,
    "filters": lambda: FILTERS,
    "exit-codes": lambda: EXIT_CODES,
    "environment": lambda: ENVIRONMENT,
    "formatting": lambda: FORMATTING,
}


@command(
    "help",
    "help start",
    "help time",
    notes="Topics: time, filters, exit-codes, environment, formatting.",
)
def help_(
    program: Program,
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="COMMAND or TOPIC",
            autocompletion=complete.topic,
            help="Topics: time, filters, exit-codes and more.",
        ),
    ] = None,
) -> None:
    """Explain a command or a topic; without one, list the commands."""
    first = words[0] if words else ""
    if first in TOPICS:
        program.say(TOPICS[first]().rstrip("\n"))
    elif not first or first in COMMANDS or first in program.settings.aliases:
        from clockify_cli.cli.app import show_help

        show_help(program, words or [])
    else:
        raise UsageError(
            f"there is no help on {quoted(first)}",
            f"{nearest(first, [*COMMANDS, *TOPICS])}Topics: {', '.join(TOPICS)}.",
        )
