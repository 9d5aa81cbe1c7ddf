"""A numbered list of what the workspace requires, for a person to pick from."""

from __future__ import annotations

from collections.abc import Sequence

from clockify_cli.actions import catalogue
from clockify_cli.actions.asked import Asked
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.names_copy import fresh_names
from clockify_cli.actions.workspace_rules import Incomplete
from clockify_cli.cli.program import Program
from clockify_cli.domain.catalogue import Kind
from clockify_cli.domain.custom_fields import CustomField
from clockify_cli.domain.rules import Missing
from clockify_cli.values import dataclass, replace

LISTED = 40
"""More choices than that are not listed, and are named instead."""


def picked(program: Program, ctx: AppContext, asked: Asked, refusal: Incomplete) -> Asked | None:
    """*asked* with the first thing that lacks; None where the person picks nothing."""
    lacking = refusal.lacking[0]
    if lacking.field is not None:
        text = _field_value(program, lacking.field)
        custom = (*asked.custom, f"{lacking.field.id}={text}")
        return _more(asked, custom=custom) if text else None
    if lacking.what == "description":
        text = program.ask("What is it about?", instead=lacking.option)
        return _more(asked, description=text) if text else None
    names = _names(program, ctx, lacking, refusal.project)
    match lacking.what:
        case _ if not names:
            return None
        case "tag":
            return _more(asked, tags=names)
        case "task":
            return _more(asked, task=names[0])
        case _:
            return _more(asked, project=names[0])


def _more(
    asked: Asked,
    *,
    description: str | None = None,
    project: str | None = None,
    task: str | None = None,
    tags: tuple[str, ...] | None = None,
    custom: tuple[str, ...] | None = None,
) -> Asked:
    return replace(
        asked,
        description=asked.description if description is None else description,
        project=asked.project if project is None else project,
        task=asked.task if task is None else task,
        tags=asked.tags if tags is None else tags,
        custom=asked.custom if custom is None else custom,
        typed=asked.typed or asked,
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    """Something to pick: what it is called, and the word that means it alone."""

    label: str
    word: str


def _names(
    program: Program, ctx: AppContext, lacking: Missing, project: str | None
) -> tuple[str, ...]:
    """The words for the project, task or tags that the person picks; none where nothing is."""
    kind: Kind = "tag" if lacking.what == "tag" else "task" if lacking.what == "task" else "project"
    of = project if kind == "task" else None
    program.note(*fresh_names(ctx, kind, of).notes)
    choices = []
    for row in catalogue.listed(ctx, kind, project=of):
        client = f"{row.client.name} / " if row.client else ""
        choices.append(_Choice(f"{client}{row.item.name}", row.item.local_id))
    several = kind == "tag"
    question = (
        "Which tags (numbers or names, separated by commas)?" if several else f"Which {kind}?"
    )
    return _pick(program, choices, question, lacking.option, several=several)


def _field_value(program: Program, field: CustomField) -> str:
    if not field.allowed:
        return program.ask(f"{field.name}?", instead="--field NAME=VALUE")
    choices = [_Choice(value, value) for value in field.allowed]
    picked = _pick(program, choices, f"{field.name}?", "--field NAME=VALUE", several=False)
    return picked[0] if picked else ""


def _pick(
    program: Program, choices: Sequence[_Choice], question: str, option: str, *, several: bool
) -> tuple[str, ...]:
    """The words of the choices that the person names by number, or the names typed instead."""
    if len(choices) <= LISTED:
        program.note(*(f"  {at}  {choice.label}" for at, choice in enumerate(choices, 1)))
    while True:
        answer = program.ask(question, instead=option)
        parts = [part.strip() for part in (answer.split(",") if several else [answer])]
        words = tuple(_word(part, choices) for part in parts if part)
        if "" not in words:
            return words
        program.note(f"There are 1 to {len(choices)}; a name does too, or nothing.")


def _word(answer: str, choices: Sequence[_Choice]) -> str:
    """The word that *answer* means; empty for a number that is none of the list."""
    if not (answer.isascii() and answer.isdecimal()) or answer in {c.label for c in choices}:
        return answer
    number = int(answer[:9])
    return choices[number - 1].word if 0 < number <= len(choices) else ""
