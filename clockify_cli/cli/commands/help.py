"""`clockify help`: explain a command or a topic."""

from __future__ import annotations

from collections.abc import Callable

from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.options import command
from clockify_cli.cli.program import Program, quoted
from clockify_cli.cli.suggestions import nearest
from clockify_cli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.cli.reference import complete


FILTERS = """\
Options that choose which entries log, report, timesheet and export show.

  -p, --project NAME        this project; or CLIENT/PROJECT
  -c, --client NAME         projects of this client
  -k, --task NAME           this task; or PROJECT/TASK
  -g, --tag NAME            with this tag
  --search TEXT             with TEXT in the description, in any case
  --type TYPE               regular, break, time-off or holiday
  --billable, --no-billable

An option given twice means either: -p Website -p Shop. A ! or not: before the
name excludes it, and all exclusions apply: -g '!meeting' -g not:travel (quote
the ! in an interactive bash, or write not:). The word none means "has none":
--task none, --search none (no description). Entries have to match all the
different options.

A NAME may be written in any case and cut short to its beginning, or to the
beginning of one of its words; in a filter, to any part of it. An exact name
wins. If several names match, they are listed and nothing is guessed; if none
does, similar ones are listed. An id always works. A name cannot be "none" or
begin with ! or not:. If Clockify has such a name, use its id.

Examples:
  clockify log week -p Website -g not:meeting
  clockify report month --client Acme --billable
  clockify export 2026-11 --project none
"""

EXIT_CODES = """\
What the exit codes mean.

  0    done, or saved on this computer
  1    unexpected failure, or output that could not be written
  2    wrong usage or input; nothing was changed
  3    nothing there: no timer is running, no such entry, nothing to undo
  4    not signed in, or Clockify rejected the API key
  5    several names or entries match
  6    Clockify, or a rule of the workspace, refused the change
  7    Clockify can't be reached, and your local copy can't answer
  8    the request limit is reached, and your local copy can't answer
  9    something needs your decision, or a check found something
  130  interrupted (Ctrl-C)
  143  terminated (SIGTERM)

A reader that closes the pipe early (`clockify log all | head`) does not change
the code. With --json an error is a JSON object on standard error:
  {"error": {"code": "not-found", "message": …, "hint": …, "exit": 3}}

Examples:
  clockify status --check && echo "a timer is running"
  clockify start Standup --once "standup-$(date +%F)"
"""

ENVIRONMENT = """\
Environment variables. An empty one counts as not set. Where several say
something, the first counts: option, environment variable, the project's
.clockify.toml, configuration file.

  CLOCKIFY_HOME             keep configuration, data, cache and state in this
                            folder instead of the usual places
  CLOCKIFY_PROFILE          the profile, as --profile
  CLOCKIFY_TZ               the time zone, as --tz
  CLOCKIFY_WORKSPACE        the workspace
  CLOCKIFY_API_KEY          the API key
  CLOCKIFY_API_URL          the address of Clockify, ending in /api/v1

  NO_COLOR, FORCE_COLOR     no color; color even without a terminal
  TERM, COLUMNS             dumb: no color; the width of the screen
  TZ                        your computer's time zone, if nothing else says so
  VISUAL, EDITOR            the editor of `clockify edit` and `config edit`; if
                            neither is set: editor, nano or vi
  PAGER                     shows what does not fit on the screen; cat: no pager
  HTTPS_PROXY, NO_PROXY     the proxy to use; hosts that need none
  REQUESTS_CA_BUNDLE        certificates to trust instead of the usual ones;
                            else CURL_CA_BUNDLE
  XDG_CONFIG_HOME and so on  where the folders are, without CLOCKIFY_HOME
  LC_ALL, LC_CTYPE, LANG    only ASCII is shown unless they say UTF-8

A .clockify.toml in the working folder, or the nearest above it, may set
workspace, project, task, tags, billable and description; {branch} in it is the
branch checked out there. Anything else in it is ignored with a warning.

Examples:
  CLOCKIFY_HOME=/tmp/trial clockify start Try it out
  NO_COLOR=1 clockify report week
  clockify config list
"""

FORMATTING = """\
How output is formatted.

On a terminal you see tables. In a pipe you get the same rows as tab-separated
text: no header, nothing cut off, times with their offset, durations in seconds.
CSV and Markdown have a header, and durations as --durations says.

  --format FORMAT           table, json, csv, tsv or markdown; of log, report
                            and timesheet also html (a page) and xlsx
  -o, --output FILE         write there; its ending names the format
  --json                    the same as --format json
  --fields A,B              only these fields, in this order
  --template TEXT           a line for each, '{project:12} {elapsed:>6}': names
                            of fields, and widths; \\n and \\t break and indent
  --durations STYLE         clock 1:30, hm 1h 30m or decimal 1.50; not in TSV
                            and JSON

Fields of an entry: id, localId, description, projectId, projectName,
clientName, taskId, taskName, tagIds, tags, billable, timeInterval,
durationSeconds, type, isLocked, customFieldValues, workspaceId, userId,
syncState. As people read them: start, end, duration, elapsed, project, client,
task.

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
