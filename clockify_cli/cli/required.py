"""Recording what a person asks, completed by that person where the workspace requires more."""

from __future__ import annotations

from collections.abc import Callable

from clockify_cli.actions.asked import Asked
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.workspace_rules import Incomplete
from clockify_cli.cli.context import making_names
from clockify_cli.cli.program import Program
from clockify_cli.domain.change import Changed
from clockify_cli.values import replace


def recording(
    program: Program,
    ctx: AppContext,
    asked: Asked,
    act: Callable[[Asked, bool], Changed],
    *,
    optional: bool = False,
) -> Changed:
    """What *act* does with *asked*; its second argument says whether it must be complete.

    Names that are not known are asked for as in `making_names`; what the workspace requires is
    picked by the person, where there is one. *optional*: without it, it is done all the same.
    """
    whole = program.interactive or not optional
    while True:
        try:
            return _with_names(program, ctx, asked, whole, act)
        except Incomplete as refusal:
            if not program.interactive:
                raise
            from clockify_cli.cli.picking import picked

            more = picked(program, ctx, asked, refusal)
            if more is not None:
                asked = more
            elif optional:
                whole = False
            else:
                raise


def _with_names(
    program: Program,
    ctx: AppContext,
    asked: Asked,
    whole: bool,
    act: Callable[[Asked, bool], Changed],
) -> Changed:
    return making_names(
        program, ctx, asked.create, lambda create: act(replace(asked, create=create), whole)
    )
