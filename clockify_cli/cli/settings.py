"""`clockify config`: show the settings and where each comes from, and change them."""

from __future__ import annotations

from clockify_cli.cli.choices import JsonChoice
from clockify_cli.cli.options import Family, options, word, words
from clockify_cli.cli.program import Program
from clockify_cli.config.settings import DEFAULT_PROFILE, ENVIRONMENT, checked_profile
from clockify_cli.config.text import value_text
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.values import dataclass

Row = tuple[str, str, str]


@options(
    JsonChoice,
    examples=("config list", "config list --json"),
    notes="In a pipe: key, value and origin, with tabs between.",
)
def list_(program: Program, output: JsonChoice) -> None:
    """Show every setting that has a value, and where that comes from."""
    settings = program.settings
    found = [(key, settings.setting(key)) for key in settings.known()]
    rows = [(key, value_text(key, one.value), str(one.origin)) for key, one in found]
    shown = [row for row in rows if row[1]]
    if output.json:
        from clockify_cli.show.as_json import dumps

        said = [{"key": key, "value": value, "origin": origin} for key, value, origin in shown]
        program.plain.write(dumps([{**one} for one in said], indent=2) + "\n")
    elif program.plain.is_terminal:
        program.say(*_columns(shown))
    else:
        program.say(*("\t".join(row) for row in shown))


def _columns(rows: list[Row]) -> list[str]:
    from clockify_cli.show.terminal_text import clean_line, left, width

    cells = [tuple(map(clean_line, row)) for row in rows]
    first, second = (max((width(row[at]) for row in cells), default=0) for at in (0, 1))
    return [f"{left(key, first)}  {left(value, second)}  {origin}" for key, value, origin in cells]


@dataclass(frozen=True)
class OneKey:
    """A key of the configuration."""

    key: str = word("KEY", required=True, complete="setting", help="Such as tz or week-start.")


@options(OneKey, JsonChoice, examples=("config get tz", "config get week-start"))
def get(program: Program, asked: OneKey, output: JsonChoice) -> None:
    """Print the value that a setting has here; exit 3 where it has none."""
    setting = program.settings.setting(asked.key)
    value = value_text(asked.key, setting.value)
    if not value:
        raise NotFound(f"{asked.key} is not set", f"Set it: clockify config set {asked.key} VALUE")
    if output.json:
        from clockify_cli.show.as_json import dumps

        row = {"key": asked.key, "value": value, "origin": str(setting.origin)}
        program.plain.write(dumps({**row}) + "\n")
    else:
        program.say(value)


@dataclass(frozen=True)
class NewValue:
    """A key, and what it is to say."""

    words: tuple[str, ...] = words("KEY VALUE", complete="setting", help="A key, and its value.")


@options(
    NewValue,
    examples=(
        "config set tz Europe/Berlin",
        'config set hours "mon-thu 8h, fri 6h"',
        'config set alias.standup "start Standup -p Internal"',
    ),
)
def set_(program: Program, asked: NewValue) -> None:
    """Change a setting in the configuration file; its comments stay."""
    from clockify_cli.config.writing import write_config

    key, *value = asked.words or ("",)
    if not value:
        raise UsageError("a key and a value are wanted", "Such as: clockify config set tz UTC")
    if key == "key":
        raise UsageError(
            "the API key is never given on a command line, which others can read",
            "CLOCKIFY_API_KEY can hold it.",
        )
    write_config(program.paths, _profile(program), {key: " ".join(value)})
    program.note(f"{key} is {' '.join(value)} now ({program.paths.config_file}).")
    _note_stronger(program, key)


@options(OneKey, examples=("config unset tz", "config unset alias.standup"))
def unset(program: Program, asked: OneKey) -> None:
    """Take a setting out of the configuration file, so that its default holds."""
    from clockify_cli.config.writing import is_written, write_config

    profile = _profile(program)
    if not is_written(program.paths, profile, asked.key):
        raise NotFound(
            f"{asked.key} is not in {program.paths.config_file}",
            "`clockify config list` shows where each value comes from.",
        )
    write_config(program.paths, profile, {asked.key: None})
    program.note(f"{asked.key} is no longer in {program.paths.config_file}.")
    _note_stronger(program, asked.key)


@options(examples=("config path",))
def path(program: Program) -> None:
    """Print where the configuration file is, or would be."""
    program.say(str(program.paths.config_file))


@options(examples=("config edit",))
def edit(program: Program) -> None:
    """Open the configuration file in your editor; a mistake in it is shown before it counts."""
    from clockify_cli.cli.editor import edit_config

    edit_config(program, _profile(program))


def _profile(program: Program) -> str:
    given = program.profile or program.environ.get("CLOCKIFY_PROFILE") or DEFAULT_PROFILE
    return checked_profile(given)


def _note_stronger(program: Program, key: str) -> None:
    for name, its_key in ENVIRONMENT.items():
        if its_key == key and program.environ.get(name, "").strip():
            program.note(f"{name} is set in the environment and wins over it.")


config = Family(
    help="Show the settings and where each comes from, and change them.",
    default="list",
    commands={
        "list": list_,
        "get": get,
        "set": set_,
        "unset": unset,
        "path": path,
        "edit": edit,
    },
)
