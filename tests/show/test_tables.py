from __future__ import annotations

from dataclasses import replace

import pytest

from clockify_cli.show.drawn.tables import Renderer, percent
from tests.show.samples import screen, shown


@pytest.mark.parametrize(
    ("part", "whole", "shown_as"),
    [(1, 3, "33 %"), (2, 3, "67 %"), (1, 2, "50 %"), (0, 0, "0 %"), (5, 5, "100 %")],
)
def test_shares_are_rounded_to_the_nearest(part: int, whole: int, shown_as: str) -> None:
    assert percent(part, whole) == shown_as


def test_parts_stand_in_a_row_as_far_as_they_fit() -> None:
    renderer = Renderer(screen(20))
    lines = renderer.in_a_row([("one", ""), ("two", ""), ("thirteen more", "")])
    assert ["".join(text for text, *_ in line) for line in lines] == ["one · two", "thirteen more"]


def test_a_colour_of_24_bits_is_for_terminals_that_have_it() -> None:
    for true_color, code in ((True, "38;2;11;131;217"), (False, "3")):
        on = replace(screen(color=True), true_color=true_color)
        renderer = Renderer(on)
        renderer.write([renderer.line(("Website", "#0b83d9"))])
        assert shown(on).startswith(f"\x1b[{code}")
