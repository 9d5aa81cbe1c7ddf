"""Dataclasses of options become parameters, and the command gets them back as values."""

from __future__ import annotations

import io

import pytest

from clockify_cli.cli.options import (
    Command,
    flag,
    number,
    options,
    switch,
    text,
    texts,
    word,
    words,
)
from clockify_cli.cli.program import Program
from clockify_cli.cli.tree import ProgramCommand
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass
from tests.cli.conftest import TEN
from tests.run_at import SetClock


@dataclass(frozen=True)
class Wishes:
    name: str | None = text("-m", "--name", help="A name.")
    tags: tuple[str, ...] = texts("-g", "--tag", help="Tags.")
    loud: bool = flag("--loud", help="Loud.")
    paid: bool | None = switch("-b/--billable", "-B/--no-billable", help="Paid or not.")
    limit: int | None = number("--limit", low=1, high=9, help="How many.")
    size: str | None = text("--size", choices=("small", "large"), help="A size.")


@dataclass(frozen=True)
class Place:
    name: str = word("PLACE", help="A place, of the same field name as a wish.")


@dataclass(frozen=True)
class Rest:
    words: tuple[str, ...] = words("WORDS", help="Everything else.")


got: list[tuple[Wishes, object]] = []


@options(Wishes, Place, examples=("wish",))
def wish(program: Program, wishes: Wishes, place: Place) -> int:
    """Wish."""
    got.append((wishes, place))
    return 9


@options(Wishes, Rest, examples=("say",))
def say(program: Program, wishes: Wishes, rest: Rest) -> None:
    """Say."""
    got.append((wishes, rest))


def run(command: Command, line: str) -> int | None:
    got.clear()
    program = Program(
        stdin=io.StringIO(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environ={},
        clock=SetClock(TEN),
    )
    built = ProgramCommand("wish", command)
    with built.make_context("wish", line.split(), obj=program) as context:
        return built.invoke(context)


def wishes_of(line: str) -> Wishes:
    run(say, line)
    return got[0][0]


def test_what_is_not_given_is_none_empty_or_false() -> None:
    assert wishes_of("") == Wishes(None, (), False, None, None, None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--name Ann", Wishes(name="Ann")),
        ("-m Ann --name=Bob", Wishes(name="Bob")),
        ("-mAnn", Wishes(name="Ann")),
        ("--name --", Wishes(name="--")),
        ("-g a --tag b -g a", Wishes(tags=("a", "b", "a"))),
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


def test_each_class_gives_its_own_value_though_field_names_are_the_same() -> None:
    assert run(wish, "--name Ann Berlin") == 9
    assert got == [(Wishes(name="Ann"), Place(name="Berlin"))]


def test_a_word_that_is_left_out_is_empty() -> None:
    run(wish, "--loud")
    assert got == [(Wishes(loud=True), Place(name=""))]


@pytest.mark.parametrize(
    "line", ["one -2h..-1h --loud two", "--loud one -- -2h..-1h two", "one -2h..-1h two --loud"]
)
def test_words_keep_their_order_around_options(line: str) -> None:
    run(say, line)
    assert got == [(Wishes(loud=True), Rest(("one", "-2h..-1h", "two")))]


@pytest.mark.parametrize(
    "line", ["--limit 0", "--limit 10", "--limit x", "--limit ²", "--size huge", "a b"]
)
def test_values_and_words_that_do_not_fit_are_refused(line: str) -> None:
    with pytest.raises(UsageError):
        run(wish, line)
    assert got == []


def test_a_required_word_that_is_missing_is_named_with_an_example() -> None:
    @dataclass(frozen=True)
    class File:
        path: str = word("FILE", required=True, help="A file.")

    @options(File, examples=("read notes.csv",))
    def read(program: Program, file: File) -> None:
        """Read."""

    with pytest.raises(UsageError, match="wants FILE") as caught:
        run(read, "")
    assert "Such as: clockify read notes.csv" in caught.value.hint


def test_the_docstring_and_the_examples_are_kept_for_the_help() -> None:
    assert (wish.help, wish.examples) == ("Wish.", ("wish",))
