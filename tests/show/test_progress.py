from __future__ import annotations

import io

import pytest

from clockify_cli.show.drawn.progress import progress_bar
from clockify_cli.show.screen import Screen


def drawn(parts: list[float], *, unicode: bool = True, what: str = "Importing x.csv") -> str:
    stream = io.StringIO()
    screen = Screen(stream=stream, is_terminal=True, color=False, width=80, unicode=unicode)
    with progress_bar(screen, what) as tell:
        for part in parts:
            tell(part)
    return stream.getvalue()


def test_a_bar_says_what_is_done_and_how_much_of_it_and_goes_away() -> None:
    text = drawn([0.0, 0.25, 1.0])

    assert "Importing x.csv" in text
    assert " 25%" in text
    assert "100%" in text
    # The line is erased and the cursor is shown again.
    assert text.endswith(("\x1b[2K", "\x1b[?25h\r\x1b[1A\x1b[2K"))
    assert "\x1b[?25h" in text


def test_a_thousand_steps_are_drawn_a_hundred_times_at_most() -> None:
    steps = drawn([number / 1000 for number in range(1001)]).count("%")

    assert 90 <= steps <= 103


def test_where_the_letters_are_ascii_the_bar_is_a_percentage() -> None:
    assert drawn([0.0, 0.5], unicode=False).isascii()


@pytest.mark.parametrize("what", ["[red]x[/red]", "a [/] b"])
def test_the_name_of_a_file_is_shown_as_it_is(what: str) -> None:
    assert what in drawn([0.5], what=what)
