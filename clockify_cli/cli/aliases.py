"""The user's aliases for command lines of this program; no shell reads them."""

from __future__ import annotations

from clockify_cli import NAME
from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.program import Program, plain, quoted
from clockify_cli.errors import UsageError


def without_alias(program: Program, args: list[str]) -> list[str]:
    """Return *args* (at least one) with a user's alias replaced by its words."""
    seen: set[str] = set()
    while args[0] not in COMMANDS:
        name = plain(args[0])
        line = program.settings.aliases.get(name)
        if line is None:
            return args
        if name in seen:
            raise _refused(name, "leads back to itself")
        seen.add(name)
        args = [*alias_words(name, line), *args[1:]]
    return args


def alias_words(name: str, line: str) -> list[str]:
    """Split *line*, the value of the alias *name*, into words."""
    import shlex

    try:
        words = shlex.split(line)
    except ValueError as error:
        raise _refused(name, f"cannot be read: {error}") from error
    if not words:
        raise _refused(name, "is empty")
    return words


def _refused(name: str, why: str) -> UsageError:
    hint = f"Change the alias: `{NAME} config set alias.{name} COMMAND`."
    return UsageError(f"the alias {quoted(name)} {why}", hint)
