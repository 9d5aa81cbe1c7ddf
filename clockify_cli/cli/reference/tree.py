"""Read a command's options and arguments from Typer's tree, as they were declared."""

from __future__ import annotations

import inspect
from typing import Annotated, Any, Literal, get_args, get_origin

from typer.models import ParameterInfo

from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """An option or word: its type, and the ``typer.Option`` or ``typer.Argument`` given."""

    type: Any
    info: ParameterInfo

    @property
    def completes(self) -> str:
        """The kind of completion that a shell offers for it; empty if none."""
        return getattr(self.info.autocompletion, "__name__", "")

    @property
    def choices(self) -> tuple[str, ...]:
        """The only allowed values; empty if there is no such list."""
        for part in (self.type, *get_args(self.type)):
            if get_origin(part) is Literal:
                return get_args(part)
        return ()

    @property
    def is_list(self) -> bool:
        """Whether it may be given several times."""
        return any(get_origin(part) is list for part in (self.type, *get_args(self.type)))

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The lowest and the highest allowed number; None if it is not a number."""
        if self.info.min is None or self.info.max is None:
            return None
        return int(self.info.min), int(self.info.max)


def declared(command: Any) -> dict[str, Declared]:
    """Return the options and words of a Typer command, by the names of their parameters."""
    found: dict[str, Declared] = {}
    for name, parameter in inspect.signature(command.callback).parameters.items():
        if get_origin(parameter.annotation) is Annotated:
            kind, info = get_args(parameter.annotation)[:2]
            found[name] = Declared(kind, info)
    return found


def names(parameter: Any) -> list[str]:
    """Return all names of a Typer option, including its negations; empty for an argument."""
    if parameter.param_type_name == "argument":
        return []
    return [*parameter.opts, *parameter.secondary_opts]


def takes_value(parameter: Any) -> bool:
    """Return whether a Typer option is followed by a value."""
    return parameter.param_type_name == "option" and not parameter.is_flag
