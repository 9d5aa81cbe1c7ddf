from __future__ import annotations

import pytest

from clockify_cli.show.formats.markdown import literal, markdown_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "a\\|b"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("AT&T", "AT&amp;T"),
        ("[click](javascript:x)", "\\[click\\](javascript:x)"),
        ("*bold* _it_ `code` ~no~", "\\*bold\\* \\_it\\_ \\`code\\` \\~no\\~"),
        ("end\\", "end\\\\"),
        ("two\nlines\x1b", "two lines^\\["),
    ],
)
def test_text_is_shown_and_not_acted_on(text: str, shown: str) -> None:
    assert literal(text) == shown


def test_numbers_stand_on_the_right() -> None:
    lines = markdown_lines(["task", "seconds"], [["a|b", "60"]], [False, True])
    assert "".join(lines) == "| task | seconds |\n| --- | ---: |\n| a\\|b | 60 |\n"
