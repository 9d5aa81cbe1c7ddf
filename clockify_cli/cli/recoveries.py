"""What a person is asked where an action cannot be done as it was typed, and the answers kept."""

from __future__ import annotations

from collections.abc import Callable

from clockify_cli.actions.attempt import Recovery, Result, attempt
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.entry_input import EntryInput, UnknownName
from clockify_cli.actions.freshness import stale_names
from clockify_cli.actions.workspace_rules import Incomplete, changed_role, changed_rules
from clockify_cli.cli.program import Program
from clockify_cli.domain.change import Changed
from clockify_cli.domain.names import AmbiguousName
from clockify_cli.errors import ClockifyError, NotFound
from clockify_cli.values import dataclass, replace


@dataclass(slots=True)
class Answers:
    """What was *asked*, completed by each answer; *whole*: nothing that is required may lack.

    *create*: the person has said beforehand that names may be made. It is used once a name is
    known neither here nor at Clockify.
    """

    asked: EntryInput
    whole: bool = True
    create: bool = False


def _answers(asked: EntryInput, *, whole: bool = True) -> Answers:
    return Answers(replace(asked, create=False), whole, asked.create)


def recording(
    program: Program,
    ctx: AppContext,
    asked: EntryInput,
    act: Callable[[EntryInput, bool], Changed],
    *,
    optional: bool = False,
    also: Recovery | None = None,
) -> Changed:
    """What *act* does with *asked*; its second argument says whether it must be complete.

    A person is asked about each name that is not known, and picks what the workspace requires.
    *optional*: without that it is done all the same. *also*: what else can be put right.
    """
    answers = _answers(asked, whole=program.interactive or not optional)
    return attempt(
        ctx,
        lambda: act(answers.asked, answers.whole),
        stale_names(ctx),
        changed_rules(ctx),
        changed_role(ctx),
        several_names(program, answers),
        unknown_name(program, answers),
        missing_field(program, ctx, answers, optional=optional),
        *(() if also is None else (also,)),
    )


def naming(
    program: Program, ctx: AppContext, asked: EntryInput, act: Callable[[EntryInput], Result]
) -> Result:
    """What *act* does with *asked*; a person is asked about each name that is not known."""
    answers = _answers(asked)
    return attempt(
        ctx,
        lambda: act(answers.asked),
        stale_names(ctx),
        changed_rules(ctx),
        changed_role(ctx),
        several_names(program, answers),
        unknown_name(program, answers),
    )


def unknown_name(program: Program, answers: Answers) -> Recovery:
    """The person says of one name whether it is to be made; a no is NotFound."""

    def recover(error: ClockifyError) -> bool:
        if not isinstance(error, UnknownName):
            return False
        if answers.create:
            answers.asked = replace(answers.asked, create=True)
            return True
        if not error.key or not program.interactive:
            return False
        there = f"; there is {', '.join(error.nearest)}" if error.nearest else ""
        program.note(f"{error.message[:1].upper()}{error.message[1:]}{there}.")
        if not program.agreed(f"Make the {error.label}?", instead="--create"):
            raise NotFound("nothing was changed", error.hint, code=error.code)
        asked = answers.asked
        answers.asked = replace(asked, agreed=asked.agreed | {error.key})
        return True

    return recover


def several_names(program: Program, answers: Answers) -> Recovery:
    """The person picks which of the things that fit a name is meant."""

    def recover(error: ClockifyError) -> bool:
        if not isinstance(error, AmbiguousName):
            return False
        from collections import Counter

        from clockify_cli.cli.picker import Choice, can_pick, pick

        if not can_pick(program):
            return False
        question = f"{error.message[:1].upper()}{error.message[1:]}:"
        labels = Counter(each.label for each in error.candidates)
        choices = [
            Choice(each.label, each.local_id, each.key if labels[each.label] > 1 else "")
            for each in error.candidates
        ]
        words, _ = pick(program, question, choices)
        if not words:
            return False
        asked = answers.asked
        meant = (error.candidates[0].kind, error.text, words[0])
        answers.asked = replace(asked, meant=asked.meant | {meant})
        return True

    return recover


def missing_field(
    program: Program, ctx: AppContext, answers: Answers, *, optional: bool
) -> Recovery:
    """The person picks what the workspace requires; *optional*: it may stay away."""

    def recover(error: ClockifyError) -> bool:
        if not isinstance(error, Incomplete) or not program.interactive:
            return False
        from clockify_cli.cli.picking import picked

        more = picked(program, ctx, answers.asked, error)
        if more is not None:
            answers.asked = more
        elif optional:
            answers.whole = False
        else:
            return False
        return True

    return recover
