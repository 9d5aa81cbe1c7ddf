"""Tests of how a function's parameters become options and words, also in groups."""

from __future__ import annotations

import io

import pytest
import typer

from clockify_cli.cli.app import ParsedCommand, add
from clockify_cli.cli.options import Command, command
from clockify_cli.cli.program import Program
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass
from tests.cli.conftest import TEN
from tests.run_at import SetClock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Literal


@dataclass(frozen=True)
class Wishes:
    name: Annotated[str | None, typer.Option("-m", "--name", help="A name.")] = None
    tags: Annotated[list[str] | None, typer.Option("-g", "--tag", help="Tags.")] = None
    loud: Annotated[bool, typer.Option("--loud", help="Loud.")] = False
    paid: Annotated[
        bool | None, typer.Option("-b/-B", "--billable/--no-billable", help="Paid or not.")
    ] = None
    limit: Annotated[int | None, typer.Option("--limit", min=1, max=9, help="How many.")] = None
    size: Annotated[Literal["small", "large"] | None, typer.Option("--size", help="A size.")] = None


got: list[tuple[Wishes, object]] = []


@command("wish")
def wish(
    program: Program,
    *,
    place: Annotated[str | None, typer.Argument(metavar="PLACE", help="A place.")] = None,
    wishes: Wishes,
) -> int:
    """Wish."""
    got.append((wishes, place))
    return 9


@command("say")
def say(
    program: Program,
    *,
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="The rest.")] = None,
    wishes: Wishes,
) -> None:
    """Say."""
    got.append((wishes, words))


def run(command: Command, line: str) -> int | None:
    got.clear()
    program = Program(
        stdin=io.StringIO(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environ={},
        clock=SetClock(TEN),
    )
    one = typer.Typer(add_completion=False)
    add(one, "wish", command, "Wish")
    built = typer.main.get_command(one)
    assert isinstance(built, ParsedCommand)
    built.command = command
    with built.make_context("clockify wish", line.split(), obj=program) as context:
        code: int | None = built.invoke(context)
        return code


def wishes_of(line: str) -> Wishes:
    run(say, line)
    return got[0][0]


def test_what_is_not_given_is_none_empty_or_false() -> None:
    assert wishes_of("") == Wishes(None, None, False, None, None, None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--name Ann", Wishes(name="Ann")),
        ("-m Ann", Wishes(name="Ann")),
        ("-mAnn", Wishes(name="Ann")),
        ("--name --", Wishes(name="--")),
        ("-g a --tag b -g a", Wishes(tags=["a", "b", "a"])),
        ("--loud", Wishes(loud=True)),
        ("-b", Wishes(paid=True)),
        ("--billable", Wishes(paid=True)),
        ("-B", Wishes(paid=False)),
        ("-b --no-billable", Wishes(paid=False)),
        ("--limit 9", Wishes(limit=9)),
        ("--size large", Wishes(size="large")),
        ("-bm Ann", Wishes(name="Ann", paid=True)),
    ],
)
def test_options_come_as_a_value(line: str, expected: Wishes) -> None:
    assert wishes_of(line) == expected


def test_an_option_of_one_value_is_refused_a_second() -> None:
    with pytest.raises(UsageError, match="--name takes one value, but was given twice"):
        wishes_of("-m Ann --name=Bob")


def test_a_group_comes_as_a_value_beside_a_word() -> None:
    assert run(wish, "--name Ann Berlin") == 9
    assert got == [(Wishes(name="Ann"), "Berlin")]


def test_a_word_that_is_left_out_is_none() -> None:
    run(wish, "--loud")
    assert got == [(Wishes(loud=True), None)]


@pytest.mark.parametrize(
    "line", ["one -2h..-1h --loud two", "--loud one -- -2h..-1h two", "one -2h..-1h two --loud"]
)
def test_words_keep_their_order_around_options(line: str) -> None:
    run(say, line)
    assert got == [(Wishes(loud=True), ["one", "-2h..-1h", "two"])]


@pytest.mark.parametrize(
    "line", ["--limit 0", "--limit 10", "--limit x", "--limit ²", "--size huge", "a b"]
)
def test_values_and_words_that_do_not_fit_are_refused(line: str) -> None:
    with pytest.raises(UsageError):
        run(wish, line)
    assert got == []


def test_a_required_word_that_is_missing_is_named_with_an_example() -> None:
    with pytest.raises(UsageError, match="needs FILE") as caught:
        run(read, "")
    assert "For example: clockify read notes.csv" in caught.value.hint


@command("read notes.csv")
def read(
    program: Program,
    *,
    path: Annotated[str, typer.Argument(metavar="FILE", help="A file.")],
) -> None:
    """Read."""


@command("twice")
def twice(program: Program, *, wishes: Wishes, again: Wishes) -> None:
    """Wish twice."""


def test_two_options_of_one_name_are_no_command() -> None:
    with pytest.raises(ValueError, match="duplicate"):
        run(twice, "")


def test_the_docstring_and_the_examples_are_kept_for_the_help() -> None:
    assert (wish.help, wish.examples) == ("Wish.", ("wish",))


@command("count 3")
def number(
    program: Program,
    *,
    times: Annotated[int, typer.Argument(metavar="N", help="How often; default: 1.")] = 1,
) -> int:
    """Count."""
    return times


def test_a_default_is_shown_only_as_the_help_says_it() -> None:
    one = typer.Typer(add_completion=False)
    add(one, "count", number, "Count")
    shown = typer.main.get_command(one)
    with shown.make_context("clockify count", [], obj=None, resilient_parsing=True) as context:
        text = shown.get_help(context)
    assert "How often; default: 1." in text
    assert "[default" not in text
