from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from clockify_cli.domain.time.durations import parse_duration
from clockify_cli.domain.time.grammar_help import TIME_HELP
from clockify_cli.domain.time.points import parse_point
from clockify_cli.domain.time.ranges import parse_range
from clockify_cli.domain.time.spans import parse_span
from tests.domain.time.setting import BERLIN

MEANING_COLUMN = 28


def _examples() -> Iterator[tuple[str, str]]:
    """Yield each example in the help, after the word for what it shows."""
    for section in TIME_HELP.split("\n\n")[1:]:
        heading, *lines = section.splitlines()
        for line in lines:
            if line[2].isupper() and not line.lstrip().startswith("PT"):
                break
            has_meaning = line[MEANING_COLUMN - 2 : MEANING_COLUMN] == "  "
            part = line[:MEANING_COLUMN] if has_meaning else line
            for example in re.split(r" {2,}", part.strip()):
                if example:
                    yield heading.split(",")[0], example


@pytest.mark.parametrize(("kind", "example"), list(_examples()))
def test_every_example_of_the_help_is_understood(kind: str, example: str) -> None:
    match kind:
        case "TIME":
            assert parse_point(example, BERLIN, future=True)
        case "SPAN":
            assert parse_span(example, BERLIN).seconds > 0
        case "DURATION":
            assert parse_duration(example)
        case "RANGE":
            assert parse_range(example, BERLIN, default="all")
        case _:
            pytest.fail(f"no such kind: {kind}")


def test_the_help_has_examples_of_all_four_kinds_and_fits_the_screen() -> None:
    kinds = [kind for kind, _ in _examples()]
    assert {kind: kinds.count(kind) >= 6 for kind in kinds} == dict.fromkeys(
        ("TIME", "SPAN", "DURATION", "RANGE"), True
    )
    assert all(len(line) <= 80 for line in TIME_HELP.splitlines())
