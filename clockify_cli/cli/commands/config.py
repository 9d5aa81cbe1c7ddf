"""`clockify config`: show and change settings, and where each one comes from."""

from __future__ import annotations

from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.options import Family, JsonChoice, command
from clockify_cli.cli.program import Program
from clockify_cli.config.files import chosen_profile, value_text
from clockify_cli.config.settings import ENVIRONMENT, unknown_key
from clockify_cli.config.values import find_key
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.cli.reference import complete
    from clockify_cli.config.settings import Settings


@command(
    "config list",
    "config list --json",
    notes="In a pipe: key, value and origin, with tabs between. `clockify config --help` says\n"
    "what each setting is for.",
)
def list_(program: Program, *, output: JsonChoice) -> None:
    """Show every setting that has a value, and where the value comes from."""
    settings = _in_force(program)
    found = [(key, settings.setting(key)) for key in settings.known()]
    rows = [(key, value_text(key, one.value), str(one.origin)) for key, one in found]
    shown = [row for row in rows if row[1]]
    if output.json:
        said = [{"key": key, "value": value, "origin": origin} for key, value, origin in shown]
        program.plain.write_json(said, indent=2)
    elif program.plain.is_terminal:
        from clockify_cli.show.drawn.lists import settings_table

        settings_table(program.out, shown)
    else:
        program.say(*("\t".join(row) for row in shown))


def _in_force(program: Program) -> Settings:
    """Return the settings of the run, including the account's."""
    from clockify_cli.actions.clockify.identity import settings_in_force

    return settings_in_force(program.paths.database, program.settings, program.environ)


@dataclass(frozen=True)
class OneKey:
    """A key of the configuration."""

    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", autocompletion=complete.setting, help="Such as tz or week-start."
        ),
    ]


@command("config get tz", "config get week-start")
def get(program: Program, *, options: OneKey, output: JsonChoice) -> None:
    """Print the value of a setting; exit 3 if it has none."""
    setting = _in_force(program).setting(options.key)
    value = value_text(options.key, setting.value)
    if not value:
        set_by = "login" if options.key == "key" else f"config set {options.key} VALUE"
        raise NotFound(f"{options.key} is not set", f"Set it: clockify {set_by}")
    if output.json:
        row = {"key": options.key, "value": value, "origin": str(setting.origin)}
        program.plain.write_json(row)
    else:
        program.say(value)


@command(
    "config set tz Europe/Berlin",
    'config set hours "mon-thu 8h, fri 6h"',
    'config set alias.standup "start Standup -p Internal"',
)
def set_(
    program: Program,
    *,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY VALUE", autocompletion=complete.setting, help="A key, and its value."
        ),
    ],
    output: JsonChoice,
) -> None:
    """Change a setting in the configuration file; comments there are kept."""
    from clockify_cli.config.writing import write_config

    key, *value = words or ("",)
    if not value:
        raise UsageError(
            "`clockify config set` needs KEY VALUE: a key and a value",
            "For example: clockify config set tz UTC",
        )
    if key == "key":
        raise UsageError(
            "the API key must not be on the command line, where others can read it",
            "`clockify login` stores it.",
        )
    text = " ".join(value)
    if key.startswith("alias."):
        _check_alias(key.removeprefix("alias."), text)
    write_config(program.paths, _profile(program), {key: text})
    _update_prompts(program, key)
    if not _shown_as_json(program, output, key, text):
        _note_place(program, f"{key} set to {text} ({program.paths.config_file}).")
    if (key.startswith("hook.") or key == "key-command") and _wants_a_shell(text):
        program.note(f"{key} is run without a shell. If you need one, write `sh -c '…'`.")
    _note_stronger(program, key)


def _wants_a_shell(command: str) -> bool:
    """Return whether *command* has a shell operator, or a word beginning with ``$`` or ``~``."""
    import shlex

    reader = shlex.shlex(command, posix=True, punctuation_chars=True)
    reader.commenters = ""
    try:
        found = list(reader)
    except ValueError:
        return False
    return any(word.startswith(("$", "~")) or not word.strip("();<>|&") for word in found)


def _check_alias(name: str, line: str) -> None:
    """Raise UsageError for an alias that nobody could use."""
    from clockify_cli.cli.aliases import alias_words

    if name in COMMANDS:
        raise UsageError(f"{name} is a command; an alias cannot replace it", "Choose another name.")
    if name.startswith("-") or len(name.split()) > 1:
        raise UsageError(f'an alias is one word, not "{quoted(name)}"', "Choose another name.")
    alias_words(name, line)


def _shown_as_json(program: Program, output: JsonChoice, key: str, value: str | None) -> bool:
    """Print the current *value* of *key* (None: not set) if JSON is requested; return whether."""
    if output.json:
        from clockify_cli.redaction import without_passwords

        shown = without_passwords(value) if value else value
        row = {"key": key, "value": shown, "file": str(program.paths.config_file)}
        program.plain.write_json(row)
    return output.json


@command("config unset tz", "config unset alias.standup")
def unset(program: Program, *, options: OneKey, output: JsonChoice) -> None:
    """Remove a setting from the configuration file, so that its default applies."""
    from clockify_cli.config.writing import is_written, write_config

    profile = _profile(program)
    if not is_written(program.paths, profile, options.key):
        if find_key(options.key) is None:
            raise unknown_key(options.key)
        raise NotFound(
            f"{options.key} is not in {program.paths.config_file}",
            "`clockify config list` shows where each value comes from.",
        )
    write_config(program.paths, profile, {options.key: None})
    _update_prompts(program, options.key)
    if not _shown_as_json(program, output, options.key, None):
        _note_place(program, f"{options.key} removed from {program.paths.config_file}.")
    _note_stronger(program, options.key)


@command("config path")
def path(program: Program, *, output: JsonChoice) -> None:
    """Print the path of the configuration file."""
    file = str(program.paths.config_file)
    if output.json:
        program.plain.write_json({"file": file})
    else:
        program.say(file)


@command("config edit")
def edit(program: Program) -> None:
    """Open the configuration file in your editor; it is checked before it is saved."""
    from clockify_cli.cli.asking.editor import edit_config

    edit_config(program, _profile(program))
    _update_prompts(program, "workspace")


def _update_prompts(program: Program, key: str) -> None:
    """Update the prompt files if *key* decides which workspace they show."""
    if key != "workspace" or not program.paths.prompt_profiles():
        return
    from clockify_cli.actions.clockify.sending import write_prompts
    from clockify_cli.store.db.changes import Database

    db = Database(program.paths.database, create=False)
    program.at_end(db.close)
    write_prompts(db, program.paths, program.environ)


def _profile(program: Program) -> str:
    return chosen_profile(program.profile, program.environ)


def _note_place(program: Program, line: str) -> None:
    """Write a note on one line, so that the path in it can be copied."""
    if not program.quiet:
        program.err.say(line)


def _note_stronger(program: Program, key: str) -> None:
    for name, its_key in ENVIRONMENT.items():
        if its_key == key and program.environ.get(name, "").strip():
            program.note(f"{name} is set in the environment and takes precedence.")


def _explained() -> str:
    from clockify_cli.config.explained import settings_text

    heading, *rows = settings_text(78).split("\n")
    return "\n".join([heading, "", *rows])


config = Family(
    help="Show and change the settings.",
    default="list",
    commands={"list": list_, "get": get, "set": set_, "unset": unset, "path": path, "edit": edit},
    notes=_explained,
)
